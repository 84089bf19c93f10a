"""A file checked: which field each column is, what every cell says, what is wrong and where (design §3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from typing import Any

import numpy as np

from lib.cells import formula_like, read_text, read_yes_no
from lib.coded import Coded, Mask, Rows
from lib.columns import Proposal, mapping_of, propose, reader_for
from lib.dates import DateEvidence, DateOrder, date_evidence
from lib.duplicates import Duplicates, differing_fields, find_duplicates
from lib.licenses import COLUMNS, REQUIRED, Kind
from lib.policy import Policy
from lib.problems import Problem, Severity
from lib.products import read_product
from lib.tables import Table, TableError
from lib.words import Misread, clean, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a person wants a file read; whatever is left out is decided from the file itself.

    `mapping` gives column → field, `date_orders` field → order (`*` for every date column), and `leave_empty` lists
    `field:code` of the unreadable cells that shall count as blank instead of holding their row.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    sheet: str | None = None
    mapping: dict[str, str] | None = None
    date_orders: dict[str, str] = field(default_factory=dict)
    leave_empty: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Settings":
        """Settings as they were stored by `stored`."""
        known = {name.name for name in fields(cls)}
        kept = {name: value for name, value in stored.items() if name in known}
        return cls(**{**kept, "leave_empty": tuple(kept.get("leave_empty", ()))})

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
    licenses: dict[str, Coded]
    rows: Rows
    held: Mask
    errors: list[Problem]
    warnings: list[Problem]
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
    if not len(table):
        raise TableError("no_rows", "This file has a header and no rows. Export it again with its licenses.")
    headings = unique_headings(table.header)
    proposals = propose(headings)
    mapping = _chosen_mapping(settings, headings) if settings.mapping is not None else mapping_of(proposals)
    texts = {mapping[name]: Coded.of_texts(table.columns[i]) for i, name in enumerate(headings) if name in mapping}
    _refuse_missing(texts, table)
    evidence = {name: date_evidence(text.counts()) for name, text in texts.items() if COLUMNS[name].kind is Kind.DATE}
    titles = {field: heading for heading, field in mapping.items()}
    read = {name: text.map(_reader(name, titles[name], evidence, settings, policy)) for name, text in texts.items()}
    read["hosting"] = read.get("hosting", Coded.constant(None, len(table))).otherwise(
        _carried_hosting(texts["product"])
    )
    return _checked(_Reading(table, headings, titles, texts, read, evidence, settings), proposals, mapping)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table's mapped columns as texts and as what was read of them; a cell that could not be read is a Misread."""

    table: Table
    headings: list[str]
    titles: dict[str, str]
    texts: dict[str, Coded]
    read: dict[str, Coded]
    evidence: dict[str, DateEvidence]
    settings: Settings

    def problem(self, severity: Severity, code: str, row: int, name: str | None, message: str) -> Problem:
        line = int(self.table.lines[row])
        title = self.titles.get(name) if name else None
        value = self.texts[name].values[self.texts[name].codes[row]] if name else None
        where = f"Line {line}, column {title}: " if title else f"Line {line}: "
        return Problem(severity, row + 1, line, title, name, code, value, where + message)


def _checked(reading: _Reading, proposals: list[Proposal], mapping: dict[str, str]) -> Checked:
    length = len(reading.table)
    ragged = np.zeros(length, dtype=np.bool_)
    ragged[list(reading.table.ragged)] = True
    duplicates = find_duplicates(reading.read, ~ragged)
    repeated = np.zeros(length, dtype=np.bool_)
    repeated[list(duplicates.repeats)] = True
    errors = [
        *_ragged_rows(reading),
        *_blank_cells(reading, ~ragged & ~repeated),
        *_misread_cells(reading, ~ragged & ~repeated),
        *_conflicting_rows(reading, duplicates),
    ]
    held = np.zeros(length, dtype=np.bool_)
    held[[problem.row - 1 for problem in errors if problem.row]] = True
    undecided = [*_undecided_columns(reading, proposals), *_undecided_orders(reading)]
    return Checked(
        table=reading.table,
        headings=reading.headings,
        proposals=proposals,
        mapping=mapping,
        unmapped=[heading for heading in reading.headings if heading not in mapping],
        evidence=reading.evidence,
        licenses=_licenses(reading),
        rows=np.flatnonzero(~held & ~repeated).astype(np.int64),
        held=held,
        errors=sorted(errors, key=_by_row),
        warnings=sorted([*_repeated_rows(reading, duplicates), *_doubtful_cells(reading, ~ragged)], key=_by_row),
        undecided=undecided,
    )


def _by_row(problem: Problem) -> int:
    return problem.row or 0


def _chosen_mapping(settings: Settings, headings: list[str]) -> dict[str, str]:
    chosen = settings.mapping or {}
    unknown = [name for name in chosen if name not in headings] + [f for f in chosen.values() if f not in COLUMNS]
    if unknown:
        raise TableError("unknown_mapping", f"The mapping names what is not there: {', '.join(unknown)}.")
    twice = {name for name in chosen.values() if list(chosen.values()).count(name) > 1}
    if twice:
        raise TableError("unknown_mapping", f"Two columns are mapped to {', '.join(sorted(twice))}; choose one.")
    return dict(chosen)


def _refuse_missing(texts: Mapping[str, Coded], table: Table) -> None:
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


def _reader(
    name: str, heading: str, evidence: Mapping[str, DateEvidence], settings: Settings, policy: Policy
) -> Callable[[str], Any]:
    order = None
    if name in evidence:
        said = settings.date_orders.get(name) or settings.date_orders.get("*")
        order = DateOrder(said) if said else evidence[name].order()
    read = reader_for(COLUMNS[name], order=order, ladder=policy.ladder)
    if name == "license_type" and words_of(heading) == "academic":
        read = _read_academic
    forgiven = {code for field, _, code in (text.partition(":") for text in settings.leave_empty) if field == name}
    if name == "license_key":
        return read  # without its key a license is none

    def read_or_leave(text: str) -> Any:
        value = read(text)
        return None if isinstance(value, Misread) and value.code in forgiven else value

    return read_or_leave if forgiven else read


def _read_academic(text: str) -> str:
    """A column headed `Academic` answers yes or no rather than naming a license type."""
    answer = read_yes_no(text)
    return "Academic" if answer is True else "" if answer is False else clean(text)


def _licenses(reading: _Reading) -> dict[str, Coded]:
    blank: dict[Kind, Any] = {Kind.KEY: "", Kind.TEXT: "", Kind.EMAIL: "", Kind.COUNTRY: "", Kind.SEN: ""}
    length = len(reading.table)
    licenses = {}
    for name, column in COLUMNS.items():
        nothing = blank.get(column.kind)
        read = reading.read.get(name, Coded.constant(nothing, length))
        licenses[name] = read.map(partial(_or_nothing, nothing))
    countries = reading.texts.get("country", Coded.constant("", length))
    return {**licenses, "country_text": countries.map(read_text)}


def _or_nothing(nothing: Any, value: Any) -> Any:
    return nothing if value is None or isinstance(value, Misread) else value


def _is_misread(value: Any) -> bool:
    return isinstance(value, Misread)


def _carried_hosting(products: Coded) -> Coded:
    """The hosting that the product's name says, where it does."""
    known = products.map(read_product)
    return known.map(lambda product: product[1] if product else None)


def _ragged_rows(reading: _Reading) -> list[Problem]:
    width = len(reading.headings)
    problems = []
    for row, cells in reading.table.ragged.items():
        more = f"{len(cells)} cells where the header has {width}. Add or remove a separator, or quote the cell that has one."
        problem = reading.problem(Severity.ERROR, "wrong_width", row, None, f"this row has {more}")
        raw = (reading.table.delimiter or ",").join(cells)
        problems.append(Problem(**{**asdict(problem), "value": raw}))
    return problems


def _blank_cells(reading: _Reading, asked: Mask) -> list[Problem]:
    problems = []
    for name in ("license_key", "product"):
        blank = reading.read[name].blank() & reading.texts[name].where_value(lambda text: not read_text(text))
        for row in np.flatnonzero(blank & asked).tolist():
            message = f"the {COLUMNS[name].title.lower()} is blank. Fill it in, or leave the row held."
            problems.append(reading.problem(Severity.ERROR, "missing_required", row, name, message))
    return problems


_ONLY_TELL = frozenset(("unknown_country",))
"""Codes that never hold a row: the original text is kept beside the blank."""


def _misread_cells(reading: _Reading, asked: Mask) -> list[Problem]:
    problems = []
    for name, read in reading.read.items():
        for row in np.flatnonzero(read.where_value(_is_misread) & asked).tolist():
            misread = read.values[read.codes[row]]
            if misread.code not in _ONLY_TELL:
                problems.append(reading.problem(Severity.ERROR, misread.code, row, name, misread.message))
    return problems


def _doubtful_cells(reading: _Reading, asked: Mask) -> list[Problem]:
    problems = []
    for name, read in reading.read.items():
        told = read.where_value(lambda value: isinstance(value, Misread) and value.code in _ONLY_TELL)
        for row in np.flatnonzero(told & asked).tolist():
            misread = read.values[read.codes[row]]
            problems.append(reading.problem(Severity.WARNING, misread.code, row, name, misread.message))
        if COLUMNS[name].kind in (Kind.KEY, Kind.TEXT):
            for row in np.flatnonzero(reading.texts[name].where_value(formula_like) & asked).tolist():
                message = "this text looks like a spreadsheet formula. It is kept as plain text."
                problems.append(reading.problem(Severity.WARNING, "formula_like", row, name, message))
    return problems


def _repeated_rows(reading: _Reading, duplicates: Duplicates) -> list[Problem]:
    problems = []
    for row, first in duplicates.repeats.items():
        message = f"this row repeats line {reading.table.lines[first]} exactly and was left out."
        problems.append(reading.problem(Severity.WARNING, "duplicate_row", row, "license_key", message))
    return problems


def _conflicting_rows(reading: _Reading, duplicates: Duplicates) -> list[Problem]:
    problems = []
    for row, others in duplicates.conflicts.items():
        lines = ", ".join(str(reading.table.lines[other]) for other in others)
        differing = differing_fields(reading.read, row, others)
        names = ", ".join(reading.titles.get(name, COLUMNS[name].title) for name in differing)
        message = f"line {lines} has the same license key but differs in {names}. Keep one of them in the file."
        problems.append(reading.problem(Severity.ERROR, "conflicting_duplicate", row, "license_key", message))
    return problems


def _undecided_columns(reading: _Reading, proposals: list[Proposal]) -> list[Problem]:
    if reading.settings.mapping is not None:
        return []
    return [
        _question(
            reading,
            proposal.column,
            "ambiguous_column",
            f"Column {proposal.column} may be the number of editors or the server's user tier: "
            "say which, since the file has a second column with sizes.",
        )
        for proposal in proposals
        if proposal.how == "ambiguous"
    ]


def _undecided_orders(reading: _Reading) -> list[Problem]:
    said = reading.settings.date_orders
    return [
        _question(
            reading,
            reading.titles[name],
            "ambiguous_date",
            f"Column {reading.titles[name]}: the dates can be read with the day or with the month first "
            f"({evidence.ambiguous:,} of them either way). Say which.",
        )
        for name, evidence in reading.evidence.items()
        if evidence.must_ask and name not in said and "*" not in said
    ]


def _question(reading: _Reading, column: str, code: str, message: str) -> Problem:
    line = reading.table.header_line or None
    return Problem(Severity.ERROR, None, line, column, None, code, None, message)
