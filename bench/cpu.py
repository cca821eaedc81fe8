"""What processes take, out of /proc: of each tree of processes the CPU time and the memory."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ ")
INDEX = "/data.mdb"

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU time so far of a process and all that it started."""
    return sum(_ticks(each) for each in tree(pid)) / TICKS


def memory_bytes(pid: int) -> int:
    """Memory of a process and all that it started, without the local index; what several share counts once."""
    return sum(_kilobytes(each) for each in tree(pid)) * 1024


def tree(pid: int) -> Iterator[int]:
    """The process and all that it started, directly or not, as far as they are alive."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for thread in threads for child in (thread / "children").read_text("utf-8").split()]
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in children:
        yield from tree(int(child))


def _ticks(pid: int) -> int:
    """Of the process, and of those of its children that have ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(number) for number in text.rpartition(")")[2].split()[11:15])


def _kilobytes(pid: int) -> int:
    """Without the pages of the local index, which are the system's cache of a file."""
    try:
        lines = Path(f"/proc/{pid}/smaps").read_text("utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    total, is_index = 0, False
    for line in lines:
        if line.startswith("Pss:"):
            total += 0 if is_index else int(line.split()[1])
        elif MAPPING.match(line):
            is_index = line.endswith(INDEX)
    return total
