"""Webhook events and audit records: changes, in any order, late or twice."""

import json
from pathlib import Path

import pytest

from tests.intake.bodies import (
    CUSTOMER,
    PROVIDER,
    RESELLER,
    SOURCE,
    SUBSCRIPTION,
    TARGET,
    agreement,
    audit_record,
    customer,
    event,
    indirect_reseller,
    order,
    read,
    save,
    subscription,
    tellings,
    transfer,
)

AT, THEN = "2018-02-17T00:05:39.548548Z", "2017-06-15T22:56:05.058930Z"


def test_an_accepted_relationship_begins_at_the_event(tmp_path: Path) -> None:
    save(tmp_path, e=[event("reseller-relationship-accepted-by-customer")])

    assert tellings(tmp_path) == [f"partner:{PROVIDER} RESELLER_FOR customer:{CUSTOMER} BEGAN {AT}"]


def test_the_date_of_an_event_is_better_than_none_and_worse_than_that_of_the_answer_itself(tmp_path: Path) -> None:
    bills, related = f"partner:{SOURCE} BILLS subscription:{SUBSCRIPTION}", f"partner:{SOURCE} RESELLER_FOR customer:{CUSTOMER}"
    save(tmp_path, a=audit_record("create_order", "order", resourceNewValue=json.dumps(order())), b=subscription())
    save(tmp_path, c=audit_record("add_customer"), d=customer())

    _, ties, _ = read(tmp_path, billed_by=SOURCE)

    assert ties[bills] == "2017-04-10T00:00:00Z"
    assert ties[related] == THEN


def test_an_updated_subscription_is_held_but_nobody_says_since_when_or_who_bills(tmp_path: Path) -> None:
    uri = f"http://api.partnercenter.microsoft.com/webhooks/v1/customers/{CUSTOMER}/subscriptions/{SUBSCRIPTION.upper()}"
    save(tmp_path, e=event("subscription-updated", ResourceUri=uri))

    assert tellings(tmp_path) == [f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION} BEGAN"]


def test_what_the_documentation_writes_for_an_id_is_none(tmp_path: Path) -> None:
    save(tmp_path, e=event("subscription-updated", ResourceUri="http://x/v1/customers/{{CustomerId}}/subscriptions/{{SubscriptionId}}"))
    save(tmp_path, o=order({"subscriptionId": "<guid>"}))

    nodes, ties, rejected = read(tmp_path)

    assert set(nodes) == {f"partner:{PROVIDER}", f"customer:{CUSTOMER}"}
    assert ties == {}
    assert "names no customer" in rejected[0].reason
    assert "`<guid>` stands where the id of a subscription belongs" in rejected[1].reason


@pytest.mark.parametrize("name", ["invoice-ready", "azure-fraud-event-detected", "test-created", "granular-admin-relationship-approved"])
def test_an_event_that_is_about_something_else_tells_nothing_and_is_no_fault(tmp_path: Path, name: str) -> None:
    save(tmp_path, e=event(name, ResourceUri="https://x/v1/invoices/1"))

    assert tellings(tmp_path) == []
    assert read(tmp_path)[2] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [("moon-risen", "event `moon-risen` is not known; fetch https://"), ("complete-transfer", "fetch the transfer that it")],
)
def test_an_event_that_says_too_little_says_what_to_fetch(tmp_path: Path, name: str, reason: str) -> None:
    assert reason in read(save(tmp_path, e=event(name)))[2][0].reason


def test_a_record_names_the_partner_by_its_tenant_and_not_by_an_mpn_id(tmp_path: Path) -> None:
    save(tmp_path, r=audit_record("create_order", "order", resourceNewValue=json.dumps(order())), s=subscription())

    _, ties, _ = read(tmp_path)

    assert f"partner:{SOURCE} BILLS subscription:{SUBSCRIPTION}" in ties
    assert f"partner:mpn-{SOURCE}" not in read(tmp_path)[0]


def test_a_record_of_an_order_tells_what_the_order_tells_and_names_its_customer(tmp_path: Path) -> None:
    record = audit_record("create_order", "order", resourceNewValue=json.dumps({k[:1].upper() + k[1:]: v for k, v in order().items()}))
    by_itself = save(tmp_path / "order", o=order())

    assert tellings(save(tmp_path / "record", r={"totalCount": 9, "items": [record]})) == tellings(by_itself, billed_by=SOURCE)


def test_what_a_record_says_of_a_subscription_does_not_replace_what_the_subscription_says(tmp_path: Path) -> None:
    """It may be read before or after, and be older or younger."""
    old = json.dumps(subscription(offerName="old", status="suspended"))
    save(tmp_path, a=audit_record("update_subscription", "subscription", resourceNewValue=old))
    alone = read(tmp_path)[0][f"subscription:{SUBSCRIPTION}"]
    save(tmp_path, b=audit_record("update_subscription", "subscription", resourceNewValue=old), a__b=subscription(), c=subscription())

    assert alone["status"] == "suspended"
    assert read(tmp_path)[0][f"subscription:{SUBSCRIPTION}"]["status"] == "active"


def test_a_removed_relationship_ends_reselling_and_delegated_administration_at_the_record(tmp_path: Path) -> None:
    pair = f"customer:{CUSTOMER} ENDED {THEN}"

    assert tellings(save(tmp_path, r=audit_record("remove_partner_customer_relationship", "partner_customer_relationship"))) == [
        f"partner:{SOURCE} RESELLER_FOR {pair}",
        f"partner:{SOURCE} ADMINISTERS {pair}",
    ]


def test_a_record_of_a_transfer_an_agreement_or_a_partnership_tells_the_same_as_these_by_themselves(tmp_path: Path) -> None:
    moved = audit_record("update_transfer", "transfer", resourceNewValue=json.dumps(transfer()))
    agreed = audit_record("create_agreement", "agreement", resourceNewValue=json.dumps(agreement(id="ag-1")))
    joined = audit_record(
        "create_partner_relationship", "partner_relationship", resourceNewValue=json.dumps(indirect_reseller(state="Active"))
    )
    parted = audit_record("remove_partner_relationship", "partner_relationship", resourceOldValue=json.dumps(indirect_reseller()))

    told = tellings(save(tmp_path, a=moved, b=agreed, c={**joined, "customerId": None}, d=parted))

    assert f"partner:{TARGET} BILLS subscription:{SUBSCRIPTION} MOVED_HERE 2020-02-27T01:11:33Z" in told
    assert f"customer:{CUSTOMER} PARTY_TO agreement:ag-1 BEGAN 2019-08-26T00:00:00Z" in told
    assert f"partner:{SOURCE} PROVIDES_FOR partner:{RESELLER} BEGAN" in told
    assert f"partner:{SOURCE} PROVIDES_FOR partner:{RESELLER} ENDED {THEN}" in told


@pytest.mark.parametrize("status", ["failed", "progress"])
def test_an_operation_that_did_not_succeed_did_nothing(tmp_path: Path, status: str) -> None:
    save(tmp_path, r=audit_record("remove_partner_customer_relationship", operationStatus=status))

    assert tellings(tmp_path) == []
    assert read(tmp_path)[2] == []


def test_an_operation_on_something_else_tells_nothing_and_is_no_fault(tmp_path: Path) -> None:
    save(tmp_path, a=audit_record("update_customer_user_licenses", "license"), b=audit_record("update_customer_qualification"))

    assert tellings(tmp_path) == []
    assert read(tmp_path)[2] == []


@pytest.mark.parametrize("value", [None, "{broken", "5"])
def test_an_operation_that_does_not_say_between_whom_is_reported(tmp_path: Path, value: str | None) -> None:
    (rejected,) = read(save(tmp_path, r=audit_record("extend_relationship", "partner_relationship", resourceNewValue=value)))[2]

    assert any(words in rejected.reason for words in ("doesn't say between whom", "is no JSON", "has no resource"))
