"""A file of messages that were sent, held against the policy row by row."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from rich.console import Console

from graph.index.local_index import LocalIndex
from graph.rows import Rejection
from graph.store import newest_revision
from graph.time_slices import call
from intake.columns import AUDIT
from intake.csv_rows import csv_rows
from intake.raw_row import RawRow
from policy.bidi import FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE, isolated
from policy.errors import BadInput, VoceroError
from policy.instant import written
from policy.policy import Policy
from policy.terms import Language, Verdict
from policy.values.instant import instant_from
from resolvers.audit import FINDINGS, Audited, Sent, audited
from resolvers.permission import Question

BATCH = 1000
NOT_JUDGED = "not judged"
KEPT = {"\n", FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE}
"""Not printable to Python, and needed; isolates only as names have them."""


class Row(NamedTuple):
    """A row of the file, and what was found of it; an error says why it can't be judged."""

    line: int
    reference: str
    found: Audited | VoceroError

    @property
    def is_clean(self) -> bool:
        """Was it judged, and is there nothing to object to?"""
        return isinstance(self.found, Audited) and not self.found.is_finding


async def audit(index: LocalIndex, policy: Policy, file: Path) -> AsyncIterator[Row]:
    """Every row of the file, in its order, all at one revision, in bounded memory. Raises Unavailable."""
    revision = await newest_revision(index.graph)
    rows = csv_rows(file, AUDIT)
    while batch := [_read(raw) for raw in islice(rows, BATCH)]:
        sent = [each for _, _, each in batch if isinstance(each, Sent)]
        found = iter(await call(partial(audited, index, policy, sent, revision)))
        for line, reference, each in batch:
            yield Row(line, reference, next(found) if isinstance(each, Sent) else each)


async def show_audit(rows: AsyncIterator[Row], language: Language, console: Console) -> bool:
    """The findings and whatever can't be judged, for people, then how many there are of each verdict; whether all is clean."""
    counts: Counter[str] = Counter()
    async for row in rows:
        counts[_verdict(row) or NOT_JUDGED] += 1
        if not row.is_clean:
            console.print(_printable(await _told(row, language)), highlight=False, markup=False, soft_wrap=True)
    listed = ", ".join(f"{counts[each]} {each}" for each in (*Verdict, NOT_JUDGED) if counts[each])
    findings = sum(counts[verdict] for verdict in FINDINGS)
    summary = f"{_counted(counts.total(), 'message')}: {listed or 'none'}; {_counted(findings, 'finding')}"
    console.print(summary, highlight=False, soft_wrap=True)
    return not findings and not counts[NOT_JUDGED]


async def write_audit(rows: AsyncIterator[Row], language: Language, file: TextIO) -> bool:
    """Every row as one line of JSON; whether all is clean."""
    is_clean = True
    async for row in rows:
        is_clean = is_clean and row.is_clean
        file.write(await _json(row, language) + "\n")
    return is_clean


async def _json(row: Row, language: Language) -> str:
    answer = {"line": row.line, "reference": row.reference, "verdict": _verdict(row)}
    if isinstance(row.found, VoceroError):
        answer |= {"permitted": None, "permittedIn": [], "everywhere": None, "finding": False, "error": str(row.found)}
        return json.dumps(answer, ensure_ascii=False)
    decision = row.found.answer.decision
    answer |= {"permitted": decision.permitted, "permittedIn": decision.permitted_in, "everywhere": decision.everywhere}
    answer["finding"] = row.found.is_finding
    return json.dumps(answer | {"explanation": await call(partial(row.found.explanation, language))}, ensure_ascii=False)


def _read(raw: RawRow | Rejection) -> tuple[int, str, Sent | VoceroError]:
    if isinstance(raw, Rejection):
        return raw.line, "", BadInput(f"the row {raw.reason}")
    communicator, customer, topic, scope, at, reference = (cell or "" for cell in raw.cells)
    try:
        return raw.line, reference, Sent(Question(communicator, customer, topic, scope.strip() or None), instant_from(at), reference)
    except BadInput as error:
        return raw.line, reference, error


def _verdict(row: Row) -> Verdict | None:
    return row.found.answer.decision.verdict if isinstance(row.found, Audited) else None


async def _told(row: Row, language: Language) -> str:
    where = f"line {row.line}, {isolated(' '.join(row.reference.split())) or 'no reference'}: "
    if isinstance(row.found, VoceroError):
        return f"{where}{NOT_JUDGED}: {row.found}\n"
    decision, topic, as_of = row.found.answer.decision, row.found.answer.topic, row.found.answer.as_of
    what = f"{decision.verdict} {decision.communicator} -> {decision.customer} about {topic.code}, {written(as_of.valid_at)}"
    names = row.found.answer.situation.names()
    scopes = ", ".join(f"{scope} ({isolated(names[scope])})" for scope in decision.permitted_in)
    only = f"Permitted only in {scopes}; the message was confined to none of them.\n" if scopes else ""
    return f"{where}{what}\n{await call(partial(row.found.explanation, language))}\n{only}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _printable(text: str) -> str:
    """The same text, with U+FFFD for what would move a terminal about."""
    return "".join(each if each.isprintable() or each in KEPT else "\ufffd" for each in text)
