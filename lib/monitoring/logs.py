"""The logs of servers and workers: a line of text or of JSON for each event, with what it happened in."""

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from lib.domain.refusal import RefusalError
from lib.domain.text import printable

FORMAT, LEVEL = "APP_LOG_FORMAT", "APP_LOG_LEVEL"
"""Where the environment says how to log: `text` or `json`, and from which level on."""

_OURS = ("lib", "__main__")
_WITH_HANDLERS_OF_THEIR_OWN = ("uvicorn", "streamlit")
_OF_FAILURES = ("streamlit.runtime.backend_operation_handler", "streamlit.error_util")
"""Where Streamlit logs what went wrong with a file that was asked for, or on a page."""

_circumstances: ContextVar[Mapping[str, object]] = ContextVar("circumstances", default=MappingProxyType({}))


def begin(**circumstances: object) -> None:
    """Name what everything that this thread logs from now on belongs to, until it begins something else."""
    _circumstances.set(filled(circumstances))


@contextmanager
def within(**circumstances: object) -> Iterator[None]:
    """Name the request, user, batch or job that whatever is logged meanwhile belongs to."""
    token = _circumstances.set({**_circumstances.get(), **filled(circumstances)})
    try:
        yield
    finally:
        _circumstances.reset(token)


def filled(circumstances: Mapping[str, object]) -> dict[str, object]:
    """The circumstances that are not blank."""
    return {name: value for name, value in circumstances.items() if value not in (None, "")}


def user_id(name: str) -> str:
    """What stands for a person in logs: the beginning of the SHA-256 of their name."""
    if not name:
        return ""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def configure(level: int = logging.INFO) -> None:
    """Log to standard error as the environment says; `level` is for our own messages in text, others are warnings at least."""
    is_json = os.environ.get(FORMAT, "").strip().lower() == "json"
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if is_json else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    own_level = os.environ.get(LEVEL, "").strip().upper() or (logging.INFO if is_json else level)
    for name in _OURS:
        logging.getLogger(name).setLevel(own_level)
    for name in _OF_FAILURES:
        logging.getLogger(name).addFilter(without_refusal)
    if is_json:
        logging.captureWarnings(True)
        take_over_handlers()


def without_refusal(record: logging.LogRecord) -> bool:
    """Take the sentence of a refusal out of an event, for it may name people and customers; the event is logged."""
    error = record.exc_info[1] if record.exc_info else None
    # What was raised for another error knows it as its cause.
    while error and not isinstance(error, RefusalError):
        error = error.__cause__
    if error:
        record.msg, record.args = f"{record.getMessage()}: refused", ()
        record.exc_info = record.exc_text = None
    return True


def take_over_handlers() -> None:
    """Let messages of the server and of Streamlit become our lines."""
    # Both bring handlers of their own, with other forms.
    for name in filter(has_handlers_of_its_own, list(logging.root.manager.loggerDict)):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def has_handlers_of_its_own(name: str) -> bool:
    """Whether a logger's messages are made ours; not those about requests, whose addresses hold keys and searches."""
    return name.startswith(_WITH_HANDLERS_OF_THEIR_OWN) and name != "uvicorn.access"


class TextFormatter(logging.Formatter):
    """A line for people: time, level, place and message, and in brackets what it happened in."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line of one event, and the traceback below it."""
        line, _, traceback = super().format(record).partition("\n")
        circumstances = " ".join(f"{name}={value}" for name, value in _circumstances.get().items())
        if circumstances:
            line = f"{line} [{circumstances}]"
        return printable("\n".join(filter(None, (line, traceback))))


class JsonFormatter(logging.Formatter):
    """A line for programs: a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The object of one event; a traceback is one text in it."""
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **_circumstances.get(),
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False, default=str)
