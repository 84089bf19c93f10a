"""The top of a file as it is, before anything is made of it: what a person looks at when it was read wrongly."""

import re
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lib.reading.tables.decoding import decode
from lib.reading.tables.table import TableError
from lib.reading.tables.workbook import cell_text, is_workbook

_LINE_END = re.compile(r"\r\n|\n|\r")
_HEAD_BYTES = 1 << 16
_LONGEST_LINE = 500
_LINES = 12


@dataclass(frozen=True, slots=True)
class RawPreview:
    """The first lines of a file with their numbers, unparsed, and the names of its sheets if it is a workbook."""

    lines: list[tuple[int, str]]
    sheets: list[str]


def raw_preview(content: bytes, *, encoding: str | None = None, sheet: str | None = None) -> RawPreview:
    """The top of a file, in the chosen or likeliest encoding."""
    lines = first_lines(content, encoding=encoding, sheet=sheet)
    return RawPreview([(number, line.replace("\0", "")) for number, line in lines], sheet_names(content))


def first_lines(
    content: bytes, *, encoding: str | None = None, sheet: str | None = None, count: int = _LINES
) -> list[tuple[int, str]]:
    """The first lines with their numbers from 1, unparsed and shortened; of a workbook the first rows of a sheet.

    Nothing for a file that is neither text nor a workbook that opens.
    """
    if is_workbook(content):
        return first_rows(content, sheet, count)
    try:
        text = decode(whole_lines_at_top(content), "", encoding or None)[0].decode(errors="replace")
    except TableError:
        return []
    lines = _LINE_END.split(text, maxsplit=count)[:count]
    return [(number, line[:_LONGEST_LINE]) for number, line in enumerate(lines, start=1)]


def sheet_names(content: bytes) -> list[str]:
    """The names of a workbook's sheets; none for a text, or a workbook that does not open."""
    if not is_workbook(content):
        return []
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return list(book.sheet_names)
    except (CalamineError, PasswordError, OSError, ValueError):
        return []


def whole_lines_at_top(content: bytes) -> bytes:
    """The first bytes, up to the end of a line."""
    if len(content) <= _HEAD_BYTES:
        return content
    head = content[:_HEAD_BYTES]
    # Half a letter at the end would look like another encoding. In UTF-16, which has NULs, an even number of bytes cuts none.
    if b"\0" in head:
        return head
    return head[: head.rfind(b"\n") + 1 or _HEAD_BYTES]


def first_rows(content: bytes, sheet: str | None, count: int) -> list[tuple[int, str]]:
    """The first rows of a sheet with their numbers."""
    names = sheet_names(content)
    if not names:
        return []
    title = sheet if sheet in names else names[0]
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=count)
    texts = (" | ".join(map(cell_text, row)) for row in rows)
    return [(number, text[:_LONGEST_LINE]) for number, text in enumerate(texts, start=1)]
