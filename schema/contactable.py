from typing import cast

import strawberry

from resolvers.paging import Page
from resolvers.permission import Answer
from schema.connections import Counting, PageInfo
from schema.context import Info
from schema.customer import Customer
from schema.node import shown_at
from schema.permission import Permission


@strawberry.type
class ContactableEdge:
    """A customer to whom the communicator may speak, and the permission that says so."""

    cursor: str
    permission: Permission

    @strawberry.field
    async def node(self, info: Info) -> Customer:
        """The customer."""
        return cast("Customer", await shown_at(info, self.permission.answer.decision.customer))


@strawberry.type
class ContactableConnection:
    """A page of such customers."""

    edges: list[ContactableEdge]
    page_info: PageInfo
    counting: strawberry.Private[Counting]

    @classmethod
    def of(cls, page: Page[Answer], counting: Counting) -> "ContactableConnection":
        """The page as clients see it."""
        edges = [ContactableEdge(cursor=cursor, permission=Permission.of(answer)) for cursor, answer in page.items]
        return cls(edges=edges, page_info=PageInfo.of(page), counting=counting)

    @strawberry.field
    async def total_count(self) -> int:
        """How many there are on all pages."""
        return await self.counting()
