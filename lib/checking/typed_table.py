"""A table with its columns read, field by field, for the checks to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    """A table, its headings by field, the reading of each mapped column, and the evidence for date orders."""

    table: Table
    titles: Mapping[str, str]
    readings: Mapping[str, ColumnReading]
    evidence: Mapping[str, DateEvidence]
    short_rows: Mapping[int, int] = field(default_factory=dict)
    """How many cells each row has that was filled up with blanks."""

    def __len__(self) -> int:
        return len(self.table)

    def licenses(self) -> dict[str, Column]:
        """Every row as a license: all fields, blank where nothing could be read, and the country's own text."""
        columns = {name: self.values(name) for name in COLUMNS}
        return {**columns, "hosting": self.hosting(), "country_text": self.country_text()}

    def values(self, name: str) -> Column:
        """A field's values; blank if no column has it."""
        if name in self.readings:
            return self.readings[name].values
        if COLUMNS[name].kind in TEXTUAL:
            return TextColumn.blanks(len(self))
        return CodedColumn.constant(None, len(self))

    def country_text(self) -> Column:
        """The country as the file has it, also where it names none that we know."""
        if "country" not in self.readings:
            return TextColumn.blanks(len(self))
        return self.readings["country"].texts.map(read_text)

    def hosting(self) -> CodedColumn:
        """Each row's hosting: its own cell, or, if that is blank, what the product's name includes."""
        by_product = self.hosting_in_products()
        if "hosting" not in self.readings:
            return by_product
        own = self.readings["hosting"]
        # A hosting that cannot be read is an error to correct, and no blank for the product's name to fill.
        return own.values.coded().fill_blanks(by_product.where(~self.wrong("hosting")))

    def hosting_in_products(self) -> CodedColumn:
        """The hosting that the name of each row's product includes."""
        return self.readings["product"].texts.map(hosting_in_product)

    def wrong(self, name: str) -> Mask:
        """The rows whose cell could not be read."""
        return self.readings[name].misreads.where_value(bool)

    def ragged(self) -> Mask:
        """The rows of a wrong width."""
        return row_mask(self.table.ragged, len(self))


def hosting_in_product(product: str) -> Hosting | None:
    """The hosting that a product's name includes."""
    product_and_hosting = read_product(product)
    if product_and_hosting is None:
        return None
    return product_and_hosting[1]
