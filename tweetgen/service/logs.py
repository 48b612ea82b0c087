"""Logs of the daemon, by structlog, as JSON or for a console; what libraries log takes the same road."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from tweetgen.service.redaction import Redactor

Event = MutableMapping[str, Any]
#: libraries that tell the world's secrets, or every second of their own life, below this
_QUIETER = {"apscheduler": logging.ERROR, "httpx": logging.WARNING, "httpcore": logging.WARNING,
            "uvicorn.access": logging.WARNING, "uvicorn": logging.WARNING, "asyncio": logging.WARNING,
            "tweepy": logging.INFO, "alembic": logging.WARNING}  # fmt: skip


def set_up(form: str, redactor: Redactor, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send everything that is logged to `stream` (default: stderr); `form`: "json" or "console"."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(_formatter(shared, form, redactor, target.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIETER.items():
        logging.getLogger(name).setLevel(max(level, least))
    logging.captureWarnings(True)


def _formatter(shared: list[Any], form: str, redactor: Redactor, colors: bool) -> logging.Formatter:
    def redact(_logger: Any, _method: str, event: Event) -> Mapping[str, Any]:
        return {key: redactor.value(value) for key, value in event.items()}

    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info]
    if form == "json":
        rendering: list[Any] = [structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    else:
        rendering = [_harmless, structlog.dev.ConsoleRenderer(colors=colors)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()], processors=[*last, redact, *rendering]
    )


def _harmless(_logger: Any, _method: str, event: Event) -> Mapping[str, Any]:
    """Texts of others without what a terminal would obey; the lines of a traceback stay lines."""
    return {key: _printable(value) if isinstance(value, str) else value for key, value in event.items()}


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in text)
