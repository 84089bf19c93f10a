"""A planned batch written into the store: its versions, what was wrong, what is remembered of it, and its receipt."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection

from lib.checking import meanings
from lib.checking.check import CheckedFile
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor
from lib.importing import check_summary
from lib.importing.plan import Plan, rows_to_store
from lib.importing.profile_totals import totals
from lib.store import batches, bulk, change_counts, check_results, remembered, row_problems, versions
from lib.store.batches import Batch, BatchState
from lib.store.jobs import WRITING, ProgressReporter


def land(
    connection: Connection,
    batch: Batch,
    planned: Plan,
    actor: Actor,
    policy: Policy,
    began: float,
    *,
    tell: ProgressReporter,
    reason: str = "",
) -> dict[str, Any]:
    """Write what is planned for a batch, which `began` at that reading of the clock; gives its receipt.

    Raises RefusalError if a question about the file is open.
    """
    found = planned.checked
    refuse_undecided(found)
    change = _write(connection, planned, batch, {"by": actor.name, "reason": reason}, tell)
    told = {"batch": batch.id, "change": change, "seconds": round(perf_counter() - began, 2)}
    receipt = {**_receipt(planned, policy, actor), **told}
    for problems in (found.errors, found.warnings):
        row_problems.write(connection, batch.id, problems)
    _remember(connection, found, actor)
    check_results.delete_result(connection, batch.id)
    batches.set_state(connection, batch.id, BatchState.IMPORTED, receipt)
    return receipt


def _remember(connection: Connection, found: CheckedFile, actor: Actor) -> None:
    """Remember, for files to come, what a person said about this one's columns and texts."""
    settings = found.settings
    if settings.mapping is not None or settings.date_orders:
        orders = {name: order for name, order in found.orders.items() if order and found.evidence[name].must_ask}
        remembered.remember_header(connection, found.headings, found.mapping, orders, actor)
    for heading, said in settings.replacements.items():
        if (field := found.mapping.get(heading)) in meanings.FIELDS:
            meant = {text.strip(): meaning for text, meaning in said.items() if text.strip()}
            remembered.remember_meanings(connection, field, meant, actor)


def refuse_undecided(checked: CheckedFile) -> None:
    """Raises RefusalError if a question about the file is open that only a person can answer."""
    if checked.undecided:
        raise RefusalError(" ".join(question.message for question in checked.undecided))


def _write(
    connection: Connection, planned: Plan, batch: Batch, said: dict[str, str], tell: ProgressReporter
) -> int | None:
    """Write the planned versions as one change; None if there is nothing to write."""
    length = planned.counts["new"] + planned.counts["changed"]
    if not length:
        return None
    told = {"kind": "import", "batch_id": batch.id, "counts": planned.counts, **said}
    change = versions.begin_change(connection, **told)
    versions.close(connection, planned.before["license_key"].objects().tolist(), change)
    rows = rows_to_store(planned, change)
    bulk.append_versions(
        connection,
        _counted(rows, len(planned.rows), tell),
        {"since": change, "batch_id": batch.id},
    )
    change_counts.count_written(connection, change, batch.id, totals(planned, change))
    versions.refresh_statistics(connection, length)
    return change


def _counted(rows: Iterator[pa.RecordBatch], total: int, tell: ProgressReporter) -> Iterator[pa.RecordBatch]:
    """The rows on their way to the store, told as they go."""
    done = 0
    for some in rows:
        yield some
        done += len(some)
        tell(WRITING, done, total)


def _receipt(planned: Plan, policy: Policy, actor: Actor) -> dict[str, Any]:
    table = planned.checked.table
    return {
        "counts": planned.counts,
        "effect": planned.effect,
        "warnings": len(planned.checked.warnings),
        "mapping": planned.checked.mapping,
        "unmapped": planned.checked.unmapped,
        "known": check_summary.used(planned.checked),
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_line": table.header_line,
        "policy": policy.version,
        "by": actor.name,
    }
