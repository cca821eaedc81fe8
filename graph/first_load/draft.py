"""The graph that a store will begin with: written on disk by the code that writes the store, whose queries it answers as Neo4j would."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import orjson

from graph.first_load.begun import Begun
from graph.first_load.pages import Pages, key_of
from graph.graph import Row, Transaction
from graph.store import OPERATORS
from policy.instant import BEGINNING, now

T = TypeVar("T")


NOTHING = Begun()


class Draft:
    """
    A graph that begins with what every store begins with, or with one that has begun, in a folder that is made; a context manager.

    Each query that the load of a book runs has its method here, which does what queries/<name>.cypher says; any other is a mistake.

    store:  properties of the node that is the store itself
    pages:  where all other nodes and all relationships are
    names:  label of nodes, or type of relationships -> names of their properties -> what kind of value stands there
    """

    def __init__(self, folder: Path, begun: Begun = NOTHING) -> None:
        self.store: dict[str, Any] = {"name": "vocero", "revision": 0, "recordedAt": now(), "checksums": "{}"}
        if begun.seal is not None:
            self.store["seal"] = begun.seal
        if begun.key_changes:
            self.store["keys"] = begun.key_changes
        self.names: defaultdict[str, dict[str, type]] = defaultdict(dict)
        self.pages = Pages(folder)
        self._logged = 0
        for key in begun.keys:
            self._log("Key", key)
        self._create("Operator", ({"id": id_, "name": name, "recordedAt": 0} for id_, name in OPERATORS))
        self._queries: Mapping[str, Callable[..., Row]] = {
            "begin_load": self._begin_load,
            "lock_store": self._lock_store,
            "known_nodes": self._known_nodes,
            "known_ids": self._known_ids,
            "create_nodes": self._create_nodes,
            "revise_nodes": self._revise_nodes,
            "restore_versions": self._restore_versions,
            "records_to": self._records_to,
            "append_relationships": self._append_relationships,
            "forget_told": self._forget_told,
            "record_change": self._record_change,
            "keep_due": self._keep_due,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pages.close()

    async def run(self, name: str, /, **parameters: object) -> Row:
        """The one record of a query."""
        return self._queries[name](**parameters)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What the work returns. There is no way back from half of it: who fails in it begins anew."""
        done = await work(self)
        self.pages.settle()
        return done

    def _begin_load(self, *, digest: str, now: int) -> Row:
        # a draft becomes a store when all of it is there
        self._log("UnfinishedLoad", {"digest": digest, "startedAt": now, "baseline": BEGINNING, "whole": True})
        return {"baseline": BEGINNING, "whole": False}

    def _lock_store(self) -> Row:
        self.store["locked"] = True
        _learn(self.names["Store"], self.store)
        return {name: self.store[name] for name in ("revision", "recordedAt", "checksums")}

    def _known_nodes(self, *, label: str, ids: Sequence[str]) -> Row:
        del label  # an id says of which kind it is
        return {"nodes": [node for id_ in ids if (node := self._node(id_)) is not None]}

    def _known_ids(self, *, label: str, ids: Sequence[str]) -> Row:
        del label
        return {"known": [id_ for id_ in ids if self.pages.get(self.pages.of.nodes, key_of(id_)) is not None]}

    def _create_nodes(self, *, label: str, nodes: Sequence[Row]) -> Row:
        self._create(label, nodes)
        return {"created": len(nodes)}

    def _revise_nodes(self, *, label: str, versionLabel: str, nodes: Sequence[Row]) -> Row:  # noqa: N803 - as the query calls it
        for properties in nodes:
            before = self._node(properties["id"])
            self._supersede(versionLabel, {**(before or {}), "supersededAt": properties["recordedAt"]})
        self._create(label, nodes)
        return {"revised": len(nodes)}

    def _restore_versions(self, *, label: str, versionLabel: str, baseline: int, rows: Sequence[Row]) -> Row:  # noqa: N803 - the same
        restored, refused = [], []
        for row in rows:
            version = row["properties"]
            node = self._node(version["id"])
            clashes = [] if node is None else self._clashes(node, version, baseline)
            if node is None or clashes or row["late"]:
                refused.append([row["row"], node is not None, clashes])
                continue
            self._supersede(versionLabel, version)
            self._create(label, [{**node, "recordedAt": max(node["recordedAt"], version["supersededAt"])}])
            restored.append([row["row"], node])
        return {"restored": restored, "refused": refused}

    def _clashes(self, node: Row, version: Row, baseline: int) -> list[Row]:
        known = self.pages.lines(self.pages.of.versions, key_of(version["id"]))
        clashes = [each for each in known if each["recordedAt"] < version["supersededAt"] and version["recordedAt"] < each["supersededAt"]]
        if 0 < node["recordedAt"] <= baseline and node["recordedAt"] < version["supersededAt"]:
            clashes.append(node)
        return clashes

    def _records_to(self, *, label: str, ends: Sequence[str], types: Sequence[str]) -> Row:
        del label
        known = [end for end in ends if self.pages.get(self.pages.of.nodes, key_of(end)) is not None]
        return {"relationships": [[each for type_ in types for each in self._records(type_, end)] for end in known]}

    def _records(self, type_: str, end: str) -> Iterable[list[Any]]:
        for _, start, _, properties in self.pages.lines(self.pages.of.records, key_of(f"{end}|{type_}")):
            rest = (properties.get(name) for name in ("kind", "validFrom", "validTo", "recordedAt", "supersededAt", "source"))
            yield [type_, start, end, *rest]

    def _append_relationships(self, *, type: str, startLabel: str, endLabel: str, rows: Sequence[Row]) -> Row:  # noqa: A002, N803 - as the query calls them
        del startLabel, endLabel
        names = self.names[type]
        for row in rows:
            record = [type, row["start"], row["end"], row["properties"]]
            self.pages.append(self.pages.of.records, key_of(f"{row['end']}|{type}"), record)
            _learn(names, row["properties"])
        return {"appended": len(rows)}

    def _forget_told(self, *, groups: Sequence[str]) -> Row:
        del groups  # nothing was ever told to a store that begins
        return {"forgotten": 0}

    def _record_change(
        self,
        *,
        revision: int,
        recordedAt: int,  # noqa: N803 - as the query calls it
        checksums: str,
        changed: str,
        **rest: object,
    ) -> Row:
        self.store |= {"revision": revision, "recordedAt": recordedAt, "checksums": checksums}
        self._log("Change", {"revision": revision, "recordedAt": recordedAt, **rest, "checksums": changed})
        return {"revision": revision}

    def _keep_due(self, *, dues: Sequence[Row]) -> Row:
        for due in dues:
            self._log("Due", due)
        return {"kept": len(dues)}

    def _node(self, id_: str) -> Row | None:
        found = self.pages.get(self.pages.of.nodes, key_of(id_))
        return None if found is None else orjson.loads(found)

    def _create(self, label: str, nodes: Iterable[Row]) -> None:
        names = self.names[label]
        for properties in nodes:
            self.pages.put(self.pages.of.nodes, key_of(properties["id"]), orjson.dumps(properties))
            _learn(names, properties)

    def _supersede(self, label: str, version: Row) -> None:
        self.pages.append(self.pages.of.versions, key_of(version["id"]), version)
        _learn(self.names[label], version)

    def _log(self, label: str, properties: Mapping[str, Any]) -> None:
        kept = {name: value for name, value in properties.items() if value is not None}
        self.pages.put(self.pages.of.log, self._logged.to_bytes(8), orjson.dumps([label, kept]))
        self._logged += 1
        _learn(self.names[label], kept)


def _learn(names: dict[str, type], properties: Mapping[str, Any]) -> None:
    for name in properties.keys() - names.keys():
        names[name] = type(properties[name])
