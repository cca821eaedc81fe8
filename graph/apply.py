"""Changes into the graph: all of them or none, in one transaction and one revision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graph.graph import Graph, Transaction
from graph.labels import LABELS
from graph.load_nodes import write_nodes
from graph.once import Applied, Asking, once
from graph.records import by_kind, forget_told, ledger_of, write_records
from graph.rows import NodeRow
from graph.store import Revising
from policy.apply import Fault, Work
from policy.change import Change, End, Put, Retract, Start, Transfer
from policy.errors import VoceroError
from policy.facts import Property
from policy.ledger import Ledger
from policy.terms import Boundary, RelationshipType

NAMES: Mapping[type, str] = {Put: "put", Start: "start", End: "end", Retract: "retract", Transfer: "transfer"}
"""What the log says of a change; stored, and no name of a class."""


class Faults(VoceroError):  # noqa: N818 - named as the contract speaks of them
    """Some of the changes can't be made, so none was."""

    code = "CONFLICT"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault.error) for fault in faults))
        self.faults = faults


async def apply(graph: Graph, changes: Sequence[Change | VoceroError], boundaries: Mapping[bool, Boundary], asking: Asking) -> Applied:
    """
    Make all of the changes, or none of them.

    boundaries: is a subscription's billing by consumption? -> when a transfer of it takes effect
    raises:     Faults, Conflict for a key that was used for other changes, Unavailable
    """

    async def made(transaction: Transaction, revising: Revising) -> int:
        return await make(transaction, changes, boundaries, revising)

    return await once(graph, asking, _summary(changes), made)


async def make(
    transaction: Transaction, changes: Sequence[Change | VoceroError], boundaries: Mapping[bool, Boundary], revising: Revising
) -> int:
    """Make the changes inside a transaction; how many changed something. Raises Faults."""
    sound = [change for change in changes if not isinstance(change, VoceroError)]
    ledger = await ledger_of(transaction, (end for change in sound for end in _ends(change)), RelationshipType, revising.recorded_at)
    nodes = {node for change in sound for node in _nodes(change)} | set(_governing(ledger, sound))
    work = Work(ledger, await _known(transaction, nodes), boundaries)
    if faults := work.do(changes):
        raise Faults(faults)
    put = await write_nodes(transaction, [NodeRow(each.node, each.properties) for each in work.puts], revising, restores=False)
    outcome = ledger.outcome()
    await write_records(transaction, outcome, revising)
    await forget_told(transaction, outcome)
    return put + work.moved


async def _known(transaction: Transaction, nodes: set[str]) -> dict[str, Mapping[str, Property]]:
    known: dict[str, Mapping[str, Property]] = {}
    for kind, ids in by_kind(nodes).items():
        for properties in (await transaction.run("known_nodes", label=LABELS[kind], ids=ids))["nodes"]:
            known[properties["id"]] = properties
    return known


def _nodes(change: Change) -> Iterator[str]:
    """Every node that a change names."""
    if isinstance(change, Put):
        yield change.node
    elif isinstance(change, Transfer):
        yield from change.subscriptions
        yield change.to
        if change.reseller:
            yield change.reseller
    else:
        yield change.start
        yield change.end


def _governing(ledger: Ledger, changes: Iterable[Change]) -> Iterator[str]:
    """The agreements that govern what is transferred."""
    for change in changes:
        if isinstance(change, Transfer):
            for subscription in change.subscriptions:
                yield from (each.start for each in ledger.believed_to(RelationshipType.GOVERNS, subscription))


def _ends(change: Change) -> Sequence[str]:
    """The nodes at which the relationships end that a change is about."""
    return change.subscriptions if isinstance(change, Transfer) else () if isinstance(change, Put) else (change.end,)


def _summary(changes: Sequence[Change | VoceroError]) -> str:
    names = [NAMES[type(change)] for change in changes if not isinstance(change, VoceroError)]
    return "apply: " + ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names))
