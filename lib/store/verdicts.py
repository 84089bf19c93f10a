"""Stored licenses judged anew: each distinct combination of facts once, then only those whose verdict is another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, literal, null, or_, select, update

from lib.domain.codes import ReasonCode
from lib.domain.customers import CustomerDecisions
from lib.domain.facts import Facts
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.rules import judge
from lib.judging.content_hash import CONTENT_COLUMNS
from lib.judging.derive import STORED_INPUTS, derive
from lib.judging.stored import stored_column
from lib.judging.verdicts import verdict_values
from lib.store import bulk
from lib.store.frames import fetch_frame
from lib.store.license_facts import judged_code, parse_judged, verdict_texts
from lib.store.schema import VERDICT, license_versions, rejudged
from lib.store.versions import ALL_CURRENT, COLUMNS

_v, _r = license_versions.c, rejudged.c

_OUTCOME, _REASON = VERDICT.index("outcome"), VERDICT.index("reason")
_AT_ONCE = 20_000
"""Licenses whose stages are derived at once."""


@dataclass(slots=True)
class Candidates:
    """What versions that get another verdict have in common: their outcomes now, and off Cloud their numbers of editors."""

    outcomes: set[str] = field(default_factory=set)
    editors: set[int | None] = field(default_factory=set)

    def add(self, facts: Facts, outcome: str) -> None:
        """Count a combination of facts, with the outcome stored for it, among them."""
        self.outcomes.add(outcome)
        if facts.hosting is not Hosting.CLOUD:
            self.editors.add(facts.editors)

    def condition(self) -> ColumnElement[bool]:
        """Whether a version has any of both."""
        numbers = [number for number in self.editors if number is not None]
        is_on_cloud = func.coalesce(_v.hosting, "") == Hosting.CLOUD
        has_editors = or_(
            is_on_cloud, _v.editors.in_(numbers), *([_v.editors.is_(None)] if None in self.editors else [])
        )
        return and_(_v.outcome.in_(self.outcomes), has_editors)


@dataclass(frozen=True, slots=True)
class NewVerdicts:
    """The combinations of facts that get another verdict: its values by code, and how many licenses they are of.

    Of those in `moving` the stage follows the verdict, since a refusal to match comes or goes with it.
    """

    values: dict[str, dict[str, Any]]
    moving: tuple[str, ...]
    licenses: int
    candidates: Candidates

    def may_be_of(self) -> ColumnElement[bool]:
        """Whether a version may be one of them, by what costs less to look at than its facts."""
        return self.candidates.condition()


def new_verdicts(connection: Connection, policy: Policy, conditions: Sequence[ColumnElement[bool]]) -> NewVerdicts:
    """The versions of which a policy says something else."""
    code = judged_code(policy)
    combinations = select(code.label("code"), func.count().label("licenses")).where(*conditions).group_by(code)
    values: dict[str, dict[str, Any]] = {}
    moving, licenses, candidates = [], 0, Candidates()
    for row in connection.execute(combinations):
        facts, stored = parse_judged(row.code, policy)
        verdict = judge(facts, policy)
        texts = verdict_texts(verdict)
        if texts == stored:
            continue
        values[row.code] = verdict_values(verdict)
        licenses += row.licenses
        candidates.add(facts, stored[_OUTCOME])
        if texts[_REASON] != stored[_REASON] and ReasonCode.DECLINED_TO_MATCH in (texts[_REASON], stored[_REASON]):
            moving.append(row.code)
    return NewVerdicts(values, tuple(moving), licenses, candidates)


def rejudge(connection: Connection, policy: Policy, change: int, *conditions: ColumnElement[bool]) -> int:
    """Replace, as part of a change, the current versions that a policy judges otherwise; gives their number.

    `conditions` on `license_versions` say which are looked at. Those that the change itself began are left to
    `correct_verdicts`. The caller counts the change (`change_counts`).
    """
    earlier = [ALL_CURRENT, _v.since != change, *conditions]
    new = new_verdicts(connection, policy, earlier)
    if not new.values:
        return 0
    is_rejudged = fill_rejudged(connection, new, policy)
    frames = frames_at_new_stages(connection, new, policy, earlier)
    mark = closing_mark(connection, change)
    with bulk.without_indexes(connection, 2 * new.licenses):
        connection.execute(update(license_versions).where(*earlier, is_rejudged).values(until=mark))
        add_rejudged(connection, policy, change, new, mark)
        if mark != change:
            connection.execute(update(license_versions).where(_v.until == mark).values(until=change))
    for rows in frames:
        add_moved(connection, rows, change)
    connection.execute(delete(rejudged))
    return new.licenses


def closing_mark(connection: Connection, change: int) -> int:
    """What closes versions until they are copied: a number that no version has as its end yet."""
    # A change that moved or restored licenses before has closed versions that others replace already.
    has_closed = select(_v.until).where(_v.until.is_not(None), _v.until == change).limit(1)
    return change if connection.execute(has_closed).first() is None else -change


def correct_verdicts(connection: Connection, policy: Policy, change: int) -> None:
    """Give the versions that a change restored the verdicts of a policy, where it was another when they were written."""
    restored = [_v.until.is_(None), _v.since == change]
    new = new_verdicts(connection, policy, restored)
    if not new.values:
        return
    fill_rejudged(connection, new, policy)
    frames = frames_at_new_stages(connection, new, policy, restored)
    keys = [key for rows in frames for key in rows["license_key"]]
    connection.execute(delete(license_versions).where(*restored, bulk.is_one_of(connection, _v.license_key, keys)))
    correcting = update(license_versions).where(*restored, judged_code(policy) == _r.code)
    connection.execute(correcting.values({name: _r[name] for name in VERDICT}))
    for rows in frames:
        add_moved(connection, rows, change)
    connection.execute(delete(rejudged))


def fill_rejudged(connection: Connection, new: NewVerdicts, policy: Policy) -> ColumnElement[bool]:
    """Write new verdicts where statements can join them; gives the condition that a version gets one of them."""
    connection.execute(insert(rejudged), [{"code": code, **values} for code, values in new.values.items()])
    return and_(new.may_be_of(), judged_code(policy).in_(select(_r.code)))


def add_rejudged(connection: Connection, policy: Policy, change: int, new: NewVerdicts, mark: int) -> None:
    """Add copies, with their new verdicts, of the versions that a mark closed, but for those whose stage moves."""
    # A version without `stage_since` is in its stage since its own beginning, which its copy no longer tells.
    own: dict[str, ColumnElement[Any]] = {
        "since": literal(change),
        "until": null(),
        "stage_since": func.coalesce(_v.stage_since, _v.since),
        **{name: _r[name] for name in VERDICT},
    }
    copies = select(*(own.get(name, _v[name]) for name in COLUMNS))
    copies = copies.select_from(license_versions.join(rejudged, judged_code(policy) == _r.code))
    closed = copies.where(_v.until == mark, ~bulk.is_one_of(connection, _r.code, new.moving))
    connection.execute(insert(license_versions).from_select(list(COLUMNS), closed))


def frames_at_new_stages(
    connection: Connection, new: NewVerdicts, policy: Policy, conditions: Sequence[ColumnElement[bool]]
) -> list[pd.DataFrame]:
    """The versions of `new.moving` as they become, some at a time: `stage_since` is missing where the change moves it."""
    if not new.moving:
        return []
    of_codes = bulk.is_one_of(connection, judged_code(policy), new.moving)
    versions = fetch_frame(connection, select(license_versions).where(*conditions, new.may_be_of(), of_codes))
    parts = [versions.iloc[start : start + _AT_ONCE] for start in range(0, len(versions), _AT_ONCE)]
    return [at_new_stages(part, policy) for part in parts]


def at_new_stages(versions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Versions with the verdict, stage and hash that follow from their fields now; their customers stay."""
    since = versions["stage_since"].where(versions["stage_since"].notna(), versions["since"])
    before = versions.assign(stage_since=since)
    licenses = {name: stored_column(name, versions[name].to_list()) for name in CONTENT_COLUMNS}
    stored = {name: stored_column(name, before[name].to_list()) for name in STORED_INPUTS}
    derived = derive(licenses, stored, CustomerDecisions(), policy)
    rows = [derived.at(row) for row in range(len(versions))]
    columns = {}
    for name in ("content", "stage", "stage_since", *VERDICT):
        columns[name] = pd.Series([row[name] for row in rows], versions.index, object)
    return before.assign(**columns)


def add_moved(connection: Connection, versions: pd.DataFrame, change: int) -> None:
    """Add versions whose stage moved, current from a change on."""
    rows = []
    for record in versions.to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        rows.append({**row, "since": change, "until": None, "stage_since": row["stage_since"] or change})
    connection.execute(insert(license_versions), rows)
