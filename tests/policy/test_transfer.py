"""What a transfer of billing ends, over plain records."""

import pytest

from policy.apply import Work
from policy.change import Transfer
from policy.facts import Property, Relationship
from policy.ledger import Ledger
from policy.policy_file import shipped_policy
from policy.terms import RelationshipType

OFFICE = "subscription:office"
NOW = 1_000_000
NODES: dict[str, dict[str, Property]] = {
    OFFICE: {"consumption": True},
    "partner:fabrikam": {},
    "operator:microsoft": {},
    "agreement:direct": {"channel": "DIRECT"},
    "agreement:csp": {"channel": "CSP"},
}


def record(start: str, type_: RelationshipType, since: int = 0, until: int | None = None) -> Relationship:
    return Relationship(type_, start, OFFICE, None, since, until, 0, None, "")


@pytest.mark.parametrize(
    ("to", "before", "ends"),
    [
        ("partner:fabrikam", "operator:microsoft", ["agreement:direct", "operator:microsoft"]),
        ("operator:microsoft", "partner:fabrikam", ["partner:fabrikam"]),
    ],
)
def test_a_transfer_to_a_partner_ends_what_direct_agreements_govern_and_one_to_the_operator_does_not(
    to: str, before: str, ends: list[str]
) -> None:
    governs = [record(each, RelationshipType.GOVERNS) for each in ("agreement:direct", "agreement:csp")]
    work_on = Ledger([record(before, RelationshipType.BILLS), *governs], NOW)

    faults = Work(work_on, NODES, shipped_policy().boundaries).do([Transfer((OFFICE,), to, NOW - 10, None)])

    outcome = work_on.outcome()
    assert faults == []
    assert sorted(each.start for each in outcome.superseded) == ends
    assert sorted((each.start, each.valid_to) for each in outcome.created) == sorted([*((each, NOW - 10) for each in ends), (to, None)])
