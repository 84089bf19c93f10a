"""A batch's file opened: its top, its table, and its columns as they were read last, so that the next word of a person about
the same file costs only what that word is about."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from lib.checking.check import CheckedFile, ReadingCache, check
from lib.checking.column_mapping import Remembered, unique_headings
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.reading.tables import RawPreview, Table, TableError, raw_preview, read_table
from lib.store import batches
from lib.store.batches import Batch

_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it was read; `table` is an error if it is none."""

    key: _Key
    top: RawPreview
    table: Table | TableError
    cache: ReadingCache

    def __len__(self) -> int:
        """The number of its rows."""
        return 0 if isinstance(self.table, TableError) else len(self.table)

    @property
    def sha256(self) -> str:
        """The fingerprint of its bytes."""
        return str(self.key[0])

    @property
    def headings(self) -> list[str]:
        """What its columns are called, told apart; none if it is no table."""
        return [] if isinstance(self.table, TableError) else unique_headings(self.table.header)


_last: list[Opened] = []
"""The file this process opened last, if it still has it."""


def table_of(content: bytes, name: str, settings: Settings) -> Table:
    """A file's bytes as a table, read as a person said. Raises TableError if it is none."""
    return read_table(
        content,
        name,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header_line=settings.header_line,
        sheet=settings.sheet,
    )


def opened(connection: Connection, batch: Batch) -> Opened:
    """A batch's file; read again only if it, or the way to read it, is not what was opened last."""
    settings = Settings.from_json(batch.settings)
    known = _last[:]  # another session may open another file meanwhile
    if known and known[0].key == _key(batch.sha256, batch.name, settings):
        return known[0]
    forget()
    return open_file(batches.content(connection, batch.id), batch.name, settings)


def open_file(content: bytes, name: str, settings: Settings) -> Opened:
    """A file's bytes opened, as the file that this process opened last."""
    top = raw_preview(content, encoding=settings.encoding, sheet=settings.sheet)
    key = _key(batches.fingerprint(content), name, settings)
    file = Opened(key, top, _table_or_error(content, name, settings), ReadingCache())
    _last[:] = [file]
    return file


def _key(sha256: str, name: str, settings: Settings) -> _Key:
    return (sha256, name, settings.encoding, settings.delimiter, settings.header_line, settings.sheet)


def checked(file: Opened, settings: Settings, policy: Policy, known: Remembered) -> CheckedFile:
    """An opened file checked. Raises TableError if it is no table, or not one of licenses."""
    if isinstance(file.table, TableError):
        raise file.table
    found = check(file.table, settings, policy, known, file.cache)
    if _last and _last[0] is file:
        _last[:] = [replace(file, cache=found.cache)]
    return found


def forget() -> None:
    """Let go of the file that was opened last."""
    _last.clear()


def _table_or_error(content: bytes, name: str, settings: Settings) -> Table | TableError:
    try:
        return table_of(content, name, settings)
    except TableError as error:
        return error.with_traceback(None)
