"""Bringing a file in: what it would change, changing it, and taking it back (design §3).

A preview and the import itself are the same computation on the same stored bytes; a preview whose base has moved is
refused. An import is one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Engine

from lib import database
from lib.check import Checked, Settings, check
from lib.coded import Coded, Column, Hashes, Mask, Rows, Texts, row_hashes
from lib.customers import organisation
from lib.effect import effect_of
from lib.judging import judge_all
from lib.licenses import COLUMNS, Kind
from lib.policy import Policy
from lib.problems import RefusalError
from lib.products import Hosting, Product
from lib.store import batches, bulk, versions
from lib.store.batches import Batch, State
from lib.store.versions import Contents
from lib.tables import read_table
from lib.words import moment

CONTENT = (*COLUMNS, "country_text")
"""The columns that make a license what it is: if none differs from what is stored, nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing a file would do to the store as it is at change `base`.

    `written` has the new versions, first the new licenses, then the changed ones, whose stored versions are `before` in
    the same order; `rows` are their row indexes in the file, `contents` their content hashes. `effect` counts what it means for the business.
    """

    base: int
    checked: Checked
    rows: Rows
    contents: Hashes
    written: dict[str, Column]
    before: pd.DataFrame
    counts: dict[str, int]
    effect: dict[str, int]


def read_and_check(content: bytes, name: str, settings: Settings, policy: Policy) -> Checked:
    """A file's bytes as checked licenses. Raises TableError if it is no table, or not one of licenses."""
    table = read_table(
        content,
        name,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        header_line=settings.header_line,
        sheet=settings.sheet,
    )
    return check(table, settings, policy)


def plan(connection: Connection, checked: Checked, policy: Policy) -> Plan:
    """Compare a checked file with the store: new, changed and unchanged licenses, and the effect of writing them."""
    incoming = {name: checked.licenses[name].take(checked.rows) for name in CONTENT}
    contents = row_hashes([incoming[name] for name in CONTENT])
    new, other = _compared(incoming["license_key"], contents, versions.contents(connection, incoming["license_key"]))
    keys = incoming["license_key"].take(other).objects()
    before = versions.standing(connection, keys.tolist()).reindex(keys)
    merged = _merged({name: incoming[name].take(other) for name in CONTENT}, before)
    differs = _differing_rows(merged, before)
    written = {name: incoming[name].take(new).followed_by(merged[name].take(differs)) for name in CONTENT}
    changed = row_hashes([merged[name].take(differs) for name in CONTENT])
    written |= verdict_columns(judge_all(written, policy))
    before = before.iloc[differs]
    return Plan(
        base=versions.latest_change(connection),
        checked=checked,
        rows=checked.rows[np.concatenate([new, other[differs]])],
        contents=np.concatenate([contents[new], changed]),
        written=written,
        before=before,
        counts={
            "rows": len(checked.table),
            "new": len(new),
            "changed": len(differs),
            "unchanged": len(checked.rows) - len(new) - len(differs),
            "held": int(checked.held.sum()),
            "repeated": len(checked.table) - len(checked.rows) - int(checked.held.sum()),
        },
        effect=effect_of(written, before),
    )


def bring_in(engine: Engine, name: str, content: bytes, settings: Settings, by: str) -> int:
    """Keep a file as an open batch; gives the batch's number."""
    with database.writing(engine) as connection:
        return batches.keep(connection, name, content, settings.stored(), by)


def preview(engine: Engine, number: int, policy: Policy) -> Plan:
    """What importing an open batch would do now. Raises TableError or RefusalError."""
    with database.reading(engine) as connection:
        return _plan_of(connection, batches.batch(connection, number), policy)


def commit(engine: Engine, number: int, by: str, policy: Policy, *, base: int | None = None) -> dict[str, Any]:
    """Import an open batch whole, or not at all; gives its receipt.

    Refused if it was imported already, if a question is open, or if the store is no longer at change `base`, the one
    that a person saw the preview of.
    """
    with database.writing(engine) as connection:
        batch = batches.batch(connection, number)
        if batch.state is not State.OPEN:
            raise RefusalError(f"Batch #{number} has been imported already; importing it again would change nothing.")
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
    bulk.append(connection, _stored(planned, change, batch.id))
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


def _compared(keys: Column, contents: Hashes, stored: Contents) -> tuple[Rows, Rows]:
    """The rows whose key is new, and those whose content is not what is stored under their key."""
    known = np.asarray(pc.index_in(keys.arrow(pa.string()), stored.keys).fill_null(-1))
    is_new: Mask = known < 0
    same = ~is_new
    same[same] = stored.contents[known[same]] == contents[same]
    return np.flatnonzero(is_new).astype(np.int64), np.flatnonzero(~is_new & ~same).astype(np.int64)


def _merged(incoming: Mapping[str, Column], before: pd.DataFrame) -> dict[str, Column]:
    """The incoming licenses, with the stored value wherever a cell is blank, for a blank says nothing.

    A country we do not know is no blank: the stored code would contradict the text beside it.
    """
    stored: dict[str, Column] = {name: Coded.of(_as_read(name, value) for value in before[name]) for name in incoming}
    stored["country"] = stored["country"].coded().unless(~incoming["country_text"].blank(), "")
    return {name: column.otherwise(stored[name]) for name, column in incoming.items()}


def _as_read(name: str, value: Any) -> Any:
    """A stored value as the readers give it."""
    kind = COLUMNS[name].kind if name in COLUMNS else Kind.TEXT
    if kind in (Kind.PRODUCT, Kind.HOSTING):
        return None if value is None else Product(value) if kind is Kind.PRODUCT else Hosting(value)
    return value


def _differing_rows(merged: Mapping[str, Column], before: pd.DataFrame) -> Rows:
    differs = np.zeros(len(before), dtype=np.bool_)
    for name, column in merged.items():
        differs |= column.objects() != before[name].to_numpy(dtype=object)
    return np.flatnonzero(differs).astype(np.int64)


def _stored(planned: Plan, change: int, batch: int) -> dict[str, pa.Array]:
    """The planned versions as rows of the store: with their customer, content, and where they came from."""
    written, length = planned.written, len(planned.rows)
    named = [written[name] for name in ("company", "license_name", "contact_email")]
    return {
        **{name: column.arrow(bulk.ARROW_TYPES[name]) for name, column in written.items()},
        "customer": _customers(*named).array,
        "content": pa.array(planned.contents),
        "line": pa.array(planned.checked.table.lines[planned.rows]),
        "since": pa.repeat(change, length),
        "batch_id": pa.repeat(batch, length),
    }


def _customers(company: Column, license_name: Column, contact_email: Column) -> Texts:
    """Each license's customer, the company decides, else the name on the license, else the contact's address."""
    customers = Texts.of(company.map(organisation).objects())
    unnamed = np.flatnonzero(customers.blank()).astype(np.int64)
    named = Texts.of(license_name.take(unnamed).map(organisation).objects())
    rest = named.otherwise(Texts.of(contact_email.take(unnamed).map(str.casefold).objects()))
    return customers.replaced(unnamed, rest.objects().tolist())


def verdict_columns(verdicts: Coded) -> dict[str, Coded]:
    """Verdicts as the columns that are stored: codes, sizes, dates."""

    def column(read: Any) -> Coded:
        return verdicts.map(read)

    return {
        "outcome": column(lambda verdict: verdict.outcome),
        "reason": column(lambda verdict: verdict.reasons[0].code),
        "needs": column(lambda verdict: ",".join(verdict.needs)),
        "flags": column(lambda verdict: ",".join(verdict.flags)),
        "borderline": column(lambda verdict: verdict.borderline),
        **{
            name: column(lambda verdict, name=name: getattr(verdict, name))
            for name in ("from_size", "to_tier", "tier_steps", "users_added", "consent", "plan_detail", "plan_end")
        },
    }
