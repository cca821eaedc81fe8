"""The API keys that are kept: never the key itself, only the hash of it. Nothing is deleted, and no revision is taken: no fact changes."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from graph.graph import Graph, Transaction
from graph.ids import kind_of
from policy.caller import Role
from policy.errors import Conflict, NotFound


class Key(NamedTuple):
    """
    What is kept of an API key; instants in microseconds.

    id:         names the key where it is used, and is no secret
    hash:       SHA-256 of the key, in hexadecimal
    node:       id of the partner or customer that it is bound to
    expires_at: None = it does not expire
    """

    id: str
    name: str
    hash: str
    role: Role
    node: str | None
    created_at: int
    created_by: str
    expires_at: int | None
    revoked_at: int | None = None
    revoked_by: str | None = None

    def is_live(self, at: int) -> bool:
        """Does it let its caller in at this instant?"""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


async def find_key(graph: Graph, id_: str) -> Key | None:
    """The key of this id, live or not. Raises Unavailable. Source: queries/key.cypher."""
    properties = (await graph.read("key", id=id_))["key"]
    return None if properties is None else _key(properties)


async def all_keys(graph: Graph) -> list[Key]:
    """All keys there ever were, by name, then in the order in which they were made. Raises Unavailable. Source: queries/keys.cypher."""
    keys = [_key(properties) for properties in (await graph.read("keys"))["keys"]]
    return sorted(keys, key=lambda key: (key.name, key.created_at))


async def unrevoked_keys(graph: Graph, ids: Collection[str]) -> frozenset[str]:
    """Which keys of these ids are there, and not revoked. Raises Unavailable. Source: queries/unrevoked_keys.cypher."""
    return frozenset((await graph.read("unrevoked_keys", ids=list(ids)))["ids"])


async def create_key(graph: Graph, key: Key) -> None:
    """
    Keep a new key.

    raises: Conflict where a live key has its name, NotFound where the node is not in the graph, Unavailable
    source: queries/create_key.cypher
    """

    async def work(transaction: Transaction) -> None:
        await transaction.run("lock_store")  # two of one name could come at once
        if await _live_key(transaction, key.name, key.created_at):
            raise Conflict(f"a live key is named `{key.name}`; revoke it first, or give another name")
        if key.node is not None:
            label = kind_of(key.node).capitalize()
            if not (await transaction.run("known_ids", label=label, ids=[key.node]))["known"]:
                raise NotFound(f"no {kind_of(key.node)} `{key.node}` in the graph; load it first, or check the id")
        await transaction.run("create_key", properties=_properties(key))

    await graph.write(work)


async def revoke_key(graph: Graph, name: str, at: int, by: str) -> Key:
    """
    The live key of this name, which is none from now on.

    raises: NotFound, Unavailable
    source: queries/revoke_key.cypher
    """

    async def work(transaction: Transaction) -> Key:
        await transaction.run("lock_store")
        key = await _live_key(transaction, name, at)
        if key is None:
            raise NotFound(f"no live key is named `{name[:80]}`; `vocero key list` shows all")
        await transaction.run("revoke_key", id=key.id, at=at, by=by)
        return key._replace(revoked_at=at, revoked_by=by)

    return await graph.write(work)


async def _live_key(transaction: Transaction, name: str, at: int) -> Key | None:
    keys = (_key(properties) for properties in (await transaction.run("keys_of_name", name=name))["keys"])
    return next((key for key in keys if key.is_live(at)), None)


def _properties(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "hash": key.hash,
        "role": key.role.value,
        "node": key.node,
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
    }


def _key(properties: Mapping[str, Any]) -> Key:
    return Key(
        properties["id"],
        properties["name"],
        properties["hash"],
        Role(properties["role"]),
        properties.get("node"),
        properties["createdAt"],
        properties["createdBy"],
        properties.get("expiresAt"),
        properties.get("revokedAt"),
        properties.get("revokedBy"),
    )
