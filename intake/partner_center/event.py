"""A webhook event: it names what changed and when, seldom how."""

import re
from collections.abc import Callable

from intake.partner_center.bodies import TENANT, Body, customer_in
from intake.partner_center.dates import Since, since_event
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.support_contact import SUBSCRIPTION
from intake.partner_center.told import Told
from policy.errors import BadInput
from policy.terms import AdminKind, RelationshipType

IN_AUDIT = re.compile(rf"auditrecords/{TENANT.pattern}_({TENANT.pattern})_", re.IGNORECASE)
"""The customer in the id of an audit record, between the partner and the operation."""
GRANULAR = re.compile(r"granularAdminRelationships/([0-9a-z-]+)", re.IGNORECASE)
"""Which admin relationship an event is about."""
UNTELLING = frozenset(
    {
        "test-created", "usagerecords-thresholdexceeded", "invoice-ready", "azure-fraud-event-detected",
        "referral-created", "referral-updated", "related-referral-created", "related-referral-updated",
        "granular-admin-relationship-approved", "granular-admin-access-assignment-created", "granular-admin-access-assignment-activated",
        "granular-admin-access-assignment-updated", "granular-admin-access-assignment-deleted",
    }
)  # fmt: skip
"""Events that say nothing of who is tied to whom; the approval of an admin relationship gives no access yet."""


def fits(body: Body) -> bool:
    """Whether this is a webhook event."""
    return body.has("eventName", "resourceChangeUtcDate")


def take(body: Body, told: Told) -> None:
    """Tell what the event says of a relationship. Raises BadInput for one that says too little, with what to fetch instead."""
    name = body.text("eventName").lower()
    if name in TELLING:
        TELLING[name](body, since_event(body.content, "resourceChangeUtcDate"), told)
    elif "transfer" in name:
        raise BadInput(f"event `{name}` doesn't say what moved; fetch the transfer that it names, from customers/<id>/transfers")
    elif name not in UNTELLING:
        raise BadInput(f"event `{name}` is not known; fetch {body.text('resourceUri') or 'what it is about'} and load that")


def _changed(body: Body, _: Since, told: Told) -> None:
    """It was there then, but nobody says since when, nor whether this was its end: so no date and no biller."""
    customer = _customer(body, told)
    if not (found := SUBSCRIPTION.search(body.text("resourceUri"))):
        raise BadInput("names no subscription; keep the event's `ResourceUri` as it came")
    told.began(RelationshipType.HOLDS, customer, told.node("subscription", found[1]))


def _accepted(body: Body, at: Since, told: Told) -> None:
    told.began(RelationshipType.RESELLER_FOR, told.biller(), _customer(body, told), at)


def _granted(kind: AdminKind) -> Callable[[Body, Since, Told], None]:
    return lambda body, at, told: told.granted(kind, _customer(body, told), at, _which(body))


def _ended(kind: AdminKind) -> Callable[[Body, Since, Told], None]:
    return lambda body, at, told: told.revoked(kind, _customer(body, told), at, _which(body))


def _which(body: Body) -> str:
    found = GRANULAR.search(body.text("resourceUri"))
    return found[1].lower() if found else ""


def _customer(body: Body, told: Told) -> str:
    """The customer in the event's own addresses, or in the path of its file."""
    audited = IN_AUDIT.search(body.text("auditUri"))
    return customer_of(body, told, customer_in(body.text("resourceUri")) or (audited[1] if audited else ""))


TELLING: dict[str, Callable[[Body, Since, Told], None]] = {
    "subscription-updated": _changed,
    "reseller-relationship-accepted-by-customer": _accepted,
    "granular-admin-relationship-activated": _granted(AdminKind.GDAP),
    "granular-admin-relationship-terminated": _ended(AdminKind.GDAP),
    "granular-admin-relationship-expired": _ended(AdminKind.GDAP),
    "dap-admin-relationship-approved": _granted(AdminKind.DAP),
    "dap-admin-relationship-terminated": _ended(AdminKind.DAP),
    "dap-admin-relationship-terminated-by-microsoft": _ended(AdminKind.DAP),
}

EVENT = Shape("webhook event", fits, take)
