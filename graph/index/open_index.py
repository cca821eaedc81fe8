"""The generation of the index that a process has open, and those that are made to take its place."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from graph.graph import Graph
from graph.index.environment import Environment
from graph.index.filler import fill
from graph.index.generations import Generations
from graph.index.values import Damaged
from graph.space import Space
from graph.store import identity_of

NOTE_SECONDS: Final = 0.5
"""How often it is said how far a generation is."""


class Opened(NamedTuple):
    """A generation that is open; close: what is to be called at its end."""

    number: int
    environment: Environment
    close: ExitStack


class OpenIndex:
    """
    The files of the index of one store, as one process has them.

    opened: the generation in use; None = none
    folder: where the indexes of all stores lie; None = there is none
    space:  of the disk, without which nothing is written
    """

    def __init__(self, graph: Graph, folder: Path | None, space: Space | None) -> None:
        self.opened: Opened | None = None
        self._graph = graph
        self._folder = folder
        self._space = space
        self._generations: Generations | None = None
        self._store = ""
        self._ended: list[Opened] = []
        """Generations that are not used any more, and are still to be closed."""

    @property
    def has_folder(self) -> bool:
        """Is there to be an index?"""
        return self._folder is not None

    def filled(self) -> int | None:
        """How many customers this process, or another, wrote to a generation that is being filled; None where none is."""
        return None if self._generations is None or self.opened is not None else self._generations.filled()

    async def open(self) -> bool:
        """Open the generation that is there; whether there is one that can be used. Raises Unavailable."""
        generations = await self._generations_of_store()
        return generations is not None and self._open(generations)

    def is_current(self) -> bool:
        """Is the generation that is open still the one in use?"""
        return self.opened is not None and self._generations is not None and self._generations.current() == self.opened.number

    def open_next(self) -> None:
        """Open the generation that took the place of the one that was ended, if there is one. Raises Unavailable."""
        if self._generations is not None:
            self._open(self._generations)

    async def fill(self, *, is_replaced: Callable[[int], bool], progress: Callable[[int], None] = lambda _: None) -> int:
        """
        Fill a new generation, and use it; how many customers were written. Where another process does so, none are.

        is_replaced: may the generation of this number, which is in use, be replaced
        progress:    called with the number of customers that were written just now
        raises:      Unavailable, Damaged
        """
        generations = await self._generations_of_store()
        if generations is None:
            return 0
        with generations.filling() as number:
            current = generations.current()
            if number is None or (current is not None and not is_replaced(current)):
                return 0
            written, next_note = 0, 0.0

            def wrote(more: int) -> None:
                nonlocal written, next_note
                written += more
                if monotonic() >= next_note:
                    generations.note_filled(number, written)
                    next_note = monotonic() + NOTE_SECONDS
                progress(more)

            try:
                with generations.opened(number) as environment:
                    wrote(0)
                    await fill(self._graph, environment, self._store, wrote)
            except Damaged:
                generations.give_up(number)
                raise
            generations.publish(number)
            generations.sweep()
        return written

    def give_up(self) -> None:
        """Have the generation that is open be used no more by any process, and made anew."""
        if self._generations is not None and self.opened is not None and self._generations.current() in {None, self.opened.number}:
            self._generations.give_up(self.opened.number)

    def end(self) -> None:
        """Use the generation that is open no more; `close_ended` closes it."""
        if self.opened is not None:
            self._ended.append(self.opened)
            self.opened = None

    def close_ended(self) -> None:
        """Close what is not used any more, when nothing of it is in use."""
        while self._ended:
            self._ended.pop().close.close()
            if self._generations is not None:
                self._generations.sweep()

    def _open(self, generations: Generations) -> bool:
        number = generations.current()
        if number is None:
            return False
        with ExitStack() as stack:
            try:
                environment = stack.enter_context(generations.opened(number))
            except Damaged:
                generations.give_up(number)
                return False
            self.opened = Opened(number, environment, stack.pop_all())
        return True

    async def _generations_of_store(self) -> Generations | None:
        if self._generations is None and self._folder is not None:
            self._store = await identity_of(self._graph)
            self._generations = Generations(self._folder, self._store, self._space)
        return self._generations
