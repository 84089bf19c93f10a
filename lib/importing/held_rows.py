"""The rows of a batch that were held, told apart or as a file to correct and bring in again."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib.checking import correction_file
from lib.checking.column_mapping import unique_headings
from lib.checking.corrections import apply_edits
from lib.checking.problem import Problem, Severity
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.roles import Action, Actor, require
from lib.importing.check_summary import error_rows_of
from lib.importing.imports import checked_of
from lib.importing.opened_file import opened
from lib.reading.tables import TableError
from lib.store import batches, check_results, database
from lib.store.batches import Batch, BatchState

_PART = 20_000


def held(engine: Engine, number: int, actor: Actor, policy: Policy) -> list[Problem]:
    """What holds rows of a batch, in the file's order. Raises TableError or RefusalError."""
    require(actor, Action.SEE_FILE)
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        if batch.state is BatchState.OPEN:
            return list(checked_of(connection, batch, policy).errors)
        return _held(connection, number)


def error_file(engine: Engine, number: int, actor: Actor, policy: Policy) -> Iterator[bytes]:
    """The held rows of a batch as CSV, part by part (see lib.error_files); only the header if none is held.

    An open batch is told as it was checked last. Raises TableError if it is no table, RefusalError if there is no such
    batch its file is no longer kept, or the actor may not see it.
    """
    require(actor, Action.SEE_FILE)
    with database.reading(engine) as connection:
        header, parts = _rows(connection, batches.batch(connection, number), policy)
        yield from correction_file.error_csv(header, parts)


def _rows(connection: Connection, batch: Batch, policy: Policy) -> tuple[list[str], Iterable[pd.DataFrame]]:
    seen = check_results.newest(connection, batch.id)
    if seen and seen.settings == batch.settings and not seen.summary["failure"]:
        titles = [column["title"] for column in seen.summary["columns"]]
        return titles, check_results.pages(connection, batch.id, "errors")
    if batch.state is BatchState.OPEN:
        found = checked_of(connection, batch, policy)
        return correction_file.header_titles(found.table.header, found.headings), map(
            check_results.frame, error_rows_of(found)
        )
    return _rejected(connection, batch)


def _held(connection: Connection, number: int) -> list[Problem]:
    """What held rows of a batch when it was imported, in the file's order."""
    found = batches.problems(connection, number)
    return [problem for problem in found if problem.severity is Severity.ERROR and problem.row]


def _rejected(connection: Connection, batch: Batch) -> tuple[list[str], Iterator[pd.DataFrame]]:
    """The held rows of a batch that was imported, from its kept file and what was wrong in it then."""
    table = opened(connection, batch).table
    if isinstance(table, TableError):
        raise table
    headings = unique_headings(table.header)
    table = apply_edits(table, headings, Settings.from_json(batch.settings).edits)
    told = [(problem.row, problem.code, problem.message) for problem in _held(connection, batch.id)]
    errors = pd.DataFrame(told, columns=["row", "code", "message"]).groupby("row")
    notes = errors.agg({"code": ";".join, "message": " ".join}).sort_index()
    return correction_file.header_titles(table.header, headings), (
        check_results.frame(
            correction_file.error_rows(
                table,
                headings,
                part.index.to_numpy(dtype=np.int64) - 1,
                *(pa.array(part[name], pa.string()) for name in ("code", "message")),
            )
        )
        for part in (notes.iloc[start : start + _PART] for start in range(0, len(notes), _PART))
    )
