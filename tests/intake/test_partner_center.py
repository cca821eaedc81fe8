from pathlib import Path

import pytest

from graph.rows import Located, NodeRow, Telling
from intake.partner_center import read_partner_center
from tests.intake.bodies import (
    CUSTOMER,
    MPN,
    PROVIDER,
    RESELLER,
    SUBSCRIPTION,
    audit_record,
    customer,
    gdap,
    indirect_reseller,
    listed,
    order,
    read,
    save,
    subscription,
    tellings,
    transfer,
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


def test_what_is_told_of_a_relationship_comes_after_its_nodes_and_in_the_order_of_the_files(tmp_path: Path) -> None:
    save(tmp_path, a__b=order(), a=customer(), z=listed(indirect_reseller(state="Active")))

    located = [each for each in read_partner_center(tmp_path, PROVIDER) if isinstance(each, Located)]

    known: set[str | None] = {None}
    for row in (each.row for each in located):
        if isinstance(row, Telling):
            assert {row.start, row.end} <= known
        elif isinstance(row, NodeRow):
            known.add(row.id)
    assert list(dict.fromkeys(each.file for each in located)) == ["", "a.json", "a/b.json", "z.json"]


def test_the_nodes_of_what_is_told_come_with_the_same_body(tmp_path: Path) -> None:
    """A load may be cut anywhere between two bodies."""
    save(tmp_path, a=order(), b=subscription(), c=transfer(), d=gdap(), e=audit_record("add_customer"))

    located = [each for each in read_partner_center(tmp_path, PROVIDER) if isinstance(each, Located)]

    for file in "abcde":
        rows = [each.row for each in located if each.file == f"{file}.json"]
        nodes = {row.id for row in rows if isinstance(row, NodeRow)}
        assert {end for row in rows if isinstance(row, Telling) for end in (row.start, row.end) if end} <= nodes


@pytest.mark.parametrize("turn", range(4))
def test_the_order_in_which_files_are_read_changes_nothing(tmp_path: Path, turn: int) -> None:
    """One subscription in three files, its reseller by MPN id in two and by tenant in a third."""
    answers = [order(), listed(subscription()), listed(indirect_reseller(state="Active")), transfer()]
    one = save(tmp_path / "one", **{f"f{number}": answer for number, answer in enumerate(answers)})
    other = save(tmp_path / "other", **{f"f{number}": answer for number, answer in enumerate(answers[turn:] + answers[:turn])})
    back = save(tmp_path / "back", **{f"f{number}": answer for number, answer in enumerate(reversed(answers))})

    assert read(one) == read(other) == read(back)
    assert set(tellings(one)) == set(tellings(other)) == set(tellings(back))


def test_ids_are_the_same_in_any_case(tmp_path: Path) -> None:
    upper = order({"subscriptionId": SUBSCRIPTION.upper()}, referenceCustomerId=CUSTOMER.upper())
    lower = order({"subscriptionId": SUBSCRIPTION.lower()}, referenceCustomerId=CUSTOMER.lower())

    assert tellings(save(tmp_path / "upper", o=upper), PROVIDER.upper()) == tellings(save(tmp_path / "lower", o=lower), PROVIDER)


def test_a_page_that_counts_more_than_it_holds_is_taken_for_what_it_holds(tmp_path: Path) -> None:
    """The others are on other pages, in other files or nowhere."""
    nodes, _, rejected = read(save(tmp_path, page={"totalCount": 37, "items": [subscription()]}))

    assert rejected == []
    assert len([node for node in nodes if node.startswith("subscription:")]) == 1


def test_a_reseller_known_only_by_its_mpn_id_is_a_partner_of_that_name(tmp_path: Path) -> None:
    nodes, ties, _ = read(save(tmp_path, s=subscription()))

    assert nodes[f"partner:mpn-{MPN}"] == {"mpnIds": [MPN]}
    assert f"partner:mpn-{MPN} RESELLS subscription:{SUBSCRIPTION}" in ties


def test_an_order_alone_tells_who_bills_from_its_creation(tmp_path: Path) -> None:
    nodes, ties, rejected = read(save(tmp_path, o=order()))

    assert rejected == []
    assert nodes[f"subscription:{SUBSCRIPTION}"] == {"offer": "an order"}
    assert ties[f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}"] == "2017-04-10T23:02:25.983000Z"


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


def test_a_line_of_an_order_with_an_unusable_id_is_reported_and_the_others_are_taken(tmp_path: Path) -> None:
    _, ties, rejected = read(
        save(tmp_path, o=order({"lineItemNumber": 3, "subscriptionId": "two words"}, {"subscriptionId": SUBSCRIPTION}))
    )

    assert rejected[0].reason.startswith("line 3: `subscription:two words` has no usable key")
    assert f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION}" in ties


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
