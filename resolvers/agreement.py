"""One agreement: the customers that are party to it."""

from policy.live import is_operator
from policy.terms import RelationshipType
from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation


def customers_at(operation: Operation, agreement: str, as_of: AsOf | None) -> list[Node]:
    """The customers that are party to it at an instant, and to be seen, by name. Raises BadInput, Unavailable."""
    records = operation.facts.records_at(agreement)
    at = operation.reading(operation.instant(as_of))
    parties = [each for each in records if each.type is RelationshipType.PARTY_TO and not is_operator(each.start)]
    live = {each.start for each in parties if operation.caller.is_bound or each.is_live(*at)}
    if operation.caller.is_bound:
        around = {each: operation.situation(each, as_of) for each in live}
        live = {each for each, seen in around.items() if seen and agreement in seen.agreements}
    return operation.shown_by_name(live)
