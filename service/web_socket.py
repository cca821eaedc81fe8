"""Operations over a WebSocket, in the protocol graphql-transport-ws."""

from typing import TYPE_CHECKING, Any

from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler

from policy.errors import RateLimited, VoceroError
from service.log import report
from service.parameters import Malformed, parameters_of

if TYPE_CHECKING:
    from service.documents import Documents

MOST_OPERATIONS = 100


class WebSocketHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """Strawberry's own; what is wrong with one operation ends that one, and not the connection of the others."""

    async def handle_task_exception(self, error: Exception) -> None:
        """An error that no result could carry; a client that left is none of ours."""
        if not isinstance(error, WebSocketDisconnected):
            report(error)

    async def handle_message(self, message: Any) -> None:  # noqa: ANN401 - JSON
        """Any message."""
        if isinstance(message, dict):
            await super().handle_message(message)  # type: ignore[arg-type]  # it looks at the type itself
        else:
            await self.handle_invalid_message("a message is a JSON object")

    async def handle_subscribe(self, message: Any) -> None:  # noqa: ANN401 - JSON, as the client sent it
        """An operation: its document is found before it is run."""
        id_ = message["id"]
        if not isinstance(id_, str) or not id_:
            await self.handle_invalid_message("`id` has to be a text")
            return
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
            if len(self.operations) >= MOST_OPERATIONS:
                raise RateLimited(f"{MOST_OPERATIONS} operations run over this connection; complete one, or open another connection")
            document = documents.text(asked)
        except VoceroError as error:
            await self.send_message({"id": id_, "type": "error", "payload": [{"message": str(error), "extensions": error.extensions}]})
            return
        found: Any = {**message, "payload": {**message["payload"], "query": document}}
        await super().handle_subscribe(found)

    @staticmethod
    def _get_pre_execution_close_reason(error: Exception) -> None:
        """None: no error of a document closes the connection."""
