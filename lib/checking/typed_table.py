"""A table with its columns read, field by field: what the checks look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.checking.column_reading import ColumnReading
from lib.columnar.column import CodedColumn, Column, Mask, row_mask
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, TEXTUAL
from lib.domain.products import Hosting, read_product
from lib.reading.cells import read_text
from lib.reading.date_order import DateEvidence
from lib.reading.tables import Table


@dataclass(frozen=True, slots=True)
class TypedTable:
    """A table, its column titles by field, what was read of each mapped column, and the evidence for date orders."""

    table: Table
    titles: Mapping[str, str]
    readings: Mapping[str, ColumnReading]
    evidence: Mapping[str, DateEvidence]

    def __len__(self) -> int:
        return len(self.table)

    def licenses(self) -> dict[str, Column]:
        """Every row as a license: all fields, blank where the file is silent or unreadable, and the country's own text."""
        read = {name: self.readings[name].values if name in self.readings else self._blank(name) for name in COLUMNS}
        country = (
            self.readings["country"].texts.map(read_text)
            if "country" in self.readings
            else CodedColumn.constant("", len(self))
        )
        return {**read, "hosting": self.hosting(), "country_text": TextColumn.of(country.objects())}

    def hosting(self) -> CodedColumn:
        """Each row's hosting: what its own cell says, else, if that is blank, what the product's name carries."""
        carried = self.readings["product"].texts.map(_carried)
        if "hosting" not in self.readings:
            return carried
        own = self.readings["hosting"]
        return own.values.coded().fill_blanks(carried.where(~self.wrong("hosting")))

    def wrong(self, name: str) -> Mask:
        """The rows whose cell could not be read."""
        return self.readings[name].misreads.where_value(bool)

    def ragged(self) -> Mask:
        """The rows of a wrong width."""
        return row_mask(self.table.ragged, len(self))

    def _blank(self, name: str) -> Column:
        return TextColumn.blanks(len(self)) if COLUMNS[name].kind in TEXTUAL else CodedColumn.constant(None, len(self))


def _carried(product: str) -> Hosting | None:
    known = read_product(product)
    return known[1] if known else None
