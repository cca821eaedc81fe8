"""The path of a ruling in words: which sentence tells it, and what it names besides the scopes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from policy.decision import Ruling
from policy.live import is_operator
from policy.named import Names
from policy.phrases import gaps, listed, phrases, say
from policy.situation import Situation
from policy.spoken_time import spoken_end
from policy.terms import RelationshipType

BILLS, RESELLS, PROVIDES_FOR = RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.PROVIDES_FOR


class Reason(NamedTuple):
    """The phrase that tells a standing, and the ids and words of what it names: alike where two scopes can be told in one sentence."""

    phrase: str
    details: tuple[tuple[str, tuple[str, ...]], ...]

    def said(self, named: Names, **values: str) -> str:
        """The sentence. values: who, customer, scopes."""
        details = {gap: _said(gap, items, named) for gap, items in self.details}
        return say(named.language, self.phrase, **values | details)


def reason(ruling: Ruling, who: str, at: Situation) -> Reason:
    """Why the communicator has its standing in that scope: the most exact sentence that phrases.toml has for it."""
    phrase = f"standing.{ruling.standing}"
    for case in _cases(ruling, who, at):
        if f"{phrase}_{case}" in phrases():
            phrase = f"{phrase}_{case}"
    details = {gap: detail(ruling, who, at) for gap, detail in DETAILS.items() if gap in gaps(phrase)}
    return Reason(phrase, tuple(details.items()))


def _cases(ruling: Ruling, who: str, at: Situation) -> Iterator[str]:
    """What is the case, from the general to the special: each goes with those before it, as in `CLOSING_PARTNER_RESELLS_ENDED`."""
    if is_operator(who) and who != at.operator:
        yield "OPERATOR"
    first = ruling.path[0] if ruling.path else None
    if (who in at.resellers(ruling.scope)) if first is None else (first.type is RESELLS and first.start == who):
        yield "RESELLS"
    elif at.between(RelationshipType.RESELLER_FOR, who, at.customer):
        yield "RELATED"
    if any(edge.type is PROVIDES_FOR for edge in ruling.path):
        yield "PROVIDED"
    if any(edge.type is RelationshipType.GOVERNS for edge in ruling.path):
        yield "GOVERNED"
    if _ended(ruling, who, at):
        yield "ENDED"
    yield f"OF_{ruling.scope.partition(':')[0].upper()}"


def _billers(ruling: Ruling, _who: str, at: Situation) -> tuple[str, ...]:
    return tuple(edge.start for edge in ruling.path if edge.type is BILLS) or tuple(each.start for each in at.to(BILLS, ruling.scope))


def _resellers(ruling: Ruling, who: str, _at: Situation) -> tuple[str, ...]:
    return tuple(edge.start for edge in ruling.path if edge.type is RESELLS and edge.start != who)


def _provided(ruling: Ruling, _who: str, _at: Situation) -> tuple[str, ...]:
    return tuple(edge.end for edge in ruling.path if edge.type is PROVIDES_FOR)


def _agreements(ruling: Ruling, _who: str, _at: Situation) -> tuple[str, ...]:
    return tuple(edge.start for edge in ruling.path if edge.type is RelationshipType.GOVERNS)


def _kinds(ruling: Ruling, _who: str, _at: Situation) -> tuple[str, ...]:
    return tuple(edge.kind for edge in ruling.path if edge.kind)


def _ended(ruling: Ruling, _who: str, at: Situation) -> tuple[str, ...]:
    """The instant at which what is told ended; none where it holds or was never ended."""
    ends = [edge.valid_to for edge in ruling.path if edge.valid_to is not None and edge.valid_to <= at.valid_at]
    return (str(min(ends)),) if ends else ()


def _other(ruling: Ruling, _who: str, _at: Situation) -> tuple[str, ...]:
    return (ruling.path[0].end,)


def _among(ruling: Ruling, who: str, at: Situation) -> tuple[str, ...]:
    """What else there is of the kind that is named."""
    type_ = ruling.path[0].type
    stakes = [each for each in at.stakes.get(who, ()) if each != ruling.scope and at.between(type_, who, each)]
    return ("others",) if len(stakes) > 1 else ()


DETAILS: Final[Mapping[str, Callable[[Ruling, str, Situation], tuple[str, ...]]]] = {
    "billers": _billers,
    "resellers": _resellers,
    "provided": _provided,
    "agreements": _agreements,
    "kinds": _kinds,
    "ended": _ended,
    "other": _other,
    "among": _among,
}
"""What a sentence may name besides who, customer and scopes."""


def _said(gap: str, items: tuple[str, ...], named: Names) -> str:
    match gap:
        case "kinds":
            return admin_kinds(items, named)
        case "ended":
            return spoken_end(int(items[0]), named.language)
        case "among":
            return say(named.language, "among.OTHERS") if items else ""
        case "agreements" | "other":
            return named.scopes(items)
        case _:
            return named.nodes(items)


def admin_kinds(kinds: tuple[str, ...], named: Names) -> str:
    """The kinds of admin access, each once, as a list."""
    return listed([say(named.language, f"access.{kind}") for kind in dict.fromkeys(kinds)], named.language)
