"""Operations over a WebSocket, in the protocol graphql-transport-ws."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler

from policy.errors import RateLimited, Unauthenticated, Unavailable, VoceroError
from service.admission import OPEN_TO_ALL, Admission, Outdated
from service.authentication import bearer
from service.log import report
from service.parameters import Malformed, parameters_of
from service.rate_limit import address_of
from service.request_ids import identified, with_request_id
from service.request_telemetry import logged_operation
from service.slow_clients import TRY_AGAIN_LATER

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.documents import Documents
    from service.lapses import Lapses
    from service.request_limits import RequestLimits

MOST_OPERATIONS = 100
MOST_EARLY_MESSAGES = 10
"""Messages of a client that has not said who it is; pings may come before."""
END_SECONDS = 1.0
WITH_ID = ("subscribe", "complete")
TOO_MANY, UNAUTHORIZED, FORBIDDEN = 1008, 4401, 4403
CLOSING = ((Outdated, FORBIDDEN), (Unavailable, TRY_AGAIN_LATER), (RateLimited, TRY_AGAIN_LATER))
"""By what a connection is closed, else by UNAUTHORIZED. graphql-ws gives up after that, and comes again after the others."""


class WebSocketHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """Strawberry's own; what is wrong with one operation ends that one, and not the connection of the others."""

    _admission: Admission = OPEN_TO_ALL
    _lapsing: asyncio.Task[None] | None = None
    _early_messages = 0

    async def handle(self) -> None:
        """The connection, to its end, if there is a place for it: until it has said who asks, one of those for its address."""
        new, address = self._limits.new_connections, address_of(self.websocket.ws.scope)  # type: ignore[attr-defined]  # of Starlette's WebSocket
        try:
            self._limits.connections.expect_one_free()
            new.take(address)
        except RateLimited as error:
            await self._let_go(error)
            return
        self._leave: Callable[[], None] = partial(new.leave, address)
        try:
            await super().handle()
        finally:
            self._leave()

    async def handle_task_exception(self, error: Exception) -> None:
        """An error that no result could carry; a client that left is none of ours."""
        if not isinstance(error, WebSocketDisconnected):
            report(error)

    async def handle_connection_init(self, message: Any) -> None:  # noqa: ANN401 - JSON
        """Who asks: it goes for all operations of the connection, and for as long as it has force."""
        if not self.connection_init_received:
            if self.connection_init_timeout_task is not None:
                self.connection_init_timeout_task.cancel()  # it came in time, however long the graph takes to say whose it is
            try:
                await self._admit(message)
            except VoceroError as error:
                await self._let_go(error)
                return
        given = {name: value for name, value in message.items() if value is not None}  # null says as little as leaving it out
        await super().handle_connection_init(given)  # type: ignore[arg-type]  # it looks at the payload itself

    async def _admit(self, message: Any) -> None:  # noqa: ANN401 - JSON
        state = self.websocket.ws.state  # type: ignore[attr-defined]  # of Starlette's WebSocket
        address = address_of(self.websocket.ws.scope)  # type: ignore[attr-defined]  # the same
        if not state.callers.are_all:
            self._limits.rates.expect_few_refused(address)
        try:
            self._admission = await state.callers.admit(state.graph, _credential_in(message))
        except Unauthenticated:
            if not state.callers.are_all:
                self._limits.rates.refused(address)
            raise
        if self._admission is OPEN_TO_ALL:
            self._take_place(None)
            return
        self._take_place(self._admission.caller.name)
        self.context.caller = state.caller = self._admission.caller
        self._lapsing = asyncio.create_task(self._until_lapsed(state.lapses))

    @property
    def _limits(self) -> "RequestLimits":
        return self.view.limits  # type: ignore[attr-defined,no-any-return]  # the view is GraphQLOverHttp

    def _take_place(self, caller: str | None) -> None:
        self._limits.connections.take(caller)
        self._leave()
        self._leave = partial(self._limits.connections.leave, caller)

    async def shutdown(self) -> None:
        """The end of the connection."""
        if self._lapsing is not None:
            self._lapsing.cancel()
        await super().shutdown()

    async def _until_lapsed(self, lapses: "Lapses") -> None:
        try:
            end: VoceroError = await lapses.first(self._admission)
        except Exception as error:  # noqa: BLE001 - nobody waits for this: what can't be looked for any more has to count as lapsed
            report(error)
            end = Unavailable("it can't be told any more whether your key or token has force; connect again")
        await self._let_go(end)

    async def _let_go(self, error: VoceroError) -> None:
        await self.websocket.close(next((code for kind, code in CLOSING if isinstance(error, kind)), UNAUTHORIZED), str(error))

    async def handle_message(self, message: Any) -> None:  # noqa: ANN401 - JSON
        """Any message."""
        if not self.connection_init_received:
            self._early_messages += 1
        if self._early_messages > MOST_EARLY_MESSAGES:
            await self.websocket.close(TOO_MANY, f"{MOST_EARLY_MESSAGES} messages came, and no connection_init among them; send it first")
        elif not isinstance(message, dict):
            await self.handle_invalid_message("a message is a JSON object")
        elif message.get("type") in WITH_ID and not (isinstance(message.get("id"), str) and message["id"]):
            await self.handle_invalid_message("`id` has to be a text")
        else:
            with identified():
                await super().handle_message(message)  # type: ignore[arg-type]  # it looks at the type itself

    async def handle_subscribe(self, message: Any) -> None:  # noqa: ANN401 - JSON, as the client sent it
        """An operation: its document is found before it is run."""
        id_ = message["id"]
        if not self.connection_acknowledged or id_ in self.operations:
            await super().handle_subscribe(message)  # which closes the connection
            return
        try:
            asked = parameters_of(message["payload"])
        except Malformed as error:
            await self.handle_invalid_message(str(error))
            return
        documents: Documents = self.view.documents  # type: ignore[attr-defined]  # the view is GraphQLOverHttp
        try:
            await self.websocket.ws.state.lapses.expect_none(self._admission)  # type: ignore[attr-defined]  # of Starlette's WebSocket
            if len(self.operations) >= MOST_OPERATIONS:
                raise RateLimited(f"{MOST_OPERATIONS} operations run over this connection; complete one, or open another connection")
            self._limits.rates.count(self.context.caller, address_of(self.websocket.ws.scope))  # type: ignore[attr-defined]  # the same
            document = documents.text(asked)
        except Unauthenticated as error:
            await self._let_go(error)
            return
        except VoceroError as error:
            await self.send_message({"id": id_, "type": "error", "payload": [{"message": str(error), "extensions": error.extensions}]})
            return
        found: Any = {**message, "payload": {**message["payload"], "query": document}}
        await super().handle_subscribe(found)

    async def handle_complete(self, message: Any) -> None:  # noqa: ANN401 - JSON
        """End an operation; its place among the caller's watches is free before the next message is looked at."""
        operation = self.operations.get(message["id"])
        await super().handle_complete(message)
        if operation is not None and operation.task is not None:
            await asyncio.wait([operation.task], timeout=END_SECONDS)

    async def run_operation(self, operation: Any) -> None:  # noqa: ANN401 - Strawberry's, which it doesn't export
        """An operation, to its end."""
        with logged_operation(self.context.caller, access_log=self.view.access_log):  # type: ignore[attr-defined]  # as above
            await super().run_operation(operation)

    async def send_message(self, message: Any) -> None:  # noqa: ANN401 - JSON
        """Any message; errors in it have the id of their operation."""
        if message["type"] == "error":
            message = {**message, "payload": with_request_id(message["payload"])}
        elif message["type"] == "next" and "errors" in message["payload"]:
            message = {**message, "payload": {**message["payload"], "errors": with_request_id(message["payload"]["errors"])}}
        await super().send_message(message)

    @staticmethod
    def _get_pre_execution_close_reason(error: Exception) -> None:
        """None: no error of a document closes the connection."""


def _credential_in(message: Any) -> str:  # noqa: ANN401 - JSON
    match message:
        case {"payload": {"authorization": str(given)} | {"Authorization": str(given)}}:
            return bearer(given) or given
    return ""
