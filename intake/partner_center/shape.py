from collections.abc import Callable, Iterable
from typing import NamedTuple

from intake.partner_center.bodies import Body
from intake.partner_center.told import PLACEHOLDER, Told
from policy.errors import BadInput


class Untied(BadInput):
    """A body that names no customer, where neither its links nor its path does."""


def nobody(_: Body) -> Iterable[tuple[str, str]]:
    """No tenant together with its MPN id."""
    return ()


class Shape(NamedTuple):
    """
    One kind of answer.

    fits:       whether a body is of this kind, from its content alone
    take:       tells what it says; raises BadInput with the reason for what could not be taken, the rest being told
    identifies: the tenants that it names together with their MPN ids
    """

    name: str
    fits: Callable[[Body], bool]
    take: Callable[[Body, Told], None]
    identifies: Callable[[Body], Iterable[tuple[str, str]]] = nobody


def customer_of(body: Body, told: Told, named: str = "", name: str = "") -> str:
    """
    The customer that a body belongs to, told of by its key.

    named, name: as the body itself says which it is, and in passing what it is called
    raises:      Untied
    """
    for key in (named, body.linked or ""):
        if key and not PLACEHOLDER.fullmatch(key):
            return told.node("customer", key, hints={"name": name})
    raise Untied("names no customer; keep the answer's links, or save it under a folder customers/<id>/, so that it can be tied to one")
