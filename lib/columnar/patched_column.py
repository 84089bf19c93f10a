"""Columns of texts in which some cells were corrected."""

from dataclasses import dataclass

import numpy as np

from lib.columnar.column import Mask, Rows
from lib.columnar.text_column import ColumnView, LazyTexts, TextColumn


@dataclass(frozen=True, slots=True)
class PatchedColumn(LazyTexts):
    """A column of texts with others in some rows, which ascend."""

    texts: TextColumn
    rows: Rows
    others: TextColumn

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.slice(row, row + 1).at(0)

    def take(self, rows: Rows) -> TextColumn:
        """The column at some rows, in their order."""
        places = np.searchsorted(self.rows, rows)
        patched = np.flatnonzero(np.append(self.rows, -1)[places] == rows)
        return self.texts.take(rows).with_others(patched, self.others.take(places[patched]))

    def view(self, rows: Rows) -> "PatchedColumn | ColumnView":
        """The column at some rows, in their order."""
        # Nothing is copied before it is read.
        if self.texts.has_all(rows):
            return self
        return ColumnView(self, rows)

    def slice(self, start: int, stop: int) -> TextColumn:
        """Consecutive rows."""
        first, last = np.searchsorted(self.rows, (start, stop)).tolist()
        return self.texts.slice(start, stop).with_others(self.rows[first:last] - start, self.others.slice(first, last))

    def blank(self) -> Mask:
        """The rows without a text."""
        blank = self.texts.blank().copy()
        blank[self.rows] = self.others.blank()
        return blank

    def whole(self) -> TextColumn:
        """All of it, copied."""
        return self.texts.with_others(self.rows, self.others)
