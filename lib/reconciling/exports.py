"""Takes in an export of Marketplace's: read, stored beside those before it, and compared with our licenses at once."""

from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.marketplace.export import Export, read_export
from lib.marketplace.export_columns import ExportKind
from lib.marketplace.succession import alterations, succeed
from lib.matching.findings import build_findings
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
from lib.store.match_decisions import MatchDecision

_MOST_PROBLEMS = 200
"""Unreadable texts that are kept of an export."""

_MOST_LEFT_OUT = 1000
"""Rows left out that are kept of an export, one by one; their number by reason always is."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An export that was taken in, and the comparison with it; `is_known` if it was the newest one already."""

    export: int
    comparison: int
    is_known: bool = False


def take_in(engine: Engine, content: bytes, name: str, actor: Actor, policy: Policy) -> TakenIn:
    """Read an export, store what it says, and compare it with our licenses, in one transaction.

    The newest export is only compared again. Raises TableError if it is no export of Marketplace's, RefusalError for
    transactions without a license export, or if the actor may not.
    """
    require(actor, Action.RECONCILE)
    digest = sha256(content).hexdigest()
    export = read_export(content, name)
    with database.writing(engine) as connection:
        newest = marketplace_exports.newest(connection)
        if newest and newest.sha256 == digest:
            return TakenIn(newest.id, compare_all(connection, policy), is_known=True)
        succession = succeed(marketplace_exports.current_licenses(connection), export)
        refuse_transactions_alone(connection, export)
        summary = summarise(export) | {"unknown": succession.unknown}
        number = marketplace_exports.add(
            connection, name, digest, str(export.kind), len(export.licenses), summary, actor
        )
        marketplace_exports.write_succession(connection, number, succession)
        comparison = compare_all(connection, policy)
    return TakenIn(number, comparison)


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
    with database.writing(engine) as connection:
        return compare_all(connection, policy)


def compare_all(connection: Connection, policy: Policy) -> int:
    """Compare all licenses with the newest export and store what is found. Raises RefusalError if there is no export."""
    export = newest_export(connection)
    ours = licenses_to_match.current(connection, policy)
    theirs = marketplace_exports.current_licenses(connection)
    links = marketplace_links.current(connection)
    decisions = match_decisions.in_force(connection)
    linked = list(zip(links["license_key"], links["marketplace_id"], strict=True))
    accepted = [(one.license_key, one.marketplace_id) for one in decisions if one.state == MatchDecision.ACCEPTED]
    rejected = [(one.license_key, one.marketplace_id) for one in decisions if one.state == MatchDecision.REJECTED]
    matches = match(
        licenses_to_match.as_table(ours, OUR_COLUMNS), theirs, first_of_each([*linked, *accepted]), rejected
    )
    their_frame = theirs.select(["id", "sen", "tier"]).to_pandas()
    apps = marketplace_exports.app_keys(connection)
    rows = build_findings(matches.proposals, ours, their_frame, links, apps)
    return findings.store(connection, export.id, change_log.latest_change(connection), matches.candidates, rows)


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
    begun, ended = marketplace_exports.begun_and_ended(connection, export.id)
    return alterations(ended, begun)


def newest_export(connection: Connection) -> StoredExport:
    """The newest export. Raises RefusalError if none was read."""
    export = marketplace_exports.newest(connection)
    if export is None:
        raise RefusalError("No Marketplace export was read yet. Read one first.")
    return export
