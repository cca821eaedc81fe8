"""Who may ask."""

from typing import TYPE_CHECKING

from starlette.requests import Request

from graph.graph import Graph
from policy.caller import Caller, Role
from policy.errors import BadInput, Forbidden
from service.admission import OPEN_TO_ALL, Admission, NotAdmitted, NotAdmittedBeside
from service.api_keys import PREFIX, admit_by_key
from service.settings import Settings

if TYPE_CHECKING:
    from service.tokens import Tokens

LONGEST = 16_384
READERS = frozenset({Role.OPERATOR, Role.ANALYST})


class Callers:
    """
    Whoever may ask, by token or by key.

    tokens:   None = none are taken, only keys
    are_all:  anybody may ask who gives no credential; one that is given has to be valid all the same
    """

    def __init__(self, tokens: "Tokens | None", *, are_all: bool = False) -> None:
        self.tokens = tokens
        self.are_all = are_all

    async def admit(self, graph: Graph, credential: str) -> Admission:
        """Whoever a token or key stands for; an empty one is none. Raises Unauthenticated, Unavailable."""
        if self.are_all:
            return await self._admit_anybody(graph, credential)
        if len(credential) > LONGEST:
            raise NotAdmitted
        if credential.startswith(PREFIX):
            return await admit_by_key(graph, credential)
        if self.tokens is None:
            raise NotAdmitted
        return await self.tokens.admit(credential)

    async def _admit_anybody(self, graph: Graph, credential: str) -> Admission:
        if not credential:
            return OPEN_TO_ALL
        if len(credential) > LONGEST or not credential.startswith(PREFIX):
            raise NotAdmittedBeside
        try:
            return await admit_by_key(graph, credential)
        except NotAdmitted as error:
            raise NotAdmittedBeside from error


def callers_of(settings: Settings) -> Callers:
    """Whoever may ask. Raises BadInput for settings that don't go together."""
    given = {"ISSUER": settings.jwt_issuer, "AUDIENCE": settings.jwt_audience, "JWKS": settings.jwt_jwks}
    missing = [f"VOCERO_JWT_{name}" for name, value in given.items() if value is None]
    if settings.auth == "off" and len(missing) < len(given):
        raise BadInput("VOCERO_AUTH is off, and VOCERO_JWT_* are set; leave out the one or the others")
    if missing and len(missing) < len(given):
        raise BadInput(f"tokens need {', '.join(missing)} too; set all VOCERO_JWT_*, or none")
    if not settings.asks_who:
        if settings.hosts:
            raise BadInput("VOCERO_HOSTS names this service to others, and anybody may ask; set VOCERO_AUTH=on")
        return Callers(None, are_all=True)
    if settings.jwt_issuer is None or settings.jwt_audience is None or settings.jwt_jwks is None:
        return Callers(None)
    from service.tokens import tokens_of  # noqa: PLC0415 - what verifies tokens takes a while to import, and where there are only keys nobody needs it

    return Callers(tokens_of(settings.jwt_issuer, settings.jwt_audience, settings.jwt_jwks))


def expect_reader(request: Request) -> None:
    """May the caller of this request read everything? Raises Forbidden."""
    caller: Caller = request.state.caller
    if caller.role not in READERS:
        raise Forbidden(f"`{request.url.path}` is for the roles analyst and operator")
