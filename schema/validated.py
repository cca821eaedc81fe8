"""Documents are validated once, for as long as they are kept."""

from collections.abc import Callable, Iterator
from weakref import ref

from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

Rules = tuple[type, ...]


class Validated:
    """
    What is wrong with the documents of one schema.

    They are known by identity: to compare a document with others takes longer than to run what it asks.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[ref[DocumentNode], Rules, list[GraphQLError]]] = {}

    def __len__(self) -> int:
        """How many are known."""
        return len(self._known)

    def errors(self, schema: GraphQLSchema, document: DocumentNode, rules: Rules) -> list[GraphQLError]:
        """Those of the validation, in a list that is the caller's."""
        key = id(document)
        known = self._known.get(key)
        if known is None or known[1] != rules:
            known = ref(document, lambda _: self._known.pop(key, None)), rules, validate_document(schema, document, rules)
            self._known[key] = known
        return [*known[2]]


def validating(validated: Validated) -> Callable[[], SchemaExtension]:
    """The extension that validates by what is known already."""
    return lambda: _Validating(validated)


class _Validating(SchemaExtension):
    def __init__(self, validated: Validated) -> None:
        super().__init__()
        self._validated = validated

    def on_validate(self) -> Iterator[None]:
        """In place of Strawberry's own validation."""
        context = self.execution_context
        if context.graphql_document is not None:
            schema: GraphQLSchema = context.schema._schema  # noqa: SLF001 - Strawberry has no public way to it
            context.pre_execution_errors = self._validated.errors(schema, context.graphql_document, context.validation_rules)
        yield
