"""A planned batch written into the store: its versions, its problems, what is remembered of it, and its receipt."""

from collections.abc import Iterator
from time import perf_counter

import pyarrow as pa
from sqlalchemy import Connection

from lib.checking import meanings
from lib.checking.check import CheckedFile
from lib.checking.column_mapping import cleaned_choices
from lib.columnar.memory import release_memory
from lib.domain.changes import ChangeKind
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor
from lib.importing.batch_summary import relevant_memory
from lib.importing.plan import ImportPlan, rows_to_store
from lib.importing.profile_totals import sum_by_profile
from lib.reading.headings import propose_fields
from lib.store import (
    batches,
    bulk,
    change_counts,
    change_log,
    check_results,
    policies,
    remembered,
    row_problems,
    versions,
)
from lib.store.batches import Batch, BatchState
from lib.store.receipt import Receipt
from lib.store.work_steps import WRITING, ProgressReporter


def write_batch(
    connection: Connection,
    batch: Batch,
    plan: ImportPlan,
    actor: Actor,
    policy: Policy,
    start: float,
    *,
    report_progress: ProgressReporter,
    reason: str = "",
) -> Receipt:
    """Write what is planned for a batch, and keep its receipt; `start` is the clock when the import began.

    Raises RefusalError if a question about the file is open, or if the policy changed meanwhile.
    """
    checked = plan.checked
    refuse_undecided(checked)
    policies.refuse_outdated(connection, policy)
    change = write_versions(connection, plan, batch, actor, reason, report_progress)
    seconds = round(perf_counter() - start, 2)
    receipt = build_receipt(plan, batch, change, policy, actor, seconds)
    for problems in (checked.errors, checked.warnings):
        row_problems.write(connection, batch.id, problems)
    remember_answers(connection, checked, actor)
    check_results.delete_result(connection, batch.id)
    batches.set_state(connection, batch.id, BatchState.IMPORTED, receipt)
    return receipt


def refuse_undecided(checked: CheckedFile) -> None:
    """Raises RefusalError if a question about the file is open."""
    # Only a person can answer it, and a guess would be in thousands of rows.
    if checked.undecided:
        raise RefusalError(" ".join(question.message for question in checked.undecided))


def write_versions(
    connection: Connection, plan: ImportPlan, batch: Batch, actor: Actor, reason: str, report_progress: ProgressReporter
) -> int | None:
    """Write the planned versions as one change; None if there is nothing to write."""
    counts = plan.counts
    if not counts.written:
        return None
    change = change_log.begin_change(
        connection, actor=actor, kind=ChangeKind.IMPORT, batch_id=batch.id, counts=counts.to_json(), reason=reason
    )
    versions.close(connection, plan.before["license_key"].objects().tolist(), change)
    rows = with_progress(rows_to_store(plan, change), len(plan.rows), report_progress)
    bulk.append_versions(connection, rows, {"since": change, "batch_id": batch.id}, len(plan.rows))
    release_memory()
    change_counts.count_written(connection, change, batch.id, sum_by_profile(plan, change))
    versions.refresh_statistics(connection, counts.written)
    return change


def with_progress(
    parts: Iterator[pa.RecordBatch], total: int, report_progress: ProgressReporter
) -> Iterator[pa.RecordBatch]:
    """The rows on their way to the store, reporting how many have passed."""
    done = 0
    for part in parts:
        yield part
        done += len(part)
        report_progress(WRITING, done, total)


def build_receipt(
    plan: ImportPlan, batch: Batch, change: int | None, policy: Policy, actor: Actor, seconds: float
) -> Receipt:
    """What to keep about a batch that was imported."""
    checked = plan.checked
    return Receipt(
        batch=batch.id,
        change=change,
        by=actor.name,
        policy=policy.version,
        counts=plan.counts,
        effect=plan.effect,
        warnings=len(checked.warnings),
        mapping=checked.mapping,
        unmapped=checked.unmapped,
        encoding=checked.table.encoding,
        delimiter=checked.table.delimiter,
        header_line=checked.table.header_line,
        remembered=relevant_memory(checked),
        seconds=seconds,
    )


def remember_answers(connection: Connection, checked: CheckedFile, actor: Actor) -> None:
    """Remember, for files to come, what a person decided about this one's columns and texts."""
    settings = checked.settings
    if settings.mapping is not None or settings.chosen_fields or settings.date_orders:
        orders = {name: order for name, order in checked.orders.items() if order and checked.evidence[name].must_ask}
        remembered.remember_header(connection, checked.headings, checked.mapping, orders, actor)
        remembered.remember_headings(connection, confirmed_fields(checked), actor)
    for heading, replacements in settings.replacements.items():
        field = checked.mapping.get(heading)
        if field in meanings.FIELDS:
            texts = {text.strip(): meaning for text, meaning in replacements.items() if text.strip()}
            remembered.remember_meanings(connection, field, texts, actor)


def confirmed_fields(checked: CheckedFile) -> dict[str, str]:
    """The fields of the columns that a person gave or confirmed one by one, by heading."""
    proposed = {proposal.column: proposal.field for proposal in propose_fields(checked.headings)}
    choices = cleaned_choices(checked.settings.chosen_fields)
    return {
        heading: field
        for heading, field in checked.mapping.items()
        if heading in choices or (checked.settings.mapping is not None and proposed.get(heading) != field)
    }
