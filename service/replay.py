"""Files of the decision log, asked again line by line: does the same question have the same answer?"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, NamedTuple, TypeGuard

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from graph.index.local_index import LocalIndex
from graph.time_slices import call
from policy.caller import Caller, Role
from policy.errors import BadInput, VoceroError
from policy.instant import written
from policy.policy import Policy
from policy.terms import Verdict
from policy.values.instant import instant_from
from resolvers.decided import Asked
from resolvers.replay import Found, Given, replayed

BATCH = 1000
LONGEST_LINE = 65_536
SHORT = 12

Instant = Annotated[int, BeforeValidator(instant_from)]


class Replayed(NamedTuple):
    """A line of a file, and what it asks gives today; an error says why it can't be read, or asked; None = by a policy that is not here."""

    file: Path
    line: int
    given: Given | BadInput
    found: Found | VoceroError | None

    @property
    def is_same(self) -> bool:
        """Is the answer today the one that was given?"""
        return isinstance(self.given, Given) and self.found == (self.given.verdict, self.given.of)

    @property
    def is_of_unknown_policy(self) -> bool:
        """Was it decided by a policy that is not here?"""
        return isinstance(self.given, Given) and self.found is None


class _Caller(BaseModel):
    name: str
    role: Role
    node: str | None


class _Line(BaseModel):
    asked: Asked
    caller: _Caller
    communicator: str | None
    customer: str
    topic: str
    scope: str | None
    valid_at: Instant = Field(alias="validAt")
    known_at: Instant = Field(alias="knownAt")
    verdict: Verdict | None
    of: int
    policy_version: str = Field(alias="policyVersion")


async def replay(index: LocalIndex, policies: Iterable[Policy], files: Sequence[Path]) -> AsyncIterator[Replayed]:
    """
    Every line of the files, in their order, in bounded memory, each judged by the policy that decided it then.

    policies: those that are here; a line of another one is not asked
    raises:   Unavailable
    """
    versions = {each.version: each for each in policies}
    lines = ((file, line, given) for file in files for line, given in _lines(file))
    while batch := list(islice(lines, BATCH)):
        asked = [given for _, _, given in batch if _is_asked(given, versions)]
        found = iter(await call(partial(replayed, index, versions, asked)))
        for file, line, given in batch:
            yield Replayed(file, line, given, next(found) if _is_asked(given, versions) else None)


async def report_replay(lines: AsyncIterator[Replayed], say: Callable[[str], None], *, as_json: bool) -> bool:
    """Say what differs, can't be read or can't be judged, then how many lines there were; whether all is the same."""
    counts: Counter[str] = Counter()
    async for each in lines:
        counts["lines"] += 1
        counts["differences"] += each.found is not None and not each.is_same
        counts["unreadable"] += isinstance(each.given, BadInput)
        counts["unknownPolicy"] += each.is_of_unknown_policy
        if not each.is_same:
            say(json.dumps(_plain(each), ensure_ascii=False) if as_json else _told(each))
    names = ("lines", "differences", "unreadable", "unknownPolicy")
    if as_json:
        say(json.dumps({name: counts[name] for name in names}))
    else:
        lines_, differences, unreadable, unknown = (counts[name] for name in names)
        say(f"{lines_} lines: {differences} differ, {unreadable} can't be read, {unknown} were decided by a policy that is not here")
    return not any(counts[name] for name in names[1:])


def _is_asked(given: Given | BadInput, versions: Mapping[str, Policy]) -> TypeGuard[Given]:
    return isinstance(given, Given) and given.policy_version in versions


def _lines(file: Path) -> Iterator[tuple[int, Given | BadInput]]:
    with file.open("rb") as opened:
        number, begins = 1, True
        while text := opened.readline(LONGEST_LINE):
            ends = text.endswith(b"\n")
            if begins and text.strip():
                yield number, _given(text) if ends or len(text) < LONGEST_LINE else BadInput(f"is longer than {LONGEST_LINE} bytes")
            begins = ends
            number += ends


def _given(text: bytes) -> Given | BadInput:
    try:
        line = _Line.model_validate_json(text)
    except BadInput as error:
        return error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return BadInput(f"is no decision: {f'`{where}` ' if where else ''}{first['msg'][:1].lower()}{first['msg'][1:]}")
    caller = Caller(line.caller.name, line.caller.role, line.caller.node)
    return Given(**{name: getattr(line, name) for name in Given._fields} | {"caller": caller})


def _plain(each: Replayed) -> dict[str, object]:
    where = {"file": str(each.file), "line": each.line}
    if isinstance(each.given, BadInput):
        return where | {"error": str(each.given)}
    now = {"verdict": each.found.verdict, "of": each.found.of} if isinstance(each.found, Found) else {"verdict": None, "of": 0}
    return where | {
        "communicator": each.given.communicator,
        "customer": each.given.customer,
        "topic": each.given.topic,
        "was": {"verdict": each.given.verdict, "of": each.given.of, "policyVersion": each.given.policy_version},
        "is": None if each.is_of_unknown_policy else now | {"policyVersion": each.given.policy_version},
        "error": str(each.found) if isinstance(each.found, VoceroError) else None,
    }


def _told(each: Replayed) -> str:
    where = f"{each.file}, line {each.line}: "
    given = each.given
    if isinstance(given, BadInput):
        return f"{where}{given}"
    what = f"{given.communicator or 'nobody'} -> {given.customer} about {given.topic}, {written(given.valid_at)}: "
    if each.is_of_unknown_policy:
        return f"{where}{what}decided by the policy {given.policy_version[:SHORT]}, which is not here; name its file with --policy"
    return f"{where}{what}{_difference(given, each.found)}; by the same policy"


def _difference(given: Given, found: Found | VoceroError | None) -> str:
    if not isinstance(found, Found):
        return f"was {given.verdict}, and can't be asked any more: {found}"
    if given.verdict != found.verdict:
        return f"was {given.verdict or 'given nobody'}, is {found.verdict or 'not given'}"
    return f"was one of {given.of}, is one of {found.of}" if given.communicator else f"was given nobody, is given {found.of}"
