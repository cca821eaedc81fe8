import strawberry

from resolvers.contactable import Contactable
from resolvers.paging import Page, cursor_at
from schema.connections import Counting, PageInfo
from schema.customer import Customer
from schema.permission import Permission


@strawberry.type
class ContactableEdge:
    """A customer to whom the communicator may speak, and the permission that says so."""

    sort: strawberry.Private[str]
    found: strawberry.Private[Contactable]

    @strawberry.field
    def cursor(self) -> str:
        """Its place among the others."""
        return cursor_at(self.sort)

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
        edges = [ContactableEdge(sort=sort, found=found) for sort, found in page.items]
        return cls(edges=edges, page_info=PageInfo.of(page), counting=counting)

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return self.counting()
