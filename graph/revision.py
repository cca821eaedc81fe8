from typing import NamedTuple


class Revision(NamedTuple):
    """
    One state of the graph.

    number:      how many changes it holds
    recorded_at: when the last of them was recorded, microseconds
    bookmarks:   the driver's, under which a member of a cluster holds it; none where one server holds everything
    """

    number: int
    recorded_at: int
    bookmarks: tuple[str, ...] = ()
