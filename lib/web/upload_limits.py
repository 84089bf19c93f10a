"""How much of uploaded files the server holds in memory: by person, and in all."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from zipfile import BadZipFile, ZipFile

from lib.reading.tables.workbook import is_binary_workbook

FILES_EACH, FILES_IN_ALL = 2, 4
"""How many files of the largest size one person, and all together, may have in memory at a time."""

MOST_READ_AT_ONCE = 2_000_000
"""Letters or bytes of the longest text that a page itself reads, on each of its runs: a megabyte takes a second."""


def is_for_worker(content: str | bytes) -> bool:
    """Whether only the worker may read this: it would keep the page busy, or, damaged, end the process that reads it."""
    if len(content) > MOST_READ_AT_ONCE:
        return True
    return isinstance(content, bytes) and (is_binary_workbook(content) or unpacked_size(content) > MOST_READ_AT_ONCE)


def unpacked_size(content: bytes) -> int:
    """The bytes of what is in a workbook, as it says itself; 0 for other files."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, ValueError, OSError):
        return 0


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
