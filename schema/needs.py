"""What each field needs of whoever asks: the one place that says it. A field that stands in no row fails the tests."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from graphql import GraphQLField, GraphQLResolveInfo, GraphQLSchema

from policy.caller import Caller, Role
from policy.errors import Forbidden


class Need(Enum):
    """What a field asks of its caller."""

    OPEN = auto()
    """Nothing: it shows what belongs to nobody, of the policy, of the service, of a page."""
    SEEN = auto()
    """Nothing by itself: it shows no more than its parent does, or than the graph as this caller sees it."""
    READS_ALL = auto()
    """A caller that may read everything."""
    CHANGES = auto()
    """A caller that may change the graph."""


ROLES: Mapping[Need, frozenset[Role]] = {
    Need.READS_ALL: frozenset({Role.ANALYST, Role.OPERATOR}),
    Need.CHANGES: frozenset({Role.OPERATOR}),
}
"""The roles that have what is needed; a need that is not here, all have."""

NEEDS: Mapping[Need, Mapping[str, str]] = {
    Need.OPEN: {
        "ApplyPayload": "revision applied replayed",
        "Instant": "validAt knownAt",
        "Interpretation": "name changed text",
        "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
        "Policy": "version title source effectiveFrom clouds statements interpretations rules",
        "PolicyRule": "standing category verdict statements interpretation",
        "Query": "topics policy revision",
        "RecordCommunicationsPayload": "revision recorded replayed",
        "Statement": "code source text",
        "Topic": "id code category name description",
    },
    Need.SEEN: {
        "Agreement": "id type channel customers",
        "Communication": "id at reference verdict permitted policyVersion recordedAt recordedBy communicator customer topic scope today "
        "changed",
        "CommunicationConnection": "edges pageInfo totalCount",
        "CommunicationEdge": "cursor node",
        "Communicator": "id name contactable",
        "ContactableConnection": "edges pageInfo totalCount",
        "ContactableEdge": "cursor permission node",
        "Customer": "id name domain country cloud subscriptions agreements partners permittedCommunicators permissionMatrix ownership "
        "relationships events",
        "CustomerConnection": "edges pageInfo totalCount",
        "CustomerEdge": "cursor node",
        "CustomerEvent": "at kind relationship",
        "CustomerStatistic": "country cloud channel biller partnerCount communicator verdict customers",
        "Finding": "kind relationships customer about text whatToDo",
        "FindingConnection": "edges pageInfo totalCount",
        "FindingCount": "kind customers findings",
        "FindingEdge": "cursor node",
        "GraphChange": "revision recordedAt actor summary customerCount customers",
        "Node": "id",
        "Operator": "id name contactable",
        "Outreach": "total groups uncovered",
        "OutreachGroup": "communicator customerCount customers",
        "Partner": "id name contactable country mpnIds roles providers resellers",
        "PartnerConnection": "edges pageInfo totalCount",
        "PartnerEdge": "cursor node",
        "Permission": "verdict permitted everywhere policyInForce topic asOf revision communicator customer permittedIn rulings "
        "explanation policyVersion",
        "PermissionDifference": "communicator customer topic before after at revision",
        "PermissionMatrix": "topics communicators verdicts revision",
        "ProductSubscription": "id offer status customer channel billedBy resellers history",
        "Query": "node nodes customer customers partner partners permittedCommunicators permission permissions customerStatistics findings "
        "findingCounts outreach",
        "Relationship": "id type kind validFrom validTo recordedAt supersededAt source from to",
        "Ruling": "verdict standing scope statements interpretation interpretations closing path",
        "Subscription": "changes permissionChanges",
        "UncoveredConnection": "edges pageInfo totalCount",
        "UncoveredEdge": "cursor node reason",
    },
    Need.READS_ALL: {
        "Query": "communications simulate",
    },
    Need.CHANGES: {
        "Mutation": "apply recordCommunications",
    },
}
"""Fields by need and type, as the API names them."""


def guard(schema: GraphQLSchema) -> None:
    """Have the fields that need a role ask for it before they do anything, in place; no other field is slower for it."""
    for need, roles in ROLES.items():
        for type_, names in NEEDS[need].items():
            fields: Mapping[str, GraphQLField] = schema.type_map[type_].fields  # type: ignore[attr-defined]  # an object's
            for name in names.split():
                field = fields[name]
                field.resolve = field.resolve and _guarded(field.resolve, name, roles)
                field.subscribe = field.subscribe and _guarded(field.subscribe, name, roles)


def _guarded(resolve: Callable[..., Any], name: str, roles: frozenset[Role]) -> Callable[..., Any]:
    def guarded(source: object, info: GraphQLResolveInfo[Any], **arguments: object) -> Any:  # noqa: ANN401 - whatever the field gives
        caller: Caller = info.context.caller
        if caller.role not in roles:
            needed = " or ".join(sorted(roles))
            raise Forbidden(f"`{name}` needs the role {needed}; yours is {caller.role}")
        return resolve(source, info, **arguments)

    return guarded
