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
from sqlalchemy import Connection, Engine

from lib import database
from lib.check import Checked, Settings, check
from lib.coded import Coded, Rows, row_hashes
from lib.customers import organisation
from lib.eligibility import Outcome
from lib.judging import judge_all
from lib.licenses import COLUMNS, Kind
from lib.policy import Policy
from lib.problems import RefusalError
from lib.products import Hosting, Product
from lib.store import batches, versions
from lib.store.batches import Batch, State
from lib.tables import read_table

CONTENT = (*COLUMNS, "country_text")
"""The columns that make a license what it is: if none differs from what is stored, nothing is written."""

_MAY_MOVE = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing a file would do to the store as it is at change `base`.

    `written` has the new versions, first the new licenses, then the changed ones, whose stored versions are `before` in
    the same order. `effect` counts what it means for the business.
    """

    base: int
    checked: Checked
    written: dict[str, Coded]
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
    keys = incoming["license_key"].objects()
    stored = versions.contents(connection, keys.tolist())
    contents = row_hashes([incoming[name] for name in CONTENT])
    is_new = np.fromiter((key not in stored for key in keys), np.bool_, len(keys))
    same = np.fromiter(
        (stored.get(key) == content for key, content in zip(keys, contents.tolist(), strict=True)), np.bool_, len(keys)
    )
    new, other = np.flatnonzero(is_new), np.flatnonzero(~is_new & ~same)
    before = versions.standing(connection, keys[other].tolist()).reindex(keys[other])
    merged = _merged({name: incoming[name].take(other) for name in CONTENT}, before)
    differs = _differing_rows(merged, before)
    written = {name: incoming[name].take(new).followed_by(merged[name].take(differs)) for name in CONTENT}
    rows = checked.rows[np.concatenate([new, other[differs]])]
    written |= _derived(written, checked, rows, policy)
    before = before.iloc[differs]
    return Plan(
        base=versions.latest_change(connection),
        checked=checked,
        written=written,
        before=before,
        counts={
            "rows": len(checked.table),
            "new": len(new),
            "changed": len(differs),
            "unchanged": len(keys) - len(new) - len(differs),
            "held": int(checked.held.sum()),
            "repeated": len(checked.table) - len(keys) - int(checked.held.sum()),
        },
        effect=_effect(written, before),
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
    return f"{last.kind} #{last.batch_id} by {last.by} at {last.at:%Y-%m-%d %H:%M}" if last else "they were emptied"


def _write(connection: Connection, planned: Plan, batch: Batch, by: str) -> int | None:
    """Write the planned versions as one change; None if there is nothing to write."""
    length = planned.counts["new"] + planned.counts["changed"]
    if not length:
        return None
    change = versions.begin_change(connection, by=by, kind="import", batch_id=batch.id, counts=planned.counts)
    versions.close(connection, planned.before.index.tolist(), change)
    told = {"since": Coded.constant(change, length), "batch_id": Coded.constant(batch.id, length)}
    versions.append(connection, {**planned.written, **told})
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


def _merged(incoming: Mapping[str, Coded], before: pd.DataFrame) -> dict[str, Coded]:
    """The incoming licenses, with the stored value wherever a cell is blank, for a blank says nothing.

    A country we do not know is no blank: the stored code would contradict the text beside it.
    """
    stored = {name: Coded.of(_as_read(name, value) for value in before[name]) for name in incoming}
    stored["country"] = (
        stored["country"].where(incoming["country_text"].blank()).otherwise(Coded.constant("", len(before)))
    )
    return {name: column.otherwise(stored[name]) for name, column in incoming.items()}


def _as_read(name: str, value: Any) -> Any:
    """A stored value as the readers give it."""
    kind = COLUMNS[name].kind if name in COLUMNS else Kind.TEXT
    if kind in (Kind.PRODUCT, Kind.HOSTING):
        return None if value is None else Product(value) if kind is Kind.PRODUCT else Hosting(value)
    return value


def _differing_rows(merged: Mapping[str, Coded], before: pd.DataFrame) -> Rows:
    differs = np.zeros(len(before), dtype=np.bool_)
    for name, column in merged.items():
        differs |= column.objects() != before[name].to_numpy(dtype=object)
    return np.flatnonzero(differs).astype(np.int64)


def _derived(written: Mapping[str, Coded], checked: Checked, rows: Rows, policy: Policy) -> dict[str, Coded]:
    """What is stored beside a license's own columns: verdict, customer, content and where it came from."""
    return {
        **verdict_columns(judge_all(written, policy)),
        "customer": _customers(written),
        "content": Coded.of(row_hashes([written[name] for name in CONTENT]).tolist()),
        "line": Coded.of(checked.table.lines[rows].tolist()),
    }


def _customers(written: Mapping[str, Coded]) -> Coded:
    """Each license's customer: the company decides, else the name on the license, else the contact's address."""
    company, name, email = (written[column] for column in ("company", "license_name", "contact_email"))
    customers = company.map(organisation)
    unnamed = np.flatnonzero(customers.blank())
    if not len(unnamed):
        return customers
    named = name.take(unnamed).map(organisation).otherwise(email.take(unnamed).map(str.casefold))
    return customers.replaced(unnamed, named)


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


def _effect(written: Mapping[str, Coded], before: pd.DataFrame) -> dict[str, int]:
    """What the new versions mean: licenses that can or can no longer move, tier moves, Cloud groups that flip."""
    after = pd.DataFrame({name: written[name].objects() for name in ("outcome", "from_size", "to_tier")}, dtype=object)
    new = len(after) - len(before)
    was = pd.DataFrame(None, index=range(new), columns=after.columns, dtype=object)
    was = pd.concat([was, before[list(after.columns)].reset_index(drop=True)], ignore_index=True)
    can, could = after["outcome"].isin(_MAY_MOVE), was["outcome"].isin(_MAY_MOVE)
    moved = after["outcome"] == Outcome.ALREADY_MIGRATED
    tiers = [tuple(row) for row in after[["from_size", "to_tier"]].to_numpy()]
    tiers_before = [
        tuple(row)
        for row in was[["from_size", "to_tier"]].astype(object).where(was["to_tier"].notna(), None).to_numpy()
    ]
    return {
        "gained": int((can & ~could).sum()),
        "lost": int((could & ~can & ~moved).sum()),
        "tier_moves": sum(now != then for now, then in zip(tiers, tiers_before, strict=True)),
        "to_expired": int(((was["outcome"] == Outcome.LEGACY_PLAN) & (after["outcome"] == Outcome.EXPIRED)).sum()),
        "to_legacy": int(((was["outcome"] == Outcome.EXPIRED) & (after["outcome"] == Outcome.LEGACY_PLAN)).sum()),
        **{f"now_{outcome}": int((after["outcome"] == outcome).sum()) for outcome in Outcome},
    }
