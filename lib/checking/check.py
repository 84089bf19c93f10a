"""Checks a file: which field each column is, what every cell means, and what is wrong where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.checking.column_mapping import Remembered
from lib.checking.column_reading import ColumnReading
from lib.checking.duplicates import find_duplicates
from lib.checking.file_reading import FileReading, ReadingCache, read_file
from lib.checking.problem import Problem
from lib.checking.problem_table import ProblemTable
from lib.checking.refusals import no_rows
from lib.checking.row_rules import find_errors, find_questions
from lib.checking.row_warnings import find_warnings
from lib.checking.settings import Settings
from lib.checking.typed_table import TypedTable
from lib.columnar.column import Column, Mask, Rows, row_mask
from lib.columnar.combinations import Hashes
from lib.columnar.threads import threads_for
from lib.domain.policy import Policy
from lib.judging.content_hash import content_hashes
from lib.reading.date_order import DateEvidence
from lib.reading.headings import Proposal
from lib.reading.numeric_dates import DateOrder
from lib.reading.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """A file after reading: `licenses` has every row, `rows` are the indexes of those that may be imported.

    `licenses` also has the country's own text, and `extra`, the cells of the unmapped columns (see `other_columns`);
    `contents` are their content hashes.
    """

    settings: Settings
    remembered: Remembered
    table: Table
    headings: list[str]
    proposals: list[Proposal]
    mapping: dict[str, str]
    unmapped: list[str]
    evidence: dict[str, DateEvidence]
    orders: dict[str, DateOrder | None]
    """The order that the dates of each date field were read in; None where it could not be decided."""
    readings: dict[str, ColumnReading]
    cache: ReadingCache
    licenses: dict[str, Column]
    contents: Hashes
    rows: Rows
    held: Mask
    errors: ProblemTable
    warnings: ProblemTable
    undecided: list[Problem]
    """Questions only a person can answer: an ambiguous column or date order. A batch with any is not imported."""

    def line_of(self, row: int) -> int:
        """The physical line of a row index."""
        return int(self.table.lines[row])


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """Every row as a license, with what is wrong; `importable` are the indexes of the rows that may be imported."""

    licenses: dict[str, Column]
    contents: Hashes
    importable: Rows
    held: Mask
    errors: ProblemTable
    warnings: ProblemTable


def check(
    table: Table,
    settings: Settings,
    policy: Policy,
    remembered: Remembered | None = None,
    cache: ReadingCache | None = None,
) -> CheckedFile:
    """Read every cell of a table once per distinct text, and list what is wrong with which.

    `cache` is that of an earlier check of the same table: only columns with other options are read again. Raises
    TableError: `no_rows`, `no_header`, or `missing_columns` if the file cannot tell licenses apart, products or hosting;
    `unknown_mapping` or `unknown_edit` if a person's choices do not fit the file.
    """
    refuse_empty(table)
    remembered = remembered or Remembered()
    reading = read_file(table, settings, policy, remembered, cache or ReadingCache())
    rows = check_rows(reading.sheet, reading.cache.extra, settings.left_out)
    header, sheet = reading.header, reading.sheet
    return CheckedFile(
        settings=reading.settings,
        remembered=remembered,
        table=sheet.table,
        headings=header.headings,
        proposals=header.proposals,
        mapping=header.mapping,
        unmapped=header.unmapped,
        evidence=dict(sheet.evidence),
        orders=reading.orders,
        readings=dict(sheet.readings),
        cache=reading.cache,
        licenses=rows.licenses,
        contents=rows.contents,
        rows=rows.importable,
        held=rows.held,
        errors=rows.errors,
        warnings=rows.warnings,
        undecided=undecided_questions(reading, remembered),
    )


def undecided_questions(reading: FileReading, remembered: Remembered) -> list[Problem]:
    """What a person must decide; a mapping that a person made once leaves no column in doubt."""
    settings = reading.settings
    is_mapped = settings.mapping is not None or remembered.mapping is not None
    guesses = [] if is_mapped else reading.header.proposals
    return find_questions(reading.sheet, guesses, {**remembered.date_orders, **settings.date_orders})


def refuse_empty(table: Table) -> None:
    """Raises TableError `no_rows` if a table has none."""
    if not len(table):
        raise no_rows()


def check_rows(sheet: TypedTable, extra: Column, left_out: Sequence[str]) -> CheckedRows:
    """Find what is wrong in rows, and which may be imported; nothing is wrong with those that a person left out."""
    licenses = {**sheet.licenses(), "extra": extra}
    # Arrow hashes in a thread of its own while Python looks for errors. Edits are hashed alike: see editing.revision.
    with threads_for(len(sheet), 1) as thread:
        contents = thread.submit(content_hashes, licenses)
        is_included = ~row_mask([int(row) - 1 for row in left_out if int(row) <= len(sheet)], len(sheet))
        whole = ~sheet.ragged() & is_included
        duplicates = find_duplicates(sheet, extra, whole)
        repeated = row_mask(duplicates.repeats, len(sheet))
        errors = find_errors(sheet, duplicates, whole & ~repeated)
        warnings = find_warnings(sheet, duplicates, whole)
    is_held = row_mask(errors.rows, len(sheet))
    importable = np.flatnonzero(~is_held & ~repeated & is_included).astype(np.int64)
    return CheckedRows(licenses, contents.result(), importable, is_held, errors, warnings)
