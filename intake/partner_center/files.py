"""The files of a folder, in any nesting, without holding the names of more than the folders on the way."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from policy.errors import BadInput


def files_in(folder: Path, refuse: Callable[[str, str], None] = lambda *_: None) -> Iterator[str]:
    """
    The path in the folder of every *.json file, in the order in which texts compare.

    refuse: called with the path in the folder of every folder that can't be read, and why; the rest is read
    raises: BadInput where the folder itself can't be read
    """
    to_come = [""]
    while to_come:
        path = to_come.pop()
        if path and not path.endswith("/"):
            yield path
            continue
        try:
            with os.scandir(f"{folder}/{path}") as entries:
                names = sorted((_named(entry) for entry in entries if _counts(entry)), reverse=True)
        except OSError as error:
            if not path:
                raise BadInput(f"`{folder}` can't be read ({error.strerror})") from error
            refuse(path, f"can't be read ({error.strerror}), nor can what is in it")
            continue
        to_come += [path + name for name in names]


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
