"""Saved answers and events, each loaded by itself in some order, some of them twice: the end state is the same."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from graph.graph import Graph
from graph.histories import histories_of
from policy.instant import written
from policy.policy_file import shipped_policy
from resolvers.load_folder import load_partner_center
from tests.running_service import emptied

PROVIDER = "11111111-2222-4333-8444-555555555555"
TARGET = "66666666-7777-4888-8999-000000000000"
TENANT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
SUBSCRIPTION = "12345678-1234-4321-8765-876543218765"
GDAP = "99999999-1111-4222-8333-444444444444"

SOLD = {
    "id": SUBSCRIPTION.upper(),
    "offerId": "031C9E47-4802-4248-838E-778FB1D2CC05",
    "offerName": "Office 365 E3",
    "effectiveStartDate": "2023-03-01T00:00:00Z",
    "creationDate": "2023-02-27T09:14:00.33Z",
    "status": "active",
    "partnerId": "",
    "links": {"self": {"uri": f"/customers/{TENANT}/subscriptions/{SUBSCRIPTION}", "method": "GET", "headers": []}},
    "attributes": {"objectType": "Subscription"},
}
MOVED = {
    "id": "46e8ed67-8adf-4f65-b3d8-d31318080556",
    "status": "Complete",
    "createdTime": "2024-05-01T10:00:00Z",
    "lastModifiedTime": "2024-05-02T15:30:00Z",
    "completedTime": "2024-05-02T15:30:00Z",
    "customerTenantId": TENANT,
    "sourcePartnerTenantId": PROVIDER,
    "targetPartnerTenantId": TARGET,
    "lineItems": [{"id": 0, "subscriptionId": SUBSCRIPTION, "friendlyName": "Office 365 E3", "status": "Complete", "addonItems": []}],
    "attributes": {"objectType": "TransferEntity"},
}
GRANTED = {
    "@odata.type": "#microsoft.graph.delegatedAdminRelationship",
    "id": GDAP,
    "displayName": "Admin",
    "duration": "P730D",
    "customer": {"tenantId": TENANT, "displayName": "Contoso"},
    "status": "active",
    "autoExtendDuration": "PT0S",
    "activatedDateTime": "2023-04-01T00:00:00Z",
    "endDateTime": "2025-04-01T00:00:00Z",
}
TERMINATED = {
    "EventName": "granular-admin-relationship-terminated",
    "ResourceUri": f"https://partner.microsoft.com/granularAdminRelationships/{GDAP}",
    "ResourceName": "GranularAdminRelationship",
    "AuditUri": f"https://api.partnercenter.microsoft.com/auditactivity/v1/auditrecords/{PROVIDER}_{TENANT}_granularadmin_1",
    "ResourceChangeUtcDate": "2024-01-15T12:00:00.1234567+00:00",
}
BODIES: dict[str, dict[str, Any]] = {"sold": SOLD, "moved": MOVED, "granted": GRANTED, "terminated": TERMINATED}
END_STATE = {
    ("HOLDS", f"customer:{TENANT}", "2023-03-01", None),
    ("BILLS", f"partner:{PROVIDER}", "2023-03-01", "2024-05-03"),
    ("BILLS", f"partner:{TARGET}", "2024-05-03", None),
    ("ADMINISTERS", f"partner:{PROVIDER}", "2023-04-01", "2024-01-15"),
}
ORDERS = list(permutations(BODIES))


def saved(folder: Path, names: tuple[str, ...]) -> Path:
    folder.mkdir()
    for name in names:
        (folder / f"{name}.json").write_text(json.dumps(BODIES[name]), "utf-8")
    return folder


async def loaded(graph: Graph, folder: Path, *names: str) -> None:
    saved(folder, names)
    await load_partner_center(graph, folder, PROVIDER, folder / "rejected.csv", policy=shipped_policy(), actor="test")
    assert not (folder / "rejected.csv").exists(), (folder / "rejected.csv").read_text()


async def end_state(graph: Graph) -> set[tuple[str, str, str, str | None]]:
    history = (await histories_of(graph, [f"customer:{TENANT}"])).of[f"customer:{TENANT}"]
    return {
        (each.type, each.start, day(each.valid_from), None if each.valid_to is None else day(each.valid_to))
        for each in history.relationships
        if each.superseded_at is None
    }


def day(instant: int) -> str:
    return written(instant)[:10]


async def test_all_in_one_folder_come_to_the_end_state(graph: Graph, tmp_path: Path) -> None:
    await loaded(graph, tmp_path / "all", *BODIES)

    assert await end_state(graph) == END_STATE


@pytest.mark.parametrize("order", ORDERS[::3], ids="-".join)
async def test_each_by_itself_comes_to_the_same_in_any_order_and_twice(graph: Graph, tmp_path: Path, order: tuple[str, ...]) -> None:
    await emptied(graph)
    for place, name in enumerate((*order, order[0])):
        await loaded(graph, tmp_path / str(place), name)

    assert await end_state(graph) == END_STATE


ORDERED = {
    "id": "cbf0a5c7-0000-4000-8000-000000000001",
    "referenceCustomerId": TENANT,
    "lineItems": [
        {"lineItemNumber": 0, "offerId": "x", "subscriptionId": SUBSCRIPTION, "friendlyName": "Office", "partnerIdOnRecord": "4847383"}
    ],
    "creationDate": "2023-02-27T09:14:00Z",
    "status": "completed",
    "attributes": {"objectType": "Order"},
}
RESELLER = "484e548c-f5f3-4528-93a9-c16c6373cb59"
RESELLERS = {
    "totalCount": 1,
    "items": [
        {
            "id": RESELLER,
            "name": "First Up Consultants",
            "relationshipType": "is_indirect_cloud_solution_provider_of",
            "state": "active",
            "mpnId": "4847383",
            "attributes": {"objectType": "PartnerRelationship"},
        }
    ],
    "attributes": {"objectType": "Collection"},
}


@pytest.mark.parametrize("order", [("ordered", "resellers"), ("resellers", "ordered")], ids="-".join)
async def test_a_reseller_known_by_its_mpn_id_is_the_tenant_that_some_load_names(
    graph: Graph, tmp_path: Path, order: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BODIES, "ordered", ORDERED)
    monkeypatch.setitem(BODIES, "resellers", RESELLERS)
    for place, name in enumerate((*order, "ordered")):
        await loaded(graph, tmp_path / str(place), name)

    ties = {(type_, start) for type_, start, *_ in await end_state(graph)}
    assert ties >= {("RESELLS", f"partner:{RESELLER}"), ("PROVIDES_FOR", f"partner:{PROVIDER}")}
    assert not [start for _, start in ties if start.startswith("partner:mpn-")]
