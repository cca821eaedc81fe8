from typing import NamedTuple


class Revision(NamedTuple):
    """One state of the graph: how many changes it holds, and when the last of them was recorded, in microseconds."""

    number: int
    recorded_at: int
