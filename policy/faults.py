"""What is wrong with a policy file: all of it, not only what was found first."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from policy.errors import BadInput
from policy.toml_lines import Path, line_of


class Fault(NamedTuple):
    """What was wrong and what would be right; no line where something is missing from the whole file."""

    line: int | None
    reason: str

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


class PolicyFault(BadInput):
    """The file is no policy; the message has a line for each fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line is None, fault.line)))
        super().__init__("\n".join(map(str, self.faults)))


class Faults:
    """The faults found so far in one file."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self._found: list[tuple[Path, str]] = []

    def add(self, path: Path, reason: str) -> None:
        """Note what is wrong at a place; an empty path is the whole file."""
        self._found.append((path, reason))

    def within(self, path: Path) -> bool:
        """Is something wrong at this place or inside it?"""
        return any(place[: len(path)] == path for place, _ in self._found)

    def all(self) -> tuple[Fault, ...]:
        """Every fault, with its line."""
        return tuple(Fault(line_of(self._lines, path), reason) for path, reason in self._found)
