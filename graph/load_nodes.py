from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from graph.checksums import node_record
from graph.closings import deletion_closes_at
from graph.graph import Transaction
from graph.ids import kind_of
from graph.labels import LABELS
from graph.late import late
from graph.records import by_kind
from graph.rows import Located, NodeRow, Refusal, VersionRow
from graph.store import Revising
from graph.unknown import unknown
from policy.instant import written

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "customer": {"cloud": "PUBLIC"},
    "partner": {"mpnIds": []},
    "subscription": {"status": "active", "consumption": False},
    "agreement": {},
}
IDENTIFYING = ("name", "domain")
"""What a customer that was erased has no more, and does not get again."""


async def write_nodes(transaction: Transaction, rows: Iterable[NodeRow], revising: Revising, *, restores: bool) -> int:
    """
    Create the nodes that are new and give the others what they lack; how many of either.

    A node that changes keeps its superseded version. restores: a new node counts as known from the start of the record.
    """
    merged: dict[str, dict[str, Any]] = {}
    hints: dict[str, dict[str, Any]] = {}
    for row in rows:
        merged.setdefault(row.id, {}).update(row.properties)
        hints[row.id] = {**row.hints, **hints.get(row.id, {})}
    changed = 0
    for kind, ids in by_kind(merged).items():
        label = LABELS[kind]
        known = {node["id"]: node for node in (await transaction.run("known_nodes", label=label, ids=ids))["nodes"]}
        for node in ids:
            if known.get(node, {}).get("erased"):
                merged[node], hints[node] = _unidentified(merged[node]), _unidentified(hints[node])
        new, revised = [], []
        for node in ids:
            if node not in known:
                new.append(
                    stored(
                        node,
                        {**DEFAULTS[kind], **hints[node], **_without_nulls(kind, merged[node])},
                        0 if restores else revising.recorded_at,
                    )
                )
            elif (
                wanted := stored(node, {**hints[node], **known[node], **_with_defaults(kind, merged[node])}, known[node]["recordedAt"])
            ) != known[node]:
                revised.append({**wanted, "recordedAt": revising.recorded_at})
        if new:
            await transaction.run("create_nodes", label=label, nodes=new)
        if revised:
            await transaction.run("revise_nodes", label=label, versionLabel=f"{label}Version", nodes=revised)
        revising.checksums.remove(label, (node_record(known[node["id"]]) for node in revised))
        revising.checksums.add(label, map(node_record, new + revised))
        superseded = ({**known[node["id"]], "supersededAt": revising.recorded_at} for node in revised)
        revising.checksums.add(f"{label}Version", map(node_record, superseded))
        revising.touched.update(node["id"] for node in new + revised)
        _note_deletions(new + revised, revising)
        changed += len(new) + len(revised)
    return changed


async def write_versions(
    transaction: Transaction, rows: Sequence[Located], revising: Revising, *, baseline: int
) -> tuple[int, list[Refusal]]:
    """
    Put superseded versions beside nodes that stand already; how many were new, and the rows that were refused.

    baseline: recordedAt of the newest revision before the load
    """
    restored = 0
    refused: list[Refusal] = []
    for group in _rounds(rows):
        kind = kind_of(_version(group[0]).id)
        ids = [_version(located).id for located in group]
        known = (await transaction.run("known_nodes", label=LABELS[kind], ids=ids))["nodes"] if kind == "customer" else []
        erased = {node["id"] for node in known if node.get("erased")}
        properties = [_properties(_version(located), erased) for located in group]
        outcome = await transaction.run(
            "restore_versions",
            label=LABELS[kind],
            versionLabel=f"{LABELS[kind]}Version",
            baseline=baseline,
            rows=[
                {"row": number, "late": late(_version(located), baseline) is not None, "properties": properties[number]}
                for number, located in enumerate(group)
            ],
        )
        for number, before in outcome["restored"]:
            superseded_at = _version(group[number]).superseded_at
            revising.checksums.add(f"{LABELS[kind]}Version", [node_record(properties[number])])
            revising.checksums.remove(LABELS[kind], [node_record(before)])
            revising.checksums.add(LABELS[kind], [node_record({**before, "recordedAt": max(before["recordedAt"], superseded_at)})])
            revising.touched.add(before["id"])
            _note_deletions([{**before, "recordedAt": max(before["recordedAt"], superseded_at)}], revising)
        restored += len(outcome["restored"])
        for number, node_known, clashes in outcome["refused"]:
            row = _version(group[number])
            if properties[number] not in clashes:
                reason = (late(row, baseline) or _standing_against(row, clashes)) if node_known else unknown(row.id)
                refused.append(Refusal(group[number], reason))
    return restored, refused


def _note_deletions(nodes: Iterable[Mapping[str, Any]], revising: Revising) -> None:
    for node in nodes:
        at = deletion_closes_at(node)
        if at is not None and at > revising.clock:
            revising.due[at].add(node["id"])


def stored(node: str, properties: Mapping[str, Any], recorded_at: int) -> dict[str, Any]:
    """The properties as the store keeps them: no nulls, with the node's id and its record."""
    return {**{name: value for name, value in properties.items() if value is not None}, "id": node, "recordedAt": recorded_at}


def _version(located: Located) -> VersionRow:
    if not isinstance(located.row, VersionRow):
        raise TypeError(located.row)
    return located.row


def _rounds(rows: Sequence[Located]) -> Iterator[list[Located]]:
    """Groups of one kind and at most one version of each node, so that of two which say different things the first in the file wins."""
    seen: dict[str, int] = defaultdict(int)
    rounds: dict[tuple[int, str], list[Located]] = defaultdict(list)
    for located in rows:
        node = _version(located).id
        rounds[seen[node], kind_of(node)].append(located)
        seen[node] += 1
    for key in sorted(rounds):
        yield rounds[key]


def _properties(row: VersionRow, erased: Collection[str]) -> dict[str, Any]:
    properties = {**_unidentified(row.properties), "erased": True} if row.id in erased else row.properties
    return {**stored(row.id, properties, row.recorded_at), "supersededAt": row.superseded_at}


def _unidentified(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in IDENTIFYING}


def _standing_against(row: VersionRow, clashes: list[dict[str, Any]]) -> str:
    first = min(clashes, key=lambda clash: clash["recordedAt"])
    until = f"to {written(first['supersededAt'])}" if "supersededAt" in first else "open"
    return (
        f"another version of `{row.id}` is known from {written(first['recordedAt'])} {until}; "
        "start this one where that one ends, or leave it out"
    )


def _without_nulls(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _with_defaults(kind, properties).items() if value is not None}


def _with_defaults(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Null clears a property, or puts it back to what it is at creation."""
    return {name: DEFAULTS[kind].get(name) if value is None else value for name, value in properties.items()}
