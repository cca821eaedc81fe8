"""The edges that give a standing: policy.md section 8, row by row."""

from policy.facts import Relationship
from policy.live import is_operator
from policy.situation import Situation
from policy.standing import other_subscription
from policy.terms import RelationshipType, Standing

Path = tuple[Relationship, ...]


def path(at: Situation, who: str, scope: str, standing: Standing) -> Path:  # noqa: C901, PLR0911 - one case a row of the table
    """The live edges of that standing, in the order of the table; for a former biller the last one that ended."""
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
        case Standing.RELATED:
            return at.between(RelationshipType.RESELLER_FOR, who, scope)
        case Standing.SUPPORT_CONTACT:
            return at.between(RelationshipType.SUPPORTS, who, scope) + holds
        case Standing.ADMINISTRATOR:
            return at.between(RelationshipType.ADMINISTERS, who, at.customer)
        case Standing.FORMER_BILLER:
            last = at.last_bill(who, scope)
            return ((last,) if last else ()) + holds
        case Standing.OTHER_PARTNER:
            return _stake(at, who, scope)
        case Standing.UNBILLED_RESELLER:
            return at.between(RelationshipType.RESELLS, who, scope) + holds
        case Standing.OPERATOR_DIRECT:
            return _parties(at, scope) if scope.startswith("agreement:") else bills + holds
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


def _parties(at: Situation, agreement: str) -> Path:
    operators = tuple(each for each in at.to(RelationshipType.PARTY_TO, agreement) if is_operator(each.start))
    return at.between(RelationshipType.PARTY_TO, at.customer, agreement) + operators
