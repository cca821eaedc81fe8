from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from schema.limits import Limits

USUAL = Limits()

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


def _expect_rate(text: str) -> str:
    from service.rate_limit import expect_rate  # noqa: PLC0415 - who serves imports it anyway, and others have no rate to look at

    return expect_rate(text)


Rate = Annotated[str, AfterValidator(_expect_rate)]


class LimitSettings(BaseSettings):
    """What is refused for being too much, as the environment says it."""

    most_document: Annotated[Count, Field(description="bytes of a document")] = USUAL.document
    most_tokens: Annotated[Count, Field(description="tokens of a document")] = USUAL.tokens
    most_depth: Annotated[Count, Field(description="levels of fields in a document")] = USUAL.depth
    most_fields: Annotated[Count, Field(description="fields of a document, those of a fragment counted wherever it is spread")] = (
        USUAL.fields
    )
    most_root_fields: Annotated[Count, Field(description="root fields of an operation")] = USUAL.root_fields
    most_aliases: Annotated[Count, Field(description="aliases in a document")] = USUAL.aliases
    most_directives: Annotated[Count, Field(description="directives in a document")] = USUAL.directives
    most_fragments: Annotated[int, Field(ge=1, le=100, description="fragments of a document, 100 at most")] = USUAL.fragments
    most_repeats: Annotated[Count, Field(description="how often a document may ask for one field of the same object")] = USUAL.repeats
    most_values: Annotated[Count, Field(description="values in the variables of an operation, at all levels")] = USUAL.values
    most_listed: Annotated[Count, Field(description="elements of one list in the variables")] = USUAL.listed
    most_nesting: Annotated[Count, Field(description="levels of lists and objects in the variables")] = USUAL.nesting
    most_cost: Annotated[Count, Field(description="cost of one operation, for operators and analysts")] = USUAL.cost
    most_bound_cost: Annotated[Count, Field(description="cost of one operation, for partners and customers")] = USUAL.bound_cost
    most_watches: Annotated[Count, Field(description="watches of one caller at a time, in each worker")] = USUAL.watches
    most_watches_in_all: Annotated[Count, Field(description="watches at a time, in each worker")] = USUAL.watches_in_all
    most_connections: Annotated[Count, Field(description="WebSockets of one caller at a time, in each worker")] = 50
    most_connections_in_all: Annotated[Count, Field(description="WebSockets at a time, in each worker")] = 1_000
    most_new_connections: Annotated[
        Count, Field(description="WebSockets of one address that have sent no connection_init yet, in each worker; beside the others")
    ] = 100
    connection_init_seconds: Annotated[Seconds, Field(description="longest time that a WebSocket may take to send connection_init")] = 5.0
    most_messages: Annotated[Count, Field(description="messages of one WebSocket in a second, with pings and parts of messages")] = 1_000
    most_body: Annotated[Count, Field(description="bytes of a request's body, and of a message over a WebSocket")] = 4_000_000
    body_seconds: Annotated[Seconds, Field(description="longest time that a request's body may take to arrive")] = 30.0
    operation_seconds: Annotated[
        Seconds, Field(description="longest time that a query, or one event of a watch, may take; then its Cypher is cancelled")
    ] = USUAL.seconds
    rate: Annotated[
        Rate | None,
        Field(description="requests of one caller in each worker; unset = 600/minute with authentication, else any number"),
    ] = None
    attempts: Annotated[Rate, Field(description="refused tokens and keys from one address, in each worker")] = "30/minute"
    introspection: Annotated[bool, Field(description="whether documents and /schema.graphql tell the schema")] = True
    explorer: Annotated[bool, Field(description="whether / shows the explorer, /graphiql and a browser's GET of /graphql GraphiQL")] = True

    def limits(self) -> Limits:
        """Those of an operation."""
        most = {name: getattr(self, f"most_{name}") for name in Limits._fields if hasattr(self, f"most_{name}")}
        return Limits(**most, introspection=self.introspection, seconds=self.operation_seconds)
