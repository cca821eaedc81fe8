"""The progress bar of long work whose end is not known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


@contextmanager
def counting(what: str, console: Console) -> Iterator[Callable[[int], None]]:
    """A progress bar, on a terminal, of work whose end is not known; call what it gives with how much was done."""
    columns = (TextColumn("{task.completed:,} {task.description}"), BarColumn(), TaskProgressColumn(show_speed=True), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, advance=done)
