"""An order: each of its lines sold a subscription, through the reseller of record if it names one."""

from intake.partner_center.bodies import Body, Content, text_in
from intake.partner_center.dates import UNTOLD, Since, since
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.errors import BadInput
from policy.facts import Property
from policy.terms import RelationshipType

FULFILLED = frozenset({"", "completed", "partialsuccess"})
BEGINS = frozenset({"", "new", "convert"})
"""Kinds of line that begin a subscription; any other is about one that was there before."""
AZURE_OFFER = "ms-azr-"


def fits(body: Body) -> bool:
    """Whether this is an order."""
    return body.object_type == "Order" or body.has("referenceCustomerId", "lineItems")


def take(body: Body, told: Told) -> None:
    """Tell what each line says; a subscription's own answer knows better since when, and what it is called."""
    status = body.text("status")
    customer = customer_of(body, told, body.text("referenceCustomerId"))
    if status.lower().replace(" ", "") not in FULFILLED:
        raise BadInput(f"is an order with status `{status}`; only a completed one says what was sold")
    start = since(body.content)
    unnamed = []
    for line in body.parts("lineItems"):
        number = text_in(line, "lineItemNumber") or "?"
        if not text_in(line, "subscriptionId"):
            unnamed.append(number)
            continue
        try:
            _take_line(line, customer, start, told)
        except BadInput as error:
            told.refuse(f"line {number}: {error}")
    if unnamed:
        raise BadInput(f"names no subscription in line {', '.join(unnamed)}; fetch the order again when it is provisioned")


def hints_of(line: Content) -> dict[str, Property]:
    """What a line of an order or of a transfer says of its subscription in passing."""
    offer = text_in(line, "offerId")
    azure = {"consumption": True} if offer.lower().startswith(AZURE_OFFER) else {}
    return {"offer": text_in(line, "friendlyName") or offer, **azure}


def _take_line(line: Content, customer: str, ordered: Since, told: Told) -> None:
    start = ordered if text_in(line, "transactionType").lower() in BEGINS else UNTOLD
    subscription = told.node("subscription", text_in(line, "subscriptionId"), hints=hints_of(line))
    told.began(RelationshipType.HOLDS, customer, subscription, start)
    told.began(RelationshipType.BILLS, told.biller(), subscription, start)
    for record in _records(line):
        if reseller := told.reseller(record):
            told.began(RelationshipType.RESELLS, reseller, subscription, start)


def _records(line: Content) -> list[str]:
    more = line.get("additionalPartnerIdsOnRecord")
    return [text_in(line, "partnerIdOnRecord"), *(str(each).strip() for each in (more if isinstance(more, list) else []))]


ORDER = Shape("order", fits, take)
