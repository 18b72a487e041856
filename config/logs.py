"""The log: one JSON object a line, every line through the net of ``config.redaction``."""

import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import Processor

from config.redaction import clean_members
from config.request_id import current

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
#: Below WARNING the first two print addresses and tokens; below INFO the third prints what is stored.
PINNED: Final[Mapping[str, str]] = {"httpx": "WARNING", "httpcore": "WARNING", "django.db.backends": "INFO"}
Event = MutableMapping[str, Any]


def configuration(level: str) -> dict[str, object]:
    """Django's LOGGING. Raises ImproperlyConfigured for a level that is none."""
    if level not in LEVELS:
        raise ImproperlyConfigured(f"GROUPFLOW_LOG_LEVEL is {level!r}; write one of {', '.join(LEVELS)}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.Lines"}},
        "handlers": {"output": {"()": "config.logs.Output", "formatter": "json"}},
        "root": {"handlers": ["output"], "level": level},
        "loggers": {
            **{name: {"level": pinned} for name, pinned in PINNED.items()},
            "django": {"level": "INFO"},
            # The server for development writes lines of its own, with whole addresses.
            "django.server": {"level": "WARNING"},
        },
    }


class Output(logging.StreamHandler[TextIO]):
    """Standard output; standard error where GROUPFLOW_LOG is "stderr", as in commands whose output is their answer."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # looked up late, since tests and servers replace it
        return sys.stderr if os.environ.get("GROUPFLOW_LOG") == "stderr" else sys.stdout

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: what Python would print here are the arguments, as they are. A log that is gone stops nobody."""


class Lines(ProcessorFormatter):
    """A record as one line of JSON, whatever is wrong with it."""

    def __init__(self) -> None:
        adding: list[Processor] = [add_log_level, add_logger_name, ExtraAdder(), add_time, add_request_id]
        writing: list[Processor] = [spread_exception, ProcessorFormatter.remove_processors_meta, redact, write]
        super().__init__(processors=[*adding, *writing])

    def format(self, record: logging.LogRecord) -> str:
        try:
            return super().format(record)
        except (TypeError, ValueError, KeyError):
            where = f"{record.pathname}:{record.lineno}"
            return json.dumps({"level": "error", "logger": record.name, "event": "unwritable record", "where": where})


def add_time(logger: object, method: str, event: Event) -> Event:
    return {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}


def add_request_id(logger: object, method: str, event: Event) -> Event:
    """The id of the request at work; of one that Django logs when it is over, the id that it had."""
    name = current() or getattr(event.pop("request", None), "request_id", "")
    return {**event, "request_id": name} if name else event


def spread_exception(logger: object, method: str, event: Event) -> Event:
    """The traceback as a list of lines, without the values of variables."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else sys.exc_info()[1]
    if error is None:
        return event
    lines = "".join(traceback.format_exception(error)).splitlines()
    return {**event, "exception": lines}


def redact(logger: object, method: str, event: Event) -> Event:
    return clean_members(event)


def write(logger: object, method: str, event: Event) -> str:
    return json.dumps(event)


def configure_structlog() -> None:
    """Loggers made by structlog go the same way as those of the standard library."""
    structlog.configure(
        processors=[ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
