"""The option `vocero --version`."""

from importlib.metadata import version as version_of
from typing import Annotated

import typer

from service.commands.console import say


def _show(is_asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if is_asked:
        say(f"vocero {version_of('vocero')}")
        raise typer.Exit


def version(
    is_asked: Annotated[bool, typer.Option("--version", callback=_show, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Answer who may speak to this customer about this topic, and why."""
