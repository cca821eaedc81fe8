"""Answers of our own making, in the shapes of Partner Center."""

import json
from pathlib import Path
from typing import Any

from graph.rows import Located, NodeRow, Rejection, RelationshipRow
from intake.partner_center import read_partner_center
from policy.facts import Property
from policy.instant import written

PROVIDER = "0000aaaa-0000-4000-8000-00000000000a"
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


def save(folder: Path, **answers: Any) -> Path:  # noqa: ANN401 - JSON of any kind
    """Save each answer under its name; two underscores stand for a slash."""
    for name, answer in answers.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer), encoding="utf-8")
    return folder


def read(folder: Path, billed_by: str = PROVIDER) -> tuple[dict[str, Node], dict[str, str | None], list[Rejection]]:
    """The nodes, the relationships as `start TYPE end` with their validFrom, and what was rejected."""
    rows = list(read_partner_center(folder, billed_by))
    located = [each.row for each in rows if isinstance(each, Located)]
    nodes = {row.id: dict(row.properties) for row in located if isinstance(row, NodeRow)}
    ties = {
        f"{row.start} {row.type} {row.end}": None if row.valid_from is None else written(row.valid_from)
        for row in located
        if isinstance(row, RelationshipRow)
    }
    assert len(nodes) + len(ties) == len(located)
    return nodes, ties, [each for each in rows if isinstance(each, Rejection)]
