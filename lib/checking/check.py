"""A file checked: which field each column is, what every cell says, what is wrong and where (design §3)."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from lib.checking.column_mapping import Known, chosen, proposed, refuse_missing, unique_headings, unmapped
from lib.checking.column_reading import Asked, Reading, read_as_asked
from lib.checking.corrections import amended, edits_of, meant
from lib.checking.duplicates import find_duplicates
from lib.checking.other_columns import extra_of
from lib.checking.problem import Problem
from lib.checking.problem_table import Problems
from lib.checking.row_rules import errors_of, questions_of, warnings_of
from lib.checking.sheet import Sheet
from lib.columnar.column import Column, Mask, Rows, TextColumn, column_from_arrow, row_mask
from lib.columnar.combinations import Hashes
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.policy import Policy
from lib.judging.content_hash import content_hashes
from lib.reading.dates import DateEvidence, DateOrder, date_evidence
from lib.reading.headings import Proposal, mapping_of
from lib.reading.tables import Table, TableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a person wants a file read; whatever is left out is decided from the file itself.

    `mapping` gives column → field, `date_orders` field → order (`*` for every date column), and `leave_empty` lists
    `field:code` of the unreadable cells that shall count as blank instead of holding their row. `replacements` gives
    column (or field) → original text → the text to read instead, `edits` row number (from 1, as text) → column → the cell's text.
    `blank` says what a blank cell does to a stored value: `keep` or `clear`. In the fields `theirs` the file wins over
    what a person changed here.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    sheet: str | None = None
    mapping: dict[str, str] | None = None
    date_orders: dict[str, str] = field(default_factory=dict)
    leave_empty: tuple[str, ...] = ()
    replacements: dict[str, dict[str, str]] = field(default_factory=dict)
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    blank: str = "keep"
    theirs: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Settings":
        """Settings as they were stored by `stored`."""
        known = {name.name for name in fields(cls)}
        kept = {name: value for name, value in stored.items() if name in known}
        lists = {name: tuple(kept.get(name, ())) for name in ("leave_empty", "theirs")}
        return cls(**{**kept, **lists})

    def stored(self) -> dict[str, Any]:
        """Settings as JSON can hold them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read of one file: its columns by how they were asked for, and the cells of the columns that are no field,
    with the names of these and what a person wrote there."""

    columns: dict[Asked, Reading] = field(default_factory=dict)
    rest: tuple[Any, ...] = ()
    extra: Column = field(default_factory=lambda: TextColumn.blanks(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file says once read: `licenses` has every row, `rows` are the indexes of those that may be imported.

    `licenses` also has the country's own text, and `extra`, the cells of the unmapped columns (see lib.extras); `contents`
    are their content hashes.
    """

    settings: Settings
    known: Known
    table: Table
    headings: list[str]
    proposals: list[Proposal]
    mapping: dict[str, str]
    unmapped: list[str]
    evidence: dict[str, DateEvidence]
    orders: dict[str, DateOrder | None]
    """The order that the dates of each date field were read in; None where it was not known."""
    read: dict[str, Reading]
    readings: Readings
    licenses: dict[str, Column]
    contents: Hashes
    rows: Rows
    held: Mask
    errors: Problems
    warnings: Problems
    undecided: list[Problem]
    """Questions only a person can answer: an ambiguous column or date order. A batch with any is not imported."""

    def line_of(self, row: int) -> int:
        """The physical line of a row index."""
        return int(self.table.lines[row])


def check(
    table: Table, settings: Settings, policy: Policy, known: Known | None = None, readings: Readings | None = None
) -> Checked:
    """Read every cell of a table once per distinct text, and say what is wrong with which.

    `readings` are those of an earlier check of the same table: only columns that are asked for otherwise are read again.
    Raises TableError: `no_rows`, `no_header`, or `missing_columns` if the file cannot tell licenses apart, products or
    hosting; `unknown_mapping` or `unknown_edit` if what a person said does not fit the file.
    """
    refuse_empty(table)
    known, readings = known or Known(), readings or Readings()
    headings = unique_headings(table.header)
    table = amended(table, headings, settings.edits)
    proposals = proposed(headings, known)
    mapping = mapping_of(proposals) if settings.mapping is None else chosen(settings.mapping, headings)
    titles = {field: heading for heading, field in mapping.items()}
    originals = {name: column_from_arrow(table.columns[headings.index(title)]) for name, title in titles.items()}
    refuse_missing(originals, table)
    settings = replace(settings, replacements=_by_heading(settings, titles, headings))
    said = {name: said_of(name, title, settings, known) for name, title in titles.items()}
    texts = {name: meant(text, said[name], _edited(titles[name], settings)) for name, text in originals.items()}
    evidence = {
        name: date_evidence(text.counts()) for name, text in texts.items() if COLUMNS[name].kind is ColumnKind.DATE
    }
    orders = {name: _order(name, found, settings, known) for name, found in evidence.items()}
    asked = {name: _asked(name, titles[name], orders.get(name), said[name], settings, policy) for name in texts}
    kept = {name: readings.columns.get(asked[name]) for name in texts}
    with ThreadPoolExecutor() as threads:  # most of it is done by Arrow, which lets other threads go on
        read = dict(
            zip(
                texts,
                threads.map(lambda name: kept[name] or read_as_asked(asked[name], originals[name], texts[name]), texts),
                strict=True,
            )
        )
    sheet = Sheet(table, titles, read, evidence)
    rest = tuple((heading, _told(heading, settings)) for heading in unmapped(headings, mapping))
    extra = readings.extra if readings.rest == rest and rest else _extra(table, headings, rest)
    readings = Readings({asked[name]: read[name] for name in read}, rest, extra)
    return _checked(sheet, headings, proposals, mapping, orders, settings, known, readings)


def _told(heading: str, settings: Settings) -> tuple[tuple[int, str], ...]:
    return tuple(edits_of(settings.edits, heading).items())


def _extra(table: Table, headings: list[str], rest: tuple[tuple[str, Any], ...]) -> Column:
    return extra_of({heading: table.columns[headings.index(heading)] for heading, _ in rest}, len(table))


def _by_heading(settings: Settings, titles: Mapping[str, str], headings: list[str]) -> dict[str, dict[str, str]]:
    """The replacements by column, also those that name a field instead."""
    return {
        name if name in headings else titles.get(name, name): said
        for name, said in settings.replacements.items()
        if said
    }


def said_of(name: str, heading: str, settings: Settings, known: Known) -> dict[str, str]:
    """What texts of a column are meant to be, by original text less outer white space: as said for this file, else as
    remembered."""
    said = {text.strip(): meaning for text, meaning in settings.replacements.get(heading, {}).items()}
    return {**known.meanings.get(name, {}), **said}


def _edited(heading: str, settings: Settings) -> Rows:
    return np.array(list(edits_of(settings.edits, heading)), dtype=np.int64)


def _asked(
    name: str, heading: str, order: DateOrder | None, said: dict[str, str], settings: Settings, policy: Policy
) -> Asked:
    forgiven = (text.partition(":") for text in settings.leave_empty)
    return Asked(
        field=name,
        heading=heading,
        order=order,
        ladder=policy.ladder,
        said=tuple(sorted(said.items())),
        edits=_told(heading, settings),
        forgiven=frozenset(code for field, _, code in forgiven if field == name),
    )


def refuse_empty(table: Table) -> None:
    """Raises TableError `no_rows` if a table has none."""
    if not len(table):
        raise TableError("no_rows", "This file has a header and no rows. Export it again with its licenses.")


def _order(name: str, evidence: DateEvidence, settings: Settings, known: Known) -> DateOrder | None:
    """As a person said for this file, else as its dates tell, else as was said for a file with the same header."""
    said = settings.date_orders.get(name) or settings.date_orders.get("*")
    found = DateOrder(said) if said else evidence.order()
    remembered = known.date_orders.get(name)
    return found or (DateOrder(remembered) if remembered else None)


def _checked(
    sheet: Sheet,
    headings: list[str],
    proposals: list[Proposal],
    mapping: dict[str, str],
    orders: Mapping[str, DateOrder | None],
    settings: Settings,
    known: Known,
    readings: Readings,
) -> Checked:
    licenses = {**sheet.licenses(), "extra": readings.extra}
    with ThreadPoolExecutor(1) as thread:  # by Arrow for the most part, while Python looks what is wrong
        contents = thread.submit(content_hashes, licenses)  # as `revisions` hashes what people edit
        whole = ~sheet.ragged()
        duplicates = find_duplicates(sheet, readings.extra, whole)
        repeated = row_mask(duplicates.repeats, len(sheet))
        errors = errors_of(sheet, duplicates, whole & ~repeated)
        warnings = warnings_of(sheet, duplicates, whole)
    held = row_mask(errors.rows, len(sheet))
    guessed = proposals if settings.mapping is None and known.mapping is None else ()
    return Checked(
        settings=settings,
        known=known,
        table=sheet.table,
        headings=headings,
        proposals=proposals,
        mapping=mapping,
        unmapped=unmapped(headings, mapping),
        evidence=dict(sheet.evidence),
        orders=dict(orders),
        read=dict(sheet.read),
        readings=readings,
        licenses=licenses,
        contents=contents.result(),
        rows=np.flatnonzero(~held & ~repeated).astype(np.int64),
        held=held,
        errors=errors,
        warnings=warnings,
        undecided=questions_of(sheet, guessed, {**known.date_orders, **settings.date_orders}),
    )
