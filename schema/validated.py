"""Documents are validated once, for as long as they are kept."""

from collections.abc import Callable, Iterator

from graphql import ASTValidationRule, DocumentNode, GraphQLError, GraphQLSchema, validate
from strawberry.extensions import SchemaExtension

from graph.time_slices import give_way
from schema.of_documents import OfDocuments

Rules = tuple[type, ...]


class _GivesWay(ASTValidationRule):
    """Finds nothing wrong: lets others have their turn between the nodes of a long document."""

    def enter(self, *_: object) -> None:
        give_way()


class Validated:
    """What is wrong with the documents of one schema."""

    def __init__(self) -> None:
        self._known: OfDocuments[dict[Rules, list[GraphQLError]]] = OfDocuments(lambda _: {})

    def __len__(self) -> int:
        """How many are known."""
        return len(self._known)

    def errors(self, schema: GraphQLSchema, document: DocumentNode, rules: Rules) -> list[GraphQLError]:
        """Those of the validation, in a list that is the caller's."""
        known = self._known.of(document)
        if rules not in known:
            known[rules] = validate(schema, document, (_GivesWay, *rules))
        return [*known[rules]]


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
