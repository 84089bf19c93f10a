"""How much of uploaded files the server holds in memory: by person, and in all."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from lib.domain.refusal import RefusalError
from lib.reading.tables.workbook import is_binary_workbook

FILES_EACH, FILES_IN_ALL = 2, 4
"""How many files of the largest size one person, and all together, may have in memory at a time."""

MOST_READ_AT_ONCE = 5_000_000
"""Letters or bytes of the longest text that a page itself reads, on each of its runs: a megabyte takes a second."""


def refuse_long(content: str | bytes, command: str) -> None:
    """Raises RefusalError for what would keep the page busy; `command` is that of the command line that reads it."""
    if len(content) > MOST_READ_AT_ONCE:
        millions = f"{len(content) / 1e6:,.1f} million"
        raise RefusalError(
            f"This has {millions} letters, and a page reads {MOST_READ_AT_ONCE // 1_000_000} million at most. "
            f"Upload it in parts, or read the file with python -m lib.cli {command}."
        )


def refuse_binary_workbook(content: bytes) -> None:
    """Raises RefusalError for a workbook that only the worker may read, since a damaged one ends the process that does."""
    if is_binary_workbook(content):
        raise RefusalError(
            "A page reads no workbook of this old or binary kind. Save it as .xlsx or CSV, and upload that."
        )


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file in memory, or on its way there: whose it is, and its bytes."""

    person: str
    size: int


class HeldFiles:
    """The uploads in memory, by Streamlit's numbers of session and file. Safe to use from any thread."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], HeldFile] = {}
        self._lock = Lock()

    def reserve(
        self, session: str, file: str, upload: HeldFile, largest: int, is_active: Callable[[str], bool]
    ) -> bool:
        """Count a file that is about to come, unless it is too much beside those of sessions that are still active."""
        with self._lock:
            self._files = {key: other for key, other in self._files.items() if is_active(key[0])}
            others = [other for key, other in self._files.items() if key != (session, file)]
            own_bytes = sum(other.size for other in others if other.person == upload.person)
            if own_bytes + upload.size > FILES_EACH * largest:
                return False
            if sum(other.size for other in others) + upload.size > FILES_IN_ALL * largest:
                return False
            self._files[session, file] = upload
        return True

    def release(self, session: str, file: str) -> None:
        """Note that a file is no longer in memory."""
        with self._lock:
            self._files.pop((session, file), None)


HELD = HeldFiles()
"""The uploads that this server has in memory."""
