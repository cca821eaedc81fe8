from collections.abc import Callable
from typing import NamedTuple

from intake.partner_center.bodies import Body
from intake.partner_center.gathering import Gathering, node_id
from policy.errors import BadInput


class Untied(BadInput):
    """A body that names no customer, where neither its links nor its path does."""


class Shape(NamedTuple):
    """
    One kind of answer.

    fits: whether a body is of this kind, from its content alone
    take: notes what it says; raises BadInput with the reason for what could not be taken, the rest being noted
    """

    name: str
    fits: Callable[[Body], bool]
    take: Callable[[Body, Gathering], None]


def customer_of(body: Body, gathering: Gathering, named: str = "") -> str:
    """The customer that a body belongs to, noted by its key. `named`: as the body itself says it. Raises Untied."""
    key = named or body.linked
    if not key:
        raise Untied("names no customer; keep the answer's links, or save it under a folder customers/<id>/, so that it can be tied to one")
    return gathering.node(node_id("customer", key), body.file, {})
