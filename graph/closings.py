"""When what ended, or was deleted, ceases to count: a watch has to look at it then, though nothing begins or ends."""

from collections.abc import Mapping
from typing import Any

from policy.facts import Relationship
from policy.instant import LATEST
from policy.pairs import DELETED, OF_A_PAIR, months_after
from policy.policy_file import shipped_policy


def closes_at(record: Relationship) -> int | None:
    """When a sale or a HOLDS that has an end ceases to count; None where nothing does."""
    return _later(record.valid_to) if record.type in OF_A_PAIR and record.valid_to is not None else None


def deletion_closes_at(node: Mapping[str, Any]) -> int | None:
    """When what was sold of a deleted subscription ceases to count, by its properties as they are stored; None of any other."""
    return _later(node["recordedAt"]) if node.get("status") == DELETED else None


def _later(instant: int) -> int | None:
    months = shipped_policy().rules.closing_months
    later = None if months is None else months_after(instant, months)
    return later if later is not None and later <= LATEST else None
