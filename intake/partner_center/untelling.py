"""Answers that are known and say nothing of who is tied to whom, so that nothing of them is missed."""

from intake.partner_center.bodies import Body
from intake.partner_center.shape import Shape
from intake.partner_center.told import Told

MEMBERS = (
    {"templateId", "agreementType"},  # the text of an agreement, which nobody has accepted by being listed
    {"id", "isEligible"},  # whether a subscription could be transferred
    {"isSigned"},  # whether the customer signed by itself
    {"isAgreementSigned"},  # whether a reseller signed the partner agreement
)
"""The members by which each is known."""
KINDS = frozenset({"RelationshipRequest"})


def fits(body: Body) -> bool:
    """Whether this is such an answer."""
    return body.object_type in KINDS or any(members <= body.content.keys() for members in MEMBERS)


def take(_: Body, __: Told) -> None:
    """Nothing is told."""


UNTELLING = Shape("agreement template, transfer eligibility or signing status", fits, take)
