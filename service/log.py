"""What the service says of itself: one line an event, on standard error."""

import logging
import sys
import threading

import orjson
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

from policy.redaction import redacted, without_secrets
from service.request_ids import add_request_id

NOT_FAULTS = frozenset(
    {
        "Invalid HTTP request received.",
        "Invalid UTF-8 sequence received from client.",
        "ASGI callable returned without completing handshake.",
        "ASGI callable returned without completing response.",
    }
)
"""Messages of uvicorn about what a client did, and about answers that are broken off on purpose."""


def configure_logging() -> None:
    """
    Lines for people on a terminal, JSON for whatever else reads them; in neither the values of variables, nor what looks like a secret.

    Libraries, Python's warnings and threads that fail go the same way.
    """
    for_people = sys.stderr.isatty()
    described: list[structlog.typing.Processor] = [
        add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact_event,
    ]
    rendered: list[structlog.typing.Processor] = [
        ConsoleRenderer(exception_formatter=plain_traceback)  # in colours a secret could not be seen
        if for_people
        else ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        *([] if for_people else [structlog.processors.JSONRenderer(_json)]),
        _redact_line,
    ]
    structlog.configure(
        processors=[*described, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.addFilter(lambda record: record.msg.rstrip() not in NOT_FAULTS if isinstance(record.msg, str) else True)
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *described],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = lambda thread: report(thread.exc_value or thread.exc_type())


def _json(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()


def _redact_event(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What the line is made of: on a terminal colours stand between a name and its value."""
    traceback = event.pop("exc_info", None)
    kept: structlog.typing.EventDict = without_secrets(event)
    return kept if traceback is None else {**kept, "exc_info": traceback}


def _redact_line(_logger: object, _method: str, line: object) -> str:
    """The line itself, for the messages of errors come into it last."""
    return redacted(str(line))


def report(error: BaseException) -> None:
    """Log an error that is ours to mend; no caller sees it."""
    structlog.get_logger().error("internal error", exc_info=error)


def let_go(seconds: float) -> None:
    """Log that a watching client did not accept a message in that time."""
    structlog.get_logger().info("client too slow", seconds=seconds)
