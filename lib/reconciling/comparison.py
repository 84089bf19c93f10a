"""Compares all licenses with the newest export of Marketplace's, and stores what is found."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.importing.imports import WithinTransaction, do_nothing
from lib.matching.findings import App, build_findings
from lib.matching.match import match
from lib.matching.sides import OUR_COLUMNS
from lib.store import (
    change_log,
    database,
    findings,
    licenses_to_match,
    marketplace_exports,
    marketplace_links,
    match_decisions,
)
from lib.store.marketplace_exports import StoredExport
from lib.store.match_decisions import Decision, MatchDecision
from lib.store.work_steps import COMPARING, ProgressReporter, no_progress

# How often a comparison is begun without keeping others from writing.
_TRIES = 3


def compare_again(
    engine: Engine,
    actor: Actor,
    policy: Policy,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> None:
    """Compare the licenses as they are now. Raises RefusalError if there is no export, or if the actor may not."""
    require(actor, Action.RECONCILE)
    report_progress(COMPARING, 0, 0)
    compare_all(engine, policy, in_same_transaction)


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a comparison depends on, as it stood at one moment: the newest export, change and decision among it."""

    export: int
    change: int
    revision: int
    ours: pd.DataFrame
    theirs: pa.Table
    links: pd.DataFrame
    decisions: list[Decision]
    apps: set[App]
    policy: Policy


def compare_all(engine: Engine, policy: Policy, in_same_transaction: WithinTransaction = do_nothing) -> None:
    """Compare all licenses with the newest export and store what is found.

    `in_same_transaction` comes after that. Raises RefusalError if there is no export.
    """
    # Matching takes seconds, in which others may write: it is done on what one moment shows, and anew if that is over.
    for _ in range(_TRIES):
        with database.reading(engine) as connection:
            inputs = read_inputs(connection, policy)
        rows, candidates = compare_inputs(inputs)
        with database.writing(engine) as connection:
            if is_current(connection, inputs):
                findings.store(connection, inputs.export, inputs.change, candidates, rows)
                in_same_transaction(connection)
                return
    with database.writing(engine) as connection:
        compare_in_transaction(connection, policy)
        in_same_transaction(connection)


def compare_in_transaction(connection: Connection, policy: Policy) -> None:
    """Like `compare_all`, as part of the caller's transaction, in which nobody else writes."""
    inputs = read_inputs(connection, policy)
    rows, candidates = compare_inputs(inputs)
    findings.store(connection, inputs.export, inputs.change, candidates, rows)


def read_inputs(connection: Connection, policy: Policy) -> Inputs:
    """What there is to compare now."""
    return Inputs(
        export=newest_export(connection).id,
        change=change_log.latest_change(connection),
        revision=findings.revision(connection),
        ours=licenses_to_match.current(connection, policy),
        theirs=marketplace_exports.current_licenses(connection),
        links=marketplace_links.current(connection),
        decisions=match_decisions.in_force(connection),
        apps=marketplace_exports.app_keys(connection),
        policy=policy,
    )


def is_current(connection: Connection, inputs: Inputs) -> bool:
    """Whether nothing that a comparison depends on has changed."""
    now = (newest_export(connection).id, change_log.latest_change(connection), findings.revision(connection))
    return now == (inputs.export, inputs.change, inputs.revision)


def compare_inputs(inputs: Inputs) -> tuple[pd.DataFrame, int]:
    """The findings about all licenses, and how many pairs were compared."""
    links, decisions = inputs.links, inputs.decisions
    linked = list(zip(links["license_key"], links["marketplace_id"], strict=True))
    accepted = [(one.license_key, one.marketplace_id) for one in decisions if one.state == MatchDecision.ACCEPTED]
    rejected = [(one.license_key, one.marketplace_id) for one in decisions if one.state == MatchDecision.REJECTED]
    matches = match(
        licenses_to_match.as_table(inputs.ours, OUR_COLUMNS),
        inputs.theirs,
        first_of_each([*linked, *accepted]),
        rejected,
        least_probability=inputs.policy.least_percent / 100,
        domains=inputs.policy.mail_domains,
    )
    their_frame = inputs.theirs.select(["id", "sen", "tier"]).to_pandas()
    return build_findings(matches.proposals, inputs.ours, their_frame, links, inputs.apps), matches.candidates


def first_of_each(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs without those that have a license in common with an earlier one."""
    keys, ids, first = set[str](), set[str](), []
    for key, id in pairs:
        if key not in keys and id not in ids:
            first.append((key, id))
        keys.add(key)
        ids.add(id)
    return first


def newest_export(connection: Connection) -> StoredExport:
    """The newest export. Raises RefusalError if none was read."""
    export = marketplace_exports.newest(connection)
    if export is None:
        raise RefusalError("No Marketplace export was read yet. Read one first.")
    return export
