"""The group of all commands, which ends quietly wherever it is interrupted."""

import signal
import threading
from typing import Any

import typer
from typer.core import TyperGroup

INTERRUPTED = 130
"""The status that a shell gives a program which Ctrl-C ended."""


class QuietGroup(TyperGroup):
    """
    A group in which Ctrl-C is no error.

    Before a command begins, and after its end, nothing is to be undone: the signal ends the process as such. A command undoes in order
    what it began.
    """

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - a context of the click that typer has within
        """Run the command."""
        is_main = threading.current_thread() is threading.main_thread()
        try:
            if is_main:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        finally:
            if is_main:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
