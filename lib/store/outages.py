"""Errors of a database or disk that cannot go on, as sentences for people: full, busy, read-only, or away."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from lib.domain.refusal import OutageError, RefusalError

FULL = "The disk with the licenses is full, so nothing was changed. Free some space and try again."
_NO_ROOM = "The disk for temporary files is full, so nothing was changed. Free some space and try again."
BUSY = "Somebody else is changing the licenses right now, so nothing was changed. Try again in a minute."
_NO_CONNECTION = "The database has no connection free, so nothing was changed. Try again in a minute."
_TIMED_OUT = (
    "The database ended this because it took too long, so nothing was changed. Let it take longer and try again."
)
_NO_MEMORY = "The database ran out of memory, so nothing was changed. Try again, or give it more memory."
_READ_ONLY = "The database is read-only for this account, so nothing was changed. Let it write and try again."
_STOPPED = "The database stopped in the middle of this, so nothing was changed. Try again once it is running."
_DAMAGED = "The disk with the licenses cannot be read or written, so nothing was changed. Check the disk."
_NO_ANSWER = "The database does not answer, so nothing was changed. Check that it runs and its address, and try again."

_PASSING = (BUSY, _NO_CONNECTION, _STOPPED, _NO_ANSWER)

_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_NOMEM: _NO_MEMORY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _NO_ANSWER,
}
"""By SQLite's primary result code, the low byte of every code it gives."""

_POSTGRESQL = {
    "53100": FULL,
    "53200": _NO_MEMORY,
    "53300": _NO_CONNECTION,
    "53400": FULL,
    "55P03": BUSY,
    "57014": _TIMED_OUT,
    "40001": BUSY,
    "40P01": BUSY,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "58030": _DAMAGED,
}
"""By SQLSTATE."""

_POSTGRESQL_CLASSES = {"57": _STOPPED, "08": _NO_ANSWER, "53": FULL}
"""By the class of an SQLSTATE, its first two characters."""


def refusal(error: BaseException) -> RefusalError | None:
    """The sentence for a failure, an OutageError if it passes; None if the statement itself was wrong."""
    if isinstance(error, DBAPIError):
        sentence = _of_driver(error)
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        sentence = _NO_ROOM
    else:
        sentence = _of_arrow(error)
    if sentence in _PASSING:
        return OutageError(sentence)
    return RefusalError(sentence) if sentence else None


def _of_driver(error: DBAPIError) -> str | None:
    original = error.orig
    if (code := getattr(original, "sqlite_errorcode", None)) is not None:
        return _SQLITE.get(code & 0xFF)
    if state := getattr(original, "sqlstate", None):
        return _POSTGRESQL.get(state) or _POSTGRESQL_CLASSES.get(state[:2])
    if isinstance(error, OperationalError | InternalError):
        if error.connection_invalidated:
            return _STOPPED
        return _NO_ANSWER
    return None


def _of_arrow(error: BaseException) -> str | None:
    # Arrow's driver for SQLite, which writes temporary files only, gives no code: the words are SQLite's own.
    if not type(error).__module__.startswith("adbc_driver_manager"):
        return None
    message = str(error).lower()
    if "full" in message or "i/o" in message:
        return _NO_ROOM
    return None
