"""The files of a folder, in any nesting, without holding the names of more than the folders on the way."""

import os
from collections.abc import Iterator
from pathlib import Path

from policy.errors import BadInput


def files_in(folder: Path, within: str = "") -> Iterator[str]:
    """
    The path in the folder of every *.json file, in the order in which texts compare.

    raises: BadInput for a folder that can't be read
    """
    try:
        with os.scandir(f"{folder}/{within}") as entries:
            names = sorted(_named(entry) for entry in entries if _counts(entry))
    except OSError as error:
        raise BadInput(f"`{folder}/{within}` can't be read ({error.strerror})") from error
    for name in names:
        if name.endswith("/"):
            yield from files_in(folder, within + name)
        else:
            yield within + name


def bytes_of(folder: Path, file: str) -> bytes:
    """The bytes of a file. Raises BadInput."""
    try:
        with open(f"{folder}/{file}", "rb") as opened:  # noqa: PTH123 - a Path would intern the name of every file
            return opened.read()
    except OSError as error:
        raise BadInput(f"can't be read ({error.strerror})") from error


def _counts(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) or (entry.name.lower().endswith(".json") and entry.is_file())


def _named(entry: os.DirEntry[str]) -> str:
    """A folder's name ends with a slash, so that it is sorted as the paths in it are."""
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
