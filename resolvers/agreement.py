"""One agreement: the customers that are party to it."""

from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.permission import known_situation_of


async def customers_at(operation: Operation, agreement: str, as_of: AsOf | None) -> list[Node]:
    """The customers that are party to it at an instant, and to be seen, by name. Raises BadInput, Unavailable."""
    records = await operation.readings.parties(agreement)
    at = await operation.reading(await operation.instant(as_of))
    live = {each.start for each in records if operation.caller.is_bound or each.is_live(at.valid_at, at.known_at)}
    if operation.caller.is_bound:
        around = {each: await known_situation_of(operation, each, as_of) for each in live}
        live = {each for each, seen in around.items() if seen and agreement in seen.agreements}
    return await operation.shown_by_name(live)
