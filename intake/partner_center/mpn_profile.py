"""A partner's profile by MPN id, which does not name its tenant."""

from intake.partner_center.bodies import Body
from intake.partner_center.identities import provisional_key
from intake.partner_center.shape import Shape
from intake.partner_center.told import Told
from policy.errors import BadInput


def fits(body: Body) -> bool:
    """Whether this is an MPN profile."""
    return body.object_type == "MpnProfile" or body.has("mpnId", "partnerName")


def take(body: Body, told: Told) -> None:
    """Tell what the partner is called."""
    mpn_id = body.text("mpnId")
    if not mpn_id:
        raise BadInput("is an MPN profile without an mpnId, so it says of nobody what it is called")
    told.partner(provisional_key(mpn_id), {"name": body.text("partnerName")})


MPN_PROFILE = Shape("MPN profile", fits, take)
