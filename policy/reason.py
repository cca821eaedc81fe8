"""The path of a ruling in words: which sentence tells it, and what it names besides the scopes."""

from policy.decision import Ruling
from policy.named import Named
from policy.phrases import spoken_date
from policy.terms import RelationshipType, Standing

Reason = tuple[str, tuple[tuple[str, str], ...]]


def reason(ruling: Ruling, named: Named) -> Reason:
    """The phrase that tells the standing, and what it holds besides communicator, customer and scopes; alike where the path is."""
    phrase, details = ruling.standing.value, {}
    match ruling.standing:
        case Standing.RESELLER | Standing.OPERATOR_OF_CSP:
            details = {"biller": named.nodes(_starts(ruling, RelationshipType.BILLS))}
            if _provided(ruling):
                phrase = "RESELLER_WITH_PROVIDER"
        case Standing.PROVIDER:
            details = {"resellers": named.nodes(_starts(ruling, RelationshipType.RESELLS))}
            if provided := _provided(ruling):
                phrase, details["provided"] = "PROVIDER_WITH_RESELLER", named.nodes(provided)
        case Standing.ADMINISTRATOR:
            details = {"kinds": ", ".join(edge.kind for edge in ruling.path if edge.kind)}
            if ruling.scope.startswith("customer:"):
                phrase = "ADMINISTRATOR_OF_CUSTOMER"
        case Standing.FORMER_BILLER:
            details = {"ended": spoken_date(ruling.path[0].valid_to or 0, named.language)}
        case Standing.OTHER_PARTNER:
            stake = ruling.path[0]
            details = {"other": named.scopes([stake.end])}
            phrase = "OTHER_PARTNER_THAT_BILLS" if stake.type is RelationshipType.BILLS else "OTHER_PARTNER_THAT_RESELLS"
        case Standing.OPERATOR_DIRECT if ruling.scope.startswith("agreement:"):
            phrase = "OPERATOR_DIRECT_BY_AGREEMENT"
    return phrase, tuple(details.items())


def _starts(ruling: Ruling, type_: RelationshipType) -> list[str]:
    """Those at whose end the edges of that type start."""
    return [edge.start for edge in ruling.path if edge.type is type_]


def _provided(ruling: Ruling) -> list[str]:
    return [edge.end for edge in ruling.path if edge.type is RelationshipType.PROVIDES_FOR]
