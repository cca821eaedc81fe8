"""Values that are not made where what they are completed to is known already."""

from collections.abc import Collection, Hashable, Mapping
from itertools import count

MOST_SPELLINGS = 10_000

Within = Mapping[str, Collection[str]]
"""Type -> the names of the fields of an object, and of what is below it, that hang on nothing else than what is said where it is used."""


class Later:
    """
    What stands for a value until somebody asks of it what nobody asked before.

    Only what is asked for by fields that `Plain.within` names is kept, under a number of its own.
    """

    __slots__ = ()

    def known(self, selection: int) -> object:
        """What was kept, in a form that an answer can hold; None where nothing was."""
        raise NotImplementedError

    def make(self) -> object:
        """The value itself, which may be made again."""
        raise NotImplementedError

    def keep(self, selection: int, completed: object) -> None:
        """Keep what it was completed to, if there is room."""
        raise NotImplementedError


class Spellings:
    """Numbers for what is asked of a value, the same for the same in every document, and never given twice."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._next = count()

    def number(self, spelled: Hashable) -> int:
        """That of one."""
        if spelled not in self._numbers:
            if len(self._numbers) >= MOST_SPELLINGS:
                self._numbers.clear()  # what is kept under the old numbers is not found any more
            self._numbers[spelled] = next(self._next)
        return self._numbers[spelled]
