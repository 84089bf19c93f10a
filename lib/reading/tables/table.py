"""A table as it was found in a file, and the error of a file that holds none."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class TableError(Exception):
    """A file that cannot be read as a table: a short code for programs, a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Ignored:
    """A line left out of the rows. `wide`: it is as wide as the table, so a person should confirm it is no row."""

    line: int
    text: str
    why: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the cells of a file, as text.

    `columns` holds one array per header cell, each as long as the table: of texts, or, where they repeat, a dictionary
    array of them (see `columnar.arrow.plain`). A row of a wrong width is empty there and stands in `ragged`, by its index from 0, with its cells as found. `lines` tells the physical line, from
    1, on which each row starts. `header_line` is 0 where the file has no header line and the names are made up.
    """

    name: str
    header: list[str]
    columns: list[pa.Array]
    lines: npt.NDArray[np.int64]
    encoding: str
    delimiter: str
    header_line: int
    ragged: dict[int, list[str]] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of data rows, those of a wrong width included."""
        return len(self.lines)

    @property
    def rows(self) -> list[list[str]]:
        """The cells row by row; rows of a wrong width as they were found."""
        rows = [list(row) for row in zip(*(column.to_pylist() for column in self.columns), strict=True)]
        for index, cells in self.ragged.items():
            rows[index] = cells
        return rows
