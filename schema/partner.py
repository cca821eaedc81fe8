import strawberry

from policy.terms import PartnerRole
from resolvers.node import Node as StoredNode
from resolvers.operation import by_name
from resolvers.partner import providers_at, providers_at_once, resellers_at, roles, ties_at
from schema.compiled import InContext
from schema.context import Context, Info
from schema.inputs import AsOf, asked
from schema.node import Communicator
from schema.plain_fields import at_once


def _providers_at_once(context: Context, partner: "Partner", asOf: object = None) -> "list[Partner]":  # noqa: N803 - the API's
    at = context.at_once(asOf)
    return [Partner.of(node) for node in by_name(at.nodes[each] for each in providers_at_once(at, partner.id))]


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
    async def roles(self, info: Info, as_of: AsOf | None = None) -> list[PartnerRole]:
        """What it is to customers and other partners."""
        return roles(await ties_at(info.context.operation(info), self.id, asked(as_of)))

    @strawberry.field
    @at_once(InContext(_providers_at_once))
    async def providers(self, info: Info, as_of: AsOf | None = None) -> list["Partner"]:
        """The partners that provide for it, by name."""
        at = info.context.operation(info)
        return [Partner.of(node) for node in await at.shown_by_name(await providers_at(at, self.id, asked(as_of)))]

    @strawberry.field
    async def resellers(self, info: Info, as_of: AsOf | None = None) -> list["Partner"]:
        """The partners for which it provides, by name."""
        at = info.context.operation(info)
        return [Partner.of(node) for node in await at.shown_by_name(await resellers_at(at, self.id, asked(as_of)))]


def communicator(node: StoredNode) -> Communicator:
    """The partner or operator as clients see it."""
    return Operator.of(node) if node.id.startswith("operator:") else Partner.of(node)
