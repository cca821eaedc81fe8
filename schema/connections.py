"""Relay connections. A total is only counted where it is asked for."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from resolvers.paging import Page

if TYPE_CHECKING:
    from schema.customer import Customer
    from schema.partner import Partner

Counting = Callable[[], int]


@strawberry.type
class PageInfo:
    """Where a page lies among the others."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, page: Page[Any]) -> "PageInfo":
        """The place of this page."""
        return cls(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.items[0][0] if page.items else None,
            end_cursor=page.items[-1][0] if page.items else None,
        )


@strawberry.type
class CustomerEdge:
    """A customer in a list."""

    cursor: str
    node: Annotated["Customer", strawberry.lazy("schema.customer")]


@strawberry.type
class CustomerConnection:
    """A page of customers."""

    edges: list[CustomerEdge]
    page_info: PageInfo
    counting: strawberry.Private[Counting]

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return _total(self.edges, self.page_info, self.counting)


@strawberry.type
class PartnerEdge:
    """A partner in a list."""

    cursor: str
    node: Annotated["Partner", strawberry.lazy("schema.partner")]


@strawberry.type
class PartnerConnection:
    """A page of partners."""

    edges: list[PartnerEdge]
    page_info: PageInfo
    counting: strawberry.Private[Counting]

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return _total(self.edges, self.page_info, self.counting)


def _total(edges: Sequence[object], page: PageInfo, counting: Counting) -> int:
    """The number on all pages; nothing is counted where this page is the only one."""
    return counting() if page.has_next_page or page.has_previous_page else len(edges)
