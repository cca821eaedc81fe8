import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of(folder: Path, paths: Iterable[Path], *more: str) -> str:
    """SHA-256 of the files' names within the folder and of their content, in the order given, and of whatever else decides a load."""
    whole = hashlib.sha256()
    for word in more:
        whole.update(f"{word}\0".encode())
    for path in paths:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:  # what can't be read is rejected when its turn comes
            content = f"not read: {error.errno}"
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        whole.update(name + b"\0" + content.encode() + b"\0")
    return whole.hexdigest()
