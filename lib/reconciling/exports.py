"""Takes in an export of Marketplace's: read, stored beside those before it, and compared with our licenses at once."""

from collections import Counter
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.importing.imports import WithinTransaction, do_nothing
from lib.marketplace.export import Export, read_export
from lib.marketplace.export_columns import ExportKind
from lib.marketplace.json_table import is_json
from lib.marketplace.succession import alterations, succeed
from lib.matching.findings import App, build_findings
from lib.matching.match import match
from lib.matching.sides import OUR_COLUMNS
from lib.reading.tables import refuse_unreadable
from lib.store import (
    batches,
    change_log,
    database,
    findings,
    jobs,
    licenses_to_match,
    marketplace_exports,
    marketplace_links,
    match_decisions,
)
from lib.store.batches import BatchState
from lib.store.jobs import COMPARING, READING, JobKind, JobRequest, ProgressReporter, no_progress
from lib.store.marketplace_exports import StoredExport
from lib.store.match_decisions import Decision, MatchDecision

_MOST_PROBLEMS = 200
"""Unreadable texts that are kept of an export."""

_TRIES = 3
"""How often a comparison is begun without keeping others from writing."""

# Rows left out that are kept of an export, one by one; their number by reason always is.
_MOST_LEFT_OUT = 1000


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An export that was taken in, and the comparison with it; `is_known` if it was the newest one already."""

    export: int
    comparison: int
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
    return take_in(engine, content, batch.name, actor, policy, report_progress, in_same_transaction)


def take_in(
    engine: Engine,
    content: bytes,
    name: str,
    actor: Actor,
    policy: Policy,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> TakenIn:
    """Read an export, store what it says, and compare it with our licenses.

    The newest export is only compared again. An export that was read stays if the comparison fails: it can be made again.
    `in_same_transaction` belongs to the transaction that stores the comparison. Raises TableError if it is no export of Marketplace's, RefusalError for
    transactions without a license export, or if the actor may not.
    """
    require(actor, Action.RECONCILE)
    report_progress(READING, 0, 0)
    digest, export = batches.fingerprint(content), read_export(content, name)
    with database.writing(engine) as connection:
        newest = marketplace_exports.newest(connection)
        same = newest if newest and newest.sha256 == digest else None
        number = same.id if same else write_export(connection, export, name, digest, actor)
    report_progress(COMPARING, 0, export.rows)
    comparison = compare_all(engine, policy, in_same_transaction)
    return TakenIn(number, comparison, is_known=same is not None)


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
            "Transactions only tell of changes to licenses. Read Marketplace's license export first, then this file."
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


def compare_again(engine: Engine, actor: Actor, policy: Policy) -> int:
    """Compare the licenses as they are now; gives the number of the comparison."""
    require(actor, Action.RECONCILE)
    return compare_all(engine, policy)


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


def compare_all(engine: Engine, policy: Policy, in_same_transaction: WithinTransaction = do_nothing) -> int:
    """Compare all licenses with the newest export and store what is found; gives the comparison's number.

    Raises RefusalError if there is no export.
    """
    # Matching takes seconds, in which others may write: it is done on what one moment shows, and anew if that is over.
    for _ in range(_TRIES):
        with database.reading(engine) as connection:
            inputs = read_inputs(connection, policy)
        rows, candidates = compare_inputs(inputs)
        with database.writing(engine) as connection:
            if is_current(connection, inputs):
                in_same_transaction(connection)
                return findings.store(connection, inputs.export, inputs.change, candidates, rows)
    with database.writing(engine) as connection:
        inputs = read_inputs(connection, policy)
        rows, candidates = compare_inputs(inputs)
        in_same_transaction(connection)
        return findings.store(connection, inputs.export, inputs.change, candidates, rows)


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


def altered(connection: Connection, export: StoredExport) -> pd.DataFrame:
    """What an export altered beside those before it (`succession.alterations`)."""
    later, earlier = marketplace_exports.begun_and_ended(connection, export.id)
    return alterations(earlier, later)


def newest_export(connection: Connection) -> StoredExport:
    """The newest export. Raises RefusalError if none was read."""
    export = marketplace_exports.newest(connection)
    if export is None:
        raise RefusalError("No Marketplace export was read yet. Read one first.")
    return export
