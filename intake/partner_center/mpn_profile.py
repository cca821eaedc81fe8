"""A partner's profile by MPN id, which does not name its tenant."""

from intake.partner_center.bodies import Body
from intake.partner_center.gathering import Gathering
from intake.partner_center.shape import Shape


def fits(body: Body) -> bool:
    """Whether this is an MPN profile."""
    return body.object_type == "MpnProfile" or {"mpnId", "partnerName"} <= body.content.keys()


def take(body: Body, gathering: Gathering) -> None:
    """Note what the partner is called."""
    gathering.node(gathering.reseller(body.text("mpnId"), body.file), body.file, {"name": body.text("partnerName")})


MPN_PROFILE = Shape("MPN profile", fits, take)
