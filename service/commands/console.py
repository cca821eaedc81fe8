"""The console of all commands: what they print for people on standard output, and say about their work on standard error."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console, ConsoleDimensions

UNBROKEN = ConsoleDimensions(1_000_000, 25)


class Terminal(Console):
    """A console that wraps on a terminal only: into a pipe or a file a line goes whole, so that programs find what they look for."""

    @property  # type: ignore[misc]  # of two parts in rich, of which this is the one that it asks
    def size(self) -> ConsoleDimensions:
        """That of the terminal."""
        return super().size if self.is_terminal else UNBROKEN


out, err = Terminal(), Terminal(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="print JSON, for programs")]


def say(line: str, console: Console = out) -> None:
    """Print a line as it is: nothing in it is a colour, and a terminal breaks it where it likes."""
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def write_json(value: Any) -> None:  # noqa: ANN401 - JSON
    """Print a value for programs."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    sys.stdout.flush()
