"""What an operation costs, worked out of its document and variables before anything is read."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
)

from resolvers.paging import LARGEST_PAGE, PAGE
from schema.filters_given import expect_usable_filters

LISTED = 4
"""How many objects a list is taken to hold that has neither pages nor a price."""
FREE_LEAVES = 20
"""Scalars and enums that are asked of an object for its own cost; each one more costs 1."""


class Price(NamedTuple):
    """
    What a field costs beside its objects, which cost 1 each.

    each: the argument whose elements are answered one by one; the price is that of one of them
    size: how many objects the list is taken to hold
    """

    weight: int = 0
    each: str | None = None
    size: int = LISTED


EVERY_CUSTOMER = Price(10_000)
"""Judges all customers of the filter, however few of them are shown."""

PRICES: Mapping[str, Price] = {
    "Query.permissions": Price(5, each="questions"),
    "Query.nodes": Price(5, each="ids"),
    "Query.topics": Price(size=40),
    "Query.simulate": Price(50, each="changes"),
    "Query.outreach": EVERY_CUSTOMER,
    "Query.customerStatistics": EVERY_CUSTOMER,
    "Query.findings": Price(1_000),
    "Query.findingCounts": EVERY_CUSTOMER,
    "FindingConnection.totalCount": EVERY_CUSTOMER,
    "CustomerConnection.totalCount": Price(500),
    "PartnerConnection.totalCount": Price(100),
    "CommunicationConnection.totalCount": Price(100),
    "Communicator.contactable": Price(100),
    "Operator.contactable": Price(100),
    "Partner.contactable": Price(100),
    "ContactableConnection.totalCount": Price(2_000),
    "Partner.roles": Price(5),
    "Customer.permissionMatrix": Price(200),
    "Customer.events": Price(20, size=20),
    "PermissionMatrix.topics": Price(size=40),
    "Policy.rules": Price(size=100),
    "Mutation.apply": Price(10, each="changes"),
    "Mutation.recordCommunications": Price(10, each="entries"),
    "GraphChange.customerCount": Price(10),
    "__Schema.types": Price(size=100),
    "__Schema.directives": Price(size=10),
    "__Type.fields": Price(5, size=8),
    "__Type.inputFields": Price(5, size=8),
    "__Type.enumValues": Price(5, size=8),
    "__Field.args": Price(5, size=2),
}


class _Place(NamedTuple):
    """
    Fields that are asked of so many objects of a type.

    page: how many edges each of them has
    """

    selected: SelectionSetNode
    of: GraphQLNamedType
    objects: int
    page: int | None


class _Asked(NamedTuple):
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]


def cost_of(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any] | None) -> int:
    """
    The sum over the operation's fields of what each costs, times the objects that it is asked of.

    document: one within the limits; a field that there is not costs nothing, for validation refuses it
    returns:  0 where it isn't clear which operation is meant
    """
    operation = _operation_in(document, operation_name)
    root = None if operation is None else schema.get_root_type(operation.operation)
    if operation is None or root is None:
        return 0
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    asked = _Asked(fragments, _given(operation, variables or {}))
    cost = 0
    waiting = [_Place(operation.selection_set, root, 1, None)]
    while waiting:
        place = waiting.pop()
        leaves = 0
        for field, definition, of in _fields_at(schema, place, asked):
            expect_usable_filters(field, definition, asked.variables)
            price = PRICES.get(f"{of.name}.{field.name.value}", Price())
            page = _page(field, definition, asked)
            named = get_named_type(definition.type)
            times, size = _times(field, definition, price, place, page, asked)
            cost += place.objects * times * price.weight
            if is_leaf_type(named):
                leaves += 1
            else:
                cost += place.objects * size
                if field.selection_set is not None:
                    waiting.append(_Place(field.selection_set, named, place.objects * size, page))
        cost += place.objects * max(leaves - FREE_LEAVES, 0)
    return cost


def _times(field: FieldNode, definition: GraphQLField, price: Price, place: _Place, page: int | None, asked: _Asked) -> tuple[int, int]:
    """How often the price is asked for, and how many objects the field gives for one of its place."""
    if price.each is not None:
        elements = _elements(field, price.each, asked)
        return elements, elements
    if not is_list_type(get_nullable_type(definition.type)):
        return 1, 1
    if page is not None:
        return 1, page
    return 1, place.page if field.name.value == "edges" and place.page is not None else price.size


def _fields_at(schema: GraphQLSchema, place: _Place, asked: _Asked) -> Iterator[tuple[FieldNode, GraphQLField, GraphQLNamedType]]:
    waiting = [(place.selected, place.of)]
    while waiting:
        selected, of = waiting.pop()
        for each in selected.selections:
            if isinstance(each, FieldNode):
                definition = schema.get_field(of, each.name.value) if is_composite_type(of) else None
                if definition is not None:
                    yield each, definition, of
                continue
            fragment = asked.fragments.get(each.name.value) if isinstance(each, FragmentSpreadNode) else each
            if isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode):
                condition = fragment.type_condition
                named = of if condition is None else schema.get_type(condition.name.value)
                if named is not None:
                    waiting.append((fragment.selection_set, named))


def _page(field: FieldNode, definition: GraphQLField, asked: _Asked) -> int | None:
    if "first" not in definition.args:
        return None
    sizes = [_value(argument.value, asked) for argument in field.arguments or () if argument.name.value in {"first", "last"}]
    given = [size for size in sizes if isinstance(size, int)]
    return min(max(*given, 0), LARGEST_PAGE) if given else PAGE


def _elements(field: FieldNode, name: str, asked: _Asked) -> int:
    for argument in field.arguments or ():
        if argument.name.value == name:
            value = _value(argument.value, asked)
            return len(value) if isinstance(value, list | tuple) else 1
    return 1


def _value(node: ValueNode, asked: _Asked) -> object:
    """A number, or a list whose elements are not looked at; of anything else, None."""
    if isinstance(node, VariableNode):
        return asked.variables.get(node.name.value)
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) < 10 else LARGEST_PAGE  # noqa: PLR2004 - an Int has ten digits at most
    return node.values if isinstance(node, ListValueNode) else None


def _given(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables, with the defaults of those that are left out."""
    none = _Asked({}, {})
    defaults = {
        each.variable.name.value: _value(each.default_value, none)
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
    return {**defaults, **variables}


def _operation_in(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
    return operations[0] if len(operations) == 1 else None
