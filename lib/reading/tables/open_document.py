"""What the sheets of an OpenDocument workbook show where its reader gives other values: errors, codes, merged and hidden cells."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from lib.reading.tables.shown_cells import ShownSheet

_PART = "content.xml"
_ERROR = re.compile(r"#[A-Z/0-9!?]+|Err:\d+")
_WHOLE = re.compile(r"(\d{1,15})(?:\.0+)?")
_CODE = re.compile(r"[A-Za-z0-9/()-]+")
"""What a number looks like that is shown as a code."""

NO_VALUE = "#VALUE!"
"""What stands for the errors that only OpenDocument has, such as Err:502."""


def read_open_document(content: bytes) -> Mapping[str, ShownSheet]:
    """The sheets of an OpenDocument workbook by title; none of any other file."""
    look = Look()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = look.start, look.end
    parser.CharacterDataHandler = look.add_text
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, archive.open(_PART) as stream:
            parser.ParseFile(stream)
    except (zipfile.BadZipFile, KeyError, OSError, expat.ExpatError):
        return {}
    return look.sheets


@dataclass(slots=True)
class Look:
    """Notes what differs from the values while the elements of the file go by; rows and columns count from 1."""

    sheets: dict[str, ShownSheet] = field(default_factory=dict)
    sheet: ShownSheet = field(default_factory=ShownSheet)
    row: int = 0
    rows: int = 1
    column: int = 0
    columns: int = 1
    cell: Mapping[str, str] = field(default_factory=dict)
    text: list[str] | None = None
    counts_from_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        bare = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        kind = name.rpartition(":")[2]
        if kind == "table":
            sheet = ShownSheet(merged=[], counts_from_1904=self.counts_from_1904)
            self.sheet = self.sheets.setdefault(bare.get("name", ""), sheet)
            self.row, self.rows = 0, 1
        elif kind == "null-date":
            self.counts_from_1904 = bare.get("date-value", "").startswith("1904")
        elif kind == "table-row":
            self.start_row(bare)
        elif kind in ("table-cell", "covered-table-cell"):
            self.column += self.columns
            self.columns, self.cell, self.text = int(bare.get("number-columns-repeated", 1)), bare, []
            # calcext:value-type stands beside office:value-type, and only the first one knows errors.
            self.cell = {
                **bare,
                "is-error": str("error" in (attributes.get("calcext:value-type"), bare.get("value-type"))),
            }

    def start_row(self, attributes: Mapping[str, str]) -> None:
        """A row begins, which may stand for several like it."""
        self.row += self.rows
        self.rows = int(attributes.get("number-rows-repeated", 1))
        self.column, self.columns = 0, 1
        if attributes.get("visibility") in ("collapse", "filter"):
            # The empty rest of a sheet may be a million rows, of which no table has any.
            self.sheet.shown.hidden_rows.update(range(self.row, self.row + min(self.rows, 10_000)))

    def add_text(self, text: str) -> None:
        """Add text that goes by to the cell it stands in."""
        if self.text is not None:
            self.text.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name.rpartition(":")[2] not in ("table-cell", "covered-table-cell") or self.text is None:
            return
        text = "".join(self.text).strip()
        display = shown_text(self.cell, text)
        if display is not None:
            self.sheet.shown.texts[self.row, self.column] = display
        height, width = int(self.cell.get("number-rows-spanned", 1)), int(self.cell.get("number-columns-spanned", 1))
        if height > 1 or width > 1:
            first = self.row - 1, self.column - 1
            last = first[0] + height - 1, first[1] + width - 1
            self.sheet.merged = [*(self.sheet.merged or []), (first, last)]
        self.text = None


def shown_text(cell: Mapping[str, str], text: str) -> str | None:
    """What a cell shows, if it is an error, a number as a code, or TRUE for 1; None if its value says the same."""
    if cell["is-error"] == "True" or (_ERROR.fullmatch(text) and cell.get("formula")):
        return text if text.startswith("#") else NO_VALUE
    number = _WHOLE.fullmatch(cell.get("value", "")) if cell.get("value-type") == "float" else None
    if number and (text.isalpha() or shows_as_code(number[1], text)):
        return text
    return None


def shows_as_code(number: str, text: str) -> bool:
    """Whether a text has the digits of a number, and zeros, letters or signs besides."""
    digits = "".join(filter(str.isdecimal, text))
    return bool(_CODE.fullmatch(text)) and text != number and digits.lstrip("0") == number.lstrip("0")
