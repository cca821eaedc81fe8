from pathlib import Path

import pytest

from graph.rows import Located, RelationshipRow
from intake.partner_center import read_partner_center
from tests.intake.bodies import (
    CUSTOMER,
    MPN,
    PROVIDER,
    RESELLER,
    SUBSCRIPTION,
    customer,
    indirect_reseller,
    listed,
    order,
    read,
    save,
    subscription,
)


def test_an_indirect_sale_is_one_subscription_with_its_provider_its_reseller_and_its_customer(tmp_path: Path) -> None:
    save(
        tmp_path,
        a_customer=customer(associatedPartnerId=RESELLER.upper()),
        b_order=order(),
        c_subscriptions=listed(subscription()),
        d_resellers=listed(indirect_reseller(state="Active", location="US")),
    )

    nodes, ties, rejected = read(tmp_path)

    assert rejected == []
    assert nodes == {
        f"partner:{PROVIDER}": {},
        f"partner:{RESELLER}": {"name": "First Steps", "country": "US", "mpnIds": [MPN]},
        f"customer:{CUSTOMER}": {"name": "Contoso", "domain": "contoso.example", "country": "ES"},
        f"subscription:{SUBSCRIPTION}": {"offer": "Device management", "status": "active", "consumption": False},
    }
    assert ties == {
        f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}": "2017-04-10T00:00:00Z",
        f"partner:{RESELLER} RESELLS subscription:{SUBSCRIPTION}": "2017-04-10T00:00:00Z",
        f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION}": "2017-04-10T00:00:00Z",
        f"partner:{PROVIDER} PROVIDES_FOR partner:{RESELLER}": None,
        f"partner:{PROVIDER} RESELLER_FOR customer:{CUSTOMER}": None,
        f"partner:{RESELLER} RESELLER_FOR customer:{CUSTOMER}": None,
    }


def test_nodes_come_before_relationships(tmp_path: Path) -> None:
    save(tmp_path, a=order(), b=customer(), z=listed(indirect_reseller(state="Active")))

    kinds = [type(each.row) for each in read_partner_center(tmp_path, PROVIDER) if isinstance(each, Located)]

    assert kinds == sorted(kinds, key=lambda kind: kind is RelationshipRow)


def test_the_order_in_which_files_are_read_changes_nothing(tmp_path: Path) -> None:
    answers = [order(), listed(subscription()), listed(indirect_reseller(state="Active"))]
    forth = save(tmp_path / "forth", **{f"f{number}": answer for number, answer in enumerate(answers)})
    back = save(tmp_path / "back", **{f"f{number}": answer for number, answer in enumerate(reversed(answers))})

    assert read(forth) == read(back)


def test_a_reseller_known_only_by_its_mpn_id_is_a_partner_of_that_name(tmp_path: Path) -> None:
    nodes, ties, _ = read(save(tmp_path, s=subscription()))

    assert nodes[f"partner:mpn-{MPN}"] == {"mpnIds": [MPN]}
    assert f"partner:mpn-{MPN} RESELLS subscription:{SUBSCRIPTION}" in ties


def test_an_order_alone_tells_who_bills_from_its_creation(tmp_path: Path) -> None:
    nodes, ties, rejected = read(save(tmp_path, o=order()))

    assert rejected == []
    assert nodes[f"subscription:{SUBSCRIPTION}"] == {"offer": "an order"}
    assert ties[f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}"] == "2017-04-10T23:02:25.983000Z"


@pytest.mark.parametrize("partner_id", ["", None, "  "])
def test_an_empty_partner_id_is_no_reseller(tmp_path: Path, partner_id: str | None) -> None:
    _, ties, rejected = read(save(tmp_path, s=subscription(partnerId=partner_id)))

    assert rejected == []
    assert not any("RESELLS" in tie for tie in ties)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2017-11-16T16:19:06.3520276+00:00", "2017-11-16T16:19:06.352027Z"),
        ("2017-04-10T16:02:25.983-07:00", "2017-04-10T23:02:25.983000Z"),
        ("2019-08-26T00:00:00", "2019-08-26T00:00:00Z"),
        ("2017-04-10T23:02:26.02Z", "2017-04-10T23:02:26.020000Z"),
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


def test_a_line_about_an_older_subscription_does_not_date_it(tmp_path: Path) -> None:
    line = {"lineItemNumber": 0, "subscriptionId": SUBSCRIPTION, "transactionType": "addQuantity"}

    _, ties, _ = read(save(tmp_path, o=order(line)))

    assert ties[f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}"] is None


def test_an_order_that_was_not_completed_sold_nothing_and_says_so(tmp_path: Path) -> None:
    _, ties, rejected = read(save(tmp_path, o=order(status="Cancelled")))

    assert ties == {}
    assert "status `Cancelled`" in rejected[0].reason


def test_an_order_names_the_lines_that_have_no_subscription_yet(tmp_path: Path) -> None:
    _, ties, rejected = read(save(tmp_path, o=order({"lineItemNumber": 0}, {"lineItemNumber": 1, "subscriptionId": SUBSCRIPTION})))

    assert "no subscription in line 0;" in rejected[0].reason
    assert f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}" in ties


def test_azure_consumption_is_told_by_its_billing(tmp_path: Path) -> None:
    nodes, _, _ = read(save(tmp_path, s=subscription(billingType="usage", status="Suspended")))

    assert nodes[f"subscription:{SUBSCRIPTION}"] == {"offer": "Device management", "status": "suspended", "consumption": True}


def test_a_customer_that_is_no_longer_related_has_no_reseller(tmp_path: Path) -> None:
    nodes, ties, rejected = read(save(tmp_path, c=listed(customer(relationshipToPartner="none"))))

    assert (ties, rejected) == ({}, [])
    assert f"customer:{CUSTOMER}" in nodes


def test_members_in_pascal_case_are_the_same_members(tmp_path: Path) -> None:
    shouted = {"Id": CUSTOMER, "CompanyProfile": {"CompanyName": "Contoso"}, "RelationshipToPartner": "Reseller"}

    nodes, ties, _ = read(save(tmp_path, c=shouted))

    assert nodes[f"customer:{CUSTOMER}"] == {"name": "Contoso"}
    assert f"partner:{PROVIDER} RESELLER_FOR customer:{CUSTOMER}" in ties


def test_a_company_profile_names_its_customer(tmp_path: Path) -> None:
    profile = {"tenantId": CUSTOMER.upper(), "companyName": "Contoso", "domain": "contoso.example", "address": {"country": "ES"}}

    nodes, _, rejected = read(save(tmp_path, p=profile))

    assert rejected == []
    assert nodes[f"customer:{CUSTOMER}"] == {"name": "Contoso", "domain": "contoso.example", "country": "ES"}


def test_a_customer_known_only_from_a_link_stands_with_its_key(tmp_path: Path) -> None:
    nodes, _, _ = read(save(tmp_path, s=subscription()))

    assert nodes[f"customer:{CUSTOMER}"] == {}


def test_the_resellers_of_a_customer_are_resellers_for_it(tmp_path: Path) -> None:
    save(tmp_path, **{f"customers__{CUSTOMER}__relationships": listed(indirect_reseller())})

    _, ties, rejected = read(tmp_path)

    assert rejected == []
    assert set(ties) == {f"partner:{PROVIDER} PROVIDES_FOR partner:{RESELLER}", f"partner:{RESELLER} RESELLER_FOR customer:{CUSTOMER}"}


def test_seen_from_the_reseller_the_provider_provides_for_it(tmp_path: Path) -> None:
    item = indirect_reseller(id=PROVIDER, mpnId="", relationshipType="is_indirect_reseller_of", state="Active")

    _, ties, _ = read(save(tmp_path, r=[item]), billed_by=RESELLER)

    assert ties == {f"partner:{PROVIDER} PROVIDES_FOR partner:{RESELLER}": None}


def test_one_mpn_id_of_two_tenants_is_reported(tmp_path: Path) -> None:
    save(tmp_path, r=listed(indirect_reseller(state="Active"), indirect_reseller(state="Active", id="other")))

    _, _, rejected = read(tmp_path)

    assert "item 2: MPN id `7654321` is that of `partner:other` here" in rejected[0].reason


def test_an_mpn_profile_names_its_partner(tmp_path: Path) -> None:
    nodes, _, _ = read(save(tmp_path, p={"partnerName": "First Steps", "mpnId": MPN, "profileType": "MpnProfile"}))

    assert nodes[f"partner:mpn-{MPN}"] == {"name": "First Steps", "mpnIds": [MPN]}
