"""The same subscriptions as Microsoft Graph shows them to the customer, and as Azure bills them."""

from pathlib import Path
from typing import Any

import pytest

from tests.intake.bodies import CUSTOMER, MPN, PROVIDER, RESELLER, SOURCE, SUBSCRIPTION, read, save, tellings

HELD = f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION} BEGAN"


def company_subscription(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of any kind
    return {
        "id": "an id of the directory",
        "commerceSubscriptionId": SUBSCRIPTION.upper(),
        "createdDateTime": "2023-01-01T00:00:00Z",
        "skuPartNumber": "MyPartNumber",
        "status": "Enabled",
        "ownerTenantId": SOURCE,
        **more,
    }


def azure_subscription(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of any kind
    return {
        "name": "billing-subscription-1",
        "type": "Microsoft.Billing/billingAccounts/billingSubscriptions",
        "properties": {
            "displayName": "Production",
            "subscriptionId": SUBSCRIPTION,
            "subscriptionBillingStatus": "Active",
            "customerId": f"/providers/Microsoft.Billing/billingAccounts/account-1/customers/{CUSTOMER}",
            "customerDisplayName": "Contoso",
            "reseller": {"resellerId": RESELLER.upper(), "description": "First Steps"},
            "skuDescription": "Microsoft Azure Plan",
            **more,
        },
    }


def test_the_owner_of_a_company_subscription_bills_it_and_the_path_tells_who_holds_it(tmp_path: Path) -> None:
    save(tmp_path, **{f"customers__{CUSTOMER}__subscriptions": {"value": [company_subscription()]}})

    assert tellings(tmp_path) == [f"partner:{SOURCE} BILLS subscription:{SUBSCRIPTION} BEGAN", HELD]
    assert read(tmp_path)[0][f"subscription:{SUBSCRIPTION}"] == {"status": "active", "offer": "MyPartNumber"}


@pytest.mark.parametrize("owner", [None, ""])
def test_a_company_subscription_without_an_owner_is_billed_by_nobody_that_is_told(tmp_path: Path, owner: str | None) -> None:
    save(tmp_path, **{f"customers__{CUSTOMER}__s": company_subscription(ownerTenantId=owner)})

    assert tellings(tmp_path) == [HELD]


def test_a_tenant_in_the_addresses_of_graph_is_the_customer(tmp_path: Path) -> None:
    around = {"@odata.context": f"https://graph.microsoft.com/v1.0/{CUSTOMER}/$metadata#directory/subscriptions"}
    save(tmp_path, a=company_subscription(**{"@odata.id": f"https://graph.microsoft.com/v2/{CUSTOMER}/directory/subscriptions/1"}))
    save(tmp_path, b={**around, "value": [company_subscription()]})

    assert HELD in tellings(tmp_path)
    assert read(tmp_path)[2] == []


def test_a_company_subscription_of_nobody_is_reported_and_its_owner_loaded(tmp_path: Path) -> None:
    nodes, ties, rejected = read(save(tmp_path, s=company_subscription()))

    assert f"partner:{SOURCE}" in nodes
    assert set(ties) == {f"partner:{SOURCE} BILLS subscription:{SUBSCRIPTION}"}
    assert "names no customer" in rejected[0].reason


def test_an_azure_subscription_of_a_customer_is_billed_by_who_asked_and_resold_by_its_reseller(tmp_path: Path) -> None:
    save(tmp_path, a={"value": [azure_subscription()]})

    assert tellings(tmp_path) == [
        f"partner:{PROVIDER} BILLS subscription:{SUBSCRIPTION} BEGAN",
        f"partner:{RESELLER} RESELLS subscription:{SUBSCRIPTION} BEGAN",
        HELD,
    ]
    nodes, _, _ = read(tmp_path)
    assert nodes[f"subscription:{SUBSCRIPTION}"] == {"offer": "Microsoft Azure Plan", "status": "active", "consumption": True}
    assert nodes[f"partner:{RESELLER}"] == {"name": "First Steps"}
    assert nodes[f"customer:{CUSTOMER}"] == {"name": "Contoso"}


def test_what_azure_bills_by_licence_has_no_azure_subscription_and_is_named_by_its_billing(tmp_path: Path) -> None:
    """As later versions of the API answer it."""
    answer = {**azure_subscription(subscriptionId=None), "type": "Microsoft.Billing/billingAccounts/billingProfiles/billingSubscriptions"}

    nodes, _, _ = read(save(tmp_path, a=answer))

    assert nodes["subscription:billing-subscription-1"] == {"offer": "Microsoft Azure Plan", "status": "active"}


def test_the_example_of_the_specification_is_the_same_as_the_answer_in_it(tmp_path: Path) -> None:
    answer = {"value": [azure_subscription()]}
    example = {"parameters": {"api-version": "2020-05-01"}, "responses": {"202": {}, "200": {"body": answer}}}

    assert tellings(save(tmp_path / "example", a=example)) == tellings(save(tmp_path / "answer", a=answer))


def test_the_command_line_of_azure_writes_the_same_with_one_nesting_less(tmp_path: Path) -> None:
    nested = azure_subscription()
    flat = {"name": nested["name"], "type": nested["type"], **nested["properties"]}

    assert tellings(save(tmp_path / "flat", a=[flat])) == tellings(save(tmp_path / "nested", a=nested))


def test_the_reseller_of_an_azure_subscription_may_be_an_mpn_id(tmp_path: Path) -> None:
    save(tmp_path, a=azure_subscription(reseller={"resellerId": MPN, "description": "First Steps"}))

    assert read(tmp_path)[0][f"partner:mpn-{MPN}"] == {"mpnIds": [MPN], "name": "First Steps"}


def test_the_tenant_that_an_azure_subscription_serves_goes_before_the_billing_customer(tmp_path: Path) -> None:
    billed = azure_subscription(beneficiaryTenantId=CUSTOMER, customerId="/x/customers/billing-customer-1")

    assert HELD in tellings(save(tmp_path, a=billed))


def test_an_example_that_names_no_customer_is_tied_by_its_path(tmp_path: Path) -> None:
    answer = azure_subscription(customerId="/providers/Microsoft.Billing/billingAccounts/x/customers/{customerName}")

    assert "names no customer" in read(save(tmp_path / "loose", a=answer))[2][0].reason
    assert HELD in tellings(save(tmp_path / "tied", **{f"customers__{CUSTOMER}__a": answer}))


def test_an_azure_subscription_outside_a_partners_account_is_not_said_to_be_billed_by_the_partner(tmp_path: Path) -> None:
    """It may be the customer's own account, opened by a partner with admin access."""
    nodes, ties, rejected = read(save(tmp_path, a=azure_subscription(customerId=None, reseller=None)))

    assert f"subscription:{SUBSCRIPTION}" in nodes
    assert ties == {}
    assert "is in no partner's billing account" in rejected[0].reason
