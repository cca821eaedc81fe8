"""GraphQL over HTTP: a thin coat around Strawberry's own."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL

from policy.policy import Policy
from schema.context import Context
from schema.schema import VoceroSchema
from service.pages import page
from service.slow_clients import ImpatientStream, ImpatientWebSocket, WebSocketHandler

if TYPE_CHECKING:
    from cross_web import AsyncHTTPRequestAdapter

PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL, GRAPHQL_SSE_PROTOCOL)


class GraphQLOverHttp(GraphQL[Context, None]):
    """One schema over the graph of the application's state; a browser that asks for a page gets GraphiQL."""

    websocket_adapter_class = ImpatientWebSocket
    graphql_transport_ws_handler_class = WebSocketHandler

    def __init__(self, schema: VoceroSchema, policy: Policy, slow_seconds: float) -> None:
        super().__init__(schema, subscription_protocols=PROTOCOLS)
        self._policy = policy
        self.slow_seconds = slow_seconds

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002
        """A context of its own for each request."""
        return Context(request.state.graph, self._policy, request.state.tail)

    async def render_graphql_ide(self, request: Request) -> Response:  # noqa: ARG002
        """GraphiQL, out of our own pages."""
        return page("graphiql.html")

    async def create_streaming_response(
        self,
        request: Request | WebSocket,  # noqa: ARG002
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """The events of a watch over HTTP: multipart, or server-sent."""
        response = ImpatientStream(stream(), headers={**sub_response.headers, **headers})
        response.slow_seconds = self.slow_seconds
        return response

    async def parse_http_body(self, request: "AsyncHTTPRequestAdapter") -> GraphQLRequestData | list[GraphQLRequestData]:
        """The operation of a request; a body that is JSON but no object is refused as well."""
        is_json = request.method == "POST" and "application/json" in (request.content_type or "")
        if is_json and not (await request.get_body()).lstrip().startswith((b"{", b"[")):
            raise HTTPException(400, "Unable to parse request body as a JSON object")
        return await super().parse_http_body(request)

    def decode_json(self, data: str | bytes) -> object:
        """What was sent. Strict, unlike Python's own: half a surrogate pair could be neither stored nor sent back."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """The answer. Text, not bytes: a WebSocket sends bytes as a binary frame, which browsers don't take for JSON."""
        return orjson.dumps(data).decode()
