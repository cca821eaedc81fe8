"""The reads of the API: every field only translates."""

import strawberry

from graph.time_slices import give_way
from policy.errors import VoceroError
from policy.facts import Relationship as FoundRelationship
from policy.findings import FindingKind
from policy.policy import Topic as PolicyTopic
from policy.terms import Category
from resolvers import lists
from resolvers.communications import communications, count_communications
from resolvers.decided import About, Asked
from resolvers.findings import count_of_findings, counts_of_findings, findings
from resolvers.nodes import Found, node, node_of_kind, nodes
from resolvers.outreach import outreach
from resolvers.paging import Paging
from resolvers.permission import Answer, permission, permissions
from resolvers.permitted_communicators import permitted_communicators
from resolvers.simulate import simulate
from resolvers.statistics import CustomerDimension, customer_statistics
from schema.changes import Change
from schema.communication import Communication, CommunicationConnection, CommunicationEdge, CommunicationFilter, communication_test
from schema.connections import CustomerConnection, CustomerEdge, PageInfo, PartnerConnection, PartnerEdge
from schema.context import Info
from schema.customer import Customer
from schema.difference import PermissionDifference
from schema.findings import Finding, FindingConnection, FindingCount, FindingEdge
from schema.inputs import AsOf, Consistency, CustomerFilter, Question, asked, customer_test
from schema.limits import expect_few
from schema.node import Node, shown
from schema.outreach import Outreach
from schema.partner import Partner
from schema.permission import Permission
from schema.policy import Policy, Topic
from schema.relationship import Relationship
from schema.scalars import Revision
from schema.statistics import CustomerStatistic


@strawberry.type
class Query:
    """What can be asked. `consistency` on one root field governs the whole operation."""

    @strawberry.field
    def node(self, info: Info, id: strawberry.ID, consistency: Consistency | None = None) -> Node | None:
        """Whatever has this id."""
        return _shown(node(info.context.operation, id))

    @strawberry.field
    def nodes(self, info: Info, ids: list[strawberry.ID], consistency: Consistency | None = None) -> list[Node | None]:
        """Whatever has these ids, in their order."""
        return [_shown(each) for each in nodes(info.context.operation, ids)]

    @strawberry.field
    def customer(self, info: Info, id: strawberry.ID, consistency: Consistency | None = None) -> Customer | None:
        """The customer with this id."""
        found = node_of_kind(info.context.operation, id, "customer")
        return Customer.of(found) if found else None

    @strawberry.field
    def customers(
        self,
        info: Info,
        filter: CustomerFilter | None = None,
        search: str | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> CustomerConnection:
        """One page of the customers that pass the filter and the search at `asOf`, by name."""
        at, test = info.context.operation, customer_test(filter)
        page = lists.customers(at, test, search, asked(as_of), Paging(first, after, last, before))
        return CustomerConnection(
            edges=[CustomerEdge(cursor=cursor, node=Customer.of(found)) for cursor, found in page.items],
            page_info=PageInfo.of(page),
            counting=lambda: lists.count_customers(at, test, search, asked(as_of)),
        )

    @strawberry.field
    def partner(self, info: Info, id: strawberry.ID, consistency: Consistency | None = None) -> Partner | None:
        """The partner with this id."""
        found = node_of_kind(info.context.operation, id, "partner")
        return Partner.of(found) if found else None

    @strawberry.field
    def partners(
        self,
        info: Info,
        search: str | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> PartnerConnection:
        """One page of the partners that pass the search at `asOf`, by name."""
        at = info.context.operation
        page = lists.partners(at, search, asked(as_of), Paging(first, after, last, before))
        return PartnerConnection(
            edges=[PartnerEdge(cursor=cursor, node=Partner.of(found)) for cursor, found in page.items],
            page_info=PageInfo.of(page),
            counting=lambda: lists.count_partners(at, search, asked(as_of)),
        )

    @strawberry.field
    def topics(self, info: Info, category: Category | None = None) -> list[Topic]:
        """The topics of the policy, in its order."""
        return [Topic.of(topic) for topic in info.context.policy.topics.values() if category in (None, topic.category)]

    @strawberry.field(description="Who may speak to this customer about this topic, most expected first.")
    def permitted_communicators(
        self,
        info: Info,
        customer: strawberry.ID,
        topic: str,
        scope: strawberry.ID | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> list[Permission] | None:
        """EXPECTED, then PERMITTED, then MIXED, then by name."""
        answers = permitted_communicators(info.context.operation, customer, topic, scope, asked(as_of))
        info.context.tell(Asked.PERMITTED_COMMUNICATORS, About(customer, topic, scope, answers), asked(as_of))
        return [Permission.of(answer) for answer in answers]

    @strawberry.field(description="May this communicator speak to this customer about this topic?")
    def permission(
        self,
        info: Info,
        communicator: strawberry.ID,
        customer: strawberry.ID,
        topic: str,
        scope: strawberry.ID | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> Permission | None:
        """The one answer over all scopes, or over the one given."""
        question = Question(communicator=communicator, customer=customer, topic=topic, scope=scope)
        answer = permission(info.context.operation, question.asked(), asked(as_of))
        info.context.tell(Asked.PERMISSION, About(customer, topic, scope, [answer]), asked(as_of))
        return Permission.of(answer)

    @strawberry.field(
        description="Many questions at once (1,000 at least are taken), answered in their order, all at one revision. "
        "One that cannot be answered is null, with its error at its path."
    )
    def permissions(
        self, info: Info, questions: list[Question], as_of: AsOf | None = None, consistency: Consistency | None = None
    ) -> list[Permission | None]:
        """The answers in the order of the questions."""
        answers = permissions(info.context.operation, [each.asked() for each in questions], asked(as_of))
        for each, answer in zip(questions, answers, strict=True):
            if isinstance(answer, Answer):
                info.context.tell(Asked.PERMISSION, About(each.customer, each.topic, each.scope, [answer]), asked(as_of))
        return [_or_error(each) for each in answers]

    @strawberry.field
    def communications(
        self,
        info: Info,
        filter: CommunicationFilter | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        consistency: Consistency | None = None,
    ) -> CommunicationConnection:
        """One page of the recorded communications that pass the filter: the newest first, then by id."""
        at, test = info.context.operation, communication_test(filter)
        page = communications(at, test, Paging(first, after, last, before))
        return CommunicationConnection(
            edges=[CommunicationEdge(cursor=cursor, node=Communication.of(found)) for cursor, found in page.items],
            page_info=PageInfo.of(page),
            counting=lambda: count_communications(at, test),
        )

    @strawberry.field
    def customer_statistics(
        self,
        info: Info,
        by: list[CustomerDimension],
        filter: CustomerFilter | None = None,
        topic: str | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> list[CustomerStatistic]:
        """
        How many customers of the filter there are, by one to three dimensions: one row for each combination that occurs.

        `topic` goes with VERDICT, and only with it. Rows stand by the dimensions in the order asked: names folded, nulls last.
        """
        at, test = info.context.operation, customer_test(filter)
        return [CustomerStatistic.of(each) for each in customer_statistics(at, test, by, topic, asked(as_of))]

    @strawberry.field
    def findings(
        self,
        info: Info,
        kinds: list[FindingKind] | None = None,
        first: int | None = None,
        after: str | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> FindingConnection:
        """One page of what is wrong with the data: by the customer's name, then kind, then the id of what it is about."""
        at = info.context.operation
        page = findings(at, kinds, asked(as_of), Paging(first, after))
        return FindingConnection(
            edges=[FindingEdge(cursor=cursor, node=Finding.of(found)) for cursor, found in page.items],
            page_info=PageInfo.of(page),
            counting=lambda: count_of_findings(at, kinds, asked(as_of)),
        )

    @strawberry.field
    def finding_counts(self, info: Info, as_of: AsOf | None = None, consistency: Consistency | None = None) -> list[FindingCount]:
        """How often each kind of finding occurs, in the order of kinds; also one that does not."""
        return [FindingCount.of(each) for each in counts_of_findings(info.context.operation, asked(as_of))]

    @strawberry.field(
        description="Who has to send a notice: the customers of the filter, grouped by the communicator with a ruling EXPECTED "
        "(also inside MIXED) about the topic; one with several, for different scopes, stands in each group."
    )
    def outreach(
        self,
        info: Info,
        topic: str,
        filter: CustomerFilter | None = None,
        communicator: strawberry.ID | None = None,
        as_of: AsOf | None = None,
        consistency: Consistency | None = None,
    ) -> Outreach:
        """What is counted and listed as it is asked for; `communicator` narrows `groups` to that one."""
        test = customer_test(filter)
        return Outreach(found=outreach(info.context.operation, topic, test, communicator, asked(as_of)))

    @strawberry.field(
        description="What would change if these changes were made; nothing is kept. Defaults: the customers that the changes touch, "
        "all topics, and the latest instant at which a change takes effect, or now if that is later."
    )
    def simulate(
        self,
        info: Info,
        changes: list[Change],
        customers: list[strawberry.ID] | None = None,
        topics: list[str] | None = None,
        as_of: AsOf | None = None,
    ) -> list[PermissionDifference]:
        """By the customer's id, the communicator's id, then in the order of topics."""
        given = [each.change() for each in changes]
        expect_few(topics, "topics")
        found = simulate(info.context.operation, given, customers, topics, asked(as_of))
        return [PermissionDifference.of(each) for each in found]

    @strawberry.field
    def policy(self, info: Info) -> Policy:
        """The policy that every answer applies."""
        return Policy.of(info.context.policy)

    @strawberry.field
    def revision(self, info: Info) -> Revision:
        """The state of the graph that this operation is answered at."""
        return Revision(info.context.operation.token())


def _or_error(answer: Answer | VoceroError) -> Permission | None:
    give_way()
    # an error in a list becomes a null with that error at its path: that is how graphql-core takes it
    return answer if isinstance(answer, VoceroError) else Permission.of(answer)  # type: ignore[return-value]


def _shown(found: Found | VoceroError | None) -> Node | None:
    if found is None or isinstance(found, VoceroError):
        return found  # type: ignore[return-value]  # as above
    if isinstance(found, PolicyTopic):
        return Topic.of(found)
    if isinstance(found, FoundRelationship):
        return Relationship.of(found)
    return shown(found)
