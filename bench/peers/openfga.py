"""OpenFGA, by its HTTP API; loaded by as many writes at once as it takes gladly."""

import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from bench.peers.engine import PERMISSIONS, Fact, Question, post
from bench.peers.postgres import analyze, postgres
from bench.peers.processes import free_port, until_ready

BINARY = "VOCERO_BENCH_OPENFGA"
IN_A_MESSAGE, AT_ONCE = 100, 8


class OpenFGA:
    """One that is up."""

    name: ClassVar[str] = "OpenFGA"
    together: ClassVar[int] = 50
    headers: ClassVar[Mapping[str, str]] = {"Content-Type": "application/json"}

    def __init__(self, url: str, database: str) -> None:
        self.url = url
        self._database = database
        self._store = str(self._post("/stores", {"name": "bench"})["id"])
        model = json.loads(files("bench.peers").joinpath("openfga.json").read_text("utf-8"))
        self._model = str(self._post(f"/stores/{self._store}/authorization-models", model)["authorization_model_id"])

    def load(self, facts: Iterable[Fact]) -> float:
        """As of the protocol."""
        each = iter(facts)
        messages = []
        while some := list(islice(each, IN_A_MESSAGE)):
            messages.append({"authorization_model_id": self._model, "writes": {"tuple_keys": [_tuple(fact) for fact in some]}})
        begun = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for _ in threads.map(lambda message: self._post(f"/stores/{self._store}/write", message), messages):
                pass
        seconds = time.perf_counter() - begun
        analyze(self._database)
        return seconds

    def path(self, kind: str) -> str:
        """As of the protocol."""
        last = {"bulk": "batch-check", "who": "list-users", "contactable": "list-objects"}.get(kind, "check")
        return f"/stores/{self._store}/{last}"

    def check(self, question: Question, *, fresh: bool = False) -> dict[str, Any]:
        """As of the protocol."""
        consistency = {"consistency": "HIGHER_CONSISTENCY"} if fresh else {}
        return {"authorization_model_id": self._model, **_question(question), **consistency}

    def explain(self, question: Question) -> dict[str, Any] | None:  # noqa: ARG002
        """As of the protocol: it tells one level of the model, and no path."""
        return None

    def bulk(self, questions: Sequence[Question]) -> dict[str, Any]:
        """As of the protocol."""
        checks = [{**_question(each), "correlation_id": str(place)} for place, each in enumerate(questions)]
        return {"authorization_model_id": self._model, "checks": checks}

    def who(self, customer: str, topic: str) -> dict[str, Any]:
        """As of the protocol."""
        asked = {"object": {"type": "customer", "id": customer}, "relation": PERMISSIONS[topic], "user_filters": [{"type": "org"}]}
        return {"authorization_model_id": self._model, **asked}

    def contactable(self, communicator: str, topic: str) -> dict[str, Any]:
        """As of the protocol."""
        asked = {"type": "customer", "relation": PERMISSIONS[topic], "user": f"org:{communicator}"}
        return {"authorization_model_id": self._model, **asked}

    def answers(self, kind: str, given: Sequence[dict[str, Any]]) -> object:
        """As of the protocol."""
        found = given[0]
        if kind == "check":
            return bool(found.get("allowed"))
        if kind == "bulk":
            return [bool(found["result"][str(place)].get("allowed")) for place in range(len(found["result"]))]
        if kind == "who":
            return {each["object"]["id"] for each in found["users"]}
        return {each.partition(":")[2] for each in found["objects"]}

    def _post(self, path: str, message: dict[str, Any]) -> dict[str, Any]:
        return post(self.url + path, json.dumps(message).encode(), self.headers)[0]


@contextmanager
def openfga(binary: str, folder: Path) -> Iterator[OpenFGA]:
    """One on a PostgreSQL of its own; its lists are not cut off. Raises NotStarted."""
    with postgres(folder) as store:
        at = ["--datastore-engine", "postgres", "--datastore-uri", store]
        subprocess.run([binary, "migrate", *at], check=True, capture_output=True)
        grpc, http = free_port(), free_port()
        listening = ["--grpc-addr", f"127.0.0.1:{grpc}", "--http-addr", f"127.0.0.1:{http}"]
        quiet = ["--playground-enabled=false", "--metrics-enabled=false", "--log-level", "error"]
        whole = ["--listObjects-max-results", "0", "--listUsers-max-results", "0"]
        with until_ready([binary, "run", *listening, *quiet, *whole, *at], (grpc, http), folder / "openfga.log"):
            yield OpenFGA(f"http://127.0.0.1:{http}", store)


def named() -> str | None:
    """The binary that the environment names."""
    return os.environ.get(BINARY)


def _question(question: Question) -> dict[str, Any]:
    user, relation = f"org:{question.communicator}", PERMISSIONS[question.topic]
    return {"tuple_key": {"user": user, "relation": relation, "object": f"customer:{question.customer}"}}


def _tuple(fact: Fact) -> dict[str, str]:
    return {"user": f"{fact.subject_kind}:{fact.subject}", "relation": fact.relation, "object": f"{fact.kind}:{fact.object}"}
