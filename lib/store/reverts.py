"""Reverting a change: every license that is still as the change left it gets its version from before, as a new change."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Insert,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from lib.store import bulk, change_counts, customer_aliases, policies, verdicts
from lib.store.schema import changes, license_versions
from lib.store.versions import COLUMNS, add_copies, refresh_statistics

_v = license_versions.c

# In all conditions here: whether a version is current or closed is always written out, even where it follows from the
# rest, because current and closed versions have an index each, and the databases use one only if the condition says so.


@dataclass(frozen=True, slots=True)
class RevertCounts:
    """Licenses that a revert removed, restored as they were, and left alone since they changed later."""

    removed: int
    restored: int
    left_alone: int

    def to_json(self) -> dict[str, int]:
        """The counts as they are stored with the change."""
        return {"removed": self.removed, "restored": self.restored, "kept": self.left_alone}


def revert(connection: Connection, undone: int, change: int) -> RevertCounts:
    """Undo one change as another, for licenses still as it left them."""
    if _is_last(connection, undone, change):
        return _revert_last(connection, undone, change)
    left_alone = _number_of(connection, keys_changed_since(undone))
    # Close first, then restore: what is restored is recognised by having just been closed.
    connection.execute(update(license_versions).where(_v.until.is_(None), _is_as_left_by(undone)).values(until=change))
    connection.execute(_restore(undone, change))
    customer_aliases.correct_customers(connection, change)
    correct_verdicts(connection, undone, change)
    restored: int = connection.execute(select(func.count()).where(_v.since == change)).scalar_one()
    # As sets: the planner knows nothing yet of rows just written, and would look each key up among all others.
    closed, opened = (select(_v.license_key).where(column == change) for column in (_v.until, _v.since))
    change_counts.count_change(connection, change)
    return RevertCounts(_number_of(connection, closed.except_(opened)), restored, left_alone)


def correct_verdicts(connection: Connection, undone: int, change: int) -> None:
    """Judge what was restored by today's policy, if that is not the one from before the change that was undone."""
    policy = policies.current(connection)
    if policies.in_force_at(connection, undone - 1).version != policy.version:
        verdicts.correct_verdicts(connection, policy, change)


def preview_revert(connection: Connection, undone: int) -> RevertCounts:
    """What `revert` would count now."""
    if _is_last(connection, undone):
        return _counts_of_last(connection, undone)
    closing = select(_v.license_key).where(_v.until.is_(None), _is_as_left_by(undone))
    closed = _number_of(connection, closing)
    replaced = _number_of(connection, _replaced_by_older(undone))
    reopened = _number_of(connection, _removed_and_still_gone(undone))
    left_alone = _number_of(connection, keys_changed_since(undone))
    return RevertCounts(closed - replaced, replaced + reopened, left_alone)


def _is_last(connection: Connection, undone: int, change: int | None = None) -> bool:
    """Whether no other change followed."""
    # Then all licenses are as it left them, and none need be compared.
    later = select(func.count()).where(changes.c.id > undone, *([changes.c.id < change] if change else []))
    return not connection.execute(later).scalar_one()


def _revert_last(connection: Connection, undone: int, change: int) -> RevertCounts:
    """`revert` where nothing came later: without looking at keys."""
    counts = _counts_of_last(connection, undone)
    rows = counts.removed + counts.restored
    with bulk.without_indexes(connection, 2 * rows):
        closing = update(license_versions).where(_v.since == undone, _v.until.is_(None))
        connection.execute(closing.values(until=change))
        add_copies(connection, change, _v.until == undone)
    change_counts.count_reversal(connection, change, undone)
    refresh_statistics(connection, rows)
    return counts


def _counts_of_last(connection: Connection, undone: int) -> RevertCounts:
    """What reverting the newest change comes to: all that it closed is restored, what it only began is removed."""
    opened = connection.execute(select(func.count()).where(_v.since == undone)).scalar_one()
    closed = connection.execute(select(func.count()).where(_v.until == undone)).scalar_one()
    counts = connection.execute(select(changes.c.counts).where(changes.c.id == undone)).scalar_one()
    # Of what it closed, all but what it removed was replaced by a version of its own.
    replaced = closed - counts.get("removed", 0)
    return RevertCounts(opened - replaced, closed, 0)


def _number_of(connection: Connection, rows: CompoundSelect[Any] | Select[Any]) -> int:
    number: int = connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    return number


def keys_changed_since(change: int) -> CompoundSelect[Any]:
    """The keys of licenses that are no longer as a change left them."""
    now = license_versions.alias("now")
    exists_now = and_(now.c.license_key == _v.license_key, now.c.until.is_(None))
    # What is still current is as it was left, so only what was closed since is looked at: by its end, since a change
    # has begun up to a million versions (adding nothing to `since` keeps the databases from using that index).
    closed_since = and_(_v.until > change, _v.since + 0 == change)
    differs = select(_v.license_key).where(closed_since, ~exists().where(exists_now, now.c.content == _v.content))
    removed_then = and_(_v.until == change, ~_has_version_of(change, _v.license_key))
    came_back = select(_v.license_key).where(removed_then, exists().where(exists_now))
    return differs.union(came_back)


def _is_as_left_by(change: int, now: Any = _v) -> ColumnElement[bool]:
    """Whether a current version is as a change left it."""
    # A later version with the same content counts as that one.
    former = license_versions.alias("left_by")
    came_back = exists().where(
        former.c.license_key == now.license_key,
        former.c.since == change,
        former.c.content == now.content,
        former.c.until.is_not(None),
    )
    return or_(now.since == change, came_back)


def _has_version_of(change: int, key: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a change began any version of a license."""
    current, closed = license_versions.alias("made_and_current"), license_versions.alias("made_and_closed")
    return or_(
        exists().where(current.c.license_key == key, current.c.since == change, current.c.until.is_(None)),
        exists().where(closed.c.license_key == key, closed.c.since == change, closed.c.until.is_not(None)),
    )


def _replaced_by_older(undone: int) -> Select[Any]:
    """The licenses whose version before `undone` would replace the one it left."""
    old, now = license_versions.alias("old"), license_versions.alias("now")
    is_as_left = exists().where(_is_current_of(now, old), _is_as_left_by(undone, now.c))
    return select(old.c.license_key).where(old.c.until == undone, is_as_left)


def _removed_and_still_gone(undone: int) -> Select[Any]:
    """The licenses that `undone` removed and that have not come back."""
    old, now = license_versions.alias("old"), license_versions.alias("now")
    is_removed = ~_has_version_of(undone, old.c.license_key) & ~exists().where(_is_current_of(now, old))
    return select(old.c.license_key).where(old.c.until == undone, is_removed)


def _is_current_of(now: FromClause, old: FromClause) -> ColumnElement[bool]:
    return and_(now.c.license_key == old.c.license_key, now.c.until.is_(None))


def _restore(undone: int, change: int) -> Insert:
    """Insert what `undone` closed, where its own version was just closed or it left none."""
    old, now, closed = (license_versions.alias(name) for name in ("old", "now", "closed"))
    is_gone = ~exists().where(_is_current_of(now, old))
    just_closed = exists().where(closed.c.license_key == old.c.license_key, closed.c.until == change)
    own: dict[str, ColumnElement[Any]] = {"since": literal(change), "until": null()}
    restored = select(*(own.get(name, old.c[name]) for name in COLUMNS)).where(
        old.c.until == undone, is_gone, or_(just_closed, ~_has_version_of(undone, old.c.license_key))
    )
    return insert(license_versions).from_select(list(COLUMNS), restored)
