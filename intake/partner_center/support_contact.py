"""The support contact of a subscription."""

import re
from collections.abc import Iterator

from intake.partner_center.bodies import Body
from intake.partner_center.identities import provisional_key
from intake.partner_center.shape import Shape, customer_of
from intake.partner_center.told import Told
from policy.errors import BadInput
from policy.terms import RelationshipType

SUBSCRIPTION = re.compile(r"(?:^|/)subscriptions/([^/?#{}<>%]+)", re.IGNORECASE)


def fits(body: Body) -> bool:
    """Whether this is a support contact."""
    return body.object_type == "SupportContact" or body.has("supportTenantId", "supportMpnId")


def take(body: Body, told: Told) -> None:
    """Tell who supports the subscription that the links, or the file's path, name."""
    tenant, mpn_id = body.text("supportTenantId"), body.text("supportMpnId")
    if not tenant and not mpn_id:
        raise BadInput("is a support contact that names no partner; save the answer as it came")
    partner = told.partner(tenant or provisional_key(mpn_id), hints={"name": body.text("name")})
    found = SUBSCRIPTION.search(_self(body)) or SUBSCRIPTION.search(body.file)
    if found is None:
        raise BadInput("names no subscription; keep the answer's links, or save it under a folder subscriptions/<id>/")
    subscription = told.node("subscription", found[1])
    told.began(RelationshipType.SUPPORTS, partner, subscription)
    told.began(RelationshipType.HOLDS, customer_of(body, told), subscription)
    if mpn_id:
        told.identities.check(partner, mpn_id)


def identifies(body: Body) -> Iterator[tuple[str, str]]:
    """The partner's tenant and MPN id."""
    if (tenant := body.text("supportTenantId")) and (mpn_id := body.text("supportMpnId")):
        yield tenant, mpn_id


def _self(body: Body) -> str:
    links = body.content.get("links")
    link = links.get("self") if isinstance(links, dict) else None
    uri = link.get("uri") if isinstance(link, dict) else None
    return uri if isinstance(uri, str) else ""


SUPPORT_CONTACT = Shape("support contact", fits, take, identifies)
