"""What is refused before anything is validated or read."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types.graphql import OperationType
from strawberry.utils.operation import get_operation_type

from policy.caller import ANYBODY, Caller
from policy.errors import TooComplex, VoceroError
from schema.context import Context
from schema.cost import cost_of
from schema.document_limits import read
from schema.limits import Limits, expect_few_values
from schema.places import Places

MOST_KEPT = 500


class Refused(VoceroError, CannotGetOperationTypeError):  # noqa: N818 - as `CannotBeRun`
    """A refusal as one of Strawberry's errors, so that every transport makes an answer of it; its code is that of its cause."""

    def __init__(self, cause: VoceroError) -> None:
        super().__init__(str(cause))
        self._cause = cause

    @property
    def extensions(self) -> dict[str, object]:
        """Those of the cause."""
        return self._cause.extensions

    def as_http_error_reason(self) -> str:
        """The message."""
        return str(self)


class Admitted(NamedTuple):
    """A document that may be run, and what it costs, as its answer says it."""

    document: DocumentNode
    cost: dict[str, int]


class Gate:
    """What the operations of one schema have to pass, together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.watches = Places("watches", limits.watches, limits.watches_in_all)
        self.kept: OrderedDict[str, DocumentNode] = OrderedDict()
        self.trusted: dict[str, DocumentNode] = {}

    def read(self, text: str) -> DocumentNode:
        """The document, which is kept by `keep` alone. Raises TooComplex, BadInput, Forbidden, GraphQLSyntaxError."""
        if text in self.trusted:
            return self.trusted[text]
        found = self.kept.get(text)
        if found is None:
            return read(text, self.limits)
        self.kept.move_to_end(text)
        return found

    def admit(
        self, schema: GraphQLSchema, text: str, name: str | None, variables: Mapping[str, object] | None, caller: Caller
    ) -> "Admitted":
        """The document, if neither it nor the variables are too much. Raises TooComplex, BadInput, Forbidden, GraphQLSyntaxError."""
        document = self.read(text)
        expect_few_values(variables, self.limits)
        most = self.limits.bound_cost if caller.is_bound else self.limits.cost
        cost = cost_of(schema, document, name, variables)
        if cost > most:
            raise TooComplex(
                f"the operation costs {cost} and may cost {most}; ask for smaller pages, or for less at once "
                f"({'VOCERO_MOST_BOUND_COST' if caller.is_bound else 'VOCERO_MOST_COST'})"
            )
        self.keep(text, document)
        return Admitted(document, {"cost": cost, "limit": most})

    def keep(self, text: str, document: DocumentNode) -> None:
        """Keep a document that was not refused, among the latest."""
        self.kept[text] = document
        if len(self.kept) > MOST_KEPT:
            self.kept.popitem(last=False)


def within(gate: Gate) -> Callable[[], SchemaExtension]:
    """The extension that holds operations against the limits."""
    return lambda: WithinLimits(gate)


class WithinLimits(SchemaExtension):
    """Parses the document in place of Strawberry, unless it or its variables are too much."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate
        self._cost: dict[str, int] = {}
        self._is_watching = False
        self._watcher: str | None = None

    def on_operation(self) -> Iterator[None]:
        """After the operation, which for a watch is when it ends, its place is free."""
        try:
            yield
        finally:
            if self._is_watching:
                self._gate.watches.leave(self._watcher)

    def on_parse(self) -> Iterator[None]:
        """Before the parsing; a syntax error is left to Strawberry, which finds it again. Raises Refused."""
        try:
            with suppress(GraphQLError):
                self._admit()
        except VoceroError as error:
            raise Refused(error) from error
        yield

    def on_execute(self) -> Iterator[None]:
        """What was executed says in its extensions what it costs; not what failed as a whole, as with variables that don't fit."""
        yield
        result = self.execution_context.result
        if result is None or result.data is not None or any(error.path for error in result.errors or ()):
            self.execution_context.extensions_results["cost"] = self._cost

    def _admit(self) -> None:
        context, gate = self.execution_context, self._gate
        name = context._provided_operation_name  # noqa: SLF001 - the public one makes up a name
        caller = context.context.caller if isinstance(context.context, Context) else ANYBODY
        graphql: GraphQLSchema = context.schema._schema  # noqa: SLF001 - Strawberry has no public way to it
        document, self._cost = gate.admit(graphql, context.query or "", name, context.variables, caller)
        if _is_watch(document, name):
            self._watcher = None if caller == ANYBODY else caller.name
            gate.watches.take(self._watcher)
            self._is_watching = True
        context.graphql_document = document


def _is_watch(document: DocumentNode, name: str | None) -> bool:
    with suppress(RuntimeError):
        return get_operation_type(document, name) is OperationType.SUBSCRIPTION
    return False
