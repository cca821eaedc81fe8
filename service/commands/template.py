"""`vocero load --template`: a book to be filled in."""

from pathlib import Path

from intake.template import write_template
from service.commands.console import say, write_json


def write_a_template(folder: Path, *, as_json: bool) -> None:
    """Write it, and say what is there. Raises BadInput."""
    files = write_template(folder)
    if as_json:
        write_json({"folder": str(folder), "files": files})
    else:
        say(f"{', '.join(files)} are in {folder}, each with its columns and one example row")
        say(f"put your own rows in its place, then: vocero load {folder}")
