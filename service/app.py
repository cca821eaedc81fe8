"""The web application: one graph, one policy, one schema."""

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from graph.index.local_index import LocalIndex
from policy.errors import Unavailable
from schema.schema import VoceroSchema
from service.authentication import Authentication
from service.callers import callers_of
from service.documents import Documents, read_documents
from service.exports import export_routes
from service.graphql_http import GraphQLOverHttp
from service.json_errors import JsonErrors
from service.lapses import Lapses
from service.log import configure_logging, report
from service.pages import EXPLORER, GRAPHIQL, Assets, page
from service.rate_limit import AttemptRate, CallerRate
from service.reach import local_index, reached_graph
from service.request_ids import HEADER
from service.request_limits import RequestLimits
from service.request_telemetry import RequestTelemetry
from service.security_headers import SecurityHeaders
from service.serve import end_with_parent
from service.settings import Settings
from service.startup import DAMAGED
from service.store_health import StoreHealth
from service.supervisor import Supervisor
from service.telemetry import Telemetry
from service.usable import policy_of

READY_SECONDS = 2.0
UNAVAILABLE = "unavailable"
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def create_app() -> ASGIApp:
    """The application that the environment's settings describe; it reaches the graph when it starts. Raises PolicyFault."""
    configure_logging()
    settings = Settings()
    telemetry = Telemetry.of(settings)
    limits = RequestLimits(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, object]]:
        end_with_parent()
        callers = callers_of(settings)
        failed = telemetry.metrics.task_failed
        async with (
            reached_graph(settings) as graph,
            local_index(graph, settings) as index,
            telemetry.following(graph),
            Supervisor(failed) as supervisor,
        ):
            supervisor.start("measuring", partial(telemetry.measure, index))
            supervisor.start("index", index.keep)
            if callers.tokens is not None:
                supervisor.start("public keys", callers.tokens.keys.keep_fresh)
            gc.collect()
            gc.freeze()  # what is there at the start stays
            yield {
                "graph": graph,
                "index": index,
                "callers": callers,
                "lapses": Lapses(graph, index.poller),
                "health": StoreHealth(graph),
                "ending": asyncio.Event(),
            }

    # another site's page could otherwise reach a service on loopback under a name of its own
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *settings.hosts])]
    if settings.cors_origins:
        middleware.append(_open_to(settings.cors_origins))
    middleware += [Middleware(AttemptRate, rates=limits.rates), Middleware(Authentication), Middleware(CallerRate, rates=limits.rates)]
    middleware.insert(0, Middleware(JsonErrors))
    middleware.insert(0, Middleware(RequestTelemetry, telemetry=telemetry, access_log=settings.access_log))
    routes = _routes(settings, telemetry, limits)
    app = Starlette(routes=routes, lifespan=lifespan, middleware=middleware)
    return SecurityHeaders(app)  # around all of it, for what fails in between is answered too


def _open_to(origins: list[str]) -> Middleware:
    exposed = ["ETag", HEADER]
    return Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=exposed)


def documents_of(settings: Settings, schema: VoceroSchema) -> Documents:
    """The documents that are answered: those of the manifest that the settings name, else any. Raises BadInput."""
    return read_documents(settings.trusted_documents, schema.trust)


def expect_documents(settings: Settings) -> None:
    """Look at the manifest of trusted documents. Raises BadInput."""
    documents_of(settings, VoceroSchema(report, limits=settings.limits()))


def _routes(settings: Settings, telemetry: Telemetry, limits: RequestLimits) -> list[BaseRoute]:
    schema = VoceroSchema(report, telemetry, settings.limits())
    schema.fallbacks.observe = telemetry.metrics.fell_back
    graphql = GraphQLOverHttp(schema, policy_of(settings), settings.slow_seconds, documents_of(settings, schema), settings.cors_origins)
    graphql.access_log = settings.access_log
    graphql.limits = limits
    graphql.connection_init_wait_timeout = timedelta(seconds=settings.connection_init_seconds)
    graphql.graphql_ide = "graphiql" if settings.explorer else None

    async def sdl(_: Request) -> Response:
        return PlainTextResponse(schema.as_str() + "\n")

    told = [Route("/schema.graphql", sdl)] if settings.introspection else []
    shown = {"/": EXPLORER, "/graphiql": GRAPHIQL} if settings.explorer else {}
    pages = [Route(path, partial(page, name)) for path, name in shown.items()]
    return [
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", graphql),
        *pages,
        Route("/assets/{name:path}", Assets(settings.cache).serve),
        *told,
        *export_routes(policy_of(settings)),
        Route("/metrics", telemetry.shown),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]


async def healthz(_: Request) -> Response:
    """The process answers. A coroutine, as each of the routes: what runs in a thread waits for a busy loop to give it its turn."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """The graph answers, and holds what its log counts; else 503 and why. Where it can only be read, why that is."""
    graph = request.state.graph
    try:
        if said := await _why_unready(request.state.index, request.state.health):
            return JSONResponse(said, status_code=503)
    except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready for it
        report(error)
        return JSONResponse({"status": UNAVAILABLE, "reason": "the graph can't be read; the log says why"}, status_code=503)
    try:
        graph.expect_space()
    except Unavailable as error:
        return JSONResponse({"status": "ready", "writes": "refused", "reason": str(error)})
    return JSONResponse({"status": "ready"})


async def _why_unready(index: LocalIndex, health: StoreHealth) -> dict[str, str] | None:
    """What is said of a graph that can't be relied on; None where it can."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            newest = await index.poller.revision(fresh=True)
        is_sound = await health.is_sound(newest)
    except TimeoutError:
        return {"status": UNAVAILABLE, "reason": f"the graph did not answer within {READY_SECONDS:g} s"}
    except Unavailable as error:
        return {"status": UNAVAILABLE, "reason": str(error)}
    if is_sound is not False and (reason := index.unready()) is not None:
        return {"status": UNAVAILABLE, "reason": reason}
    if is_sound is None:
        return {"status": UNAVAILABLE, "reason": "the records of the store are being counted"}
    if not is_sound:  # how many there should be is not everybody's to know
        return {
            "status": DAMAGED,
            "reason": "the store does not hold all that its log counts; `vocero check` and the log say what is missing",
        }
    return None
