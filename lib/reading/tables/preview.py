"""The top of a file as it is, before anything is made of it: what a person looks at when it was read wrongly."""

import re
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lib.reading.tables.decoding import decode
from lib.reading.tables.table import TableError
from lib.reading.tables.workbook import cell_text, is_workbook

_LINE_END = re.compile(r"\r\n|\n|\r")
_HEAD = 1 << 16
_LONGEST = 500
"""Letters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class RawPreview:
    """The first lines of a file with their numbers, unparsed, and the names of its sheets if it is a workbook."""

    lines: list[tuple[int, str]]
    sheets: list[str]


def raw_preview(content: bytes, *, encoding: str | None = None, sheet: str | None = None) -> RawPreview:
    """The top of a file, in the encoding a person said, else the likeliest."""
    lines = first_lines(content, encoding=encoding, sheet=sheet)
    return RawPreview([(number, line.replace("\0", "")) for number, line in lines], sheet_names(content))


def first_lines(
    content: bytes, *, encoding: str | None = None, sheet: str | None = None, count: int = 12
) -> list[tuple[int, str]]:
    """The first lines with their numbers from 1, unparsed and shortened; of a workbook the first rows of a sheet.

    Nothing for a file that is neither text nor a workbook that opens.
    """
    if is_workbook(content):
        return _first_rows(content, sheet, count)
    try:
        text = decode(_head_of(content), "", encoding or None)[0].decode(errors="replace")
    except TableError:
        return []
    lines = _LINE_END.split(text, maxsplit=count)[:count]
    return [(number, line[:_LONGEST]) for number, line in enumerate(lines, start=1)]


def sheet_names(content: bytes) -> list[str]:
    """The names of a workbook's sheets; none for a text, or a workbook that does not open."""
    if not is_workbook(content):
        return []
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return list(book.sheet_names)
    except (CalamineError, PasswordError, OSError, ValueError):
        return []


def _head_of(content: bytes) -> bytes:
    """The first bytes, up to the end of a line: half a letter would look like another encoding."""
    if len(content) <= _HEAD:
        return content
    head = content[:_HEAD]
    return head if b"\0" in head else head[: head.rfind(b"\n") + 1 or _HEAD]


def _first_rows(content: bytes, sheet: str | None, count: int) -> list[tuple[int, str]]:
    names = sheet_names(content)
    if not names:
        return []
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        title = sheet if sheet in names else names[0]
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=count)
    return [(number, " | ".join(map(cell_text, row))[:_LONGEST]) for number, row in enumerate(rows, start=1)]
