"""What identifies a customer, taken out of the graph for good."""

from graph.checksums import node_record
from graph.graph import Graph, Transaction
from graph.labels import LABELS
from graph.load_nodes import IDENTIFYING
from graph.store import Revising

ACTOR = "vocero erase"


async def erase(graph: Graph, customer: str) -> bool | None:
    """
    Blank the name and the domain of a customer in every version, as one revision; what relates it to others stays.

    customer: its id
    returns:  whether there was anything to blank; None where there is no such customer. Without a change no revision is taken
    raises:   Unavailable
    source:   queries/erase_customer.cypher
    """
    blank = {**dict.fromkeys(IDENTIFYING), "erased": True}

    async def work(transaction: Transaction) -> bool | None:
        revising = await Revising.begin(transaction)
        revising.is_erasure = True
        done = await transaction.run("erase_customer", customer=customer, blank=blank)
        if not done["known"]:
            return None
        for is_newest, before in done["erased"]:
            label = LABELS["customer"] if is_newest else f"{LABELS['customer']}Version"
            after = {name: value for name, value in (before | blank).items() if value is not None}
            revising.checksums.remove(label, [node_record(before)])
            revising.checksums.add(label, [node_record(after)])
            revising.touched.add(customer)
        return await revising.record(transaction, actor=ACTOR, summary=f"erase: {customer}")

    return await graph.write(work)
