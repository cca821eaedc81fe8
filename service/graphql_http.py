"""GraphQL over HTTP: a thin coat around Strawberry's own."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from policy.policy import Policy
from schema.context import Context
from schema.schema import VoceroSchema
from service.pages import page


class GraphQLOverHttp(GraphQL[Context, None]):
    """One schema over the graph of the application's state; a browser that asks for a page gets GraphiQL."""

    def __init__(self, schema: VoceroSchema, policy: Policy) -> None:
        super().__init__(schema)
        self._policy = policy

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002
        """A context of its own for each request."""
        return Context(request.state.graph, self._policy)

    async def render_graphql_ide(self, request: Request) -> Response:  # noqa: ARG002
        """GraphiQL, out of our own pages."""
        return page("graphiql.html")

    def encode_json(self, data: object) -> bytes:
        """The answer's bytes."""
        return orjson.dumps(data)
