"""The web application: one graph, one policy, one schema."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from graph.graph import Graph
from graph.store import newest_revision
from graph.tail import Tail
from policy.errors import Unavailable
from policy.policy import Policy
from policy.policy_file import read_policy, shipped_policy
from resolvers.token import token_of
from schema.schema import VoceroSchema
from service.documents import Documents, read_documents
from service.exports import export_routes
from service.graphql_http import GraphQLOverHttp
from service.log import configure_logging, report
from service.pages import Assets, page
from service.reach import reached_graph
from service.serve import end_with_parent
from service.settings import Settings

READY_SECONDS = 2.0
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def create_app() -> Starlette:
    """The application that the environment's settings describe; it reaches the graph when it starts. Raises PolicyFault."""
    configure_logging()
    settings = Settings()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Graph | Tail]]:
        end_with_parent()
        async with reached_graph(settings) as graph:
            yield {"graph": graph, "tail": Tail(graph)}

    # another site's page could otherwise reach a service on loopback under a name of its own
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK))]
    if settings.cors_origins:
        middleware.append(_open_to(settings.cors_origins))
    return Starlette(routes=_routes(settings), lifespan=lifespan, middleware=middleware)


def _open_to(origins: list[str]) -> Middleware:
    return Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=["ETag"])


def policy_of(settings: Settings) -> Policy:
    """The policy that the settings name. Raises PolicyFault."""
    return shipped_policy() if settings.policy is None else read_policy(settings.policy)


def documents_of(settings: Settings, schema: VoceroSchema) -> Documents:
    """The documents that are answered: those of the manifest that the settings name, else any. Raises BadInput."""
    return read_documents(settings.trusted_documents, schema.faults_in)


def expect_usable(settings: Settings) -> None:
    """Look at the files that the settings name, for a fault in one would end every worker. Raises PolicyFault, BadInput."""
    policy_of(settings)
    documents_of(settings, VoceroSchema(report))


def _routes(settings: Settings) -> list[BaseRoute]:
    schema = VoceroSchema(report)
    graphql = GraphQLOverHttp(schema, policy_of(settings), settings.slow_seconds, documents_of(settings, schema), settings.cors_origins)
    return [
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", graphql),
        Route("/", lambda _: page("graphiql.html")),
        Route("/assets/{name}", Assets(settings.cache).serve),
        Route("/schema.graphql", lambda _: PlainTextResponse(schema.as_str() + "\n")),
        *export_routes(policy_of(settings)),
        Route("/healthz", lambda _: JSONResponse({"status": "ok"})),
        Route("/readyz", readyz),
    ]


async def readyz(request: Request) -> Response:
    """The graph answers, and at which revision; else 503 and why."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            revision = await newest_revision(request.state.graph)
    except (Unavailable, TimeoutError) as error:
        reason = str(error) or f"the graph did not answer within {READY_SECONDS:g} s"
        return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503)
    return JSONResponse({"status": "ready", "revision": token_of(revision)})
