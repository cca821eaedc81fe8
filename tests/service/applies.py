"""Applies, each under a key of its own, and which of them are there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event
from typing import Any

import httpx

from tests.service.vocero import Served

WRITERS, ANSWERED, SECONDS = 8, 12, 60
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision applied replayed } }"
MADE = """query ($customers: [ID!]!, $subscriptions: [ID!]!) {
  customers: nodes(ids: $customers, consistency: {full: true}) { ... on Customer { name subscriptions { id } } }
  subscriptions: nodes(ids: $subscriptions) { ... on ProductSubscription { customer { id } billedBy { id } history { type } } } }"""


class Client:
    """Sends applies, each under a key of its own, and keeps what it asked for and what was answered."""

    def __init__(self) -> None:
        self.asked: set[int] = set()
        self.answered: dict[int, dict[str, Any]] = {}
        self.codes: set[str] = set()
        self._numbers = count()

    def ask(self, served: Served, number: int) -> dict[str, Any] | None:
        """What is answered; None where nothing is, or an error."""
        self.asked.add(number)
        variables = {"changes": changes(number), "key": f"apply-{number}"}
        try:
            body = served.client.post("/graphql", json={"query": APPLY, "variables": variables}).json()
        except httpx.TransportError:
            return None
        if "errors" in body:
            self.codes |= {error["extensions"]["code"] for error in body["errors"]}
            return None
        payload: dict[str, Any] = body["data"]["apply"]
        return payload

    @contextmanager
    def sending(self, served: Served) -> Iterator[None]:
        """WRITERS at once, each sending until it is not answered; entered when ANSWERED more were."""
        wanted, enough, stop = len(self.answered) + ANSWERED, Event(), Event()

        def send() -> None:
            while not stop.is_set() and (payload := self.ask(served, number := next(self._numbers))):
                self.answered[number] = payload
                if len(self.answered) >= wanted:
                    enough.set()

        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(send) for _ in range(WRITERS)]
            try:
                assert enough.wait(SECONDS), self.codes
                yield
            finally:
                stop.set()
        for writer in writers:
            writer.result()


def changes(number: int) -> list[dict[str, Any]]:
    """A new customer with a subscription that Fabrikam bills: changes that belong together."""
    started = {"to": f"subscription:s{number}", "validFrom": "2024-01-01T00:00:00Z"}
    return [
        {"putPartner": {"key": "fabrikam", "name": "Fabrikam"}},
        {"putCustomer": {"key": f"c{number}", "name": f"Customer {number}"}},
        {"putSubscription": {"key": f"s{number}", "offer": "Office 365 E3"}},
        {"start": {"type": "HOLDS", "from": f"customer:c{number}", **started}},
        {"start": {"type": "BILLS", "from": "partner:fabrikam", **started}},
    ]


def made(served: Served, numbers: set[int]) -> set[int]:
    """Numbers of the applies that are there; one that is there in part fails the test."""
    order = sorted(numbers)
    variables = {"customers": [f"customer:c{number}" for number in order], "subscriptions": [f"subscription:s{number}" for number in order]}
    data = served.client.post("/graphql", json={"query": MADE, "variables": variables}).json()["data"]
    found = dict(zip(order, zip(data["customers"], data["subscriptions"], strict=True), strict=True))
    whole = {number for number, there in found.items() if there == as_made(number)}
    assert {number: there for number, there in found.items() if number not in whole and there != (None, None)} == {}, "half made"
    return whole


def as_made(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The customer and the subscription of an apply as they are answered."""
    tied = {"customer": {"id": f"customer:c{number}"}, "billedBy": {"id": "partner:fabrikam"}}
    customer = {"name": f"Customer {number}", "subscriptions": [{"id": f"subscription:s{number}"}]}
    return customer, tied | {"history": [{"type": "BILLS"}, {"type": "HOLDS"}]}
