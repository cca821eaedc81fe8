"""Admin access: it never says who bills, only who administers."""

from pathlib import Path

import pytest

from tests.intake.bodies import CUSTOMER, PROVIDER, SOURCE, audit_record, customer, event, gdap, read, save, tellings

ADMIN = f"partner:{PROVIDER} ADMINISTERS customer:{CUSTOMER}"
BEGAN, PLANNED = f"{ADMIN} BEGAN 2022-02-10T11:26:44.994188Z", f"{ADMIN} ENDED 2024-02-10T11:24:42.314826Z"


def test_an_admin_relationship_lasts_from_its_activation_to_its_end(tmp_path: Path) -> None:
    save(tmp_path, g={"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#x", "value": [gdap()]})

    assert tellings(tmp_path) == [BEGAN, PLANNED]
    assert read(tmp_path)[0][f"customer:{CUSTOMER}"] == {"name": "Contoso"}


@pytest.mark.parametrize("status", ["expired", "terminated", "Expired", "expiring", "terminating"])
def test_one_that_is_over_ended_at_the_date_told(tmp_path: Path, status: str) -> None:
    assert tellings(save(tmp_path, g=gdap(status=status))) == [BEGAN, PLANNED]


def test_one_that_was_terminated_early_ended_when_that_was_noted(tmp_path: Path) -> None:
    ended = gdap(status="terminated", lastModifiedDateTime="2023-01-01T00:00:00Z")

    assert tellings(save(tmp_path, g=ended)) == [BEGAN, f"{ADMIN} ENDED 2023-01-01T00:00:00Z"]


def test_one_that_extends_itself_has_no_end_while_it_is_active(tmp_path: Path) -> None:
    assert tellings(save(tmp_path / "active", g=gdap(autoExtendDuration="P180D"))) == [BEGAN]
    assert tellings(save(tmp_path / "over", g=gdap(autoExtendDuration="P180D", status="expired"))) == [BEGAN, PLANNED]


@pytest.mark.parametrize("status", ["created", "approvalPending", "approved", "activating"])
def test_one_that_is_not_active_yet_gives_no_access(tmp_path: Path, status: str) -> None:
    waiting = gdap(status=status, activatedDateTime=None, endDateTime=None)
    save(tmp_path, a=waiting, b={**waiting, "customer": None})

    assert tellings(tmp_path) == []
    assert read(tmp_path)[2] == []


def test_an_active_one_without_a_customer_is_reported(tmp_path: Path) -> None:
    assert "names no customer" in read(save(tmp_path, g=gdap(customer=None)))[2][0].reason


def test_delegated_admin_customers_say_since_when_and_whether_still(tmp_path: Path) -> None:
    listed = {"customerTenantId": CUSTOMER, "organizationDisplayName": "Contoso", "startDateTime": "2021-08-06T21:15:04.3461507Z"}
    began = f"{ADMIN} BEGAN 2021-08-06T21:15:04.346150Z"

    assert tellings(save(tmp_path / "still", d={"value": [{**listed, "dapEnabled": True, "endDateTime": None}]})) == [began]
    assert tellings(save(tmp_path / "over", d=[{**listed, "dapEnabled": False, "endDateTime": None}])) == [began, f"{ADMIN} ENDED"]
    dated = {**listed, "dapEnabled": False, "endDateTime": "2022-01-01T00:00:00Z"}
    assert tellings(save(tmp_path / "dated", d=dated)) == [began, f"{ADMIN} ENDED 2022-01-01T00:00:00Z"]


def test_graph_only_names_its_delegated_admin_customers(tmp_path: Path) -> None:
    listed = {"@odata.type": "#microsoft.graph.delegatedAdminCustomer", "tenantId": CUSTOMER, "displayName": "Contoso"}
    save(tmp_path, d={"value": [listed]})

    assert tellings(tmp_path) == []
    assert read(tmp_path)[0][f"customer:{CUSTOMER}"] == {"name": "Contoso"}


def test_a_customer_that_allows_delegated_access_is_administered_and_one_that_does_not_no_longer(tmp_path: Path) -> None:
    assert f"{ADMIN} BEGAN" in tellings(save(tmp_path / "allowed", c=customer(allowDelegatedAccess=True)))
    assert f"{ADMIN} ENDED" in tellings(save(tmp_path / "refused", c=customer(allowDelegatedAccess=False)))
    assert not any(ADMIN in each for each in tellings(save(tmp_path / "unsaid", c=customer(allowDelegatedAccess=None))))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("dap-admin-relationship-approved", "BEGAN"),
        ("dap-admin-relationship-terminated", "ENDED"),
        ("dap-admin-relationship-terminated-by-microsoft", "ENDED"),
        ("granular-admin-relationship-activated", "BEGAN"),
        ("granular-admin-relationship-terminated", "ENDED"),
        ("granular-admin-relationship-expired", "ENDED"),
    ],
)
def test_events_and_records_of_admin_access_tell_when_it_began_or_ended(tmp_path: Path, name: str, what: str) -> None:
    """An event is about who asked; a record names the partner, by its tenant."""
    as_event = save(tmp_path / "event", **{f"customers__{CUSTOMER}__e": event(name, ResourceUri=None)})
    as_record = save(tmp_path / "record", r=audit_record(name.replace("-", "_"), "granular_admin_relationship"))

    assert tellings(as_event) == [f"{ADMIN} {what} 2018-02-17T00:05:39.548548Z"]
    assert tellings(as_record) == [f"partner:{SOURCE} ADMINISTERS customer:{CUSTOMER} {what} 2017-06-15T22:56:05.058930Z"]


def test_the_address_of_the_audit_record_names_the_customer_of_an_event(tmp_path: Path) -> None:
    audit = (
        f"https://api.partnercenter.microsoft.com/auditactivity/v1/auditrecords/{PROVIDER}_{CUSTOMER}_dapadminrelationshipterminated_6383"
    )
    save(tmp_path, e=event("dap-admin-relationship-terminated", ResourceUri=None, AuditUri=audit))

    assert tellings(tmp_path) == [f"{ADMIN} ENDED 2018-02-17T00:05:39.548548Z"]
