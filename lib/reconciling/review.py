"""People's answers to proposed matches: accepted, rejected, or taken back. They are remembered for every later export."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.domain.codes import parse_fields
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean
from lib.matching.confidence import Doubt
from lib.matching.findings import FindingState
from lib.reconciling import requested_work
from lib.store import bulk, database, findings, match_decisions
from lib.store.match_decisions import Answer, MatchDecision
from lib.store.schema import findings as findings_table

_f = findings_table.c


def accept(
    engine: Engine, comparison: int, license_keys: Sequence[str], actor: Actor, reason: str = ""
) -> Sequence[str]:
    """Say that licenses are those proposed for them; the next application applies them.

    `comparison` is the one that the person saw. Gives the licenses that were left out since they have another SEN by now.
    Raises RefusalError if another comparison was made since, if none of them is proposed, or if all have another SEN.
    """
    require(actor, Action.RECONCILE)
    with database.writing(engine) as connection:
        rows = proposals(connection, comparison, license_keys)
        has_other_sen = rows["doubts"].map(parse_fields).map(lambda codes: Doubt.OTHER_SEN in codes).astype(bool)
        refuse_other_sens(rows, has_other_sen)
        accepted = rows[~has_other_sen]
        match_decisions.add(connection, pairs_in(accepted), MatchDecision.ACCEPTED, actor, clean(reason))
        findings.accept(connection, accepted["license_key"].to_list())
    return list(rows["license_key"][has_other_sen])


def reject(
    engine: Engine, comparison: int, license_keys: Sequence[str], actor: Actor, reason: str = ""
) -> Sequence[str]:
    """Say that licenses are not those proposed; none is left out. Raises as `accept` does."""
    # These pairs are never proposed again.
    require(actor, Action.RECONCILE)
    with database.writing(engine) as connection:
        pairs = pairs_in(proposals(connection, comparison, license_keys))
        match_decisions.add(connection, pairs, MatchDecision.REJECTED, actor, clean(reason))
        findings.remove(connection, [key for key, _ in pairs])
    return []


def withdraw(engine: Engine, answer: Answer, actor: Actor) -> int:
    """Take an answer back, and request that the worker compares again; gives the number of that job.

    Raises RefusalError if it was undone already, or while a comparison is under way.
    """
    require(actor, Action.RECONCILE)
    with database.writing(engine) as connection:
        pairs = match_decisions.pairs_of(connection, answer)
        if not pairs:
            raise RefusalError("This answer was already undone. Reload the page.")
        match_decisions.add(connection, pairs, MatchDecision.WITHDRAWN, actor)
        return requested_work.request_comparison(connection, actor)


def proposals(connection: Connection, comparison: int, license_keys: Sequence[str]) -> pd.DataFrame:
    """The findings of licenses that have a proposed partner.

    Raises RefusalError if they are of another comparison, or if none has one.
    """
    newest = findings.newest_comparison(connection)
    if newest is None or newest.id != comparison:
        raise RefusalError("The licenses were compared again since. Look at what is proposed now, and answer that.")
    is_proposed = _f.state.in_([str(FindingState.REVIEW), str(FindingState.READY)])
    rows = findings.page(connection, [is_proposed, bulk.is_one_of(connection, _f.license_key, license_keys)])
    if rows.empty:
        raise RefusalError("Nothing is proposed for these licenses any more. Reload the page.")
    return rows


def pairs_in(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of license key and Marketplace id in findings."""
    return list(zip(rows["license_key"], rows["marketplace_id"], strict=True))


def refuse_other_sens(rows: pd.DataFrame, has_other_sen: "pd.Series[bool]") -> None:
    """Raises RefusalError if all licenses have another SEN than their proposed partners."""
    if has_other_sen.all():
        first = rows.iloc[0]
        raise RefusalError(
            f'License "{first["license_key"]}" has {first["sen"]} by now. Clear that SEN first, or reject this match.'
        )
