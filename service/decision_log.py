"""The verdicts that callers were given, one line of JSON each: who asked what, when, and at which state of the graph."""

import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from errno import EAGAIN
from itertools import count
from logging.handlers import QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from typing import IO, NamedTuple

import orjson
import structlog

from graph.file_lock import try_lock
from policy.errors import BadInput
from policy.instant import written
from resolvers.decided import Decided
from service.request_ids import incoming

OWNER_ONLY = 0o600
MOST_WORKERS = 1000


class Given(NamedTuple):
    """Verdicts of one answer, and the request that it was given to."""

    at: datetime
    request: str | None
    decisions: Sequence[Decided]


class DecisionLog:
    """
    Files that rotate by size, written by a thread of their own.

    Each process writes files of its own, so that none rotates another's away: FILE itself, or FILE-2, FILE-3 … beside it.
    raises: BadInput for a file that can't be written
    """

    def __init__(self, file: Path, most_bytes: int, files: int) -> None:
        try:
            self._path, self._held = _own(file)
            handler = _Rotating(self._path, maxBytes=most_bytes, backupCount=files - 1, encoding="utf-8")
        except OSError as error:
            raise BadInput(f"the decision log `{file}` can't be written ({error.strerror}); name another in VOCERO_DECISION_LOG") from error
        handler.setFormatter(_Lines())
        self._queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
        self._listener = QueueListener(self._queue, handler)
        self._handler = handler
        self._listener.start()

    def write(self, decisions: Sequence[Decided]) -> None:
        """Have these written, soon; whoever was answered doesn't wait for it."""
        if not decisions:  # of many questions each may have had no answer
            return
        request = incoming()
        given = Given(datetime.now(UTC), None if request is None else request.id, decisions)
        self._queue.put(logging.makeLogRecord({"msg": given}))

    def close(self) -> None:
        """Everything is written; the file is another process's to have."""
        self._listener.stop()
        self._handler.close()
        self._held.close()


def expect_writable(file: Path | None) -> None:
    """Look whether a decision log can be written, if one is wanted. Raises BadInput."""
    if file is not None:
        DecisionLog(file, most_bytes=0, files=1).close()


class _Rotating(RotatingFileHandler):
    """Files that only their owner reads; a disk that is full is told of in the log of the service."""

    def _open(self) -> IO[str]:  # type: ignore[override]  # logging's own says less
        file = open(self.baseFilename, self.mode, encoding=self.encoding, opener=_for_owner)  # noqa: SIM115 - logging closes it
        os.chmod(self.baseFilename, OWNER_ONLY)  # noqa: PTH101 - a path that logging keeps as text
        return file

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's
        lost: Given = record.msg  # type: ignore[assignment]  # `write` put it there
        structlog.get_logger().error("decisions not logged", decisions=len(lost.decisions), exc_info=True)


class _Lines(logging.Formatter):
    """The lines of one record, one for each decision."""

    def format(self, record: logging.LogRecord) -> str:
        given: Given = record.msg  # type: ignore[assignment]  # the same
        return "\n".join(orjson.dumps(_line(given, each)).decode() for each in given.decisions)


def _line(given: Given, decided: Decided) -> dict[str, object]:
    caller = decided.caller
    return {
        "at": given.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "requestId": given.request,
        "caller": {"name": caller.name, "role": caller.role, "node": caller.node},
        "asked": decided.asked,
        "communicator": decided.communicator,
        "customer": decided.customer,
        "topic": decided.topic,
        "scope": decided.scope,
        "validAt": written(decided.valid_at),
        "knownAt": written(decided.known_at),
        "verdict": decided.verdict,
        "permitted": decided.permitted,
        "everywhere": decided.everywhere,
        "of": decided.of,
        "revision": decided.revision,
        "policyVersion": decided.policy_version,
    }


def _own(file: Path) -> tuple[Path, IO[bytes]]:
    """The first of the files that no other process has, and what holds it. Raises OSError."""
    for number in count(1):
        path = file if number == 1 else file.with_stem(f"{file.stem}-{number}")
        held = open(path.with_name(f"{path.name}.lock"), "ab", opener=_for_owner)  # noqa: SIM115 - `close` closes it
        if try_lock(held.fileno()):
            return path, held
        held.close()
        if number == MOST_WORKERS:
            raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
    raise AssertionError


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)
