"""A delegated admin relationship (GDAP), as Microsoft Graph answers it."""

from intake.partner_center.bodies import Body
from intake.partner_center.dates import UNTOLD, Since, instant_in, since
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.terms import AdminKind

BEFORE = frozenset({"created", "approvalpending", "approved", "activating"})
"""States of a relationship that gives no access yet."""
OVER = frozenset({"terminated", "expired"})
NEVER_EXTENDED = frozenset({"", "p0d", "pt0s"})


def fits(body: Body) -> bool:
    """Whether this is a delegated admin relationship."""
    return body.text("@odata.type").endswith(".delegatedAdminRelationship") or body.has("customer", "duration", "status")


def take(body: Body, told: Told) -> None:
    """Tell who administers the customer from when to when; the partner is the one who asked, for the answer names none."""
    if body.text("status").lower() in BEFORE and not body.text("activatedDateTime") and not body.text("customer", "tenantId"):
        return  # it was offered to nobody in particular yet
    customer = customer_of(body, told, body.text("customer", "tenantId"), body.text("customer", "displayName"))
    if body.text("status").lower() in BEFORE:
        return
    of = body.text("id").lower()  # the next one usually begins before this one ends
    told.granted(AdminKind.GDAP, customer, since({"activatedDateTime": body.content.get("activatedDateTime")}), of)
    if (end := _end(body)) is not None:
        told.revoked(AdminKind.GDAP, customer, end, of)


def _end(body: Body) -> Since | None:
    """When it ends or ended. One that extends itself has no end as long as it is there."""
    over = body.text("status").lower() in OVER
    if not over and body.text("autoExtendDuration").lower() not in NEVER_EXTENDED:
        return None
    planned, changed = instant_in(body.content, "endDateTime"), instant_in(body.content, "lastModifiedDateTime")
    if (
        over
        and changed is not None
        and (planned is None or changed < planned)
        and changed > (instant_in(body.content, "activatedDateTime") or 0)
    ):
        return Since(1, changed)  # it was over by then, whatever had been planned
    if planned is not None:
        return Since(0, planned)
    return UNTOLD if over else None


GDAP = Shape("delegated admin relationship", fits, take)
