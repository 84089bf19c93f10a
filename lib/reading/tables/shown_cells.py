"""What a sheet of Excel's shows where its cells hold something else: errors, formats that make a number a code, hidden rows.

The reader of workbooks gives values only. A streamed look at the sheet's own text finds the few cells that need more.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from posixpath import join, normpath

_PIECE = 1 << 20
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
# A cell with a formula and no value.
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)

_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_IS_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")
_FORMATS = re.compile(r"<(?:\w+:)?numFmt\b[^>]*>")
_CELL_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_FORMAT = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_FORMAT_PART = re.compile(r'"([^"]*)"|\\(.)|([0#?]+)|([- /()])')
_COLOUR_OR_LOCALE = re.compile(r"\[(?:[A-Za-z]{3,} ?\d*|\$-[0-9A-Fa-f]+)\]")
_LONGEST_DIGITS = 15

NO_RESULT = "#CALC!"
"""What stands for a formula that nobody has calculated."""


@dataclass(slots=True)
class ShownCells:
    """Of one sheet: texts by row and column (from 1), the hidden rows, and how many formulas have no result."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    uncalculated: int = 0

    def by_row(self) -> dict[int, dict[int, str]]:
        """The texts by column, by row."""
        texts: dict[int, dict[int, str]] = {}
        for (row, column), text in self.texts.items():
            texts.setdefault(row, {})[column] = text
        return texts


Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last place of merged cells, from 0."""


@dataclass(slots=True)
class ShownSheet:
    """What one sheet shows, and its merged cells; None if the reader of values tells those."""

    shown: ShownCells = field(default_factory=ShownCells)
    merged: list[Range] | None = None
    counts_from_1904: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """A workbook of Excel's as it is packed: the parts of its sheets, its number formats by style, and its calendar."""

    content: bytes = b""
    sheets: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    counts_from_1904: bool = False

    def look_at(self, title: str) -> ShownSheet:
        """What a sheet shows, and its calendar."""
        return ShownSheet(self.shown_cells(title), counts_from_1904=self.counts_from_1904)

    def shown_cells(self, title: str) -> ShownCells:
        """What the cells of a sheet show."""
        shown_cells = ShownCells()
        cells = telling_cells(self.formats)
        if title in self.sheets:
            with zipfile.ZipFile(BytesIO(self.content)) as archive:
                for rows in pieces_of_rows(archive, self.sheets[title]):
                    look_at_rows(rows, cells, self.formats, shown_cells)
        return shown_cells


def opened_archive(content: bytes) -> Archive:
    """The workbook, if it is one of Excel's since 2007; else one that knows nothing."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            workbook = archive.read("xl/workbook.xml")
            sheets = parts_of_sheets(archive, workbook.decode("utf-8", "replace"))
            formats = code_formats(archive)
    except (zipfile.BadZipFile, KeyError, OSError):
        return Archive()
    return Archive(content, sheets, formats, _IS_1904.search(workbook) is not None)


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag by their names without prefixes."""
    return {name.rpartition(":")[2]: unescape(first or other) for name, first, other in _ATTRIBUTE.findall(tag)}


def parts_of_sheets(archive: zipfile.ZipFile, workbook: str) -> dict[str, str]:
    """The part of the file that holds each sheet, by title."""
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for relation in map(attributes, _RELATION.findall(relations)):
        targets[relation.get("Id", "")] = relation.get("Target", "")
    parts = {}
    for sheet in map(attributes, _SHEET.findall(workbook)):
        target = targets.get(sheet.get("id", ""), "")
        part = target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))
        if part in archive.namelist():
            parts[sheet.get("name", "")] = part
    return parts


def code_formats(archive: zipfile.ZipFile) -> dict[str, str]:
    """The number formats that may make a code of a number, by the style that cells name."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = archive.read("xl/styles.xml").decode("utf-8", "replace")
    codes = {tag.get("numFmtId", ""): tag.get("formatCode", "") for tag in map(attributes, _FORMATS.findall(styles))}
    cell_formats = _CELL_FORMATS.search(styles)
    used = _CELL_FORMAT.findall(cell_formats[0]) if cell_formats else []
    formats = {}
    for style, tag in enumerate(map(attributes, used)):
        code = codes.get(tag.get("numFmtId", ""), "").partition(";")[0]
        if is_code_format(code):
            formats[str(style)] = code
    return formats


def is_code_format(code: str) -> bool:
    """Whether a number format may make a code of a number."""
    return shown_number(1, code) not in (None, "1")


def shown_number(number: int, code: str) -> str | None:
    """A whole number as a format of digits and fixed texts shows it (`00000`, `"BMQ-"0000000`); None by any other format."""
    code = _COLOUR_OR_LOCALE.sub("", code)
    parts = list(_FORMAT_PART.finditer(code))
    if "".join(part[0] for part in parts) != code or not any(part[3] for part in parts):
        return None
    digits = str(number).zfill(sum(part[3].count("0") for part in parts if part[3]))
    pieces: list[str] = []
    places = [part for part in parts if part[3]]
    # From the right, since the first places take all digits that are left.
    for part in reversed(parts):
        if not part[3]:
            pieces.append(part[1] or part[2] or part[4] or "")
        else:
            count = len(digits) if part is places[0] else len(part[3])
            pieces.append(digits[max(len(digits) - count, 0) :])
            digits = digits[: max(len(digits) - count, 0)]
    return "".join(reversed(pieces))


def pieces_of_rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A sheet's text in pieces of whole rows."""
    rest: list[bytes] = []
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            # Only what is new is searched, and of blanks nothing is kept: there may be hundreds of megabytes without a row.
            cut = piece.rfind(b"<row")
            if cut >= 0:
                yield b"".join((*rest, piece[:cut]))
                rest = [piece[cut:]]
            elif piece.strip():
                rest.append(piece)
    yield b"".join(rest)


def telling_cells(formats: Iterable[str]) -> re.Pattern[bytes]:
    """A pattern of the cells that are errors, or have one of these formats; all others cost nothing."""
    has_format = b"|".join(style.encode() for style in formats) or b"none"
    is_telling = rb"""[^>]*\st\s*=\s*["']e["']|[^>]*\ss\s*=\s*["'](?:%s)["']""" % has_format
    return re.compile(rb"<(?:\w+:)?c\b(?=%s)([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)" % is_telling, re.DOTALL)


def look_at_rows(rows: bytes, cells: re.Pattern[bytes], formats: Mapping[str, str], shown_cells: ShownCells) -> None:
    """Add what these rows show."""
    if b"hidden" in rows:
        for tag in _ROW.findall(rows):
            row = attributes(tag.decode("utf-8", "replace"))
            if row.get("hidden") in ("1", "true") and row.get("r", "").isdecimal():
                shown_cells.hidden_rows.add(int(row["r"]))
    for tag, inner in cells.findall(rows):
        look_at_cell(attributes(tag.decode("utf-8", "replace")), inner, formats, shown_cells)
    for tag in _UNCALCULATED.findall(rows):
        shown_cells.uncalculated += 1
        add_text(shown_cells, attributes(tag.decode("utf-8", "replace")), NO_RESULT)


def look_at_cell(cell: Mapping[str, str], inner: bytes, formats: Mapping[str, str], shown_cells: ShownCells) -> None:
    """Add the error of a cell, or its number as it is shown."""
    value = _VALUE.search(inner)
    text = value[1].decode("utf-8", "replace").strip() if value else ""
    if cell.get("t") == "e":
        add_text(shown_cells, cell, text)
    elif cell.get("t", "n") == "n" and text.isdecimal() and len(text) <= _LONGEST_DIGITS:
        add_text(shown_cells, cell, shown_number(int(text), formats.get(cell.get("s", ""), "")) or text)


def add_text(shown_cells: ShownCells, cell: Mapping[str, str], text: str) -> None:
    """Add what a cell shows."""
    place = _PLACE.fullmatch(cell.get("r", ""))
    if place:
        shown_cells.texts[int(place[2]), column_number(place[1])] = text


def column_number(letters: str) -> int:
    """The number of a column from its letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
