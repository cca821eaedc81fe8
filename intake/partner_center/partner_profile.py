"""What a partner says of itself: its organization, legal business, billing and support profiles."""

from intake.partner_center.bodies import Body
from intake.partner_center.shape import Shape
from intake.partner_center.told import Told

KINDS = frozenset(
    {"organizationprofile", "legalbusinessprofile", "billingprofile", "partnerbillingprofile", "supportprofile", "partnersupportprofile"}
)


def fits(body: Body) -> bool:
    """Whether this is a profile of a partner."""
    return body.text("profileType").lower() in KINDS or body.object_type.lower() in KINDS


def take(body: Body, told: Told) -> None:
    """Tell what the partner is called and where it is; only the organization profile names its tenant, the others are of who asked."""
    name = body.text("companyName")
    if tenant := body.text("tenantId"):
        told.partner(tenant, {"name": name, "country": body.text("defaultAddress", "country")})
        return
    told.partner(told.asked_by.partition(":")[2], hints={"name": name, "country": body.text("address", "country")})


PARTNER_PROFILE = Shape("partner profile", fits, take)
