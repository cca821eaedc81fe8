"""What a subscription says of itself: its dates, its status, how it is billed."""

from pathlib import Path
from typing import Any

import pytest

from tests.intake.bodies import CUSTOMER, PROVIDER, SUBSCRIPTION, read, save, subscription, tellings


@pytest.mark.parametrize(
    ("more", "consumption"),
    [
        ({"billingType": "usage"}, True),
        ({"billingType": "license", "productType": {"id": "Azure", "displayName": "Azure"}}, True),
        ({"billingType": None, "unitType": "Usage-based"}, True),
        ({"billingType": "license", "productType": {"id": "OnlineServicesNCE"}}, False),
        ({"billingType": "license", "parentSubscriptionId": "parent-1"}, False),
    ],
)
def test_legacy_azure_plan_new_commerce_and_add_on_subscriptions_are_told_apart(
    tmp_path: Path, more: dict[str, Any], *, consumption: bool
) -> None:
    nodes, ties, rejected = read(save(tmp_path, s=subscription(**more)))

    assert rejected == []
    assert nodes[f"subscription:{SUBSCRIPTION}"]["consumption"] is consumption
    assert f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}" in ties


@pytest.mark.parametrize("status", ["active", "Suspended", "expired", "Disabled", "deleted"])
def test_a_status_is_noted_in_lower_case_and_ends_nothing(tmp_path: Path, status: str) -> None:
    """Of a deleted one nothing is asked any more, and of any other the last biller still is the biller."""
    save(tmp_path, s=subscription(status=status, commitmentEndDate="2018-05-07T00:00:00Z"))

    assert read(tmp_path)[0][f"subscription:{SUBSCRIPTION}"]["status"] == status.lower()
    assert not any("ENDED" in each for each in tellings(tmp_path))


def test_the_entitlement_of_a_subscription_is_not_its_id(tmp_path: Path) -> None:
    """One is the id of an Azure subscription, and in one answer that of another subscription."""
    nodes, _, _ = read(save(tmp_path, s=subscription(entitlementId="entitlement-1")))

    assert "subscription:entitlement-1" not in nodes


def test_a_date_that_is_none_leaves_the_nodes_and_tells_no_relationship(tmp_path: Path) -> None:
    nodes, ties, rejected = read(save(tmp_path, s=subscription(effectiveStartDate="soon")))

    assert f"subscription:{SUBSCRIPTION}" in nodes
    assert ties == {}
    assert "`soon` is no time" in rejected[0].reason


@pytest.mark.parametrize("partner_id", ["", None, "  "])
def test_an_empty_partner_id_is_no_reseller(tmp_path: Path, partner_id: str | None) -> None:
    _, ties, rejected = read(save(tmp_path, s=subscription(partnerId=partner_id)))

    assert rejected == []
    assert not any("RESELLS" in tie for tie in ties)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2017-04-10T00:00:00Z", "2017-04-10T00:00:00Z"),
        ("2017-04-10T23:02:26.02Z", "2017-04-10T23:02:26.020000Z"),
        ("2016-05-10T07:30:05.427Z", "2016-05-10T07:30:05.427000Z"),
        ("2020-03-11T17:56:53.622599Z", "2020-03-11T17:56:53.622599Z"),
        ("2021-10-15T21:28:19.3058617Z", "2021-10-15T21:28:19.305861Z"),
        ("2020-03-25T22:24:34.59+00:00", "2020-03-25T22:24:34.590000Z"),
        ("2020-03-25T22:24:23.183+00:00", "2020-03-25T22:24:23.183000Z"),
        ("2017-11-16T16:19:06.3520276+00:00", "2017-11-16T16:19:06.352027Z"),
        ("2017-04-10T16:02:25.983-07:00", "2017-04-10T23:02:25.983000Z"),
        ("2019-08-26T00:00:00", "2019-08-26T00:00:00Z"),
        ("2015-11-25T06: 41: 12Z", "2015-11-25T06:41:12Z"),
        ("9999-12-10T00:00:00Z", "9999-12-10T00:00:00Z"),
    ],
)
def test_times_are_read_in_every_form_that_partner_center_writes(tmp_path: Path, given: str, expected: str) -> None:
    _, ties, rejected = read(save(tmp_path, s=subscription(effectiveStartDate=given)))

    assert rejected == []
    assert ties[f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION}"] == expected


@pytest.mark.parametrize("unset", [None, "", "0001-01-01T00:00:00Z"])
def test_without_a_start_the_creation_counts_and_without_any_date_the_first_load(tmp_path: Path, unset: str | None) -> None:
    created = save(tmp_path / "created", s=subscription(effectiveStartDate=unset))
    undated = save(tmp_path / "undated", s=subscription(effectiveStartDate=unset, creationDate=unset))
    bills = f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}"

    assert read(created)[1][bills] == "2017-04-10T23:02:26.020000Z"
    assert read(undated)[1][bills] is None


def test_azure_consumption_is_told_by_its_billing(tmp_path: Path) -> None:
    nodes, _, _ = read(save(tmp_path, s=subscription(billingType="usage", status="Suspended")))

    assert nodes[f"subscription:{SUBSCRIPTION}"] == {"offer": "Device management", "status": "suspended", "consumption": True}
