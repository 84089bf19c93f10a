"""How a person wants a file read: what is stored with a batch, and laid over what the file itself shows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Correction:
    """Which cells a person corrects: one of a row, or with `row` None all of a column that have this text."""

    column: str
    text: str
    row: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A person's choices for one file; whatever is left out is decided from the file.

    Row numbers in `edits` count from 1 and are text, since the settings are stored as JSON.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    """Sheets of a workbook that are read one after another as one table, unless one `sheet` is chosen."""

    mapping: dict[str, str] | None = None
    """Column → field, for the whole file."""

    chosen_fields: dict[str, str] = field(default_factory=dict)
    """Column → field, for single columns; the others stay as recognised."""

    date_orders: dict[str, str] = field(default_factory=dict)
    """Field → order; `*` stands for every date column."""

    leave_empty: tuple[str, ...] = ()
    """`field:code` of unreadable cells that count as blank instead of holding their row."""

    replacements: dict[str, dict[str, str]] = field(default_factory=dict)
    """Column (or field) → original text → the text to read instead."""

    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    """Row number → column → the cell's text."""

    mend_texts: bool = False
    """Whether damaged letters (`MÃ¼ller`) are read as what they probably were."""

    parted_column: str | None = None
    """The column whose cells with several license keys become rows of their own."""

    fill_missing: bool = False
    """Whether rows with too few cells are filled up with blanks, whatever is missing."""

    left_out: tuple[str, ...] = ()
    """Row numbers that a person left out, as text."""

    blank: str = "keep"
    """What a blank cell does to a stored value: `keep` or `clear`."""

    theirs: tuple[str, ...] = ()
    """Fields in which the file wins over what a person changed here."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Settings":
        """Settings as `to_json` stored them; names of other versions are ignored."""
        names = {setting.name for setting in fields(cls)}
        values = {name: value for name, value in stored.items() if name in names}
        # JSON has no tuples.
        values |= {name: tuple(values.get(name, ())) for name in ("leave_empty", "left_out", "sheets", "theirs")}
        return cls(**values)

    @property
    def place(self) -> tuple[tuple[str, ...], int | None]:
        """The sheets and the header's line, as far as a person chose them."""
        return self.sheets if self.sheet is None else (self.sheet,), self.header_line

    def to_json(self) -> dict[str, Any]:
        """Settings as JSON can hold them."""
        return asdict(self)

    def with_corrections(self, corrections: Mapping["Correction", str]) -> "Settings":
        """These settings with the texts that a person wrote for some cells."""
        settings = self
        for correction, text in corrections.items():
            if correction.row is None:
                settings = settings.with_replacements(correction.column, {correction.text: text})
            else:
                cells = {**settings.edits.get(correction.row, {}), correction.column: text}
                settings = replace(settings, edits={**settings.edits, correction.row: cells})
        return settings

    def with_replacements(self, column: str, texts: Mapping[str, str]) -> "Settings":
        """These settings, with other texts to read for some texts of a column."""
        replacements = {**self.replacements.get(column, {}), **texts}
        return replace(self, replacements={**self.replacements, column: replacements})
