import strawberry

from policy.terms import PartnerRole
from resolvers.node import Node as StoredNode
from resolvers.partner import providers_at, resellers_at, roles, ties_at
from schema.context import Info
from schema.inputs import AsOf, asked
from schema.node import Communicator


@strawberry.type
class Operator(Communicator):
    """Who operates a cloud: Microsoft, or 21Vianet in China."""

    @classmethod
    def of(cls, node: StoredNode) -> "Operator":
        """The operator as clients see it."""
        return cls(id=strawberry.ID(node.id), name=node.name)


@strawberry.type
class Partner(Communicator):
    """A company that sells Microsoft's cloud: a direct-bill partner, an indirect provider or an indirect reseller."""

    country: str | None
    mpn_ids: list[str]

    @classmethod
    def of(cls, node: StoredNode) -> "Partner":
        """The partner as clients see it."""
        properties = node.properties
        return cls(id=strawberry.ID(node.id), name=node.name, country=properties.get("country"), mpn_ids=properties.get("mpnIds") or [])

    @strawberry.field
    def roles(self, info: Info, as_of: AsOf | None = None) -> list[PartnerRole]:
        """What it is to customers and other partners."""
        return roles(ties_at(info.context.operation, self.id, asked(as_of)))

    @strawberry.field
    def providers(self, info: Info, as_of: AsOf | None = None) -> list["Partner"]:
        """The partners that provide for it, by name."""
        at = info.context.operation
        return [Partner.of(node) for node in at.shown_by_name(providers_at(at, self.id, asked(as_of)))]

    @strawberry.field
    def resellers(self, info: Info, as_of: AsOf | None = None) -> list["Partner"]:
        """The partners for which it provides, by name."""
        at = info.context.operation
        return [Partner.of(node) for node in at.shown_by_name(resellers_at(at, self.id, asked(as_of)))]


def communicator(node: StoredNode) -> Communicator:
    """The partner or operator as clients see it."""
    return Operator.of(node) if node.id.startswith("operator:") else Partner.of(node)
