"""One piece of work that is measured, and how its answers are held against what is right."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.service import NotServed, Served

Variables = Mapping[str, Any]
Reading = tuple[str, Mapping[str, object]]
"""A file of graph/queries by its name, and its parameters."""
FEWEST, MOST, SHARE = 10, 1_000, 10


@dataclass(frozen=True)
class Work:
    """
    What is asked, again and again.

    asked:       variables of each question, in their order
    right:       what the oracle says of a question, in the shape that `given` makes of the answer's data
    reads:       the Cypher that finds the facts of a question; None = there is no floor to tell
    items:       how many things one answer tells, where its rate is told by these
    entries:     how long the list is, where the questions are its pages
    once:        each question is asked once, by a service that has no facts yet
    goal:        how many times as fast as the fastest of those compared with it has to be
    """

    name: str
    said: str
    document: str
    asked: Sequence[Variables]
    right: Callable[[Variables], object]
    given: Callable[[dict[str, Any]], object]
    reads: Callable[[Variables], Sequence[Reading]] | None = None
    items: float = 1
    entries: int | None = None
    connections: int = 16
    once: bool = False
    goal: float | None = None

    def write(self, folder: Path) -> Path:
        """The bodies of the questions as a file, one a line."""
        file = folder / f"{self.name}.bodies"
        if not file.exists():
            with file.open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps({"query": self.document, "variables": each}) + "\n" for each in self.asked)
        return file

    def sample(self) -> Sequence[Variables]:
        """Some of the questions, from all over them."""
        step = max(1, len(self.asked) // max(FEWEST, min(MOST, len(self.asked) // SHARE)))
        return self.asked[::step]


def differences(work: Work, served: Served) -> list[str]:
    """Where the service's answers to a sample of the questions are not the right ones, each as a line to read."""
    found = []
    for variables in work.sample():
        right = work.right(variables)
        try:
            given = work.given(served.ask(work.document, variables))
        except (NotServed, KeyError, TypeError) as error:
            given = repr(error)
        if given != right:
            found.append(f"{work.name} {json.dumps(variables)}: right is {right}, the answer says {given}")
    return found
