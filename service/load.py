"""The command `vocero load`: the first load of a large book goes through Neo4j's importer."""

from asyncio import to_thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from graph.embedded import fetch, running
from graph.embedded.errors import FolderInUse, NotImported
from graph.embedded.folder import has_store, is_filled
from graph.first_load.load import Home, NotEmpty
from graph.load_batch import Loaded
from graph.space import Space
from intake.book import has_rows
from resolvers.load_folder import load_first_book
from service.files import ACTOR, Order, load_a_folder
from service.reach import reached_graph
from service.settings import Settings
from service.usable import policy_of

PAYS, PAYS_TO_REPLACE = 30_000, 300_000
"""Rows from which on the importer is faster, its own start included; and where a Neo4j has to be started before, to look at a store."""


class Bar(NamedTuple):
    """What moves a progress bar: by how many rows were read, and how far the import is, 0 to 1."""

    rows: Callable[[int], None]
    imported: Callable[[float], None]


async def load(settings: Settings, order: Order, console: Console) -> Loaded:
    """Load a folder, in the way that is the faster one. Raises BadInput, Unavailable."""
    loaded = await load_first(settings, order, console)
    if loaded is None:
        async with reached_graph(settings) as graph:
            loaded = await load_a_folder(graph, policy_of(settings), order, console)
    return loaded


async def load_first(settings: Settings, order: Order, console: Console) -> Loaded | None:
    """
    Load a book into an empty store that nobody serves; None, and nothing done, where that is not so or the importer would not pay.

    raises: BadInput, Unavailable
    """
    is_book = order.billed_by is None and not order.dry_run
    is_open = settings.server() or running(settings.data)
    if not is_book or is_open or is_filled(settings.data):
        return None
    if not has_rows(order.folder, PAYS_TO_REPLACE if has_store(settings.data) else PAYS):
        return None
    await to_thread(fetch, settings.cache, show_progress=True)  # with a bar of its own
    with _bar(console) as bar:
        try:
            return await load_first_book(
                Home(settings.data, settings.cache, Space(settings.data, settings.least_free << 20)),
                order.folder,
                order.rejected,
                actor=ACTOR,
                progress=bar.rows,
                imported=bar.imported,
                opened=lambda: reached_graph(settings),
            )
        except (FolderInUse, NotEmpty):  # it is served, or not for a first load
            return None
        except NotImported as error:
            console.print(f"{error}; the rows are written one by one instead", highlight=False, markup=False, soft_wrap=True)
            return None


@contextmanager
def _bar(console: Console) -> Iterator[Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        read = 0

        def rows(number: int) -> None:
            nonlocal read
            read += number
            progress.update(task, description=f"{read:,} rows read")

        def imported(part: float) -> None:
            done = "in the store; making its indexes" if part == 1 else "read, and being imported"
            progress.update(task, description=f"{read:,} rows {done}", total=None if part == 1 else 1, completed=part)

        yield Bar(rows, imported)
