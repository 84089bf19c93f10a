"""The file of a batch, read as its settings say.

A process remembers the file it opened last, with its columns as they were read, so that a person's next correction of
the same file costs only what it is about.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from lib.checking.check import CheckedFile, check
from lib.checking.column_mapping import Remembered, unique_headings
from lib.checking.file_reading import ReadingCache
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.reading.tables import RawPreview, Table, TableError, raw_preview, read_table
from lib.store import batches
from lib.store.batches import Batch

_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read; `table` is an error if it is none."""

    key: _Key
    """Its fingerprint, name, and the settings it was read by."""

    preview: RawPreview
    table: Table | TableError
    cache: ReadingCache

    def __len__(self) -> int:
        """The number of its rows."""
        if isinstance(self.table, TableError):
            return 0
        return len(self.table)

    @property
    def sha256(self) -> str:
        """The fingerprint of its bytes."""
        return str(self.key[0])

    @property
    def headings(self) -> list[str]:
        """Its distinct column headings; none if it is no table."""
        if isinstance(self.table, TableError):
            return []
        return unique_headings(self.table.header)


_last: list[SourceFile] = []
"""The file this process opened last, if it still has it."""


def read_source(content: bytes, name: str, settings: Settings) -> Table:
    """A file's bytes as a table. Raises TableError if it is none."""
    return read_table(
        content,
        name,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header_line=settings.header_line,
        sheet=settings.sheet,
        sheets=settings.sheets,
    )


def load_file(connection: Connection, batch: Batch) -> SourceFile:
    """A batch's file, read again only if needed."""
    settings = Settings.from_json(batch.settings)
    last = _last[:]  # another session may open another file meanwhile
    if last and last[0].key == _key(batch.sha256, batch.name, settings):
        return last[0]
    # Before the bytes are loaded: two files at once would double the memory.
    forget_file()
    return open_file(batches.content(connection, batch.id), batch.name, settings)


def open_file(content: bytes, name: str, settings: Settings) -> SourceFile:
    """A file's bytes opened, and remembered as the last file of this process."""
    preview = raw_preview(content, encoding=settings.encoding, sheet=next(iter(settings.place[0]), None))
    key = _key(batches.fingerprint(content), name, settings)
    file = SourceFile(key, preview, table_or_error(content, name, settings), ReadingCache())
    _last[:] = [file]
    return file


def check_file(file: SourceFile, settings: Settings, policy: Policy, remembered: Remembered) -> CheckedFile:
    """Check a file. Raises TableError if it is no table, or not one of licenses."""
    if isinstance(file.table, TableError):
        raise file.table
    checked = check(file.table, settings, policy, remembered, file.cache)
    if _last and _last[0] is file:
        _last[:] = [replace(file, cache=checked.cache)]
    return checked


def forget_file() -> None:
    """Free the memory of the file that was opened last."""
    _last.clear()


def table_or_error(content: bytes, name: str, settings: Settings) -> Table | TableError:
    """A file's bytes as a table, or why they are none."""
    try:
        return read_source(content, name, settings)
    except TableError as error:
        # Its traceback would keep the frames of reading, and with them the bytes, in memory.
        return error.with_traceback(None)


def _key(sha256: str, name: str, settings: Settings) -> _Key:
    return (sha256, name, settings.encoding, settings.delimiter, *settings.place)
