from typing import cast

import strawberry

from resolvers.contactable import count_of_contactable
from resolvers.operation import AsOf
from resolvers.paging import Page
from resolvers.permission import Answer
from schema.connections import PageInfo
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
    question: strawberry.Private[tuple[str, str, AsOf | None]]

    @classmethod
    def of(cls, page: Page[Answer], communicator: str, topic: str, as_of: AsOf | None) -> "ContactableConnection":
        """The page as clients see it."""
        edges = [ContactableEdge(cursor=cursor, permission=Permission.of(answer)) for cursor, answer in page.items]
        return cls(edges=edges, page_info=PageInfo.of(page), question=(communicator, topic, as_of))

    @strawberry.field
    async def total_count(self, info: Info) -> int:
        """How many there are on all pages."""
        return await count_of_contactable(info.context.operation(info), *self.question)
