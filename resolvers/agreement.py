"""One agreement: the customers that are party to it."""

from resolvers.operation import AsOf, Node, Operation


async def customers_at(operation: Operation, agreement: str, as_of: AsOf | None) -> list[Node]:
    """The customers that are party to it at an instant, by name. Raises BadInput, Unavailable."""
    records = await operation.parties(agreement)
    at = await operation.reading(await operation.instant(as_of))
    live = {each.start for each in records if each.is_live(at.valid_at, at.known_at)}
    return await operation.nodes_by_name(live)
