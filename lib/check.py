"""A file checked: which field each column is, what every cell says, what is wrong and where (design §3)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from typing import Any

import numpy as np

from lib.cells import read_yes_no
from lib.coded import Column, Mask, Rows, Texts
from lib.columns import Proposal, mapping_of, propose, reader_for
from lib.complaints import errors_of, questions_of, warnings_of
from lib.dates import DateEvidence, DateOrder, date_evidence
from lib.duplicates import find_duplicates
from lib.faults import Problems
from lib.licenses import COLUMNS, REQUIRED, Kind
from lib.policy import Policy
from lib.problems import Problem
from lib.products import read_product
from lib.readings import Reading, read_column
from lib.sheets import Sheet
from lib.tables import Table, TableError
from lib.words import Misread, clean, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a person wants a file read; whatever is left out is decided from the file itself.

    `mapping` gives column → field, `date_orders` field → order (`*` for every date column), and `leave_empty` lists
    `field:code` of the unreadable cells that shall count as blank instead of holding their row. `replacements` gives
    column → original text → the text to read instead, `edits` row number (from 1, as text) → column → the cell's text.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file says once read: `licenses` has every row, `rows` are the indexes of those that may be imported."""

    table: Table
    headings: list[str]
    proposals: list[Proposal]
    mapping: dict[str, str]
    unmapped: list[str]
    evidence: dict[str, DateEvidence]
    orders: dict[str, DateOrder | None]
    """The order that the dates of each date field were read in; None where it was not known."""
    read: dict[str, Reading]
    licenses: dict[str, Column]
    rows: Rows
    held: Mask
    errors: Problems
    warnings: Problems
    undecided: list[Problem]
    """Questions only a person can answer: an ambiguous column or date order. A batch with any is not imported."""

    def line_of(self, row: int) -> int:
        """The physical line of a row index."""
        return int(self.table.lines[row])


def unique_headings(header: Sequence[str]) -> list[str]:
    """The header's texts, cleaned and told apart: a blank one by its place, a repeated one by a number."""
    headings: list[str] = []
    for place, text in enumerate(header, start=1):
        name, number = clean(text) or f"Column {place}", 2
        unique = name
        while unique in headings:
            unique, number = f"{name} ({number})", number + 1
        headings.append(unique)
    return headings


def check(table: Table, settings: Settings, policy: Policy) -> Checked:
    """Read every cell of a table once per distinct text, and say what is wrong with which.

    Raises TableError: `no_rows`, `no_header`, or `missing_columns` if the file cannot tell licenses apart, products or
    hosting.
    """
    refuse_empty(table)
    headings = unique_headings(table.header)
    proposals = propose(headings)
    mapping = _chosen_mapping(settings, headings) if settings.mapping is not None else mapping_of(proposals)
    texts = {mapping[name]: Texts(table.columns[i]) for i, name in enumerate(headings) if name in mapping}
    _refuse_missing(texts, table)
    evidence = {name: date_evidence(text.counts()) for name, text in texts.items() if COLUMNS[name].kind is Kind.DATE}
    titles = {field: heading for heading, field in mapping.items()}
    orders = {name: _order(name, found, settings) for name, found in evidence.items()}
    read = {name: _read(name, text, titles[name], orders.get(name), settings, policy) for name, text in texts.items()}
    sheet = Sheet(table, titles, read, evidence)
    return _checked(sheet, headings, proposals, mapping, orders, settings)


def refuse_empty(table: Table) -> None:
    """Raises TableError `no_rows` if a table has none."""
    if not len(table):
        raise TableError("no_rows", "This file has a header and no rows. Export it again with its licenses.")


def _order(name: str, evidence: DateEvidence, settings: Settings) -> DateOrder | None:
    said = settings.date_orders.get(name) or settings.date_orders.get("*")
    return DateOrder(said) if said else evidence.order()


def _checked(
    sheet: Sheet,
    headings: list[str],
    proposals: list[Proposal],
    mapping: dict[str, str],
    orders: Mapping[str, DateOrder | None],
    settings: Settings,
) -> Checked:
    whole = ~sheet.ragged()
    duplicates = find_duplicates(sheet, whole)
    repeated = np.zeros(len(sheet), dtype=np.bool_)
    repeated[list(duplicates.repeats)] = True
    errors = errors_of(sheet, duplicates, whole & ~repeated)
    held = np.zeros(len(sheet), dtype=np.bool_)
    held[errors.rows] = True
    return Checked(
        table=sheet.table,
        headings=headings,
        proposals=proposals,
        mapping=mapping,
        unmapped=[heading for heading in headings if heading not in mapping],
        evidence=dict(sheet.evidence),
        orders=dict(orders),
        read=dict(sheet.read),
        licenses=sheet.licenses(),
        rows=np.flatnonzero(~held & ~repeated).astype(np.int64),
        held=held,
        errors=errors,
        warnings=warnings_of(sheet, duplicates, whole),
        undecided=questions_of(sheet, proposals if settings.mapping is None else (), settings.date_orders),
    )


def _chosen_mapping(settings: Settings, headings: list[str]) -> dict[str, str]:
    chosen = settings.mapping or {}
    unknown = [name for name in chosen if name not in headings] + [f for f in chosen.values() if f not in COLUMNS]
    if unknown:
        raise TableError("unknown_mapping", f"The mapping names what is not there: {', '.join(unknown)}.")
    twice = {name for name in chosen.values() if list(chosen.values()).count(name) > 1}
    if twice:
        raise TableError("unknown_mapping", f"Two columns are mapped to {', '.join(sorted(twice))}; choose one.")
    return dict(chosen)


def _refuse_missing(texts: Mapping[str, Texts], table: Table) -> None:
    missing = [name for name in REQUIRED if name not in texts]
    if missing == ["hosting"]:
        silent = [name for name, _ in texts["product"].counts() if not _carries_hosting(name)]
        if not silent:
            return
        raise TableError(
            "missing_columns",
            f'No column says whether a license runs on Server or Cloud, and products such as "{silent[0]}" do not '
            "tell. Add a Hosting column, or name the column that has it.",
        )
    if missing and not table.header_line:
        raise TableError(
            "no_header",
            "This file has no line with the names of its columns. Add one above its rows, or say what each column is.",
        )
    if missing:
        names = ", ".join(COLUMNS[name].title for name in missing)
        raise TableError(
            "missing_columns",
            f"No column was recognised as: {names}. Rename the file's headers, or say which column it is.",
        )


def _carries_hosting(product: str) -> bool:
    known = read_product(product)
    return not product.strip() or known is None or known[1] is not None


def _read(
    name: str,
    texts: Texts,
    heading: str,
    order: DateOrder | None,
    settings: Settings,
    policy: Policy,
) -> Reading:
    own = reader_for(COLUMNS[name], order=order, ladder=policy.ladder)
    read = _read_academic if name == "license_type" and words_of(heading) == "academic" else own
    reading = read_column(texts, COLUMNS[name].kind, read, as_is=read is own)
    forgiven = {code for field, _, code in (text.partition(":") for text in settings.leave_empty) if field == name}
    if not forgiven or name == "license_key":  # without its key a license is none
        return reading
    return replace(reading, wrong=reading.wrong.map(partial(_unless_forgiven, forgiven)))


def _unless_forgiven(forgiven: set[str], misread: Misread | None) -> Misread | None:
    return None if misread and misread.code in forgiven else misread


def _read_academic(text: str) -> str:
    """A column headed `Academic` answers yes or no rather than naming a license type."""
    answer = read_yes_no(text)
    return "Academic" if answer is True else "" if answer is False else clean(text)
