"""The rows of `relationships`, held against the table of the policy."""

import re
from collections.abc import Sequence
from functools import lru_cache

from graph.ids import kind_of, parse_id
from graph.rows import RelationshipRow
from policy.ends import ENDS
from policy.errors import BadInput
from policy.terms import AdminKind, RelationshipType
from policy.values.instant import BadDate, instant_from
from policy.values.text import text

TYPES = {str(each): (each, *ENDS[each]) for each in RelationshipType}
ALREADY = re.compile(r"(customer|partner|subscription|agreement):[0-9a-z._-]{1,200}")
"""Ids that stand already in the form that the graph keeps; every other goes the longer way through `parse_id`."""


def relationship_row(cells: Sequence[str | None]) -> RelationshipRow:
    """A relationship that is right by itself: its ends may still be unknown, or another stand against it. Raises BadInput."""
    name, start, end, kind, valid_from, valid_to, recorded_at, superseded_at, source = cells
    found = TYPES.get(name or "")
    if found is None:
        raise BadInput(f"unknown type `{name or ''}`; it is one of {', '.join(TYPES)}")
    type_, starts, ends = found
    start, end = _end("from", start, starts, type_), _end("to", end, (ends,), type_)
    admin_kind = _admin_kind(kind, type_)
    since = _instant("valid_from", valid_from)
    if since is None:
        raise BadInput("no valid_from; give the instant from which it holds, such as 2024-07-01T00:00:00Z")
    until = _instant("valid_to", valid_to)
    if until is not None and until <= since:
        raise BadInput(f"valid_to `{valid_to}` is not after valid_from `{valid_from}`")
    recorded, superseded = _instant("recorded_at", recorded_at), _instant("superseded_at", superseded_at)
    if superseded is not None and recorded is None:
        raise BadInput(f"superseded_at `{superseded_at}` is not after recorded_at, which is empty and so now; give both")
    if recorded is not None and superseded is not None and superseded <= recorded:
        raise BadInput(f"superseded_at `{superseded_at}` is not after recorded_at `{recorded_at}`")
    return RelationshipRow(type_, start, end, admin_kind, since, until, recorded, superseded, text("source", source or "", least=0))


def _instant(column: str, cell: str | None) -> int | None:
    if not cell:
        return None
    try:
        return instant_from(cell)
    except BadDate as error:
        raise BadDate(f"{column} {error}") from error


def _end(column: str, cell: str | None, kinds: tuple[str, ...], type_: RelationshipType) -> str:
    if not cell:
        raise BadInput(f"no `{column}`; give the id of {_named(kinds)}, such as {kinds[0]}:<key>")
    node = cell if ALREADY.fullmatch(cell) else _parsed(column, cell)
    if kind_of(node) not in kinds:
        side = "starts from" if column == "from" else "leads to"
        raise BadInput(f"{type_} {side} {_named(kinds)}, and `{column}` is `{cell[:80]}`")
    return node


def _named(kinds: tuple[str, ...]) -> str:
    return " or ".join(f"an {kind}" if kind[0] in "ao" else f"a {kind}" for kind in kinds)


@lru_cache(maxsize=1 << 16)
def _parsed(column: str, cell: str) -> str:
    try:
        return parse_id(cell)
    except BadInput as error:
        raise BadInput(f"`{column}`: {error}") from error


def _admin_kind(cell: str | None, type_: RelationshipType) -> AdminKind | None:
    if type_ is not RelationshipType.ADMINISTERS:
        if cell:
            raise BadInput(f"kind `{cell}` on a {type_}; kind is for ADMINISTERS only, so leave it empty")
        return None
    if not cell or cell not in AdminKind.__members__:
        raise BadInput(f"unknown kind `{cell or ''}`; ADMINISTERS is one of {', '.join(AdminKind)}")
    return AdminKind[cell]
