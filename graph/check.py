"""A look over the store: what can be read of it against what its log says."""

from collections.abc import AsyncIterator, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from graph.checksums import COMMUNICATIONS, Checksums
from graph.driver import Neo4jError
from graph.graph import Graph
from graph.labels import LABELS
from graph.revision import Revision
from graph.scan import KINDS, scanned
from graph.store import newest_revision
from graph.stored_values import StoredNode, conflicts, values_refused
from graph.touched import Read
from policy.ends import ENDS
from policy.instant import LEAP, now, written
from policy.terms import RelationshipType

ATTEMPTS = 5
ENTRIES = 2000
MOST_LISTED = 20
SPOILT = (Neo4jError, TypeError, ValueError, LookupError, AttributeError)
"""What reading a spoilt file raises: the database's own errors, or values that can't be."""
NODES = (*(f"{LABELS[kind]}{which}" for kind in KINDS for which in ("", "Version")), COMMUNICATIONS)
"""The labels of all nodes that are counted."""


class Fault(StrEnum):
    """What can be wrong with a store."""

    CLOCK = "CLOCK"
    LOG = "LOG"
    COUNT = "COUNT"
    CONTENT = "CONTENT"
    UNREADABLE = "UNREADABLE"
    VALUE = "VALUE"
    CONFLICT = "CONFLICT"


class Finding(NamedTuple):
    """One thing that is wrong; about: an id, a kind of records, or the log."""

    fault: Fault
    about: str
    text: str


class Entry(NamedTuple):
    """An entry of the log as it is stored; what can't be read is None."""

    number: int
    recorded_at: int | None = None
    actor: str | None = None
    touched: list[str] | None = None
    checksums: str | None = None


class Checked(NamedTuple):
    """What a check looked at, and what it found; records: kind -> how many can be read."""

    revision: int
    records: Mapping[str, int]
    findings: list[Finding]


async def check(graph: Graph) -> Checked:
    """Read all of the store, at one revision, and hold it against the log. Raises Unavailable."""
    for _ in range(ATTEMPTS):
        revision = await newest_revision(graph)
        checked = await _checked(graph, revision)
        # an erasure or a restored history changes what was recorded earlier: looked at again
        if not checked.findings or await _is_newest(graph, revision):
            break
    return checked


async def _is_newest(graph: Graph, revision: Revision) -> bool:
    return (await newest_revision(graph))[:2] == revision[:2]


async def counts_contradicted(graph: Graph) -> list[Finding]:
    """The kinds of which fewer or more records can be read than the log counts. Raises Unavailable."""
    found = await _counts(graph.read)
    if found and all(
        each.fault is Fault.COUNT for each in found
    ):  # perhaps by a write that was under way; under the store's lock there is none
        async with graph.rehearsal() as transaction:
            await transaction.run("lock_store")
            found = await _counts(transaction.run)
    return found


async def _counts(read: Read) -> list[Finding]:
    try:
        expected = Checksums.read((await read("checksums"))["checksums"])
    except SPOILT as error:
        return [unreadable("log", error)]
    found = []
    for kind in (*NODES, *map(str, RelationshipType)):
        try:
            row = await (read("readable_nodes", label=kind) if kind in NODES else read("readable_relationships", type=kind))
        except SPOILT as error:
            found.append(unreadable(kind, error))
        else:
            if row["count"] != expected[kind].number:
                found.append(Finding(Fault.COUNT, kind, f"{row['count']} can be read, and the log counts {expected[kind].number}"))
    return found


async def _checked(graph: Graph, revision: Revision) -> Checked:
    findings = []
    if (ahead := revision.recorded_at - now()) > LEAP:
        findings.append(
            Finding(
                Fault.CLOCK,
                "log",
                f"the newest revision was recorded at {written(revision.recorded_at)}, {ahead // 1_000_000} s ahead of the clock: "
                "the clock was wrong then, or is wrong now",
            )
        )
    row = await graph.read("checksums")
    try:
        expected = Checksums.read(row["checksums"])
    except SPOILT as error:
        return Checked(revision.number, {}, [*findings, unreadable("log", error)])
    findings += [each async for each in _of_log(graph, revision, expected)]
    found, broken = Checksums(), set[str]()
    for kind in (*KINDS, COMMUNICATIONS):
        listed: list[Finding] = []
        after = ""
        try:
            async for batch in scanned(graph, kind, revision):
                for name, checksum in batch.checksums.items():
                    found[name] += checksum
                listed += [each for node in batch.nodes for each in _of_node(node)]
                after = batch.after
        except SPOILT as error:
            broken |= _at_end(kind)
            findings.append(unreadable(f"{kind}s after `{after}`" if after else f"{kind}s", error))
        findings += _shortened(kind, listed)
    findings += _compared(found, expected, broken)
    if broken:  # those were not all reached, and there may be more of them that can be read
        findings += [each for each in await _counts(graph.read) if each.about in broken]
    return Checked(revision.number, {kind: found[kind].number for kind in sorted(found.keys() - broken)}, findings)


def _at_end(kind: str) -> set[str]:
    """The kinds of records that are read with nodes of one kind: these, their versions, and the relationships that end at them."""
    label = LABELS.get(kind, kind)
    return {label, f"{label}Version", *(str(type_) for type_, ends in ENDS.items() if ends.end == kind)}


async def _of_log(graph: Graph, revision: Revision, expected: Checksums) -> AsyncIterator[Finding]:
    """What is wrong with the log itself: entries that are missing, out of order, or of other checksums than the store's."""
    last = Entry(0)
    latest = Checksums()
    try:
        while rows := (await graph.read("log_after", after=last.number, until=revision.number, limit=ENTRIES))["changes"]:
            for entry in (Entry(*row) for row in rows):
                for each in _of_entry(entry, last):
                    yield each
                latest.update(Checksums.read(entry.checksums))
                last = entry
    except SPOILT as error:
        yield unreadable(f"log after entry {last.number}", error)
        return
    if last.number < revision.number:
        yield _missing(last.number + 1, revision.number)
    elif last.recorded_at not in {None, revision.recorded_at}:
        yield Finding(Fault.LOG, "log", "the newest entry and the store itself give different instants of its recording")
    for kind in sorted(latest):
        if latest[kind] != expected[kind]:
            yield Finding(Fault.LOG, kind, "the newest entry that changed any of these and the store itself count them differently")


def _of_entry(entry: Entry, before: Entry) -> Iterator[Finding]:
    """What is wrong with an entry, or missing before it."""
    if entry.number != before.number + 1:
        yield _missing(before.number + 1, entry.number - 1)
    if entry.recorded_at is None or entry.actor is None or entry.touched is None:
        yield Finding(Fault.LOG, "log", f"entry {entry.number} can't be read whole")
    elif before.recorded_at is not None and entry.recorded_at <= before.recorded_at:
        at = written(entry.recorded_at)
        yield Finding(Fault.LOG, "log", f"entry {entry.number} was recorded at {at}, which is not after the one before")


def _missing(first: int, last: int) -> Finding:
    which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
    return Finding(Fault.LOG, "log", f"{which} missing")


def _of_node(node: StoredNode) -> Iterator[Finding]:
    """What is wrong with a node, and with what ends at it."""
    id_ = node.properties.get("id")
    if not isinstance(id_, str) or not isinstance(node.properties.get("recordedAt"), int):
        yield Finding(Fault.UNREADABLE, str(id_ or "a node without an id"), "its properties can't be read whole")
        return
    for text in values_refused(node):
        yield Finding(Fault.VALUE, id_, text)
    for text in conflicts(node):
        yield Finding(Fault.CONFLICT, id_, text)


def _compared(found: Checksums, expected: Checksums, broken: set[str]) -> Iterator[Finding]:
    for kind in sorted((found.keys() | expected.keys()) - broken):
        if found[kind].number != expected[kind].number:
            yield Finding(Fault.COUNT, kind, f"{found[kind].number} can be read, and the log counts {expected[kind].number}")
        elif found[kind] != expected[kind]:
            yield Finding(Fault.CONTENT, kind, f"all {found[kind].number} are there, and not all are as they were written")


def _shortened(kind: str, findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MOST_LISTED:
        return findings
    shown: list[Finding] = []
    for fault in dict.fromkeys(finding.fault for finding in findings):
        alike = [finding for finding in findings if finding.fault is fault]
        shown += alike[:MOST_LISTED]
        if (more := len(alike) - MOST_LISTED) > 0:
            shown.append(Finding(fault, f"{kind}s", f"{more} more like these"))
    return shown


def unreadable(what: str, error: Exception) -> Finding:
    """The finding that a part of the store can't be read."""
    why = error.code if isinstance(error, Neo4jError) else type(error).__name__
    return Finding(Fault.UNREADABLE, what, f"reading ends with an error ({why}); the files of the store are damaged")
