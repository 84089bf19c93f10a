"""The rows of a batch that were held: their problems, and a file to correct and import again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib.checking.column_mapping import unique_headings
from lib.checking.correction_file import error_csv, error_rows, header_titles
from lib.checking.correction_workbook import error_workbook
from lib.checking.corrections import apply_edits, part_keys
from lib.checking.problem import Problem, Severity
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.roles import Action, Actor, require
from lib.importing.preparation import check_stored_file
from lib.importing.preview_lists import correction_rows
from lib.importing.source_file import load_file
from lib.reading.tables import Table, TableError
from lib.store import batches, check_results, database, row_problems
from lib.store.batches import Batch, BatchState

_PART = 20_000
_SHEET = "Skipped rows"
WORKBOOK_SUFFIX = "xlsx"

HeldRows = tuple[list[str], Iterable[pd.DataFrame]]
"""The titles of a correction file, and its rows in parts."""


def held_problems(engine: Engine, number: int, actor: Actor, policy: Policy) -> list[Problem]:
    """What holds rows of a batch, in the file's order. Raises TableError or RefusalError."""
    require(actor, Action.SEE_FILE)
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        if batch.state is BatchState.OPEN:
            return list(check_stored_file(connection, batch, policy).errors)
        return stored_errors(connection, number)


def held_rows_csv(engine: Engine, number: int, actor: Actor, policy: Policy) -> Iterator[bytes]:
    """The held rows of a batch as CSV, part by part (`lib.checking.correction_file`); only the header if none is held.

    Raises TableError if the file is no table, RefusalError if there is no such batch, its file is no longer stored, or
    the actor may not see it.
    """
    require(actor, Action.SEE_FILE)
    with database.reading(engine) as connection:
        titles, parts = held_rows(connection, batches.batch(connection, number), policy)
        yield from error_csv(titles, parts)


@dataclass(frozen=True, slots=True)
class HeldRowsFile:
    """The held rows of a batch as a file of the kind that they came in: its suffix, and its bytes part by part."""

    suffix: str
    parts: Iterator[bytes]


def held_rows_file(
    engine: Engine, number: int, actor: Actor, policy: Policy, suffix: str | None = None
) -> HeldRowsFile:
    """The held rows of a batch: of a workbook a workbook, else CSV, or what the suffix says. Raises as `held_rows_csv`."""
    if (suffix or suffix_of_held_rows(engine, number, actor)) == WORKBOOK_SUFFIX:
        return HeldRowsFile(WORKBOOK_SUFFIX, held_rows_workbook(engine, number, actor, policy))
    return HeldRowsFile("csv", held_rows_csv(engine, number, actor, policy))


def held_rows_workbook(engine: Engine, number: int, actor: Actor, policy: Policy) -> Iterator[bytes]:
    """The held rows of a batch as a workbook, on a sheet that is called as theirs is. Raises as `held_rows_csv`."""
    require(actor, Action.SEE_FILE)
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        titles, parts = held_rows(connection, batch, policy)
        yield error_workbook(titles, parts, sheet_of(connection, batch) or _SHEET)


def suffix_of_held_rows(engine: Engine, number: int, actor: Actor) -> str:
    """What the name of the file of a batch's held rows ends with: that of a workbook if its file is one."""
    require(actor, Action.SEE_FILE)
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        # A receipt tells without the file, which is large or no longer stored.
        is_workbook = not batch.receipt.encoding if batch.receipt else bool(sheet_of(connection, batch))
    return WORKBOOK_SUFFIX if is_workbook else "csv"


def sheet_of(connection: Connection, batch: Batch) -> str:
    """The sheet that a batch was read from, the first of several; "" if its file is a text."""
    result = check_results.newest(connection, batch.id)
    if result and result.settings == batch.settings:
        reader = result.summary.reader
        return reader.sheet or next(iter(reader.sheets), "")
    if batch.receipt and batch.receipt.encoding:
        return ""
    table = load_file(connection, batch).table
    if isinstance(table, TableError):
        return ""
    return table.sheet


def held_rows(connection: Connection, batch: Batch, policy: Policy) -> HeldRows:
    """The held rows of a batch: as it was checked last, or else worked out anew."""
    result = check_results.newest(connection, batch.id)
    if result and result.settings == batch.settings and not result.summary.failure:
        titles = [column.title for column in result.summary.columns]
        return titles, check_results.pages(connection, batch.id, "errors")
    if batch.state is BatchState.OPEN:
        checked = check_stored_file(connection, batch, policy)
        return header_titles(checked.table.header, checked.headings), map(check_results.frame, correction_rows(checked))
    return rejected_rows(connection, batch)


def rejected_rows(connection: Connection, batch: Batch) -> HeldRows:
    """The held rows of a batch that was imported, from its stored file and what was wrong in it then."""
    table = load_file(connection, batch).table
    if isinstance(table, TableError):
        raise table
    headings = unique_headings(table.header)
    settings = Settings.from_json(batch.settings)
    table = apply_edits(part_keys(table, headings, settings.parted_column), headings, settings.edits)
    problems = [(problem.row, problem.code, problem.message) for problem in stored_errors(connection, batch.id)]
    errors = pd.DataFrame(problems, columns=["row", "code", "message"]).groupby("row")
    notes = errors.agg({"code": ";".join, "message": " ".join}).sort_index()
    return header_titles(table.header, headings), annotated_rows(table, headings, notes)


def stored_errors(connection: Connection, number: int) -> list[Problem]:
    """What held rows of a batch when it was imported, in the file's order."""
    problems = row_problems.problems(connection, number)
    return [problem for problem in problems if problem.severity is Severity.ERROR and problem.row]


def annotated_rows(table: Table, headings: list[str], notes: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows of a file with their notes: codes and messages, indexed by the rows' numbers from 1."""
    for start in range(0, len(notes), _PART):
        part = notes.iloc[start : start + _PART]
        rows = part.index.to_numpy(dtype=np.int64) - 1
        codes, messages = (pa.array(part[name], pa.string()) for name in ("code", "message"))
        yield check_results.frame(error_rows(table, headings, rows, codes, messages))
