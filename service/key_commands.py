"""The commands `vocero key`: API keys are made, shown and taken back where the graph is, also while the service runs."""

import asyncio
import getpass
import re
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from graph.graph import Graph
from graph.keys import Key, all_keys, create_key, revoke_key
from policy.caller import BOUND, Role
from policy.errors import BadInput
from policy.instant import LATEST, now, written
from policy.values.instant import instant_from
from service.admission import caller_of
from service.api_keys import new_key
from service.commands.console import AsJson, err, out, say, write_json
from service.reach import reached_graph
from service.settings import read_settings

T = TypeVar("T")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
WHILE = re.compile(r"([0-9]{1,5})([hdw])")
HOUR = 3_600_000_000
UNITS = {"h": HOUR, "d": 24 * HOUR, "w": 7 * 24 * HOUR}

key = typer.Typer(no_args_is_help=True, help="Manage the API keys of those who ask.")


@key.command()
def create(
    name: Annotated[str, typer.Argument(help="whose key it is; the log names it")],
    role: Annotated[Role, typer.Option(help="operator changes, analyst reads all, partner and customer see what is theirs")],
    node: Annotated[str | None, typer.Option(help="the partner or customer that the key is for, by id, key, whole name or domain")] = None,
    expires_in: Annotated[str | None, typer.Option(help="hours, days or weeks from now: 12h, 90d, 52w")] = None,
    expires_at: Annotated[str | None, typer.Option(help="the instant at which it expires, such as 2027-01-01T00:00:00Z")] = None,
    as_json: AsJson = False,
) -> None:
    """Create an API key and show it, this once, alone on standard output; without a time it is good until it is revoked."""
    if not NAME.fullmatch(name):
        raise BadInput(f"`{name[:100]}` is no name of a key; give 1 to 100 letters, digits and . _ @ -, the first a letter or digit")
    expires = _expiry(expires_in, expires_at)
    text, kept = new_key(caller_of(name, role, _node(node, role)), expires, _who())
    _run(lambda graph: create_key(graph, kept))
    if as_json:
        write_json({"key": text, **_row(kept)})
        return
    sys.stdout.write(f"{text}\n")
    until = "until it is revoked" if kept.expires_at is None else f"until {written(kept.expires_at)}"
    bound = f" of {kept.node}" if kept.node else ""
    say(f"key `{name}` is good for the role {kept.role}{bound} {until}; it is not shown again", err)


@key.command(name="list")
def list_command(as_json: AsJson = False) -> None:
    """List all keys there ever were, the revoked and the expired too."""
    rows = [_row(each) for each in _run(all_keys)]
    if as_json:
        write_json(rows)
        return
    table = Table("name", "role", "node", "state", "expires", "created", "by", box=None)
    for row in rows:
        cells = (row[column] for column in ("name", "role", "node", "state", "expiresAt", "createdAt", "createdBy"))
        table.add_row(*(cell or "" for cell in cells))
    out.print(table)


@key.command()
def revoke(name: Annotated[str, typer.Argument(help="name of the key")], as_json: AsJson = False) -> None:
    """Revoke a key: nobody is let in by it any more, and who still watches is let go."""
    _run(lambda graph: revoke_key(graph, name, now(), _who()))
    if as_json:
        write_json({"name": name, "revoked": True})
    else:
        say(f"key `{name}` is revoked", err)


def _run(work: Callable[[Graph], Awaitable[T]]) -> T:
    settings = read_settings()

    async def reached() -> T:
        async with reached_graph(settings) as graph:
            return await work(graph)

    if not settings.asks_who:
        say("authentication is off in these settings: `vocero serve` with them answers anybody, key or not; set VOCERO_AUTH=on", err)

    return asyncio.run(reached())


def _node(text: str | None, role: Role) -> str | None:
    """The id of what a key is bound to: a node that is not there yet may be named by its id only."""
    from service.commands.names import is_id, node_named, with_index
    from service.reach import reached_index
    from service.usable import policy_of

    if text is None or is_id(text) or role not in BOUND:
        return text

    async def named() -> str:
        settings = read_settings()
        async with reached_index(settings) as index:
            return await with_index(index, policy_of(settings), lambda operation: node_named(operation, text, [role], of_part=False))

    return asyncio.run(named())


def _expiry(expires_in: str | None, expires_at: str | None) -> int | None:
    if expires_in is not None and expires_at is not None:
        raise BadInput("--expires-in and --expires-at say the same; give one of them")
    if expires_in is not None:
        span = WHILE.fullmatch(expires_in)
        if span is None:
            raise BadInput(f"`{expires_in[:80]}` is no time to go; give hours, days or weeks, such as 12h, 90d or 52w")
        return min(now() + int(span[1]) * UNITS[span[2]], LATEST)
    at = None if expires_at is None else instant_from(expires_at)
    if at is not None and at <= now():
        raise BadInput(f"`{expires_at}` is past; give an instant to come")
    return at


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # of a user that the system has no name for, as in a container
        return "unknown"


def _row(kept: Key) -> dict[str, str | None]:
    state = "revoked" if kept.revoked_at is not None else "live" if kept.is_live(now()) else "expired"
    return {
        "id": kept.id,
        "name": kept.name,
        "role": kept.role,
        "node": kept.node,
        "state": state,
        "createdAt": written(kept.created_at),
        "createdBy": kept.created_by,
        "expiresAt": None if kept.expires_at is None else written(kept.expires_at),
        "revokedAt": None if kept.revoked_at is None else written(kept.revoked_at),
        "revokedBy": kept.revoked_by,
    }
