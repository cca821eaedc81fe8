"""What is wrong with the data."""

from typing import cast

import strawberry

from policy.findings import FindingKind
from policy.terms import Language
from resolvers.findings import FindingCount as CountOfKind
from resolvers.findings import Found
from schema.connections import Counting, PageInfo
from schema.context import Info
from schema.customer import Customer
from schema.node import Node, shown_at
from schema.relationship import Relationship

strawberry.enum(
    FindingKind,
    description=(
        "UNBILLED_SUBSCRIPTION: held, and nobody bills it. RESELLER_ON_DIRECT_SUBSCRIPTION: resold though it is not sold by partners. "
        "SEVERAL_RESELLERS: resold by two partners or more. ADMINISTRATOR_WITHOUT_RELATIONSHIP: a partner has admin access, but no "
        "reseller relationship, and neither bills nor resells. STALE_RELATIONSHIP: a partner that has not billed or resold anything for "
        "more than a year, and once did, keeps a reseller relationship, admin access or a support contact. "
        "PROVIDER_MISSING: a partner resells what another bills that is not on record as its provider. "
        "OPERATOR_OF_ANOTHER_CLOUD: an operator of another cloud than the customer's bills it. GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER: a "
        "partner bills what a direct agreement governs. KNOWN_FROM_INVOICES_ALONE: only invoices or usage tell of it. "
        "RESELLER_NOT_RECORDED: a provider bills it with no reseller on record, though a partner for which it provides has an accepted "
        "relationship with the customer."
    ),
)


@strawberry.type(description="about: the subscription or partner. relationships: those concerned, as they are live then.")
class Finding:
    """One thing that is wrong with the data of a customer: to be put right there, since answers rest on it."""

    kind: FindingKind
    relationships: list[Relationship]
    found: strawberry.Private[Found]

    @classmethod
    def of(cls, found: Found) -> "Finding":
        """The finding as clients see it."""
        relationships = [Relationship.of(each) for each in found.finding.relationships]
        return cls(kind=found.finding.kind, relationships=relationships, found=found)

    @strawberry.field
    def customer(self, info: Info) -> Customer:
        """Whose data it is."""
        return cast("Customer", shown_at(info, self.found.finding.customer))

    @strawberry.field
    def about(self, info: Info) -> Node:
        """The subscription or partner."""
        return shown_at(info, self.found.finding.about)

    @strawberry.field
    def text(self, language: Language = Language.EN) -> str:
        """What is wrong."""
        return self.found.text(language)

    @strawberry.field
    def what_to_do(self, language: Language = Language.EN) -> str:
        """What to do about it."""
        return self.found.what_to_do(language)


@strawberry.type
class FindingEdge:
    """A finding in a list."""

    cursor: str
    node: Finding


@strawberry.type
class FindingConnection:
    """A page of findings."""

    edges: list[FindingEdge]
    page_info: PageInfo
    counting: strawberry.Private[Counting]

    @strawberry.field
    def total_count(self) -> int:
        """How many there are on all pages."""
        return self.counting()


@strawberry.type(description="customers: how many have such a finding. findings: how many there are.")
class FindingCount:
    """How often a kind of finding occurs."""

    kind: FindingKind
    customers: int
    findings: int

    @classmethod
    def of(cls, count: CountOfKind) -> "FindingCount":
        """The count as clients see it."""
        return cls(kind=count.kind, customers=count.customers, findings=count.findings)
