from policy.errors import BadInput
from policy.instant import is_in_calendar, written
from policy.terms import Boundary

DAY = 24 * 60 * 60 * 1_000_000


def boundary(completed_at: int, rule: Boundary) -> int:
    """When a transfer completed at that instant takes effect: then, or at the start of the next UTC day (also when exactly midnight)."""
    return completed_at if rule is Boundary.INSTANT else (completed_at // DAY + 1) * DAY


def completion(completed_at: int) -> int:
    """
    The completion of a transfer, which has to take effect by either rule: how a subscription is billed may be known only later.

    raises: BadInput
    """
    if not is_in_calendar(boundary(completed_at, Boundary.NEXT_UTC_DAY)):
        raise BadInput(f"a transfer completed at `{written(completed_at)}` takes effect outside the years 1 to 9999 in UTC")
    return completed_at
