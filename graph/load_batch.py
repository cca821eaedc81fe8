"""One batch of a load: one transaction and one revision."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.graph import Transaction
from graph.load_nodes import write_nodes, write_versions
from graph.load_relationships import write_relationships
from graph.rename import rename_partners
from graph.rows import Located, NodeRow, Refusal, Rejection, RelationshipRow, Telling, VersionRow
from graph.store import Revising
from graph.tellings import write_tellings
from policy.terms import Boundary


class Terms(NamedTuple):
    """
    What holds for all rows of a load.

    digest:     names what is loaded: a load that was killed and is run again ends as if it had run once
    restores:   some row gives `recorded_at`; nodes have no such column, so the new ones count as known all along
    boundaries: is a subscription's billing by consumption? -> when a transfer of it takes effect; empty for a book, which tells nothing
    dry_run:    say what would be done, and do nothing
    """

    digest: str
    restores: bool
    boundaries: Mapping[bool, Boundary]
    actor: str
    dry_run: bool = False


class Loaded(NamedTuple):
    """What a load did: nodes made or changed, relationships, rows that brought nothing new, rows refused, revisions taken."""

    nodes: int = 0
    relationships: int = 0
    unchanged: int = 0
    rejected: int = 0
    revisions: int = 0

    def __add__(self, other: object) -> "Loaded":
        """Both together."""
        if not isinstance(other, Loaded):
            return NotImplemented
        return Loaded(*(one + another for one, another in zip(self, other, strict=True)))


async def write_batch(
    transaction: Transaction, batch: list[Located | Rejection], terms: Terms, baseline: int
) -> tuple[Loaded, list[Rejection]]:
    """
    Take the rows of a batch that can be taken; what was done, and the others in their order.

    baseline: recordedAt of the newest revision before the load
    """
    revising = await Revising.begin(transaction)
    rows = [each for each in batch if isinstance(each, Located)]
    nodes = [each.row for each in rows if isinstance(each.row, NodeRow)]
    versions = [each for each in rows if isinstance(each.row, VersionRow)]
    relationships = [each for each in rows if isinstance(each.row, RelationshipRow)]
    tellings = [each for each in rows if isinstance(each.row, Telling)]
    new_nodes = await write_nodes(transaction, nodes, revising, restores=terms.restores)
    new_versions, refused_versions = await write_versions(transaction, versions, revising, baseline=baseline)
    new_relationships, refused_relationships = await write_relationships(transaction, relationships, revising, baseline=baseline)
    moved_over = await rename_partners(transaction, nodes, revising, terms.boundaries) if terms.boundaries else 0
    told, moved, refused_tellings = await write_tellings(transaction, tellings, revising, terms.boundaries)
    new_nodes, unchanged = new_nodes + new_versions, len(batch) - new_nodes - new_versions - new_relationships - told
    new_relationships += moved + moved_over
    recorded = await revising.record(transaction, actor=terms.actor, summary=f"load: {new_nodes} nodes, {new_relationships} relationships")
    rejected = _rejected(batch, refused_versions + refused_relationships + refused_tellings)
    return Loaded(new_nodes, new_relationships, unchanged - len(rejected), len(rejected), int(recorded)), rejected


def _rejected(batch: list[Located | Rejection], refused: list[Refusal]) -> list[Rejection]:
    """What was not taken, in the order of the rows."""
    reasons = {id(refusal.located): refusal.reason for refusal in refused}
    rejected = []
    for each in batch:
        if isinstance(each, Rejection):
            rejected.append(each)
        elif id(each) in reasons:
            rejected.append(Rejection(each.file, each.line, reasons[id(each)], each.text))
    return rejected
