import strawberry

from resolvers.contactable import Contactable
from resolvers.paging import Page
from schema.connections import Counting, PageInfo
from schema.customer import Customer
from schema.permission import Permission


@strawberry.type
class ContactableEdge:
    """A customer to whom the communicator may speak, and the permission that says so."""

    cursor: str = strawberry.field(description="Its place among the others.")
    found: strawberry.Private[Contactable]

    @strawberry.field
    def permission(self) -> Permission:
        """The answer that says so."""
        return Permission.of(self.found.answer)

    @strawberry.field
    def node(self) -> Customer:
        """The customer."""
        return Customer.of(self.found.customer)


@strawberry.type
class ContactableConnection:
    """A page of such customers."""

    edges: list[ContactableEdge]
    page_info: PageInfo
    counting: strawberry.Private[Counting]

    @classmethod
    def of(cls, page: Page[Contactable], counting: Counting) -> "ContactableConnection":
        """The page as clients see it."""
        edges = [ContactableEdge(cursor=cursor, found=found) for cursor, found in page.items]
        return cls(edges=edges, page_info=PageInfo.of(page), counting=counting)

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return self.counting()
