"""The policy: its settings, what others would change, its versions, and the rules in plain words."""

import streamlit as st

from lib.domain.roles import Action, may
from lib.web import (
    cached,
    job_progress,
    newer_data,
    policy_effect,
    policy_form,
    policy_reference,
    policy_state,
    policy_versions,
    session,
    unknown_links,
)
from lib.web.session import Role

user = session.require(Role.VIEWER)
PARTS = ("Settings", "Versions", "Reference")

version = cached.version()
newer_data.page_header("Policy", version)
unknown_links.refuse_parameters(part=unknown_links.one_of(PARTS))
versions = policy_state.all_versions()
current = versions[0].policy
policy_state.show_announcement()
if job_progress.show_progress(policy_state.newest_job()):
    st.stop()
policy_state.show_failure()
policy_versions.newest(versions, user)
part = st.segmented_control(
    "Part",
    PARTS,
    default="Settings",
    required=True,
    key="part",
    bind="query-params",
    label_visibility="collapsed",
)
if part == "Versions":
    policy_versions.panel(version, versions, user)
elif part == "Reference":
    policy_reference.panel(version, current)
else:
    may_change = may(user, Action.CHANGE_POLICY)
    draft, wrong = policy_form.draft(current) if may_change else (current, {})
    if may_change:
        policy_form.keep_in_address(current, draft)
    if draft != current:
        policy_effect.panel(version, current, draft, user)
    policy_form.settings(current, wrong, may_change=may_change)
