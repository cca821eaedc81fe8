from policy.terms import Boundary

DAY = 24 * 60 * 60 * 1_000_000


def boundary(completed_at: int, rule: Boundary) -> int:
    """When a transfer completed at that instant takes effect: then, or at the start of the next UTC day (also when exactly midnight)."""
    return completed_at if rule is Boundary.INSTANT else (completed_at // DAY + 1) * DAY
