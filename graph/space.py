"""Room on the disk that the store is on."""

import shutil
from pathlib import Path
from typing import NamedTuple


class Space(NamedTuple):
    """
    A disk, and how many bytes of it no write may take: the store needs them to be closed and opened again.

    folder: one on that disk
    disk:   what it is called where it is full
    """

    folder: Path
    least: int
    disk: str = "the graph's disk"

    def lack(self) -> str | None:
        """Why nothing may be written now; None = there is room."""
        free = shutil.disk_usage(self.folder).free
        if free >= self.least:
            return None
        free, least = free >> 20, self.least >> 20
        return f"{self.disk} is full: {free} MB are free, and a write needs {least} MB; ask again when its operator has made room"
