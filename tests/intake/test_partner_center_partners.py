"""Customers, partners and what ties them, apart from sales."""

from pathlib import Path

import pytest

from tests.intake.bodies import (
    CUSTOMER,
    MPN,
    PROVIDER,
    RESELLER,
    SUBSCRIPTION,
    customer,
    indirect_reseller,
    link,
    read,
    save,
    subscription,
    tellings,
)

REMOVED = {
    "Id": None, "CommerceId": None, "CompanyProfile": None, "BillingProfile": None, "RelationshipToPartner": "none",
    "AllowDelegatedAccess": None, "AssociatedPartnerId": None, "Attributes": {"ObjectType": "Customer"},
}  # fmt: skip
CONTACT = {
    "supportTenantId": RESELLER.upper(),
    "supportMpnId": MPN,
    "name": "First Steps",
    "links": link(f"/customers/{CUSTOMER.upper()}/subscriptions/{SUBSCRIPTION.upper()}/supportcontact"),
    "attributes": {"objectType": "SupportContact"},
}


def test_the_removal_of_a_relationship_ends_it_for_the_customer_of_the_path(tmp_path: Path) -> None:
    """The answer to the change has no id, and its members are in PascalCase."""
    save(tmp_path, **{f"customers__{CUSTOMER.upper()}__removed": REMOVED})

    assert tellings(tmp_path) == [
        f"partner:{PROVIDER} RESELLER_FOR customer:{CUSTOMER} ENDED",
        f"partner:{PROVIDER} ADMINISTERS customer:{CUSTOMER} ENDED",
    ]
    assert read(tmp_path)[2] == []


def test_a_removal_that_names_no_customer_is_reported(tmp_path: Path) -> None:
    assert tellings(save(tmp_path, removed=REMOVED)) == []
    assert "save it under a folder customers/<id>/" in read(tmp_path)[2][0].reason


def test_a_customer_that_is_no_longer_related_to_its_reseller_ends_both_relationships(tmp_path: Path) -> None:
    told = tellings(save(tmp_path, c=customer(relationshipToPartner="none", associatedPartnerId=RESELLER)))

    assert f"partner:{PROVIDER} RESELLER_FOR customer:{CUSTOMER} ENDED" in told
    assert f"partner:{RESELLER} RESELLER_FOR customer:{CUSTOMER} ENDED" in told


@pytest.mark.parametrize("other", ["advisor", "syndication", "microsoft_support", "", None])
def test_another_relationship_is_none_of_the_programme(tmp_path: Path, other: str | None) -> None:
    assert tellings(save(tmp_path, c=customer(relationshipToPartner=other))) == []


def test_the_company_profile_of_a_customer_knows_better_than_its_billing_profile(tmp_path: Path) -> None:
    billing = {"companyName": "Accounts Ltd", "defaultAddress": {"country": "FR"}}
    profile = {**billing, "links": link(f"/customers/{CUSTOMER}/profiles/billing"), "attributes": {"objectType": "CustomerBillingProfile"}}

    assert read(save(tmp_path / "alone", b=profile))[0][f"customer:{CUSTOMER}"] == {"name": "Accounts Ltd", "country": "FR"}
    save(tmp_path / "both", a=profile, b=customer(billingProfile=billing), c=profile)
    assert read(tmp_path / "both")[0][f"customer:{CUSTOMER}"]["name"] == "Contoso"


def test_the_organization_profile_is_of_a_partner_and_not_of_a_customer(tmp_path: Path) -> None:
    profile = {"companyName": "Provider Ltd", "tenantId": PROVIDER.upper(), "domain": "p.example", "defaultAddress": {"country": "US"}}
    save(tmp_path, o={**profile, "profileType": "OrganizationProfile"})

    assert read(tmp_path)[0] == {f"partner:{PROVIDER}": {"name": "Provider Ltd", "country": "US"}}


def test_the_other_profiles_of_a_partner_are_of_who_asked(tmp_path: Path) -> None:
    save(tmp_path, l={"companyName": "Provider Ltd", "address": {"country": "US"}, "profileType": "LegalBusinessProfile"})

    assert read(tmp_path)[0] == {f"partner:{PROVIDER}": {"name": "Provider Ltd", "country": "US"}}


def test_the_support_contact_of_a_subscription_supports_it(tmp_path: Path) -> None:
    save(tmp_path, c=CONTACT)

    assert tellings(tmp_path) == [
        f"partner:{RESELLER} SUPPORTS subscription:{SUBSCRIPTION} BEGAN",
        f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION} BEGAN",
    ]


def test_the_path_names_the_subscription_of_a_support_contact_without_links(tmp_path: Path) -> None:
    loose = {**CONTACT, "links": None}

    assert "names no subscription" in read(save(tmp_path / "loose", c=loose))[2][0].reason
    tied = save(tmp_path / "tied", **{f"customers__{CUSTOMER}__subscriptions__{SUBSCRIPTION}__supportcontact": loose})
    assert f"partner:{RESELLER} SUPPORTS subscription:{SUBSCRIPTION} BEGAN" in tellings(tied)


@pytest.mark.parametrize("names", ["a", "z"])
def test_a_tenant_and_its_mpn_id_are_one_partner_whichever_file_names_both(tmp_path: Path, names: str) -> None:
    save(tmp_path, m=subscription(), p={"partnerName": "First Steps", "mpnId": MPN}, **{names: CONTACT})

    nodes, ties, rejected = read(tmp_path)

    assert rejected == []
    assert f"partner:mpn-{MPN}" not in nodes
    assert nodes[f"partner:{RESELLER}"] == {"name": "First Steps", "mpnIds": [MPN]}
    assert f"partner:{RESELLER} RESELLS subscription:{SUBSCRIPTION}" in ties


def test_a_partner_has_all_the_mpn_ids_of_its_locations(tmp_path: Path) -> None:
    save(tmp_path, a=[indirect_reseller(state="Active")], z=[indirect_reseller(state="Active", mpnId="1234567")])

    assert read(tmp_path)[0][f"partner:{RESELLER}"]["mpnIds"] == ["1234567", MPN]


def test_the_one_who_asked_may_be_given_by_its_mpn_id(tmp_path: Path) -> None:
    save(tmp_path, a=[indirect_reseller(state="Active")], s=subscription(partnerId=""))

    assert f"partner:{RESELLER} BILLS subscription:{SUBSCRIPTION}" in read(tmp_path, billed_by=f"mpn-{MPN}")[1]


def test_a_partnership_that_is_no_longer_active_has_ended(tmp_path: Path) -> None:
    assert tellings(save(tmp_path, r=[indirect_reseller(state="Inactive")])) == [
        f"partner:{PROVIDER} PROVIDES_FOR partner:{RESELLER} ENDED"
    ]


def test_a_partner_relationship_of_another_kind_is_reported(tmp_path: Path) -> None:
    (rejected,) = read(save(tmp_path, r=[indirect_reseller(state="Active", relationshipType="is_friend_of")]))[2]

    assert "is a relationship `is_friend_of`" in rejected.reason


@pytest.mark.parametrize("nobody", ["-1", "0"])
def test_an_mpn_id_that_stands_for_none_is_no_reseller(tmp_path: Path, nobody: str) -> None:
    assert not any("RESELLS" in each for each in tellings(save(tmp_path, s=subscription(partnerId=nobody))))
