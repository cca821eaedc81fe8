from typing import Protocol

from policy.instant import now, written


class Record(Protocol):
    """A row that may give the record of its history; instants in microseconds."""

    @property
    def recorded_at(self) -> int | None:
        """Since when it was believed."""

    @property
    def superseded_at(self) -> int | None:
        """Until when it was believed."""


def late(row: Record, baseline: int) -> str | None:
    """
    Why a row can't restore history any more, or not yet; None when it can.

    baseline: recordedAt of the newest revision before the load
    """
    for name, instant in (("recorded_at", row.recorded_at), ("superseded_at", row.superseded_at)):
        if instant is None:
            continue
        if instant > now():
            return f"{name} `{written(instant)}` is in the future; nothing can be recorded or superseded later than now"
        if instant < baseline:
            return (
                f"{name} `{written(instant)}` is before the newest revision of the store (`{written(baseline)}`); "
                "history can be restored only into a store that holds no later revision"
            )
    return None
