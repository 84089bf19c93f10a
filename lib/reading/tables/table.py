"""A table as it was found in a file, and the error of a file that holds none."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class TableErrorCode(StrEnum):
    """Why a file cannot be read as a table, or its table not as licenses."""

    EMPTY = "empty"
    BINARY = "binary"
    ENCODING = "encoding"
    DELIMITER = "delimiter"
    IRREGULAR = "irregular"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    WORKBOOK = "workbook"
    WHICH_SHEET = "which_sheet"
    NO_ROWS = "no_rows"
    NO_HEADER = "no_header"
    MISSING_COLUMNS = "missing_columns"
    UNKNOWN_MAPPING = "unknown_mapping"
    UNKNOWN_EDIT = "unknown_edit"


class TableError(Exception):
    """A file that cannot be read: a code for programs, a sentence for people."""

    def __init__(self, code: TableErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class IgnoredReason(StrEnum):
    """What a line is that was left out of the rows, in words that complete "left out as a …"."""

    SEPARATOR_LINE = "separator line"
    PREAMBLE = "preamble"
    COMMENT = "comment"
    REPEATED_HEADER = "repeated header"
    RULER = "ruler"
    TITLE = "title"
    EXPLANATION = "explanation of the columns"
    TOTAL = "total"
    FOOTER = "footer"
    BLANK = "blank"


def place_phrase(line: int, part: str) -> str:
    """A line and its sheet, as the beginning of a sentence."""
    if part:
        return f"Line {line} of the sheet {part}"
    return f"Line {line}"


@dataclass(frozen=True, slots=True)
class IgnoredLine:
    """A line left out of the rows; one as wide as the table may be a row after all, which a person should confirm."""

    line: int
    text: str
    reason: IgnoredReason
    wide: bool
    part: str = ""
    """The sheet that it is of, where several are read as one table."""

    @property
    def place(self) -> str:
        """Where it is, as the beginning of a sentence."""
        return place_phrase(self.line, self.part)


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the cells of a file, as text.

    `columns` holds one array per header cell, each as long as the table: of texts, or, where they repeat, a dictionary
    array of them (see `columnar.arrow.decode_dictionary`). A row of a wrong width is empty there; `ragged` has its cells,
    by row index from 0. `lines` are the physical lines, from 1, on which rows start. `header_line` is 0 if the file has
    no header and the names are made up.
    """

    name: str
    header: list[str]
    columns: list[pa.Array]
    lines: npt.NDArray[np.int64]
    encoding: str
    delimiter: str
    header_line: int
    ragged: dict[int, list[str]] = field(default_factory=dict)
    ignored: list[IgnoredLine] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """Sentences on what a person sees in the file and what was read of it."""

    sheet: str = ""
    """The sheet that it is on; the first one of several."""

    parts: tuple[str, ...] = ()
    """The sheets that were read as one table; none if it is one sheet or a text."""

    part_of_row: npt.NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    """Which of the parts each row is of."""

    def __len__(self) -> int:
        """The number of data rows, those of a wrong width included."""
        return len(self.lines)

    def place_of(self, row: int) -> str:
        """Where a row is, within a sentence: `line 7`, or `line 7 of the sheet Jira`."""
        part = self.parts[self.part_of_row[row]] if self.parts else ""
        place = place_phrase(int(self.lines[row]), part)
        return f"{place[0].lower()}{place[1:]}"

    def part_phrases(self) -> pa.Array | None:
        """What follows the line of each row, such as ` of the sheet Jira`; None if there is nothing to say."""
        if not self.parts:
            return None
        phrases = pa.array([f" of the sheet {part}" for part in self.parts])
        return phrases.take(pa.array(self.part_of_row))

    @property
    def rows(self) -> list[list[str]]:
        """The cells row by row, also of rows of a wrong width."""
        columns = [column.to_pylist() for column in self.columns]
        rows = [list(row) for row in zip(*columns, strict=True)]
        for index, cells in self.ragged.items():
            rows[index] = cells
        return rows
