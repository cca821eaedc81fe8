from typing import NamedTuple

from intake.partner_center.bodies import Content, text_in
from policy.values.instant import instant_from

STARTS = ("effectiveStartDate", "creationDate", "activatedDateTime", "dateAgreed")
"""The members that say since when something holds, the first one given decides."""
EVENT = len(STARTS)
"""Rank of a date that an event or a list gives beside these."""
UNSET = "0001-01-01"
"""What Partner Center writes where no date was set."""


class Since(NamedTuple):
    """Since when something holds, and how directly the answer says so: the smaller, the better."""

    rank: int
    instant: int | None


UNTOLD = Since(EVENT + 1, None)


def since(content: Content) -> Since:
    """Since when what the body describes holds. Raises BadDate, which names the member."""
    for rank, name in enumerate(STARTS):
        if (instant := instant_in(content, name)) is not None:
            return Since(rank, instant)
    return UNTOLD


def since_event(content: Content, *names: str) -> Since:
    """When something happened, by the first of these members that is given. Raises BadDate."""
    for name in names:
        if (instant := instant_in(content, name)) is not None:
            return Since(EVENT, instant)
    return UNTOLD


def instant_in(content: Content, name: str) -> int | None:
    """The instant of one member, in any form that Partner Center gives times; None where none is set. Raises BadDate."""
    text = text_in(content, name).replace(" ", "")
    return None if not text or text.startswith(UNSET) else instant_from(text)
