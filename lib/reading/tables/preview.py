"""The top of a file as it is, before anything is made of it: what a person looks at when it was read wrongly."""

import re
from dataclasses import dataclass, field

from python_calamine import CalamineWorkbook

from lib.reading.tables.decoding import decode
from lib.reading.tables.row_kinds import count_license_fields
from lib.reading.tables.sheet import cell_text, hidden_sheets
from lib.reading.tables.table import TableError
from lib.reading.tables.workbook import fit_into_memory, is_workbook, opened_workbook

_LINE_END = re.compile(r"\r\n|\n|\r")
_HEAD_BYTES = 1 << 16
_LONGEST_LINE = 500
_LINES = 12


@dataclass(frozen=True, slots=True)
class RawPreview:
    """The first lines of a file with their numbers, unparsed, and the names of its sheets if it is a workbook."""

    lines: list[tuple[int, str]]
    sheets: list[str]
    sheet_rows: list[int] = field(default_factory=list)
    """How many rows each of several sheets has below its first, down to the last filled one."""

    license_sheets: list[str] = field(default_factory=list)
    """Those of several sheets whose first rows have a license's words, hidden ones only if no other has."""

    hidden_sheets: list[str] = field(default_factory=list)


def raw_preview(content: bytes, *, encoding: str | None = None, sheet: str | None = None) -> RawPreview:
    """The top of a file, in the chosen or likeliest encoding; nothing for a file that is no text and no workbook that opens."""
    try:
        if is_workbook(content):
            return workbook_preview(content, sheet)
        text = decode(whole_lines_at_top(content), "", encoding or None)[0].decode(errors="replace")
    except TableError:
        return RawPreview([], [])
    return RawPreview(numbered_lines(_LINE_END.split(text, maxsplit=_LINES)[:_LINES]), [])


def workbook_preview(content: bytes, sheet: str | None) -> RawPreview:
    """The first rows of the chosen or first sheet, and the names of all. Raises TableError."""
    content, _ = fit_into_memory(content, "")
    with opened_workbook(content, "") as book:
        titles = list(book.sheet_names)
        if not titles:
            return RawPreview([], [])
        title = sheet if sheet in titles else titles[0]
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=_LINES)
        others = titles if len(titles) > 1 else []
        heights = [book.get_sheet_by_name(each).total_height for each in others]
        license_sheets = [each for each in others if is_license_sheet(book, each)]
        hidden = hidden_sheets(book)
    lines = numbered_lines([" | ".join(map(cell_text, row)) for row in rows])
    in_sight = [each for each in license_sheets if each not in hidden]
    return RawPreview(lines, titles, heights, in_sight or license_sheets, hidden)


def is_license_sheet(book: CalamineWorkbook, title: str) -> bool:
    """Whether one of a sheet's first rows has a license's words."""
    rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=_LINES)
    return any(count_license_fields(list(map(cell_text, row))) > 1 for row in rows)


def numbered_lines(lines: list[str]) -> list[tuple[int, str]]:
    """Lines with their numbers from 1, shortened."""
    return [(number, line[:_LONGEST_LINE].replace("\0", "")) for number, line in enumerate(lines, start=1)]


def whole_lines_at_top(content: bytes) -> bytes:
    """The first bytes, up to the end of a line."""
    if len(content) <= _HEAD_BYTES:
        return content
    head = content[:_HEAD_BYTES]
    # Half a letter at the end would look like another encoding. In UTF-16, which has NULs, an even number of bytes cuts none.
    if b"\0" in head:
        return head
    return head[: head.rfind(b"\n") + 1 or _HEAD_BYTES]
