"""The answer to a request that failed, saved in the place of what was asked for."""

from intake.partner_center.bodies import Body
from intake.partner_center.shape import Shape
from intake.partner_center.told import Told
from policy.errors import BadInput


def fits(body: Body) -> bool:
    """Whether this is Partner Center's error, or Graph's and Azure's."""
    return isinstance(body.content.get("error"), dict) or (body.has("code", "description") and not body.has("id"))


def take(body: Body, _: Told) -> None:
    """Raises BadInput with the words of the error."""
    code = body.text("code") or body.text("error", "code")
    words = body.text("description") or body.text("error", "message")
    raise BadInput(f"is the answer to a request that failed (`{code}`: {words}); fetch it again")


FAILURE = Shape("error", fits, take)
