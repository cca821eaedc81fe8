"""The edges that give a standing: policy.md section 8, row by row."""

from policy.facts import Relationship
from policy.pairs import Pair
from policy.situation import Situation
from policy.standing import other_subscription, provided
from policy.terms import RelationshipType, Standing

Path = tuple[Relationship, ...]


def path(at: Situation, who: str, scope: str, standing: Standing) -> Path:  # noqa: C901, PLR0911, PLR0912 - one case a row of the table
    """The edges of that standing, in the order of the table: live ones, but for those of a pair."""
    bills, resells, holds = (at.to(type_, scope) for type_ in (RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.HOLDS))
    match standing:
        case Standing.DIRECT_BILLER | Standing.OPERATOR_OF_CSP:
            return bills + holds
        case Standing.RESELLER:
            own = at.between(RelationshipType.RESELLS, who, scope)
            return own + bills + at.between(RelationshipType.PROVIDES_FOR, bills[0].start, who) + holds
        case Standing.PROVIDER:
            others = tuple(each for each in resells if each.start != who)
            provides = (at.between(RelationshipType.PROVIDES_FOR, who, each.start) for each in others)
            return bills + others + sum(provides, ()) + holds
        case Standing.RELATED | Standing.RELATED_UNRECORDED | Standing.RELATED_BESIDES:
            return at.between(RelationshipType.RESELLER_FOR, who, at.customer)
        case Standing.RELATED_PROVIDER:
            return at.between(RelationshipType.RESELLER_FOR, who, at.customer) + tuple(provided(at, who))
        case Standing.SUPPORT_CONTACT:
            return at.between(RelationshipType.SUPPORTS, who, scope) + holds
        case Standing.ADMINISTRATOR:
            return at.between(RelationshipType.ADMINISTERS, who, at.customer)
        case Standing.FORMER_BILLER | Standing.OPERATOR_FORMER:
            return _of_pair(at.past_sale(who, RelationshipType.BILLS, scope))
        case Standing.FORMER_RESELLER:
            return _of_pair(at.past_sale(who, RelationshipType.RESELLS, scope))
        case Standing.CLOSING_PARTNER | Standing.OPERATOR_CLOSING:
            return _of_pair(at.pair(who, scope))
        case Standing.OTHER_PARTNER:
            return _stake(at, who, scope)
        case Standing.UNBILLED_RESELLER:
            return at.between(RelationshipType.RESELLS, who, scope) + holds
        case Standing.OPERATOR_DIRECT:
            return _parties(at, scope) if scope.startswith("agreement:") else _direct(at, who, scope)
        case Standing.OPERATOR_UNBILLED:
            return holds
        case Standing.OPERATOR_ONLY | Standing.NONE:
            return ()


def _stake(at: Situation, who: str, scope: str) -> Path:
    other = other_subscription(at, who, scope)
    if other is None:
        return ()
    stake = at.between(RelationshipType.BILLS, who, other) or at.between(RelationshipType.RESELLS, who, other)
    return stake + at.to(RelationshipType.HOLDS, other)


def _of_pair(pair: Pair | None) -> Path:
    return () if pair is None else (pair.sale, pair.holds)


def _direct(at: Situation, who: str, subscription: str) -> Path:
    """By its BILLS, else by the agreement; another operator's BILLS is none of its own."""
    own, holds = at.between(RelationshipType.BILLS, who, subscription), at.to(RelationshipType.HOLDS, subscription)
    agreement = at.governing(subscription)
    if own or agreement is None:
        return own + holds
    return at.between(RelationshipType.GOVERNS, agreement, subscription) + _parties(at, agreement) + holds


def _parties(at: Situation, agreement: str) -> Path:
    return at.between(RelationshipType.PARTY_TO, at.customer, agreement) + at.between(RelationshipType.PARTY_TO, at.operator, agreement)
