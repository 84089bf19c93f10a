"""People's answers to proposed matches: accepted, rejected, or taken back. They are remembered for every later export."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine

from lib.domain.codes import parse_fields
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean
from lib.matching.confidence import Doubt
from lib.matching.findings import FindingState
from lib.reconciling.exports import compare_all
from lib.store import bulk, database, findings, match_decisions
from lib.store.match_decisions import MatchDecision
from lib.store.schema import findings as findings_table

_f = findings_table.c


def accept(engine: Engine, comparison: int, license_keys: Sequence[str], actor: Actor, reason: str = "") -> None:
    """Say that licenses are those proposed for them; the next application applies them.

    `comparison` is the one that the person saw. Raises RefusalError if another was made since, or none of them is proposed.
    """
    require(actor, Action.RECONCILE)
    with database.writing(engine) as connection:
        pairs = proposed_pairs(connection, comparison, license_keys, is_accepted=True)
        match_decisions.add(connection, pairs, MatchDecision.ACCEPTED, actor, clean(reason))
        findings.accept(connection, [key for key, _ in pairs])


def reject(engine: Engine, comparison: int, license_keys: Sequence[str], actor: Actor, reason: str = "") -> None:
    """Say that licenses are not those proposed for them. Raises as `accept` does."""
    # These pairs are never proposed again.
    require(actor, Action.RECONCILE)
    with database.writing(engine) as connection:
        pairs = proposed_pairs(connection, comparison, license_keys)
        match_decisions.add(connection, pairs, MatchDecision.REJECTED, actor, clean(reason))
        findings.remove(connection, [key for key, _ in pairs])


def withdraw(engine: Engine, license_key: str, marketplace_id: str, actor: Actor, policy: Policy) -> None:
    """Take back what was said of a pair, and compare again. Raises RefusalError if nothing was."""
    require(actor, Action.RECONCILE)
    with database.writing(engine) as connection:
        decisions = match_decisions.in_force(connection)
        if not any((one.license_key, one.marketplace_id) == (license_key, marketplace_id) for one in decisions):
            raise RefusalError(
                f'Nobody said whether "{license_key}" is {marketplace_id}, so there is nothing to take back.'
            )
        match_decisions.add(connection, [(license_key, marketplace_id)], MatchDecision.WITHDRAWN, actor)
    compare_all(engine, policy)


def proposed_pairs(
    connection: Connection, comparison: int, license_keys: Sequence[str], *, is_accepted: bool = False
) -> list[tuple[str, str]]:
    """The proposed pairs of licenses.

    Raises RefusalError if they are of another comparison, if none is proposed, or if one that is to be accepted has
    another SEN.
    """
    newest = findings.newest_comparison(connection)
    if newest is None or newest.id != comparison:
        raise RefusalError("The licenses were compared again since. Look at what is proposed now, and answer that.")
    is_proposed = _f.state.in_([str(FindingState.REVIEW), str(FindingState.READY)])
    rows = findings.page(connection, [is_proposed, bulk.is_one_of(connection, _f.license_key, license_keys)])
    if rows.empty:
        raise RefusalError("Nothing is proposed for these licenses any more. Reload the page.")
    contradicted = rows[rows["doubts"].map(parse_fields).map(lambda codes: Doubt.OTHER_SEN in codes)]
    if is_accepted and not contradicted.empty:
        first = contradicted.iloc[0]
        raise RefusalError(
            f'License "{first["license_key"]}" has {first["sen"]} by now. Clear that SEN first, or reject this match.'
        )
    return list(zip(rows["license_key"], rows["marketplace_id"], strict=True))
