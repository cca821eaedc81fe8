"""What the acceptance of a transfer, or the checkout of a cart, brought about: orders, and the lines that failed."""

from intake.partner_center.bodies import Body, Content, parts_in, text_in
from intake.partner_center.order import ORDER, hints_of
from intake.partner_center.shape import Shape, Untied, customer_of
from intake.partner_center.told import Told
from policy.errors import BadInput
from policy.terms import RelationshipType

KINDS = frozenset({"TransferSubmitResult", "CartCheckoutResult"})


def fits(body: Body) -> bool:
    """Whether this is such a result."""
    return body.object_type in KINDS or body.has("transferErrors") or isinstance(body.content.get("orders"), list)


def take(body: Body, told: Told) -> None:
    """Tell what each order says, as if it had been saved by itself, and name every line that failed."""
    orders = body.parts("orders")
    for number, order in enumerate(orders, start=1):
        try:
            ORDER.take(Body(order, body.linked, body.content, body.file, body.place), told)
        except BadInput as error:
            told.refuse(f"order {number}: {error}")
    customer = _customer(body, orders, told)
    for failed in (*body.parts("transferErrors"), *body.parts("orderErrors")):
        reason = f"{text_in(failed, 'description') or 'no reason is given'} (code {text_in(failed, 'code') or 'none'})"
        lines = parts_in(failed, "lineItems")
        for line in lines:
            _fail(line, reason, customer, told)
        if not lines:
            told.refuse(f"failed: {reason}; what failed is not in the answer, so nothing is told of it")


def _customer(body: Body, orders: list[Content], told: Told) -> str | None:
    """The customer, where the answer tells: its orders name it."""
    try:
        return customer_of(body, told, next((text_in(each, "referenceCustomerId") for each in orders), ""))
    except Untied:
        return None


def _fail(line: Content, reason: str, customer: str | None, told: Told) -> None:
    key = text_in(line, "subscriptionId")
    if not key:
        told.refuse(f"line {text_in(line, 'id') or '?'} failed: {reason}")
        return
    subscription = told.node("subscription", key, hints=hints_of(line))
    if customer:
        told.began(RelationshipType.HOLDS, customer, subscription)
    told.refuse(f"line {text_in(line, 'id') or '?'}: `{subscription}` was not transferred, so it stays where it is: {reason}")


TRANSFER_RESULT = Shape("result of a transfer or checkout", fits, take)
