"""Ids of relationships: not stored, but made of what tells one record from every other."""

from graph.ids import MalformedId
from policy.facts import Relationship
from policy.terms import AdminKind, RelationshipType

PREFIX = "relationship:"
FURTHEST = 2**62  # microseconds: far beyond the year 9999, and still a whole number of the store


def relationship_id(relationship: Relationship) -> str:
    """`relationship:TYPE[.KIND]|from|to|validFrom|recordedAt`; keys hold no `|`, instants are microseconds since 1970."""
    type_ = relationship.type if relationship.kind is None else f"{relationship.type}.{relationship.kind}"
    return f"{PREFIX}{type_}|{relationship.start}|{relationship.end}|{relationship.valid_from}|{relationship.recorded_at}"


def relationship_named(text: str) -> Relationship:
    """What an id says of its relationship; its open end and source are not in it. Raises MalformedId."""
    try:
        what, start, end, valid_from, recorded_at = text[len(PREFIX) :].split("|")
        type_, _, kind = what.upper().partition(".")
        return Relationship(
            RelationshipType(type_),
            start.lower(),
            end.lower(),
            AdminKind(kind) if kind else None,
            _instant(valid_from),
            None,
            _instant(recorded_at),
            None,
            "",
        )
    except ValueError as error:
        raise MalformedId(f"`{text[:200]}` is no id of a relationship; take it from a relationship's `id`") from error


def _instant(text: str) -> int:
    instant = int(text)
    if abs(instant) > FURTHEST:
        raise ValueError(text)
    return instant
