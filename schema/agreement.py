from typing import TYPE_CHECKING, Annotated

import strawberry

from policy.terms import AgreementChannel
from resolvers.agreement import customers_at
from resolvers.node import Node as StoredNode
from schema.context import Info
from schema.inputs import AsOf, asked
from schema.node import Node

if TYPE_CHECKING:
    from schema.customer import Customer


@strawberry.type
class Agreement(Node):
    """A commercial agreement between customers and an operator, made directly or through a partner."""

    type: str
    channel: AgreementChannel

    @classmethod
    def of(cls, node: StoredNode) -> "Agreement":
        """The agreement as clients see it."""
        return cls(id=strawberry.ID(node.id), type=node.properties.get("type") or "", channel=AgreementChannel(node.properties["channel"]))

    @strawberry.field
    def customers(self, info: Info, as_of: AsOf | None = None) -> list[Annotated["Customer", strawberry.lazy("schema.customer")]]:
        """The customers that are party to it, by name."""
        from schema.customer import Customer

        return [Customer.of(node) for node in customers_at(info.context.operation, self.id, asked(as_of))]
