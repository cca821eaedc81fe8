"""What would change if some changes were made: they are made in a transaction that is rolled back, and what they come to is judged."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from graph.apply import make
from graph.graph import Transaction
from graph.histories import histories_within
from graph.ids import kind_of, parse_id
from graph.store import Revising
from graph.time_slices import give_way, wait_for
from graph.told import by_consumption
from graph.touched import count_of_customers_touched, customers_of_providers, customers_touched
from policy.boundary import boundary
from policy.change import Change, End, Retract, Start, Transfer
from policy.difference import differences
from policy.errors import BadInput, NotFound, Unavailable, VoceroError
from policy.facts import History
from policy.policy import Topic
from policy.situation import situation
from policy.terms import RelationshipType
from resolvers.difference import Changed, node_in
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import topic_of
from resolvers.token import token_of

MOST_CHANGES = 1000
MOST_CUSTOMERS = 1000
MOST_DIFFERENCES = 50_000
READ_AT_ONCE = 200
ATTEMPTS = 8
SECONDS = 30.0


class Rehearsed(NamedTuple):
    """
    What the transaction saw before it was rolled back.

    revising:    the revision that the changes would have taken
    consumption: those of the transferred subscriptions that would be billed by consumption
    histories:   of the customers asked about, by id; what the changes would record is in them
    """

    revising: Revising
    consumption: Collection[str]
    histories: Mapping[str, History]


def simulate(
    operation: Operation,
    changes: Sequence[Change | VoceroError],
    customers: Sequence[str] | None,
    topics: Sequence[str] | None,
    as_of: AsOf | None,
) -> list[Changed]:
    """
    What would differ if the changes were made now, by customer, communicator, then topic.

    changes:   what is wrong with a change by itself stands in its place, and is reported with all else that is wrong
    customers: None = those that the changes touch
    topics:    None = all
    as_of:     valid_at None = when the last change takes effect, or now if that is later; a known_at can't be given
    raises:    Faults, BadInput, NotFound, Unavailable
    """
    if len(changes) > MOST_CHANGES:
        raise BadInput(f"{len(changes)} changes at once; simulate {MOST_CHANGES} at most")
    if customers is not None and len(customers) > MOST_CUSTOMERS:
        raise BadInput(f"{len(customers)} customers at once; name {MOST_CUSTOMERS} at most")
    if as_of is not None and as_of.known_at is not None:
        raise BadInput("asOf.knownAt can't be given: what is simulated would be known from now on; give validAt alone")
    wanted = None if customers is None else [parse_id(each, ("customer",)) for each in customers]
    codes = operation.policy.topics if topics is None else {topic_of(operation, each).code for each in topics}
    about = [topic for code, topic in operation.policy.topics.items() if code in codes]
    operation.revision()  # waits for what the caller has seen
    rehearsed = wait_for(_rehearsed_in_time(operation, changes, wanted))
    valid_at = as_of and as_of.valid_at
    if valid_at is None:
        valid_at = max([operation.now, *_effects(operation, changes, rehearsed.consumption)])
    return _differences(operation, rehearsed, about, valid_at)


async def _rehearsed_in_time(operation: Operation, changes: Sequence[Change | VoceroError], wanted: Sequence[str] | None) -> Rehearsed:
    """Raises Faults, BadInput, NotFound, Unavailable."""
    try:
        async with asyncio.timeout(SECONDS):  # a writer may hold for long what the changes touch
            for _ in range(ATTEMPTS - 1):
                try:
                    return await _rehearsed(operation, changes, wanted)
                except Unavailable:  # without the writers' lock it can meet one halfway, and then the database ends one of the two
                    continue
            return await _rehearsed(operation, changes, wanted)
    except TimeoutError as error:
        raise Unavailable(f"the changes could not be tried within {SECONDS:g} s; ask again, or simulate fewer at once") from error


async def _rehearsed(operation: Operation, changes: Sequence[Change | VoceroError], wanted: Sequence[str] | None) -> Rehearsed:
    transferred = [each for change in changes if isinstance(change, Transfer) for each in change.subscriptions]
    async with operation.graph.rehearsal() as transaction:
        revising = await Revising.rehearse(transaction)
        await make(transaction, changes, operation.policy.boundaries, revising)
        customers = await _touched(transaction, revising) if wanted is None else wanted
        histories: dict[str, History] = {}
        for first in range(0, len(customers), READ_AT_ONCE):
            histories |= await histories_within(transaction, customers[first : first + READ_AT_ONCE])
        consumption = await by_consumption(transaction, ((RelationshipType.BILLS, each) for each in transferred))
    unknown = next((each for each in customers if each not in histories), None)
    if unknown is not None:
        raise NotFound(f"no customer `{unknown}` in the graph, and none that the changes put")
    return Rehearsed(revising, consumption, histories)


async def _touched(transaction: Transaction, revising: Revising) -> list[str]:
    # what a partner is called moves no verdict
    nodes = [each for each in revising.touched if kind_of(each) != "partner"]
    provided = await customers_of_providers(transaction.run, revising.touched)
    customers = sorted({*provided, *await customers_touched(transaction.run, nodes, limit=MOST_CUSTOMERS + 1)})
    if len(customers) > MOST_CUSTOMERS:
        count = max(len(provided), await count_of_customers_touched(transaction.run, nodes))
        raise BadInput(f"the changes touch {count} customers; name those that you ask about in `customers`, {MOST_CUSTOMERS} at most")
    return customers


def _effects(operation: Operation, changes: Sequence[Change | VoceroError], consumption: Collection[str]) -> Iterator[int]:
    """When each change takes effect: the instant from which on it holds something different in the world."""
    for change in changes:
        match change:
            case Start() | Retract():
                yield change.valid_from
            case End():
                yield change.valid_to
            case Transfer():
                for each in change.subscriptions:
                    yield boundary(change.completed_at, operation.policy.boundaries[each in consumption])
            case _:
                yield operation.now


def _differences(operation: Operation, rehearsed: Rehearsed, about: Sequence[Topic], valid_at: int) -> list[Changed]:
    revising = rehearsed.revising
    rests_on = wait_for(operation.graph.seen(revising.revision - 1, revising.before))
    token = token_of(operation.graph, rests_on, operation.caller)
    known_before, rules = revising.recorded_at - 1, operation.policy.rules
    found = []
    for _, history in sorted(rehearsed.histories.items()):
        before, after = (situation(history, valid_at, known_at, rules) for known_at in (known_before, revising.recorded_at))
        for each in differences(before, after, operation.policy, about):
            communicator, customer = (node_in(history, node, known_before) for node in (each.communicator, each.customer))
            found.append(Changed(each, communicator, customer, valid_at, rests_on, token))
        if len(found) > MOST_DIFFERENCES:
            raise BadInput(f"more than {MOST_DIFFERENCES} differences; ask about fewer `customers` or `topics`")
        give_way()  # a thousand customers take their time, and others are waiting
    return found
