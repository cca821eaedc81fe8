"""Every question about a dense world that is worth asking, put to the oracle."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from tests.oracle.dense_worlds import Dense, dense_world
from tests.oracle.edge_worlds import edge_world, order_world
from tests.oracle.former_worlds import former_world
from tests.oracle.oracle import Answer, answer, everyone
from tests.oracle.pairs import closing_scopes
from tests.oracle.table import CATEGORIES
from tests.oracle.view import NotFound, View

BESIDE = 0.3
"""How often the other customers are asked about too, with whom less is the matter."""


class Question(NamedTuple):
    """Whether that one may speak to the customer, in that scope or in all."""

    who: str
    customer: str
    category: str
    scope: str | None


@dataclass(frozen=True)
class Asked:
    """A question at one instant of a world, and the oracle's answer; None: NOT_FOUND."""

    seed: int
    view: View
    question: Question
    answer: Answer | None


def asked(answers: int, first_seed: int = 0) -> Iterator[Asked]:
    """So many answers about one world after the other, the same ones for the same first seed."""
    given, seed = 0, first_seed
    while given < answers:
        chance = Random(seed)  # noqa: S311 - a test's choice, not a secret
        for view in views(some_world(chance)):
            for question in questions(view, chance):
                yield Asked(seed, view, question, given_to(view, question))
                given += 1
                if given == answers:
                    return
        seed += 1


KINDS_OF_WORLDS = [dense_world] * 3 + [edge_world] * 3 + [order_world] * 3 + [former_world] * 2


def some_world(chance: Random) -> Dense:
    """A world for that seed, of one of four kinds."""
    return chance.choice(KINDS_OF_WORLDS)(chance)


def views(dense: Dense) -> list[View]:
    return [View(dense.world, *instant) for instant in dense.instants]


def given_to(view: View, question: Question) -> Answer | None:
    try:
        return answer(view, *question)
    except NotFound:
        return None


def questions(view: View, chance: Random) -> Iterator[Question]:
    """Everyone to a customer about six categories; then confined to scopes of all sorts, about one or some categories."""
    first, *others = view.customers()
    for customer in [first, *others] if chance.random() < BESIDE else [first]:
        categories = ["BILLING", *chance.sample([each for each in CATEGORIES if each != "BILLING"], k=5)]
        for who in everyone(view):
            for category in categories:
                yield Question(who, customer, category, None)
        closing = {scope for who in everyone(view) for scope in closing_scopes(view, who, customer)}
        for scope in [*view.scopes(customer), *sorted(closing), "subscription:nothing"]:
            for who in everyone(view):
                for category in sorted({"BILLING", "ENDING" if scope in closing else "MARKETING", chance.choice(CATEGORIES)}):
                    yield Question(who, customer, category, scope)
