"""An order: each of its lines sold a subscription, through the reseller of record if it names one."""

from intake.partner_center.bodies import Body, Content, text_in
from intake.partner_center.dates import UNTOLD, Since, since
from intake.partner_center.gathering import Gathering, node_id
from intake.partner_center.shape import Shape, customer_of
from policy.errors import BadInput
from policy.terms import RelationshipType

FULFILLED = frozenset({"", "completed", "partialsuccess"})
BEGINS = frozenset({"", "new", "convert"})
"""Kinds of line that begin a subscription; any other is about one that was there before."""


def fits(body: Body) -> bool:
    """Whether this is an order."""
    return body.object_type == "Order" or {"referenceCustomerId", "lineItems"} <= body.content.keys()


def take(body: Body, gathering: Gathering) -> None:
    """Note what each line says; a subscription's own answer knows better since when, and what it is called."""
    status = body.text("status")
    if status.lower().replace(" ", "") not in FULFILLED:
        raise BadInput(f"is an order with status `{status}`; only a completed one says what was sold")
    customer = customer_of(body, gathering, body.text("referenceCustomerId"))
    start = since(body.content)
    unnamed = []
    for line in body.parts("lineItems"):
        if text_in(line, "subscriptionId"):
            _take_line(line, customer, start, body.file, gathering)
        else:
            unnamed.append(text_in(line, "lineItemNumber") or "?")
    if unnamed:
        raise BadInput(f"names no subscription in line {', '.join(unnamed)}; fetch the order again when it is provisioned")


def _take_line(line: Content, customer: str, ordered: Since, file: str, gathering: Gathering) -> None:
    start = ordered if text_in(line, "transactionType").lower() in BEGINS else UNTOLD
    offer = text_in(line, "friendlyName") or text_in(line, "offerId")
    key = text_in(line, "subscriptionId")
    subscription = gathering.node(node_id("subscription", key), file, {"offer": offer}, in_passing=True)
    gathering.tie(RelationshipType.HOLDS, customer, subscription, file, start)
    gathering.tie(RelationshipType.BILLS, gathering.billed_by, subscription, file, start)
    for mpn_id in _resellers(line):
        gathering.tie(RelationshipType.RESELLS, gathering.reseller(mpn_id, file), subscription, file, start)


def _resellers(line: Content) -> list[str]:
    more = line.get("additionalPartnerIdsOnRecord")
    given = [text_in(line, "partnerIdOnRecord"), *(str(each).strip() for each in (more if isinstance(more, list) else []))]
    return [each for each in given if each]


ORDER = Shape("order", fits, take)
