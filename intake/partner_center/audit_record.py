"""A record of Partner Center's activity log: who did what to which customer and when; `partnerId` is a tenant here."""

from collections.abc import Callable, Mapping

from intake.json_text import expect_sound
from intake.partner_center.agreement import AGREEMENT
from intake.partner_center.bodies import Body, parsed
from intake.partner_center.customer import CUSTOMER
from intake.partner_center.dates import Since, since_event
from intake.partner_center.order import ORDER
from intake.partner_center.partner_relationship import PARTNER_RELATIONSHIP
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.subscription import SUBSCRIPTION
from intake.partner_center.told import Told
from intake.partner_center.transfer import TRANSFER
from policy.errors import BadInput
from policy.terms import AdminKind, RelationshipType

RESOURCES: Mapping[str, Shape] = {
    "order": ORDER,
    "subscription": SUBSCRIPTION,
    "transfer": TRANSFER,
    "agreement": AGREEMENT,
    "partner_relationship": PARTNER_RELATIONSHIP,
}
"""Kinds of resource whose new value, inside the record, tells what it told when it was answered by itself."""
TYING = frozenset({*RESOURCES, "customer", "partner_customer_relationship", "partner_customer_dap", "granular_admin_relationship"})
"""Kinds of resource that tie partners and customers; an operation on any other tells nothing of that."""
UNTELLING = frozenset(
    {
        "update_customer_qualification", "update_customer_billing_profile", "update_customer_partner_contract_company_name",
        "update_customer_spending_budget", "granular_admin_relationship_approved", "granular_admin_relationship_termination_requested",
        "granular_admin_relationship_cleaned_up", "update_company_info", "software_attestation",
    }
)  # fmt: skip
"""Operations on these that begin and end nothing."""


def fits(body: Body) -> bool:
    """Whether this is an audit record."""
    return body.object_type == "AuditRecord" or body.has("operationType", "operationDate")


def take(body: Body, told: Told) -> None:
    """Tell what a succeeded operation did; one that failed, or still goes on, did nothing."""
    if body.text("operationStatus").lower() not in {"", "succeeded"}:
        return
    operation, resource = body.text("operationType").lower(), body.text("resourceType").lower()
    partner = body.text("partnerId")
    told = told.by(told.partner(partner) if partner else told.asked_by)
    if operation in OPERATIONS:
        OPERATIONS[operation](body, since_event(body.content, "operationDate"), told)
    elif operation in UNTELLING or resource not in TYING:
        return
    elif resource in RESOURCES and body.text("resourceNewValue"):
        RESOURCES[resource].take(_resource(body, "resourceNewValue"), told)
    else:
        raise BadInput(f"operation `{operation}` doesn't say between whom; fetch the {resource.replace('_', ' ')} itself and load that")


def _resource(body: Body, name: str) -> Body:
    """The resource that a record holds as text."""
    value = body.content.get(name)
    content = parsed(value) if isinstance(value, str) else value
    if not isinstance(content, dict):
        raise BadInput(f"has no resource in `{name}`; fetch the resource itself and load that")
    expect_sound(content)
    return Body(content, body.text("customerId") or body.linked, body.content, body.file, f"{body.place}{name}: ")


def _customer(body: Body, told: Told) -> str:
    return customer_of(body, told, body.text("customerId"), body.text("customerName"))


def _related(body: Body, at: Since, told: Told) -> None:
    told.began(RelationshipType.RESELLER_FOR, told.biller(), _customer(body, told), at)
    if body.text("resourceNewValue") and CUSTOMER.fits(resource := _resource(body, "resourceNewValue")):
        CUSTOMER.take(resource, told)


def _removed(body: Body, at: Since, told: Told) -> None:
    """The relationship and, with it, the delegated admin access."""
    customer = _customer(body, told)
    told.ended(RelationshipType.RESELLER_FOR, told.biller(), customer, at)
    told.ended(RelationshipType.ADMINISTERS, told.biller(), customer, at, AdminKind.DAP)


def _unpartnered(body: Body, at: Since, told: Told) -> None:
    """Its own resource says who it was with, though not any more that it is over."""
    name = "resourceOldValue" if body.text("resourceOldValue") else "resourceNewValue"
    resource = _resource(body, name)
    other = told.partner(resource.text("id"))
    told.ended(RelationshipType.PROVIDES_FOR, told.biller(), other, at)
    told.ended(RelationshipType.PROVIDES_FOR, other, told.biller(), at)


def _granted(kind: AdminKind) -> Callable[[Body, Since, Told], None]:
    return lambda body, at, told: told.granted(kind, _customer(body, told), at)


def _ended(kind: AdminKind) -> Callable[[Body, Since, Told], None]:
    return lambda body, at, told: told.revoked(kind, _customer(body, told), at)


OPERATIONS: dict[str, Callable[[Body, Since, Told], None]] = {
    "add_customer": _related,
    "remove_partner_customer_relationship": _removed,
    "delete_customer": _removed,
    "delete_tip_customer": _removed,
    "remove_partner_relationship": _unpartnered,
    "dap_admin_relationship_approved": _granted(AdminKind.DAP),
    "dap_admin_relationship_terminated": _ended(AdminKind.DAP),
    "dap_admin_relationship_terminated_by_microsoft": _ended(AdminKind.DAP),
    "granular_admin_relationship_activated": _granted(AdminKind.GDAP),
    "granular_admin_relationship_terminated": _ended(AdminKind.GDAP),
    "granular_admin_relationship_expired": _ended(AdminKind.GDAP),
}

AUDIT_RECORD = Shape("audit record", fits, take)
