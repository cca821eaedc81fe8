"""What the service says of itself: one line an event, on standard error."""

import logging
import sys

import orjson
import structlog
from structlog.dev import ConsoleRenderer, RichTracebackFormatter
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

from service.request_ids import add_request_id


def configure_logging() -> None:
    """Lines for people on a terminal, JSON for whatever else reads them; in neither the values of variables, for some are secrets."""
    for_people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            add_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ConsoleRenderer(exception_formatter=RichTracebackFormatter(show_locals=False))
            if for_people
            else ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            *([] if for_people else [structlog.processors.JSONRenderer(_json)]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _json(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()


def report(error: BaseException) -> None:
    """Log an error that is ours to mend; no caller sees it."""
    structlog.get_logger().error("internal error", exc_info=error)


def let_go(seconds: float) -> None:
    """Log that a watching client did not accept a message in that time."""
    structlog.get_logger().info("client too slow", seconds=seconds)
