"""Errors as they leave the service: each with a stable code, none with anything internal."""

from collections.abc import Callable, Iterator

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from policy.errors import VoceroError

INTERNAL = "internal error; it is logged, and not your input's fault"

Report = Callable[[GraphQLError], None]


class CodedErrors(SchemaExtension):
    """Gives every error of a result its code; one that is not meant for callers is reported and replaced."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def on_operation(self) -> Iterator[None]:
        """After all else of the operation."""
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [self._coded(error) for error in errors]  # type: ignore[union-attr]  # it has some

    def _coded(self, error: GraphQLError) -> GraphQLError:
        original = error.original_error
        while isinstance(original, GraphQLError) and original.original_error is not None:
            original = original.original_error
        if isinstance(original, VoceroError):
            return error
        if original is None or isinstance(original, GraphQLError):
            # of the document or its variables: graphql-core's own words, which speak of the caller's text alone
            return _with(error, error.message, "BAD_INPUT")
        self._report(error)
        return _with(error, INTERNAL, "INTERNAL")


def _with(error: GraphQLError, message: str, code: str) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions, path=error.path, extensions={"code": code}
    )
