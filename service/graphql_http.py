"""GraphQL over HTTP: a thin coat around Strawberry's own."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from cross_web import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL
from strawberry.types import ExecutionResult

from graph.store import newest_revision
from policy.errors import Forbidden, Unavailable, VoceroError
from policy.policy import Policy
from schema.cancellation import own_cancellation
from schema.context import Context
from schema.errors import INTERNAL
from schema.operations import POSTED, CannotBeRun, NeedsPost
from schema.schema import VoceroSchema, was_not_executed
from service.documents import Documents
from service.etag import may_name_a_question, names, tag_of_answer, tag_of_question
from service.lapses import while_admitted
from service.log import report
from service.media_types import EVENTS, JSON, MULTIPART, Accepted, accepted_by, status_for
from service.pages import GRAPHIQL, page
from service.parameters import Malformed, json_of, parameters_in_url, parameters_of
from service.request_ids import with_request_id
from service.request_limits import RequestLimits
from service.slow_clients import ImpatientStream, ImpatientWebSocket
from service.streams import Events, Parts
from service.web_socket import WebSocketHandler

if TYPE_CHECKING:
    from cross_web import AsyncHTTPRequestAdapter

PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
STREAMS = {EVENTS: Events.protocol, MULTIPART: Parts.protocol}
UNREAD = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
VARY = {"vary": "Accept"}
ASK_AGAIN = "private, max-age=0, must-revalidate"


class NotModified(Exception):  # noqa: N818 - no error
    """The client has the answer already; its tag."""


class OtherSite(Forbidden):
    """A page of another site asks by GET."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("a page of another site may not ask here; have its origin named in VOCERO_CORS_ORIGINS")


class GraphQLOverHttp(GraphQL[Context, None]):
    """One schema over the graph of the application's state; a browser that asks for a page gets GraphiQL."""

    websocket_adapter_class = ImpatientWebSocket
    graphql_transport_ws_handler_class = WebSocketHandler
    stream_transport_classes_by_protocol: Mapping[str, Any] = {MULTIPART_SUBSCRIPTION_PROTOCOL: Parts, GRAPHQL_SSE_PROTOCOL: Events}
    access_log = True
    schema: VoceroSchema
    limits: RequestLimits

    def __init__(
        self, schema: VoceroSchema, policy: Policy, slow_seconds: float, documents: Documents, allowed_origins: Sequence[str] = ()
    ) -> None:
        super().__init__(schema, subscription_protocols=PROTOCOLS, allowed_origins=allowed_origins, max_subscriptions_per_connection=None)
        self._policy = policy
        self.slow_seconds = slow_seconds
        self.documents = documents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An answer in every case: what is refused is JSON too, with a code."""
        if scope["type"] == "websocket":
            await super().__call__(scope, receive, send)
            return
        receive = self.limits.receive(scope, receive)
        request = Request(scope, receive)
        try:
            with own_cancellation():
                is_post = request.method == "POST" and _is_json(request.headers.get("content-type"))
                response = await (self._posted(request) if is_post else self.run(request))
        except NotModified as same:
            response = _not_modified(str(same))
        except VoceroError as error:
            response = self._refusal(request, error)
        except HTTPException as error:
            response = self._refusal(request, Malformed(f"{request.method} is not for GraphQL; send GET or POST", error.status_code))
        except ClientDisconnect:
            raise  # nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - whatever it is, an answer has to say so
            report(error)
            response = self._refusal(request, VoceroError(INTERNAL))
        if response.status_code in UNREAD:
            response.headers["connection"] = "close"
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["allow"] = "POST" if request.method == "GET" else "GET, POST"
        if request.method == "GET" and "etag" in response.headers and names(request.headers.get("if-none-match"), response.headers["etag"]):
            response = _not_modified(response.headers["etag"])
        await response(scope, receive, send)

    async def _posted(self, request: Request) -> Response:
        """The answer to one operation as JSON, without the parts of Strawberry's way that are for others. Raises VoceroError."""
        accepted = _accepted_by(request)
        context = await self.get_context(request, request)
        asked = parameters_of(json_of(await request.body(), "the body"))
        document = self.documents.text(asked)
        if await self._stream_for(accepted, document, asked.operation_name):
            return await self.run(request)
        result = await self.schema.execute(document, asked.variables, context, None, asked.operation_name, POSTED, asked.extensions)
        status = _status_of(result, accepted.media_type) if was_not_executed(result) else 200
        return Response(orjson.dumps(_answer(result)), status, VARY, accepted.media_type)

    async def _stream_for(self, accepted: Accepted, document: str, name: str | None) -> str | None:
        """The protocol of the stream that an operation is answered in; None = an answer is taken, and it is no subscription."""
        if not accepted.streams or (accepted.answers and not await self.schema.is_watch(document, name)):
            return None
        return STREAMS[accepted.streams[0]]

    async def get_context(self, request: Request | WebSocket, response: object) -> Context:  # noqa: ARG002
        """A context of its own for each request."""
        return Context(request.state.index, self._policy, request.state.caller)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """What will be said beside the answer: its media type first."""
        response = await super().get_sub_response(request)
        response.headers["vary"] = "Accept"
        response.media_type = _accepted_by(request).media_type
        return response

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401 - a protocol that Strawberry doesn't export
        """Is it a page that is wanted? Not where a document is named in another way than by `query`."""
        is_wanted = self.graphql_ide is not None and super().should_render_graphql_ide(request)
        return is_wanted and not {"documentId", "extensions"} & set(request.query_params)

    async def render_graphql_ide(self, request: Request) -> Response:
        """GraphiQL, out of our own pages."""
        return await page(GRAPHIQL, request)

    async def parse_http_body(self, request: "AsyncHTTPRequestAdapter") -> GraphQLRequestData:
        """The operation of a request. Raises Malformed, and what its document raises."""
        if request.method == "GET":
            asked = parameters_in_url(request.query_params)
        elif _is_json(request.content_type):
            asked = parameters_of(json_of(await request.get_body(), "the body"))
        else:
            raise Malformed(f"a POST has to be of content-type `{JSON}`", 415)
        document = self.documents.text(asked)
        protocol: Any = await self._stream_for(accepted_by(request.headers.get("accept")), document, asked.operation_name)
        return GraphQLRequestData(document, asked.variables, asked.operation_name, asked.extensions, protocol or "http")

    async def execute_operation(  # noqa: PLR0917 - Strawberry's
        self,
        request: Request,
        request_adapter: "AsyncHTTPRequestAdapter",
        request_data: Any,  # noqa: ANN401 - the one operation of `parse_http_body`
        context: Context,
        root_value: None,
        sub_response: Response,
    ) -> Any:  # noqa: ANN401 - a result, or a stream of them
        """The operation's result, with the status and tag that go with it. Raises NotModified, OtherSite."""
        if request.method == "GET":
            self._expect_own_page(request)
        is_tagged = request.method == "GET" and request_data.protocol == "http"
        if is_tagged:
            await self._expect_modified(request, request_data, context, sub_response)
        result = await super().execute_operation(request, request_adapter, request_data, context, root_value, sub_response)
        if not isinstance(result, ExecutionResult):
            return result
        if was_not_executed(result):
            sub_response.status_code = _status_of(result, str(sub_response.media_type))
        elif is_tagged and not result.errors:
            sub_response.headers["cache-control"] = ASK_AGAIN
            if revision := context.latest.decided_by:
                sub_response.headers["etag"] = tag_of_question(
                    request_data, self._policy, str(sub_response.media_type), revision, context.caller
                )
        return result

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:  # noqa: ARG002
        """The answer."""
        return _answer(result)

    def create_response(self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response) -> Response:
        """The answer in the media type that was chosen; a GET that the revision doesn't decide is tagged by what it says."""
        body = orjson.dumps(response_data)
        headers = dict(sub_response.headers)
        if "cache-control" in headers:
            headers.setdefault("etag", tag_of_answer(body))
        return Response(body, sub_response.status_code or 200, headers, sub_response.media_type)

    def _stream_result(self, request: Request, result: Any, transport: Any) -> Callable[[], AsyncGenerator[str, None]]:  # noqa: ANN401 - Strawberry's
        stream = super()._stream_result(request, result, transport)
        return (lambda: transport.begun(stream())) if isinstance(transport, Parts) else stream

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """The events of a watch over HTTP: multipart, or server-sent."""
        response = ImpatientStream(stream(), headers={**sub_response.headers, **headers})
        response.slow_seconds = self.slow_seconds
        response.within = partial(while_admitted, request.state.lapses, request.state.admission)
        response.ending = request.state.ending
        return response

    def decode_json(self, data: str | bytes) -> object:
        """What was sent over a WebSocket. Strict, as `json_of` is."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """The answer. Text, not bytes: a WebSocket sends bytes as a binary frame, which browsers don't take for JSON."""
        return orjson.dumps(data).decode()

    def _expect_own_page(self, request: Request) -> None:
        """Browsers send a GET for any page without asking; a POST of JSON they ask about first. Raises OtherSite."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none")
        if origin is None:
            is_own = site in {"same-origin", "none"}
        else:
            is_same = site == "same-origin" or urlsplit(origin).netloc == request.headers.get("host")
            is_own = is_same or self.is_websocket_origin_allowed(request, origin)  # type: ignore[arg-type]  # it looks at the origin alone
        if not is_own:
            raise OtherSite

    async def _expect_modified(self, request: Request, asked: GraphQLRequestData, context: Context, sub_response: Response) -> None:
        given = request.headers.get("if-none-match")
        if not may_name_a_question(given):
            return
        with suppress(Unavailable):  # then the operation says so
            revision = await newest_revision(context.graph)
            tag = tag_of_question(asked, self._policy, str(sub_response.media_type), revision, context.caller)
            if names(given, tag):
                raise NotModified(tag)

    def _refusal(self, request: Request, error: VoceroError) -> Response:
        media_type = _accepted_by(request).media_type
        status = error.status if isinstance(error, Malformed | OtherSite) else status_for(error.code, media_type)
        body = {"errors": with_request_id([{"message": str(error), "extensions": error.extensions}])}
        return Response(self.encode_json(body), status, VARY, media_type)


def _accepted_by(request: Request | WebSocket) -> Accepted:
    return accepted_by(request.headers.get("accept"))


def _is_json(content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() == JSON


def _answer(result: ExecutionResult) -> GraphQLHTTPResponse:
    """What is said of a result; without `data` where nothing was executed."""
    answer: GraphQLHTTPResponse = {} if was_not_executed(result) else {"data": result.data}
    if result.errors:
        answer["errors"] = [*with_request_id(error.formatted for error in result.errors)]
    if result.extensions:
        answer["extensions"] = result.extensions
    return answer


def _not_modified(tag: str) -> Response:
    return Response(status_code=304, headers={"etag": tag, "cache-control": ASK_AGAIN, "vary": "Accept"})


def _status_of(result: ExecutionResult, media_type: str) -> int:
    error = (result.errors or [])[0]
    if isinstance(error.original_error, CannotBeRun):
        return HTTPStatus.METHOD_NOT_ALLOWED if isinstance(error.original_error, NeedsPost) else HTTPStatus.BAD_REQUEST
    return status_for((error.extensions or {})["code"], media_type)
