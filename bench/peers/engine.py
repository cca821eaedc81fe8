"""What the engines of relations have in common: how each kind of question is asked over HTTP, and how its answers are checked."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import httpx

from bench.data import MICROSOFT, Buyer, Data

PERMISSIONS = {"renewal": "talk_subscription", "incident": "talk_operational", "training": "talk_general", "upsell": "talk_marketing"}
"""Topic -> the relation that says who is EXPECTED or PERMITTED."""
LONG = 600


class WrongAnswers(RuntimeError):  # noqa: N818  # it says what was found
    """An engine that answers other than the oracle: then its speed says nothing."""


class Fact(NamedTuple):
    """One relation of the engines' model; keys, not node ids."""

    kind: str
    object: str
    relation: str
    subject_kind: str
    subject: str


class Question(NamedTuple):
    """May it speak to the customer about the topic? Keys of both."""

    communicator: str
    customer: str
    topic: str


def name(node: str) -> str:
    """A node id as the engines name it: without its kind."""
    return node.partition(":")[2]


def facts(data: Data) -> Iterator[Fact]:
    """The whole book as relations."""
    for buyer in data.buyers():
        yield from facts_of(buyer)


def facts_of(buyer: Buyer) -> Iterator[Fact]:
    """Those of one customer."""
    customer = name(buyer.id)
    yield Fact("customer", customer, "platform", "org", name(MICROSOFT))
    for sale in buyer.sales:
        subscription = name(sale.subscription)
        yield Fact("customer", customer, "subscription", "subscription", subscription)
        yield Fact("subscription", subscription, "seller", "org", name(sale.seller))
        if sale.provider:
            yield Fact("subscription", subscription, "provider", "org", name(sale.provider))
    if buyer.agreement:
        agreement = name(buyer.agreement[0])
        yield Fact("customer", customer, "agreement", "agreement", agreement)
        yield Fact("agreement", agreement, "party", "org", name(MICROSOFT))


class Engine(Protocol):
    """A server that is up, and the messages that it takes. `fresh`: what was written last counts."""

    name: ClassVar[str]
    together: ClassVar[int]
    headers: ClassVar[Mapping[str, str]]
    url: str

    def load(self, facts: Iterable[Fact]) -> float:
        """Write them all; how many seconds that took, the making of the messages not counted."""

    def path(self, kind: str) -> str:
        """Where messages of this kind go: check, explain, bulk, who or contactable."""

    def check(self, question: Question, *, fresh: bool = False) -> dict[str, Any]:
        """A message that asks it."""

    def explain(self, question: Question) -> dict[str, Any] | None:
        """The same, with the way on which the answer was found; None = the engine has nothing of the kind."""

    def bulk(self, questions: Sequence[Question]) -> dict[str, Any]:
        """A message that asks so many."""

    def who(self, customer: str, topic: str) -> dict[str, Any]:
        """A message that asks who may speak to the customer."""

    def contactable(self, communicator: str, topic: str) -> dict[str, Any]:
        """A message that asks to whom the communicator may speak."""

    def answers(self, kind: str, given: Sequence[dict[str, Any]]) -> object:
        """What the lines of an answer say: of bulk a list of truths, of check one, else the set of names."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of JSON that come back."""
    response = httpx.post(url, content=body, headers={"Content-Type": "application/json", **headers}, timeout=LONG)
    response.raise_for_status()
    return [json.loads(line) for line in response.text.splitlines() if line]


def ask(engine: Engine, kind: str, message: dict[str, Any]) -> object:
    """What the engine answers."""
    return engine.answers(kind, post(engine.url + engine.path(kind), json.dumps(message).encode(), engine.headers))


def write(file: Path, messages: Iterable[dict[str, Any]]) -> Path:
    """The messages as a file, one a line."""
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(message) + "\n" for message in messages)
    return file
