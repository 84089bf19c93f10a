"""Putting other settings in force, and taking that back: each is a new version, and a change of all licenses by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.mail_domains import MailDomains
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings, with_settings
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, storable
from lib.importing.imports import WithinTransaction, do_nothing
from lib.store import (
    change_counts,
    change_log,
    customer_aliases,
    database,
    misplaced_licenses,
    policies,
    reverts,
    verdicts,
    versions,
)
from lib.store.schema import license_versions
from lib.store.work_steps import WRITING, ProgressReporter, no_progress

_v = license_versions.c

POLICY = "policy"
"""Among the counts of a change that put a policy in force: its number."""


@dataclass(frozen=True, slots=True)
class SavedPolicy:
    """A policy that came into force: its change, and how many licenses it gave another verdict or customer."""

    policy: Policy
    change: int
    licenses: int


def save(
    engine: Engine,
    settings: Mapping[str, Any],
    actor: Actor,
    reason: str,
    *,
    base: int | None = None,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> SavedPolicy:
    """Put settings in force, the others staying as they are, and judge all licenses by them, in one transaction.

    `base` is the change that a person saw the effect at. Raises RefusalError if licenses changed since, if the settings
    cannot be or are in force already, or without a reason.
    """
    require(actor, Action.CHANGE_POLICY)
    # Before the transaction: while it lasts, no progress can be stored on SQLite.
    report_progress(WRITING, 0, 0)
    with database.writing(engine) as connection:
        refuse_moved(connection, base)
        policy = policy_to_save(policies.current(connection), settings, reason)
        saved = put_in_force(connection, policy, ChangeKind.POLICY, actor, reason)
        in_same_transaction(connection)
    return saved


def undo(
    engine: Engine,
    number: int,
    actor: Actor,
    reason: str = "",
    *,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> SavedPolicy:
    """Take a change of the policy back: the settings before it come into force as a new version, and the verdicts with them.

    Raises RefusalError unless the policy that the change put in force is still the one.
    """
    require(actor, Action.CHANGE_POLICY)
    # Before the transaction: while it lasts, no progress can be stored on SQLite.
    report_progress(WRITING, 0, 0)
    with database.writing(engine) as connection:
        policy = policy_before(connection, number)
        saved = put_in_force(connection, policy, ChangeKind.POLICY_UNDO, actor, reason, undoes=number)
        in_same_transaction(connection)
    return saved


def refuse_moved(connection: Connection, base: int | None) -> None:
    """Raises RefusalError if there was a change since a base."""
    if base is not None and base != change_log.latest_change(connection):
        raise RefusalError(
            "Licenses or the policy changed since you looked at the effect. Nothing was changed: look at it again, and save then."
        )


def policy_to_save(before: Policy, settings: Mapping[str, Any], reason: str) -> Policy:
    """A policy with these settings instead. Raises RefusalError if nothing differs, or without a reason."""
    policy = with_settings(before, settings)
    if not changed_settings(before, policy):
        raise RefusalError(f"These are already the settings of policy v{before.version}. Nothing was changed.")
    if not clean(reason):
        raise RefusalError("Enter a reason: it is shown beside the version.")
    return policy


def policy_before(connection: Connection, number: int) -> Policy:
    """The policy before a change that put another in force. Raises RefusalError unless that one still is."""
    newest = policies.newest(connection)
    change = change_log.change(connection, number)
    if change is None or POLICY not in change.counts:
        raise RefusalError(f"Change {number} put no policy in force, so there is none to undo.")
    if newest.change != number:
        raise RefusalError(
            f"Policy v{newest.policy.version} is in force since. Go back to the version that you want on the page Policy."
        )
    return policies.version(connection, newest.policy.version - 1).policy


def put_in_force(
    connection: Connection,
    policy: Policy,
    kind: ChangeKind,
    actor: Actor,
    reason: str,
    undoes: int | None = None,
) -> SavedPolicy:
    """Add a version of the policy, and judge and group all licenses by it."""
    reason = storable(clean(reason))
    change = change_log.begin_change(connection, kind=kind, actor=actor, reason=reason, undoes=undoes)
    domains_before = policies.current(connection).mail_domains
    numbered = policies.add(connection, policy, actor, reason, change)
    counts = {POLICY: numbered.version}
    restored, later = 0, list[ColumnElement[bool]]()
    if undoes is not None:
        # Older ones that the undone change left alone have the same verdict by both policies.
        later = [_v.since >= undoes]
        # Restored versions also have the stages, and the days of these, that judging anew could not know.
        reverted = reverts.revert(connection, undoes, change)
        counts |= reverted.to_json()
        restored = reverted.restored
    moved = regroup(connection, numbered, domains_before, change)
    judged = verdicts.rejudge(connection, numbered, change, *later)
    if judged or moved:
        change_counts.count_again(connection, change)
    versions.refresh_statistics(connection, judged + moved)
    change_log.set_counts(connection, change, {**counts, "changed": restored + moved + judged})
    return SavedPolicy(numbered, change, restored + moved + judged)


def regroup(connection: Connection, policy: Policy, domains_before: MailDomains, change: int) -> int:
    """Give licenses at mail domains that a policy takes otherwise their customers; gives the number of those moved."""
    domains = policy.mail_domains.differing(domains_before)
    if not domains:
        return 0
    decisions = customer_aliases.customer_decisions(connection)
    # What the change itself restored has its customer already.
    conditions = [_v.since != change, misplaced_licenses.may_be_at(connection, domains)]
    moved = misplaced_licenses.move(connection, change, decisions, versions.ALL_CURRENT, *conditions)
    verdicts.correct_verdicts(connection, policy, change)
    return moved
