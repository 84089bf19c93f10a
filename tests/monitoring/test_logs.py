"""What is logged says in which request, by whom and for which batch, and names nobody."""

import json
import logging

import pytest

from lib.domain.refusal import RefusalError
from lib.monitoring import logs
from lib.web.identity import AccessError


@pytest.fixture(autouse=True)
def loggers_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loggers that `configure` changes are put back, and nothing is said by the environment yet."""
    for name in ("", "lib", "__main__"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", list(logger.handlers))
        monkeypatch.setattr(logger, "level", logger.level)
    monkeypatch.setattr(logs, "take_over_handlers", lambda: None)
    for name in (logs.FORMAT, logs.LEVEL):
        monkeypatch.delenv(name, raising=False)


def log_a_failure() -> None:
    with logs.within(request="a1", user=logs.user_id("eva@example.com")), logs.within(batch=7, job=None):
        try:
            _ = 1 // 0
        except ZeroDivisionError:
            logging.getLogger("lib.x").exception("Job %s\x1b[31m failed", 3)


def test_an_event_is_one_line_of_json_with_what_it_happened_in(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(logs.FORMAT, "json")
    logs.configure(logging.WARNING)
    log_a_failure()
    logging.getLogger("lib.x").info("Done")
    logging.getLogger("alembic").info("Not ours")
    failure, done = map(json.loads, capfd.readouterr().err.splitlines())
    assert (failure["level"], failure["logger"], failure["request"], failure["batch"]) == ("ERROR", "lib.x", "a1", 7)
    assert (len(failure["user"]), "job" in failure, "eva" in str(failure)) == (12, False, False)
    assert failure["exception"].endswith("ZeroDivisionError: integer division or modulo by zero")
    assert done.keys() == {"time", "level", "logger", "message", "process"}


@pytest.mark.parametrize(("kind", "is_named"), [(RefusalError, False), (AccessError, False), (ValueError, True)])
def test_a_file_that_is_refused_is_logged_without_whom_the_refusal_names(kind: type[Exception], is_named: bool) -> None:
    logs.configure(logging.WARNING)
    logger = logging.getLogger("streamlit.runtime.backend_operation_handler")
    cause = kind("eva@example.com may no longer do this")
    error = OSError(f"Callable execution failed: {cause}")
    error.__cause__ = cause
    record = logger.makeRecord(logger.name, logging.ERROR, "", 1, "File %s", ("f1",), (OSError, error, None))
    assert logger.filter(record)
    text = logging.Formatter().format(record)
    assert text.startswith("File f1" if is_named else "File f1: refused")
    assert ("eva" in text) is is_named


def test_addresses_of_requests_which_hold_keys_and_searches_are_not_logged() -> None:
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "streamlit.runtime", "alembic")
    assert list(filter(logs.has_handlers_of_its_own, names)) == ["uvicorn", "uvicorn.error", "streamlit.runtime"]


def test_a_line_of_text_ends_with_what_it_happened_in_and_moves_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.WARNING)
    log_a_failure()
    logging.getLogger("lib.x").info("Too little to tell")
    first, *traceback = capfd.readouterr().err.splitlines()
    assert first.endswith(f"ERROR lib.x: Job 3 failed [request=a1 user={logs.user_id('eva@example.com')} batch=7]")
    assert traceback[0].startswith("Traceback")
