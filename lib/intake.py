"""Bringing a file in: what it would change, changing it, and taking it back (design §3).

A preview and the import itself are the same computation on the same stored bytes; a preview whose base has moved is
refused. An import is one transaction.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine

from lib import database, findings
from lib.check import Checked, Settings, check
from lib.plans import Plan, plan, rows_to_store
from lib.policy import Policy
from lib.problems import RefusalError
from lib.store import batches, bulk, checks, versions
from lib.store.batches import Batch, State
from lib.tables import Table, TableError, read_table
from lib.words import moment

Tell = Callable[[str, int, int], None]
"""Told which step is under way, how much of it is done and how much there is; it may raise to end the work."""


def untold(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def read_and_check(content: bytes, name: str, settings: Settings, policy: Policy) -> Checked:
    """A file's bytes as checked licenses. Raises TableError if it is no table, or not one of licenses."""
    return check(table_of(content, name, settings), settings, policy)


def table_of(content: bytes, name: str, settings: Settings) -> Table:
    """A file's bytes as a table, read as a person said. Raises TableError if it is none."""
    return read_table(
        content,
        name,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header_line=settings.header_line,
        sheet=settings.sheet,
    )


def bring_in(engine: Engine, name: str, content: bytes, settings: Settings, by: str) -> int:
    """Keep a file as an open batch; gives the batch's number."""
    with database.writing(engine) as connection:
        return batches.keep(connection, name, content, settings.stored(), by)


def preview(engine: Engine, number: int, policy: Policy) -> Plan:
    """What importing an open batch would do now. Raises TableError or RefusalError."""
    with database.reading(engine) as connection:
        return _plan_of(connection, batches.batch(connection, number), policy)


def check_batch(engine: Engine, number: int, policy: Policy, tell: Tell = untold) -> None:
    """Check an open batch and keep what was found with it, also where an error stops it.

    Raises RefusalError if the batch is not open, or its file is no longer kept.
    """
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        _refuse_settled(batch)
        base = versions.latest_change(connection)
        summary, lists = _found(connection, batch, policy, tell)
    with database.writing(engine) as connection:
        _refuse_settled(batches.batch(connection, number))
        checks.store(connection, number, base, batch.settings, summary, lists)


def _found(connection: Connection, batch: Batch, policy: Policy, tell: Tell) -> tuple[dict[str, Any], checks.Packed]:
    settings, table = Settings.of(batch.settings), None
    tell("Reading the file", 0, 0)
    content = batches.content(connection, batch.id)
    top = findings.top_of(content, settings)
    try:
        table = table_of(content, batch.name, settings)
        del content  # a large file is let go of before more is made of it
        tell("Checking every cell", 0, len(table))
        checked = check(table, settings, policy)
        tell("Comparing with the licenses", 0, len(table))
        planned = plan(connection, checked, policy)
    except TableError as error:
        return findings.summary_of_failure(top, settings, error, table, policy), []
    tell("Keeping what was found", 0, len(table))
    return findings.summary_of(top, settings, planned, policy), checks.packed(findings.lists_of(planned))


def commit(engine: Engine, number: int, by: str, policy: Policy, *, base: int | None = None) -> dict[str, Any]:
    """Import an open batch whole, or not at all; gives its receipt.

    Refused if it was imported already, if a question is open, or if the store is no longer at change `base`, the one
    that a person saw the preview of.
    """
    with database.writing(engine) as connection:
        batch = batches.batch(connection, number)
        _refuse_settled(batch)
        if base is not None and base != versions.latest_change(connection):
            raise RefusalError(
                "The licenses have changed since this preview: "
                f"{_newest_change(connection)}. Look at the preview again before importing."
            )
        return _commit(connection, batch, by, policy)


def import_file(
    engine: Engine, name: str, content: bytes, settings: Settings, by: str, policy: Policy
) -> dict[str, Any]:
    """Keep a file and import it in one transaction: if it cannot be imported, nothing is kept. Gives the receipt."""
    with database.writing(engine) as connection:
        number = batches.keep(connection, name, content, settings.stored(), by)
        return _commit(connection, batches.batch(connection, number), by, policy)


def _commit(connection: Connection, batch: Batch, by: str, policy: Policy) -> dict[str, Any]:
    began = perf_counter()
    planned = _plan_of(connection, batch, policy)
    _refuse_undecided(planned.checked)
    change = _write(connection, planned, batch, by)
    told = {"batch": batch.id, "change": change, "seconds": round(perf_counter() - began, 2)}
    receipt = {**_receipt(planned, policy, by), **told}
    batches.reject(connection, batch.id, [*planned.checked.errors, *planned.checked.warnings])
    batches.finish(connection, batch.id, State.IMPORTED, receipt)
    return receipt


def undo(engine: Engine, number: int, by: str, reason: str = "") -> dict[str, int]:
    """Take an imported batch back; licenses that changed since are left alone. Gives removed, restored, kept."""
    return _turn(engine, number, by, reason, State.IMPORTED, State.UNDONE)


def redo(engine: Engine, number: int, by: str, reason: str = "") -> dict[str, int]:
    """Take the undoing of a batch back. Gives removed, restored, kept."""
    return _turn(engine, number, by, reason, State.UNDONE, State.IMPORTED)


def would_keep(engine: Engine, number: int) -> list[str]:
    """The licenses that undoing or redoing a batch would leave alone, because they changed since."""
    with database.reading(engine) as connection:
        last = batches.last_change_of(connection, number)
        return versions.changed_since(connection, last.id) if last else []


def _turn(engine: Engine, number: int, by: str, reason: str, state: State, then: State) -> dict[str, int]:
    with database.writing(engine) as connection:
        batch = batches.batch(connection, number)
        if batch.state is not state:
            raise RefusalError(f"Batch #{number} is {batches.STATE_TITLES[batch.state].lower()}; nothing was done.")
        last = batches.last_change_of(connection, number)
        if last is None:
            raise RefusalError(
                f"Batch #{number} changed nothing when it was imported, so there is nothing to take back."
            )
        told = {"kind": "undo" if then is State.UNDONE else "redo", "batch_id": number, "undoes": last.id}
        change = versions.begin_change(connection, by=by, reason=reason, counts={}, **told)
        counts = versions.take_back(connection, last.id, change)
        versions.tell_counts(connection, change, counts)
        batches.finish(connection, number, then)
    return counts


def _plan_of(connection: Connection, batch: Batch, policy: Policy) -> Plan:
    content = batches.content(connection, batch.id)
    checked = read_and_check(content, batch.name, Settings.of(batch.settings), policy)
    return plan(connection, checked, policy)


def _refuse_settled(batch: Batch) -> None:
    if batch.state is not State.OPEN:
        raise RefusalError(f"Batch #{batch.id} has been imported already; importing it again would change nothing.")


def _refuse_undecided(checked: Checked) -> None:
    if checked.undecided:
        raise RefusalError(" ".join(question.message for question in checked.undecided))


def _newest_change(connection: Connection) -> str:
    last = batches.last_change(connection)
    return f"{last.kind} #{last.batch_id} by {last.by} at {moment(last.at)}" if last else "they were emptied"


def _write(connection: Connection, planned: Plan, batch: Batch, by: str) -> int | None:
    """Write the planned versions as one change; None if there is nothing to write."""
    length = planned.counts["new"] + planned.counts["changed"]
    if not length:
        return None
    change = versions.begin_change(connection, by=by, kind="import", batch_id=batch.id, counts=planned.counts)
    versions.close(connection, planned.before.index.tolist(), change)
    bulk.append(connection, rows_to_store(planned), {"since": change, "batch_id": batch.id})
    versions.take_stock(connection)
    return change


def _receipt(planned: Plan, policy: Policy, by: str) -> dict[str, Any]:
    table = planned.checked.table
    return {
        "counts": planned.counts,
        "effect": planned.effect,
        "warnings": len(planned.checked.warnings),
        "mapping": planned.checked.mapping,
        "unmapped": planned.checked.unmapped,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_line": table.header_line,
        "policy": policy.version,
        "by": by,
    }
