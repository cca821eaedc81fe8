"""The commands that take or give whole folders, with a progress bar on long work."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console

from graph.graph import Graph
from graph.load_batch import Loaded
from graph.rows import Note
from graph.store import newest_revision
from policy.instant import now
from policy.policy import Policy
from resolvers.export_book import Exported, export_book
from resolvers.load_folder import load_book, load_partner_center
from service.commands.progress import counting
from service.demo import write_demo

ACTOR = "vocero load"


class Order(NamedTuple):
    """What the command is to load; billed_by: the folder holds Partner Center responses, fetched by that partner."""

    folder: Path
    rejected: Path
    billed_by: str | None
    dry_run: bool


class Notes:
    """What was taken otherwise than it was given: the first of it, and how often that was."""

    def __init__(self) -> None:
        self.first: Note | None = None
        self.count = 0

    def add(self, note: Note) -> None:
        """Count one more."""
        self.first = self.first or note
        self.count += 1


async def load_a_folder(graph: Graph, policy: Policy, order: Order, console: Console) -> Loaded:
    """Load a book, or saved Partner Center responses. Raises BadInput, Unavailable."""
    folder, rejected, billed_by, dry_run = order
    notes = Notes()
    with counting("rows", console) as progress:
        if billed_by is None:
            return await load_book(graph, folder, rejected, actor=ACTOR, progress=progress, dry_run=dry_run)
        loaded = await load_partner_center(
            graph, folder, billed_by, rejected, policy=policy, actor=ACTOR, progress=progress, note=notes.add, dry_run=dry_run
        )
    if notes.first is not None:
        file, _, reason = notes.first
        more = f" ({notes.count - 1} more like this)" if notes.count > 1 else ""
        console.print(f"note: {file}: {reason}{more}", highlight=False, markup=False, soft_wrap=True)
    return loaded


async def export_a_book(graph: Graph, folder: Path, console: Console) -> Exported:
    """Write the whole graph as a book. Raises BadInput, Unavailable."""
    with counting("rows", console) as progress:
        return await export_book(graph, folder, progress=progress)


async def load_demo(graph: Graph) -> str:
    """Load the demo world into an empty store; what was done, in words. Raises Unavailable."""
    if (await newest_revision(graph)).number:
        return "the data folder is not empty: the demo world was not loaded"
    with TemporaryDirectory() as folder:
        write_demo(Path(folder), now())
        loaded = await load_book(graph, Path(folder), Path(folder) / "rejected.csv", actor="vocero serve --demo", progress=lambda _: None)
    return f"the demo world is loaded: {loaded.nodes} nodes, {loaded.relationships} relationships"
