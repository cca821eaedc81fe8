"""Answers of our own making, in the shapes of Partner Center."""

import json
from pathlib import Path
from typing import Any

from graph.rows import Located, NodeRow, Rejection, Telling
from intake.partner_center import read_partner_center
from policy.facts import Property
from policy.instant import written
from policy.terms import Happened

PROVIDER = "0000aaaa-0000-4000-8000-00000000000a"
SOURCE = "7777aaaa-0000-4000-8000-00000000000a"
TARGET = "8888bbbb-0000-4000-8000-00000000000b"
RESELLER = "1111bbbb-0000-4000-8000-00000000000b"
CUSTOMER = "2222cccc-0000-4000-8000-00000000000c"
SUBSCRIPTION = "3333dddd-0000-4000-8000-00000000000d"
MPN = "7654321"

Answer = dict[str, Any]
Node = dict[str, Property]


def link(uri: str) -> Answer:
    return {"self": {"uri": uri, "method": "GET", "headers": []}}


def listed(*items: Answer) -> Answer:
    return {"totalCount": 37, "items": list(items), "attributes": {"objectType": "Collection"}}


def customer(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    profile = {"tenantId": CUSTOMER, "companyName": "Contoso", "domain": "contoso.example", "address": {"country": "ES"}}
    return {
        "id": CUSTOMER,
        "companyProfile": profile,
        "relationshipToPartner": "reseller",
        "attributes": {"objectType": "Customer"},
        **more,
    }


def subscription(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {
        "id": SUBSCRIPTION.upper(),
        "offerId": "DEVICES",
        "offerName": "Device management",
        "creationDate": "2017-04-10T23:02:26.02Z",
        "effectiveStartDate": "2017-04-10T00:00:00Z",
        "status": "Active",
        "billingType": "license",
        "partnerId": MPN,
        "links": link(f"/customers/{CUSTOMER}/subscriptions/{SUBSCRIPTION.upper()}"),
        "attributes": {"objectType": "Subscription"},
        **more,
    }


def order(*lines: Answer, **more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    line = {"lineItemNumber": 0, "offerId": "DEVICES", "subscriptionId": SUBSCRIPTION, "friendlyName": "an order", "partnerIdOnRecord": MPN}
    return {
        "id": "order-1",
        "referenceCustomerId": CUSTOMER.upper(),
        "lineItems": list(lines or [line]),
        "creationDate": "2017-04-10T16:02:25.983-07:00",
        "attributes": {"objectType": "Order"},
        **more,
    }


def indirect_reseller(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {
        "id": RESELLER,
        "name": "First Steps",
        "relationshipType": "is_indirect_cloud_solution_provider_of",
        "mpnId": MPN,
        "attributes": {"objectType": "PartnerRelationship"},
        **more,
    }


def agreement(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {"templateId": "TPL-1", "dateAgreed": "2019-08-26T00:00:00", "type": "MicrosoftCustomerAgreement", **more}


def transfer(*lines: Answer, **more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {
        "id": "transfer-1",
        "status": "Complete",
        "createdTime": "2020-02-20T21:16:30.0149083Z",
        "lastModifiedTime": "2020-02-27T01:11:33Z",
        "customerTenantId": CUSTOMER,
        "sourcePartnerName": "Northwind",
        "sourcePartnerTenantId": SOURCE,
        "targetPartnerName": "Tailspin",
        "targetPartnerTenantId": TARGET.upper(),
        "lineItems": list(lines or [transfer_line()]),
        "attributes": {"objectType": "TransferEntity"},
        **more,
    }


def transfer_line(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {"id": 0, "subscriptionId": SUBSCRIPTION.upper(), "friendlyName": "Visio", "status": "Complete", "addonItems": [], **more}


def gdap(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminRelationship",
        "id": "gdap-1",
        "duration": "P730D",
        "customer": {"tenantId": CUSTOMER.upper(), "displayName": "Contoso"},
        "status": "active",
        "autoExtendDuration": "PT0S",
        "lastModifiedDateTime": "2022-02-10T11:26:44.9941884Z",
        "activatedDateTime": "2022-02-10T11:26:44.9941884Z",
        "endDateTime": "2024-02-10T11:24:42.3148266Z",
        **more,
    }


def event(name: str, **more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {
        "EventName": name,
        "ResourceUri": f"https://api.partnercenter.microsoft.com/v1/customers/{CUSTOMER}",
        "AuditUri": None,
        "ResourceChangeUtcDate": "2018-02-17T00:05:39.5485487+00:00",
        **more,
    }


def audit_record(operation: str, resource: str = "customer", **more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {
        "partnerId": SOURCE.upper(),
        "customerId": CUSTOMER,
        "customerName": "Contoso",
        "resourceType": resource,
        "operationType": operation,
        "operationDate": "2017-06-15T22:56:05.0589308Z",
        "operationStatus": "succeeded",
        "attributes": {"objectType": "AuditRecord"},
        **more,
    }


def save(folder: Path, **answers: Any) -> Path:  # noqa: ANN401 - JSON of any kind
    """Save each answer under its name; two underscores stand for a slash."""
    for name, answer in answers.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer), encoding="utf-8")
    return folder


def read(folder: Path, billed_by: str = PROVIDER) -> tuple[dict[str, Node], dict[str, str | None], list[Rejection]]:
    """The nodes with their hints where nothing else is given, what began as `start TYPE end` with its best date, and what was rejected."""
    rows = list(read_partner_center(folder, billed_by))
    nodes: dict[str, Node] = {}
    hints: dict[str, Node] = {}
    began: dict[str, tuple[int, int, int | None]] = {}
    for row in (each.row for each in rows if isinstance(each, Located)):
        if isinstance(row, NodeRow):
            nodes.setdefault(row.id, {}).update(row.properties)
            hints.setdefault(row.id, {}).update(row.hints)
        elif isinstance(row, Telling) and row.what is Happened.BEGAN:
            tie = f"{row.start} {row.type} {row.end}"
            this = (row.rank, row.at or 0, row.at)
            began[tie] = min(began.get(tie, this), this)
    ties = {tie: None if at is None else written(at) for tie, (_, _, at) in began.items()}
    return {node: {**hints[node], **nodes[node]} for node in nodes}, ties, [each for each in rows if isinstance(each, Rejection)]


def tellings(folder: Path, billed_by: str = PROVIDER) -> list[str]:
    """What is told, as `start TYPE end WHAT at`: in the order of the rows, each once."""
    rows = [each.row for each in read_partner_center(folder, billed_by) if isinstance(each, Located)]
    told = [row for row in rows if isinstance(row, Telling)]
    return list(dict.fromkeys(f"{t.start} {t.type} {t.end} {t.what}{'' if t.at is None else f' {written(t.at)}'}" for t in told))
