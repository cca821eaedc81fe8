"""Who has to send a notice."""

from typing import cast

import strawberry

from policy.situation import Situation
from policy.terms import Language
from resolvers import outreach
from resolvers.outreach import Shared
from resolvers.paging import Page, Paging
from schema.connections import PageInfo
from schema.contactable import ContactableConnection
from schema.context import Info
from schema.customer import Customer
from schema.node import Communicator, shown_at
from schema.partner import communicator


@strawberry.type
class OutreachGroup:
    """The customers to whom one communicator is expected to speak; the permission of each says in which scopes."""

    communicator: Communicator
    customer_count: int
    found: strawberry.Private[outreach.Outreach]

    @classmethod
    def of(cls, group: outreach.Group, found: outreach.Outreach) -> "OutreachGroup":
        """The group as clients see it."""
        return cls(communicator=communicator(group.communicator), customer_count=group.customers, found=found)

    @strawberry.field
    def customers(self, first: int | None = None, after: str | None = None) -> ContactableConnection:
        """One page of them, in the order of names."""
        page = self.found.customers(self.communicator.id, Paging(first, after))
        return ContactableConnection.of(page, self.counted)

    def counted(self) -> int:
        """How many there are on all pages."""
        return self.customer_count


@strawberry.type
class UncoveredEdge:
    """A customer for whom nobody is expected."""

    cursor: str
    at: strawberry.Private[Situation]
    found: strawberry.Private[outreach.Outreach]

    @strawberry.field
    def node(self, info: Info) -> Customer:
        """The customer."""
        return cast("Customer", shown_at(info, self.at.customer))

    @strawberry.field
    def reason(self, language: Language | None = Language.EN) -> str:
        """Why, in one sentence."""
        return self.found.reason(self.at, language or Language.EN)


@strawberry.type
class UncoveredConnection:
    """A page of such customers, in the order of names; looked for only where it is asked for."""

    found: strawberry.Private[outreach.Outreach]
    page: strawberry.Private[Shared[Page[Situation]]]

    @strawberry.field
    def edges(self) -> list[UncoveredEdge]:
        """The customers of the page."""
        return [UncoveredEdge(cursor=cursor, at=at, found=self.found) for cursor, at in (self.page()).items]

    @strawberry.field
    def page_info(self) -> PageInfo:
        """Where the page lies among the others."""
        return PageInfo.of(self.page())

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return (self.found.census()).uncovered


@strawberry.type(description="total counts each customer once; uncovered are those for whom nobody is expected, with the reason.")
class Outreach:
    """The customers of a filter by who has to send them a notice."""

    found: strawberry.Private[outreach.Outreach]

    @strawberry.field
    def total(self) -> int:
        """How many customers the filter takes."""
        return (self.found.census()).total

    @strawberry.field
    def groups(self) -> list[OutreachGroup]:
        """One for each communicator that is expected to speak to some of them, by name."""
        return [OutreachGroup.of(group, self.found) for group in self.found.groups()]

    @strawberry.field
    def uncovered(self, first: int | None = None, after: str | None = None) -> UncoveredConnection:
        """One page of the customers for whom nobody is expected, in the order of names."""
        paging = Paging(first, after)
        self.found.expect_uncovered(paging)
        return UncoveredConnection(found=self.found, page=Shared(lambda: self.found.uncovered(paging)))
