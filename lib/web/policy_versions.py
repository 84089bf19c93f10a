"""The versions of the policy: who, when, why; two compared; one brought back; the newest taken back."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings
from lib.domain.roles import Action, may
from lib.domain.text import format_time, quantity
from lib.policies.what_if import base_of
from lib.store import database
from lib.store.policies import PolicyVersion
from lib.web import policy_effect, policy_state, session
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import Role, User


def newest(versions: list[PolicyVersion], user: User) -> None:
    """The version in force, and the way to take it back."""
    version = versions[0]
    with st.container(horizontal=True, vertical_alignment="center", key="in_force"):
        st.badge(f"Policy v{version.policy.version}", icon=":material/tune:")
        st.text(f"by {version.by}, {time_text(version.at)} · {version.reason}", width="content")
        change = policy_state.change_of(version.change)
        if change:
            st.text(f"{quantity(change.counts.get('changed', 0), 'license')} changed", width="content")
            if may(user, Action.CHANGE_POLICY) and st.button("Undo…", key="undo_policy", icon=":material/undo:"):
                undo(version, versions[1].policy)


@st.dialog("Undo this policy", icon=":material/undo:")
def undo(version: PolicyVersion, before: Policy) -> None:
    """What taking the newest version back means, and the button."""
    user = session.require(Role.ADMIN)
    st.text(
        f"The settings of v{before.version} come back as v{version.policy.version + 1}, and every license gets "
        "the outcome that it has under them."
    )
    policy_effect.setting_changes(version.policy, before)
    reason = st.text_input("Note (optional, shown beside the version)", key="undo_reason", max_chars=500)
    if st.button("Undo this policy", type="primary", key="confirm_undo"):
        policy_state.request_undo(version.change, reason, user)
        st.rerun()


def panel(version: Version, versions: list[PolicyVersion], user: User) -> None:
    """All versions, and two of them compared."""
    own_zone = versions[0].policy.time_zone
    rows = [row(one, before, own_zone) for one, before in zip(versions, [*versions[1:], None], strict=True)]
    st.dataframe(
        pd.DataFrame(rows, columns=["Version", "Who", "When", "Why", "Settings"]),
        hide_index=True,
        height="content",
        key="policy_versions",
        alt="All versions of the policy, the newest first",
    )
    if len(versions) > 1:
        with st.container(border=True, key="compare_versions"):
            compare(version, {each.policy.version: each.policy for each in versions}, user)


def row(version: PolicyVersion, before: PolicyVersion | None, own_zone: str) -> tuple[str, ...]:
    """A version as a row of the table."""
    titles = (
        "the first"
        if before is None
        else ", ".join(setting.title for setting in changed_settings(before.policy, version.policy))
    )
    return (f"v{version.policy.version}", version.by, format_time(version.at, own_zone), version.reason, titles)


def compare(version: Version, by_number: Mapping[int, Policy], user: User) -> None:
    """Two versions side by side, and what they judge otherwise."""
    st.header("Compare two versions", anchor=False)
    numbers = list(by_number)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = st.selectbox("From", numbers, 1, key="compare_from", format_func=title, width=140)
        other = st.selectbox("To", numbers, 0, key="compare_to", format_func=title, width=140)
        may_go_back = may(user, Action.CHANGE_POLICY) and other != numbers[0]
        if may_go_back and st.button(f"Go back to v{other}…", key="go_back", icon=":material/history:"):
            go_back(by_number[numbers[0]], by_number[other])
    if one == other:
        st.caption("Choose two versions.")
        return
    policy_effect.setting_changes(by_number[one], by_number[other])
    policy_effect.show(policy_state.effect(version, by_number[one], by_number[other]), user, f"compare_{one}_{other}")


def title(number: int) -> str:
    """A version's name."""
    return f"v{number}"


@st.dialog("Go back to a version", icon=":material/history:")
def go_back(current: Policy, earlier: Policy) -> None:
    """What going back means, and the button."""
    user = session.require(Role.ADMIN)
    st.text(f"The settings of v{earlier.version} come into force as v{current.version + 1}; all versions stay.")
    policy_effect.setting_changes(current, earlier)
    reason = st.text_input("Reason (required, shown beside the version)", key="back_reason", max_chars=500)
    if st.button("Go back to this version", type="primary", key="confirm_back"):
        with database.reading(engine()) as connection:
            base = base_of(connection)
        policy_state.request_save(current, earlier, base, reason, user)
        st.rerun()
