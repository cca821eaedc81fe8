"""
Documents whose answers change only when something is written, or when something begins or ends around a customer that they judge.

Such an answer is the same until then, and can be given again. No other field may stand here: not one that shows the instant of the
question, nor one that the graph is asked for as of now.
"""

from collections.abc import Mapping
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from graph.time_slices import give_way
from schema.of_documents import OfDocuments

FIELDS: Final[Mapping[str, str]] = {
    "Agreement": "id type channel",
    "Communicator": "id name contactable",
    "ContactableConnection": "edges pageInfo totalCount",
    "ContactableEdge": "cursor permission node",
    "Customer": "id name domain country cloud subscriptions agreements partners permittedCommunicators permissionMatrix ownership "
    "relationships",
    "CustomerConnection": "edges pageInfo",
    "CustomerEdge": "cursor node",
    "Interpretation": "name changed text",
    "Node": "id",
    "Operator": "id name contactable",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
    "Partner": "id name contactable country mpnIds",
    "Permission": "verdict permitted topic revision communicator customer permittedIn rulings policyVersion",
    "PermissionMatrix": "topics communicators verdicts revision",
    "ProductSubscription": "id offer status",
    "Query": "node nodes customer customers partner topics permittedCommunicators permission permissions policy revision",
    "Relationship": "id type kind validFrom validTo recordedAt supersededAt source from to",
    "Ruling": "verdict standing scope statements interpretation path",
    "Statement": "code source text",
    "Topic": "id code category name description",
}
"""By type, as the API names them."""

AS_OF: Final = "asOf"


def steady_in(schema: GraphQLSchema) -> OfDocuments[bool]:
    """Of which documents of a schema that is so."""

    def is_steady(document: DocumentNode) -> bool:
        types = TypeInfo(schema)
        looking = _Looking(types)
        visit(document, TypeInfoVisitor(types, looking))
        return looking.is_steady

    return OfDocuments(is_steady)


class _Looking(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.is_steady = True

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        self.is_steady &= node.operation is OperationType.QUERY

    def enter_field(self, node: FieldNode, *_: object) -> None:
        give_way()
        parent, name = self._types.get_parent_type(), node.name.value
        is_known = name == "__typename" or (parent is not None and name in FIELDS.get(parent.name, "").split())
        self.is_steady &= is_known and not any(argument.name.value == AS_OF for argument in node.arguments or ())
