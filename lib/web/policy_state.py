"""The draft of a policy on the page, its effect, and the requests to the worker."""

import pandas as pd
import streamlit as st

from lib.documents import exports
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings, settings_json
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.policies import reference, regroupings, what_if
from lib.policies.reference import RuleEntry
from lib.policies.regroupings import CustomerMove
from lib.policies.what_if import Base, CheckMove, Move, WhatIf
from lib.store import change_log, database, jobs, policies
from lib.store.change_log import Change
from lib.store.job import Job, JobKind, JobRequest, JobState
from lib.store.policies import PolicyVersion
from lib.web import cached, session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

REASON = "policy_reason"
"""The key of the box for the reason of a draft."""

_ANNOUNCEMENT = "policy_announcement"
_CLOSED = "policy_failure_closed"


def all_versions() -> list[PolicyVersion]:
    """Every version of the policy, newest first."""
    with database.reading(engine()) as connection:
        return policies.versions(connection)


@cached.cache(32)
def effect(version: Version, before: Policy, after: Policy) -> WhatIf:
    """What one policy judges otherwise than another (see `what_if`)."""
    with database.reading(engine(version.store)) as connection:
        return what_if.what_if(connection, before, after)


@cached.cache(16)
def rule_entries(version: Version, policy: Policy) -> list[RuleEntry]:
    """The rules and how many licenses each decides (see `reference.rule_entries`)."""
    with database.reading(engine(version.store)) as connection:
        return reference.rule_entries(connection, policy)


def rows(move: Move | CheckMove, base: Base, start: int, count: int) -> pd.DataFrame:
    """A page of the licenses of a move. Raises RefusalError if the base moved."""
    with database.reading(engine()) as connection:
        return what_if.licenses_of(connection, move, base, start=start, count=count)


def licenses_csv(move: Move | CheckMove, base: Base, user: User) -> bytes:
    """The licenses of a move as a CSV file, built on click."""
    actor = session.recheck_download(user, Action.DOWNLOAD_LICENSES, "licenses of a what-if")
    with database.reading(engine()) as connection:
        return exports.licenses_csv(what_if.licenses_of(connection, move, base), actor)


def regrouped_rows(move: CustomerMove, base: Base, start: int, count: int | None) -> pd.DataFrame:
    """A page of the licenses that would change customers. Raises RefusalError if the base moved."""
    with database.reading(engine()) as connection:
        what_if.refuse_moved_base(connection, base)
        return regroupings.licenses_of(connection, move, start=start, count=count)


def regrouped_csv(move: CustomerMove, base: Base, user: User) -> bytes:
    """The licenses that would change customers as a CSV file, built on click."""
    actor = session.recheck_download(user, Action.DOWNLOAD_LICENSES, "licenses of a what-if")
    return exports.regrouped_csv(regrouped_rows(move, base, 0, None), actor)


def newest_job() -> Job | None:
    """The newest change of the policy that was requested."""
    with database.reading(engine()) as connection:
        return jobs.newest_of_kind(connection, *jobs.POLICY_JOBS)


def change_of(number: int) -> Change | None:
    """The change that put a policy in force; None for the first."""
    with database.reading(engine()) as connection:
        return change_log.change(connection, number)


def request_draft(current: Policy, draft: Policy, base: Base, user: User) -> None:
    """Ask the worker to put the page's draft in force, from a callback."""
    # Read here, since somebody may type a reason and press the button at once: the last run knew none yet.
    request_save(current, draft, base, st.session_state.get(REASON, ""), user)


def request_save(current: Policy, draft: Policy, base: Base, reason: str, user: User) -> None:
    """Ask the worker to put a draft in force, from a callback."""
    all_settings = settings_json(draft)
    settings = {setting.name: all_settings[setting.name] for setting in changed_settings(current, draft)}
    request = JobRequest(base=base.change, settings=settings, reason=reason.strip())
    if not request.reason:
        st.session_state[_ANNOUNCEMENT] = "Enter a reason: it is shown beside the version."
        return
    submit(JobKind.POLICY, request, user, base)


def request_undo(change: int, reason: str, user: User) -> None:
    """Ask the worker to take a policy back, from a callback."""
    submit(JobKind.POLICY_UNDO, JobRequest(base=change, reason=reason.strip()), user)


def submit(kind: JobKind, request: JobRequest, user: User, base: Base | None = None) -> None:
    """Submit a job, or announce why not."""
    st.session_state.pop(_ANNOUNCEMENT, None)
    try:
        actor = session.recheck(user, Action.CHANGE_POLICY)
        with database.writing_briefly(engine()) as connection:
            if base:
                what_if.refuse_moved_base(connection, base)
            jobs.submit_alone(connection, kind, request, actor)
    except RefusalError as refusal:
        st.session_state[_ANNOUNCEMENT] = str(refusal)


def show_announcement() -> None:
    """Why the last request came to nothing."""
    sentence = st.session_state.pop(_ANNOUNCEMENT, "")
    if sentence:
        widgets.failure(sentence)


def show_failure() -> None:
    """Why the newest change of the policy failed, until somebody closes it."""
    job = newest_job()
    if job is None or job.state is not JobState.FAILED or st.session_state.get(_CLOSED) == job.id:
        return
    widgets.failure(job.message)
    st.button("Close", key="close_failure", type="tertiary", on_click=close_failure, args=(job.id,))


def close_failure(number: int) -> None:
    """Show a failure no more, from a callback."""
    st.session_state[_CLOSED] = number
