"""SpiceDB, by its HTTP gateway; loaded by its bulk import."""

import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from bench.peers.engine import PERMISSIONS, Fact, Question, post
from bench.peers.postgres import analyze, postgres
from bench.peers.processes import free_port, until_ready

BINARY = "VOCERO_BENCH_SPICEDB"
KEY = "bench"
IN_A_MESSAGE = 1_000
STALE_SECONDS = 6.0
"""So long minimizeLatency may answer from before the load."""


class SpiceDB:
    """One that is up."""

    name: ClassVar[str] = "SpiceDB"
    together: ClassVar[int] = 100
    headers: ClassVar[Mapping[str, str]] = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}

    def __init__(self, url: str, store: str) -> None:
        self.url = url
        self._store = store

    def load(self, facts: Iterable[Fact]) -> float:
        """As of the protocol."""
        schema = files("bench.peers").joinpath("spicedb.zed").read_text("utf-8")
        post(f"{self.url}/v1/schema/write", json.dumps({"schema": schema}).encode(), self.headers)
        each = iter(facts)
        messages = []
        while some := list(islice(each, IN_A_MESSAGE)):
            messages.append(json.dumps({"relationships": [_relationship(fact) for fact in some]}).encode())
        begun = time.perf_counter()
        post(f"{self.url}/v1/relationships/importbulk", b"\n".join(messages), self.headers)
        seconds = time.perf_counter() - begun
        analyze(self._store)
        time.sleep(STALE_SECONDS)
        return seconds

    def path(self, kind: str) -> str:
        """As of the protocol."""
        last = {"explain": "check", "bulk": "checkbulk", "who": "subjects", "contactable": "resources"}.get(kind, "check")
        return f"/v1/permissions/{last}"

    def check(self, question: Question, *, fresh: bool = False) -> dict[str, Any]:
        """As of the protocol."""
        return {"consistency": {"fullyConsistent": True} if fresh else {"minimizeLatency": True}, **_question(question)}

    def explain(self, question: Question) -> dict[str, Any] | None:
        """As of the protocol: the whole path."""
        return {**self.check(question), "withTracing": True}

    def bulk(self, questions: Sequence[Question]) -> dict[str, Any]:
        """As of the protocol."""
        return {"consistency": {"minimizeLatency": True}, "items": [_question(each) for each in questions]}

    def who(self, customer: str, topic: str) -> dict[str, Any]:
        """As of the protocol."""
        asked = {"resource": _object("customer", customer), "permission": PERMISSIONS[topic], "subjectObjectType": "org"}
        return {"consistency": {"minimizeLatency": True}, **asked}

    def contactable(self, communicator: str, topic: str) -> dict[str, Any]:
        """As of the protocol."""
        asked = {"resourceObjectType": "customer", "permission": PERMISSIONS[topic], "subject": {"object": _object("org", communicator)}}
        return {"consistency": {"minimizeLatency": True}, **asked}

    def answers(self, kind: str, given: Sequence[dict[str, Any]]) -> object:
        """As of the protocol."""
        if kind in {"check", "explain"}:
            return _has(given[0])
        if kind == "bulk":
            return [_has(each["item"]) for each in given[0]["pairs"]]
        results = [each["result"] for each in given]
        return {each["subject"]["subjectObjectId"] if kind == "who" else each["resourceObjectId"] for each in results}


@contextmanager
def spicedb(binary: str, folder: Path) -> Iterator[SpiceDB]:
    """One on a PostgreSQL of its own. Raises NotStarted."""
    with postgres(folder) as store:
        at = ["--datastore-engine", "postgres", "--datastore-conn-uri", store]
        subprocess.run([binary, "datastore", "migrate", "head", "--skip-release-check", *at], check=True, capture_output=True)
        grpc, http = free_port(), free_port()
        quiet = ["--metrics-enabled=false", "--telemetry-endpoint", "", "--skip-release-check", "--log-level", "warn"]
        listening = ["--grpc-addr", f"127.0.0.1:{grpc}", "--http-enabled", "--http-addr", f"127.0.0.1:{http}", "--grpc-preshared-key", KEY]
        with until_ready([binary, "serve", *listening, *quiet, *at], (grpc, http), folder / "spicedb.log"):
            yield SpiceDB(f"http://127.0.0.1:{http}", store)


def named() -> str | None:
    """The binary that the environment names."""
    return os.environ.get(BINARY)


def _object(kind: str, name: str) -> dict[str, str]:
    return {"objectType": kind, "objectId": name}


def _question(question: Question) -> dict[str, Any]:
    return {
        "resource": _object("customer", question.customer),
        "permission": PERMISSIONS[question.topic],
        "subject": {"object": _object("org", question.communicator)},
    }


def _relationship(fact: Fact) -> dict[str, Any]:
    subject = {"object": _object(fact.subject_kind, fact.subject)}
    return {"resource": _object(fact.kind, fact.object), "relation": fact.relation, "subject": subject}


def _has(answer: dict[str, Any]) -> bool:
    return str(answer["permissionship"]).endswith("HAS_PERMISSION")
