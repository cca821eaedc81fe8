"""
Every page of an index that a key or value stands in, read in a process of its own: `python -m graph.index.walk FOLDER`.

Where the file is cut short, reading what is not there ends the process by a signal: that must not be the service.
"""

import subprocess
import sys
from pathlib import Path

import lmdb

MOST_DATABASES = 100


def can_be_read(folder: Path) -> bool:
    """Is all there? Reads the whole index, in a process of its own. Blocks."""
    return subprocess.run([sys.executable, "-m", "graph.index.walk", str(folder)], check=False, capture_output=True).returncode == 0  # noqa: S603


def walk(folder: str) -> None:
    """Read all of it."""
    with lmdb.open(folder, readonly=True, max_dbs=MOST_DATABASES) as environment:
        with environment.begin() as transaction:
            names = [bytes(name) for name in transaction.cursor().iternext(values=False)]
        databases = [environment.open_db(name, create=False) for name in names]
        with environment.begin() as transaction:
            for database in databases:
                for _ in transaction.cursor(database):
                    pass


if __name__ == "__main__":
    walk(sys.argv[1])
