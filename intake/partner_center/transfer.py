"""A transfer of subscriptions from one partner to another; the billing moves line by line, and only where the line is complete."""

from collections.abc import Iterator

from intake.partner_center.bodies import Body, Content, parts_in, text_in
from intake.partner_center.dates import Since, instant_in
from intake.partner_center.order import hints_of
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.boundary import completion
from policy.errors import BadInput
from policy.terms import RelationshipType

COMPLETIONS = ("completedTime", "completedDateTime", "lastModifiedTime")
"""The members that say when a transfer was completed, the first one given decides."""
COMPLETE = frozenset({"complete", "completed"})
FAILED = frozenset({"failed", "fail", "error"})
OPEN = frozenset({"active", "inprogress", "pending", "reject", "rejected", "expired", "cancelled", "canceled", "withdrawn", "deleted"})
"""States in which nothing has moved: a transfer that is offered, turned down or taken back changes no ownership."""


def fits(body: Body) -> bool:
    """Whether this is a transfer."""
    return body.object_type == "TransferEntity" or body.has("sourcePartnerTenantId", "targetPartnerTenantId")


def take(body: Body, told: Told) -> None:
    """Tell of both partners and of the subscriptions and, for each line that is complete, who bills and resells it from then on."""
    source = told.partner(_tenant(body, "sourcePartnerTenantId"), hints={"name": body.text("sourcePartnerName")})
    target = told.partner(_tenant(body, "targetPartnerTenantId"), hints={"name": body.text("targetPartnerName")})
    moved, fault = _completion(body)
    subscriptions = []
    for line, status in _lines(body.parts("lineItems"), _word(body.text("status"))):
        number = text_in(line, "id") or "?"
        try:
            subscription = told.node("subscription", _named(line), hints=hints_of(line))
        except BadInput as error:
            told.refuse(f"line {number}: {error}")
            continue
        subscriptions.append(subscription)
        if status in COMPLETE and fault is None:
            _move(line, subscription, source, target, moved, told)
        elif reason := fault if status in COMPLETE else _unmoved(line, status):
            told.refuse(f"line {number}: `{subscription}` {reason}")
    customer = customer_of(body, told, body.text("customerTenantId"), body.text("customerName"))
    for subscription in subscriptions:
        told.began(RelationshipType.HOLDS, customer, subscription)


def _tenant(body: Body, name: str) -> str:
    if tenant := body.text(name):
        return tenant
    raise BadInput(f"is a transfer without `{name}`; fetch it again from customers/<id>/transfers")


def _named(line: Content) -> str:
    if key := text_in(line, "subscriptionId"):
        return key
    raise BadInput("names no subscription; fetch the transfer again from customers/<id>/transfers")


def _lines(items: list[Content], above: str) -> Iterator[tuple[Content, str]]:
    """Each line with its status, and the add-ons that go with it; one without its own has that of what it belongs to."""
    for item in items:
        status = _word(text_in(item, "status")) or above
        yield item, status
        yield from _lines(parts_in(item, "addonItems"), status)


def _completion(body: Body) -> tuple[Since, str | None]:
    """When the transfer was completed; and why that can't be told, where its date is none."""
    try:
        for rank, name in enumerate(COMPLETIONS):
            if (instant := instant_in(body.content, name)) is not None:
                return Since(rank, completion(instant)), None
    except BadInput as error:
        return Since(len(COMPLETIONS), None), f"moved, but it isn't told when: {error}"
    return Since(len(COMPLETIONS), None), None


def _move(line: Content, subscription: str, source: str, target: str, at: Since, told: Told) -> None:  # noqa: PLR0917 - both ends
    told.moved_away(RelationshipType.BILLS, source, subscription, at)
    told.moved_here(RelationshipType.BILLS, target, subscription, at)
    told.moved_away(RelationshipType.RESELLS, None, subscription, at)
    told.moved_away(RelationshipType.SUPPORTS, None, subscription, at)
    if reseller := told.reseller(text_in(line, "partnerIdOnRecord")):
        told.moved_here(RelationshipType.RESELLS, reseller, subscription, at)


def _unmoved(line: Content, status: str) -> str | None:
    """Why a line did not move, where that is a fault; a transfer that is open, or was turned down, has none."""
    if status in OPEN:
        return None
    if status in FAILED or text_in(line, "transferError"):
        error = text_in(line, "transferError") or "no reason is given"
        return f"was not transferred ({error}), so it stays where it is; transfer it again if it should move"
    return f"has status `{status}`, which doesn't say whether it moved; fetch the transfer again when its lines are Complete or Failed"


def _word(status: str) -> str:
    return status.replace("_", "").replace(" ", "").lower()


TRANSFER = Shape("transfer", fits, take)
