"""Applies matches: one change that records SENs and Marketplace's tiers, and moves requests to migrated or matched."""

from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, and_, false, or_, tuple_

from lib.columnar.column import Column
from lib.domain.changes import ChangeKind
from lib.domain.codes import join_codes, parse_fields
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean
from lib.editing import change_reversal
from lib.importing.imports import WithinTransaction, do_nothing
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.derive import STORED_INPUTS, Derived, derive
from lib.judging.stages import at_stage, stages_from_fields
from lib.judging.stored import stored_column
from lib.matching.confidence import Confidence
from lib.matching.findings import FindingState
from lib.matching.match import AUTOMATIC
from lib.reconciling.comparison import compare_in_transaction, newest_export
from lib.store import (
    change_log,
    customer_aliases,
    database,
    findings,
    license_sens,
    marketplace_exports,
    marketplace_links,
    policies,
    versions,
)
from lib.store.marketplace_exports import StoredExport
from lib.store.schema import findings as findings_table
from lib.store.work_steps import WRITING, ProgressReporter, no_progress

_f = findings_table.c

AUTOMATIC_CHANGE = "automatic"
"""Among the counts of a change: whether the policy had it made, and nobody clicked."""

Level = Confidence | None
"""How sure a match must be to be applied without a person; None: only what a person accepted is applied."""


@dataclass(frozen=True, slots=True)
class Application:
    """What applying matches comes to, or would.

    `rows` has a row per license with its target_stage, new SEN and tier; `migrated`, `matched` and `pending` count the
    licenses that then are newly migrated, newly matched, and on Marketplace below their server's tier. `refused` says
    why others stay as they are, by license key. `change` is its number, None if nothing was written.
    """

    rows: pd.DataFrame
    migrated: int
    matched: int
    pending: int
    refused: dict[str, str]
    change: int | None = None


def preview(connection: Connection, level: Level) -> Application:
    """What `apply_matches` would do now."""
    return plan(connection, findings.page(connection, [ready_condition(level)]))


def apply_matches(
    engine: Engine,
    comparison: int,
    level: Level,
    actor: Actor,
    policy: Policy,
    reason: str = "",
    *,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> Application:
    """Apply the matches that are sure enough or accepted, as one change, and compare again, in one transaction.

    `comparison` is the one that the person saw. Raises RefusalError if licenses or the export have changed since, if there
    is nothing to apply, or if the actor may not. `undo_application` undoes it.
    """
    require(actor, Action.RECONCILE)
    # Before the transaction: while it lasts, no progress can be stored on SQLite.
    report_progress(WRITING, 0, 0)
    with database.writing(engine) as connection:
        export = refuse_outdated(connection, comparison)
        application = preview(connection, level)
        if application.rows.empty:
            raise RefusalError(nothing_to_apply(application))
        change = write(connection, application, export, actor, reason, policy)
        compare_in_transaction(connection, policy)
        in_same_transaction(connection)
    return replace(application, change=change)


def apply_automatically(connection: Connection, actor: Actor, policy: Policy) -> int | None:
    """Apply what the policy says needs no person, within a comparison's transaction; gives the change, if there is any.

    What somebody took back before is left for people.
    """
    level = automatic_level(policy)
    if level is None:
        return None
    rows = findings.page(connection, [ready_condition(level), _f.accepted.is_(False), is_never_undone()])
    application = plan(connection, rows)
    if application.rows.empty:
        return None
    reason = f"Applied automatically, as policy v{policy.version} says"
    change = write(connection, application, newest_export(connection), actor, reason, policy, is_automatic=True)
    compare_in_transaction(connection, policy)
    return change


def automatic_level(policy: Policy) -> Level:
    """How sure matches must be to be applied as soon as an export is read; None if none are."""
    if policy.apply_on_reading == "none":
        return None
    return Confidence(policy.apply_on_reading)


def is_never_undone() -> ColumnElement[bool]:
    """Whether nobody took the match of a finding back after it had been applied."""
    undone = marketplace_links.undone_pairs()
    return tuple_(_f.license_key, _f.marketplace_id).not_in(undone)


def undo_application(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    reason: str = "",
    *,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> int:
    """Undo or redo what was applied, and compare again, in one transaction; gives the number of the new change.

    Raises RefusalError as `change_reversal.undo_change` does.
    """
    require(actor, Action.RECONCILE)
    report_progress(WRITING, 0, 0)
    with database.writing(engine) as connection:
        change = change_reversal.undo_in_transaction(connection, number, actor, reason)
        compare_in_transaction(connection, policy)
        in_same_transaction(connection)
    return change


def nothing_to_apply(application: Application) -> str:
    """Why an application comes to nothing."""
    sentences = [f"{key}: {sentence}" for key, sentence in list(application.refused.items())[:3]]
    return " ".join(["There is no match to apply: all that are sure enough have already been applied.", *sentences])


def refuse_outdated(connection: Connection, comparison: int) -> StoredExport:
    """The export of a comparison. Raises RefusalError if it is not of now."""
    newest, export = findings.newest_comparison(connection), marketplace_exports.newest(connection)
    if newest is None or export is None:
        raise RefusalError("No Marketplace export was read yet. Read one first.")
    is_of_now = newest.change == change_log.latest_change(connection) and newest.export_id == export.id
    if newest.id != comparison or not is_of_now:
        raise RefusalError(
            "The licenses or the export changed since this comparison. Compare again, look at what is proposed now, "
            "and apply that."
        )
    return export


def ready_condition(level: Level) -> ColumnElement[bool]:
    """Which findings are applied: those that are sure enough, and those that a person accepted."""
    allowed = AUTOMATIC[: AUTOMATIC.index(level) + 1] if level else ()
    is_sure = _f.confidence.in_([str(confidence) for confidence in allowed]) if allowed else false()
    return and_(_f.state == FindingState.READY, or_(_f.accepted, and_(is_sure, _f.doubts == "")))


def plan(connection: Connection, rows: pd.DataFrame) -> Application:
    """What comes of findings that are ready, with those left out whose SEN another license has."""
    # Cloud licenses keep no SEN: Balsamiq moved those without a request.
    is_new_sen = (rows["hosting"] != Hosting.CLOUD) & (rows["sen"].fillna("") == "") & (rows["their_sen"] != "")
    rows = rows.assign(new_sen=rows["their_sen"].where(is_new_sen, ""))
    holders = dict(license_sens.sen_holders(connection, set(rows["new_sen"]) - {""}))
    conflicts = rows[rows["new_sen"].isin(list(holders))]
    refused = {
        str(key): f'{sen} is that of license "{holders[sen]}". One SEN belongs to one license.'
        for key, sen in zip(conflicts["license_key"], conflicts["new_sen"].astype(str), strict=True)
    }
    rows = rows[~rows["license_key"].isin(list(refused))]
    is_moved = (rows["target_stage"] != "") & (rows["target_stage"] != rows["stage"])
    has_migrated = rows["stage"].isin([str(Stage.MIGRATED), str(Stage.MATCHED)])
    return Application(
        rows=rows,
        migrated=int((is_moved & ~has_migrated).sum()),
        matched=int((is_moved & (rows["target_stage"] == Stage.MATCHED)).sum()),
        pending=int((rows["tier_state"] == "upgrade_pending").sum()),
        refused=refused,
    )


def write(
    connection: Connection,
    application: Application,
    export: StoredExport,
    actor: Actor,
    reason: str,
    policy: Policy,
    *,
    is_automatic: bool = False,
) -> int:
    """Write an application as one change; gives its number."""
    policies.refuse_outdated(connection, policy)
    rows = application.rows
    source = f"{export.name}, SHA-256 {export.sha256}"
    counts = {
        "changed": len(rows),
        "migrated": application.migrated,
        "matched": application.matched,
        "pending": application.pending,
        "export": export.id,
        AUTOMATIC_CHANGE: int(is_automatic),
    }
    change = change_log.begin_change(
        connection,
        actor=actor,
        kind=ChangeKind.RECONCILE,
        reason=". ".join(filter(None, [clean(reason), source])),
        counts=counts,
    )
    altered = rows[(rows["new_sen"] != "") | ((rows["target_stage"] != "") & (rows["target_stage"] != rows["stage"]))]
    if not altered.empty:
        write_versions(connection, altered, change, policy)
    links = rows[["license_key", "marketplace_id"]].assign(tier=rows["their_tier"])
    marketplace_links.replace(connection, links, export.id, change)
    return change


def write_versions(connection: Connection, rows: pd.DataFrame, change: int, policy: Policy) -> None:
    """Replace licenses by versions with their new SENs and stages."""
    by_key = rows.set_index("license_key")
    before = versions.current(connection, list(by_key.index)).sort_index()
    new_sens, targets = (by_key[name].reindex(before.index) for name in ("new_sen", "target_stage"))
    has_new_sen = new_sens != ""
    edited = before["edited"].map(with_sen).where(has_new_sen, before["edited"])
    after = before.assign(sen=new_sens.where(has_new_sen, before["sen"]), edited=edited)
    derived = derive_frames(connection, after, before, policy)
    own_stages = stages_from_fields({**columns_of(after), **derived.columns}).objects()
    new_rows = []
    for row, (record, target) in enumerate(zip(after.to_dict("records"), targets, strict=True)):
        values = derived.at(row)
        if target and values["stage"] != target:
            values = at_stage(values, Stage(target), Stage(own_stages[row]))
        values["stage_since"] = (
            before["stage_since"].iloc[row] if values["stage"] == before["stage"].iloc[row] else change
        )
        content = {str(name): value for name, value in record.items()}
        new_rows.append({**content, **values})
    versions.replace(connection, new_rows, change)


def with_sen(edited: str | None) -> str:
    """The fields that people changed, with the SEN among them: a later file must not clear it."""
    return join_codes(sorted({"sen", *parse_fields(edited)}))


def columns_of(frame: pd.DataFrame, names: tuple[str, ...] = CONTENT_COLUMNS) -> dict[str, Column]:
    """Some columns of stored versions."""
    return {name: stored_column(name, frame[name].to_list()) for name in names}


def derive_frames(connection: Connection, after: pd.DataFrame, before: pd.DataFrame, policy: Policy) -> Derived:
    """What follows from the fields of new versions."""
    decisions = customer_aliases.customer_decisions(connection)
    return derive(columns_of(after), columns_of(before, STORED_INPUTS), decisions, policy)
