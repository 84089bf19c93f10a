"""Takes in an export of Marketplace's: read, stored beside those before it, and compared with our licenses at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.importing.imports import WithinTransaction, do_nothing
from lib.marketplace.export import Export, read_export
from lib.marketplace.export_columns import ExportKind
from lib.marketplace.json_table import is_json
from lib.marketplace.succession import alterations, succeed
from lib.reading.tables import refuse_unreadable
from lib.reconciling.apply import apply_automatically
from lib.reconciling.comparison import compare_all
from lib.store import batches, database, findings, jobs, marketplace_exports
from lib.store.batches import BatchState
from lib.store.job import JobKind, JobRequest
from lib.store.marketplace_exports import StoredExport
from lib.store.work_steps import COMPARING, READING, ProgressReporter, no_progress

_MOST_PROBLEMS = 200
"""Unreadable texts that are kept of an export."""

# Rows left out that are kept of an export, one by one; their number by reason always is.
_MOST_LEFT_OUT = 1000


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An export that was taken in, and the comparison with it; `is_known` if it was the newest one already.

    `change` is that of the matches that were applied without a person, None if there were none.
    """

    export: int
    comparison: int
    change: int | None = None
    is_known: bool = False


def submit_file(engine: Engine, content: bytes, name: str, actor: Actor) -> int:
    """Store an export, and request that the worker takes it in; gives the number of the job.

    Raises TableError if its first bytes are those of no text, workbook or JSON, RefusalError if the actor may not.
    """
    require(actor, Action.RECONCILE)
    if not is_json(content):
        refuse_unreadable(content, name)
    file, digest = batches.compress(content, BytesIO()), batches.fingerprint(content)
    with database.writing_briefly(engine) as connection:
        latest = batches.newest_export(connection, digest)
        is_kept = latest is not None and latest.purged_at is None
        number = latest.id if latest and is_kept else None
        if number is None:
            number = batches.add(connection, name, digest, file, {}, actor, BatchState.COMPARED)
        return jobs.submit(connection, number, JobKind.RECONCILE, JobRequest(), actor)


def take_in_batch(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> TakenIn:
    """`take_in` of a stored export."""
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        content = batches.content(connection, number)
    return take_in(
        engine,
        content,
        batch.name,
        actor,
        policy,
        report_progress=report_progress,
        in_same_transaction=in_same_transaction,
    )


def take_in(
    engine: Engine,
    content: bytes,
    name: str,
    actor: Actor,
    policy: Policy,
    *,
    sheets: Sequence[str] = (),
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> TakenIn:
    """Read an export, store what it says, compare it with our licenses, and apply what the policy says needs no person.

    The newest export is only compared again. An export that was read stays if the comparison fails: it can be made again.
    `sheets` are those of a workbook to read. `in_same_transaction` belongs to the transaction that stores the comparison.
    Raises TableError if it is no export of Marketplace's, RefusalError for transactions without a license export, or if
    the actor may not.
    """
    require(actor, Action.RECONCILE)
    report_progress(READING, 0, 0)
    digest, export = batches.fingerprint(content), read_export(content, name, sheets)
    with database.writing(engine) as connection:
        newest = marketplace_exports.newest(connection)
        # Other sheets of the same workbook are another export.
        same = newest if newest and newest.sha256 == digest and not sheets else None
        number = same.id if same else write_export(connection, export, name, digest, actor)
    report_progress(COMPARING, 0, export.rows)
    changes: list[int | None] = []

    def apply_and_finish(connection: Connection) -> None:
        changes.append(apply_automatically(connection, actor, policy))
        in_same_transaction(connection)

    compare_all(engine, policy, apply_and_finish)
    with database.reading(engine) as connection:
        comparison = findings.newest_comparison(connection)
    return TakenIn(number, comparison.id if comparison else 0, changes[-1], is_known=same is not None)


def write_export(connection: Connection, export: Export, name: str, digest: str, actor: Actor) -> int:
    """Store an export and the versions of Marketplace licenses that it begins and ends; gives its number."""
    refuse_transactions_alone(connection, export)
    succession = succeed(marketplace_exports.current_licenses(connection), export)
    summary = summarise(export) | {"unknown": succession.unknown}
    number = marketplace_exports.add(connection, name, digest, str(export.kind), len(export.licenses), summary, actor)
    marketplace_exports.write_succession(connection, number, succession)
    return number


def refuse_transactions_alone(connection: Connection, export: Export) -> None:
    """Raises RefusalError for transactions before any license export."""
    if export.kind is ExportKind.TRANSACTIONS and marketplace_exports.newest(connection) is None:
        raise RefusalError(
            "Transactions only describe changes to licenses. Read Marketplace's license export first, then this file."
        )


def summarise(export: Export) -> dict[str, Any]:
    """What is kept of an export besides its licenses."""
    return {
        "rows": export.rows,
        "left_out": dict(Counter(export.left_out["reason"])),
        "left_out_rows": export.left_out.head(_MOST_LEFT_OUT).to_dict("records"),
        "problems": [asdict(problem) for problem in export.problems[:_MOST_PROBLEMS]],
        "unreadable": len(export.problems),
        "unknown_columns": list(export.unknown_columns),
        "missing_columns": list(export.missing_columns),
    }


def altered(connection: Connection, export: StoredExport) -> pd.DataFrame:
    """What an export altered beside those before it (`succession.alterations`)."""
    later, earlier = marketplace_exports.begun_and_ended(connection, export.id)
    return alterations(earlier, later)
