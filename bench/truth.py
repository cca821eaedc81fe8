"""What is right, by the oracle of the tests: each customer by itself, for nothing beyond it bears on who may speak to it."""

from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from bench.data import Buyer, Data, book_of
from tests.oracle.acceptance import accept
from tests.oracle.oracle import Answer, answer, permitted_communicators
from tests.oracle.table import CATEGORY_OF
from tests.oracle.view import View

REMEMBERED = 2_000


class Truth:
    """The right answers about the customers of a book, as of now."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self._now = datetime.now(UTC)
        self._view = lru_cache(REMEMBERED)(self._seen)

    def permission(self, communicator: str, customer: str, topic: str) -> Answer:
        """Whether it may speak to the customer about the topic; node ids and a topic's code."""
        return answer(self._view(customer, communicator), communicator, customer, CATEGORY_OF[topic])

    def permitted_communicators(self, customer: str, topic: str) -> list[Answer]:
        """Everyone who may, in the order of the answer."""
        return permitted_communicators(self._view(customer), customer, CATEGORY_OF[topic])

    def contactable(self, communicator: str, topic: str, most: int) -> list[Answer]:
        """The permissions for the first customers to whom it may speak, in the order of their names; so many at most."""
        answers = (self.permission(communicator, buyer.id, topic) for buyer in self.data.buyers_of(communicator))
        return list(islice((each for each in answers if each.permitted_in), most))

    def buyer(self, customer: str) -> Buyer:
        """The customer of this id."""
        return self.data.buyer(int(customer.rpartition("c")[2]))

    def _seen(self, customer: str, *strangers: str) -> View:
        world, rejected = accept(book_of(self.buyer(customer), self.data.partners, *strangers), self._now)
        if rejected:
            raise AssertionError(rejected)
        return View(world, self._now)
