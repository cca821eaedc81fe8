"""The interfaces of the API."""

from functools import cache
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.ids import kind_of
from resolvers.contactable import contactable, count_of_contactable
from resolvers.node import Node as StoredNode
from resolvers.paging import Paging
from schema.context import Info
from schema.inputs import AsOf, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schema.contactable import ContactableConnection


@strawberry.interface
class Node:
    """Whatever has an id."""

    id: strawberry.ID


@strawberry.interface
class Communicator(Node):
    """Whoever may speak to customers: a partner or an operator."""

    name: str

    @strawberry.field(description="Customers to whom this communicator is permitted to speak about the topic.")
    def contactable(
        self, info: Info, topic: str, as_of: AsOf | None = None, first: int | None = None, after: str | None = None
    ) -> Annotated["ContactableConnection", strawberry.lazy("schema.contactable")]:
        """One page of them, in the order of names."""
        from schema.contactable import ContactableConnection

        question = (info.context.operation, self.id, topic, asked(as_of))
        return ContactableConnection.of(contactable(*question, Paging(first, after)), lambda: count_of_contactable(*question))


def shown(node: StoredNode) -> Node:
    """The node as clients see it, by its kind."""
    return _makers()[kind_of(node.id)](node)


@cache
def _makers() -> "Mapping[str, Callable[[StoredNode], Node]]":
    from schema.agreement import Agreement
    from schema.customer import Customer
    from schema.partner import Operator, Partner
    from schema.subscription import ProductSubscription

    return {
        "customer": Customer.of,
        "partner": Partner.of,
        "operator": Operator.of,
        "subscription": ProductSubscription.of,
        "agreement": Agreement.of,
    }


def shown_at(info: Info, id_: str) -> Node:
    """A node that is an end of a relationship, as clients see it."""
    return shown(info.context.operation.nodes[id_])
