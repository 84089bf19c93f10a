"""What a draft of the policy would change: from outcome to outcome, with the licenses behind each number."""

from functools import partial

import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings, setting_text
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.policies.what_if import Move, WhatIf
from lib.web import (
    download_button,
    listing,
    move_matrix,
    policy_form,
    policy_regrouping,
    policy_state,
    row_links,
    widgets,
)
from lib.web.cached import Version
from lib.web.session import User

_ROWS = 50
_BASE = "policy_base"


def panel(version: Version, current: Policy, draft: Policy, user: User) -> None:
    """The draft's changes, their effect, and the way to put it in force."""
    with st.container(border=True, key="what_if"):
        st.markdown("**What if**")
        setting_changes(current, draft)
        effect = policy_state.effect(version, current, draft)
        news_of_base(effect)
        show(effect, user, "draft")
        reason = st.text_input("Reason (required, shown beside the version)", key="policy_reason", max_chars=500)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Save as policy v{current.version + 1}",
                key="save_policy",
                type="primary",
                on_click=policy_state.request_save,
                args=(current, draft, effect.base, reason, user),
            )
            st.button("Discard the draft", key="discard_draft", type="tertiary", on_click=policy_form.discard)
            st.caption("All outcomes and customers are updated in one change that can be undone.", width="content")


def setting_changes(before: Policy, after: Policy) -> None:
    """The settings in which two policies differ, a line each."""
    lines = []
    for setting in changed_settings(before, after):
        old, new = (widgets.escape(setting_text(setting, getattr(each, setting.name))) for each in (before, after))
        lines.append(f"- {widgets.escape(setting.title)}: {old} → **{new}**")
    st.markdown("\n".join(lines) or "The settings are the same.")


def news_of_base(effect: WhatIf) -> None:
    """Say so if the numbers are of other licenses than those seen last."""
    before = st.session_state.get(_BASE)
    st.session_state[_BASE] = effect.base
    if before and before.policy == effect.base.policy and before != effect.base:
        st.info("Licenses changed since you last looked; these numbers are up to date.", icon=":material/update:")


def show(effect: WhatIf, user: User, key: str) -> None:
    """An effect: sentences, tables from outcome to outcome and from customer to customer, and the licenses of a cell."""
    st.text(sentence(effect))
    if effect.moves:
        outcome_moves(effect, user, key)
    if effect.customer_moves:
        policy_regrouping.show(effect, user, f"{key}_customers")


def outcome_moves(effect: WhatIf, user: User, key: str) -> None:
    """The table from outcome to outcome, and the licenses of a cell."""
    remark = ""
    if effect.detail_changes:
        remark = "Other details: the tier of an upgrade, the end of a plan, or whether a license is borderline."
    choice = move_matrix.choose(effect.moves, ends_of, key, subject="outcome", remark=remark)
    if choice is not None:
        rows(effect, effect.moves[choice], user, f"{key}_{choice}")


def ends_of(move: Move) -> tuple[str, str]:
    """The outcome that licenses have, and the one that they would get."""
    after = "Same outcome, other details" if move.is_of_details else OUTCOME_TITLES[move.after]
    return OUTCOME_TITLES[move.before], after


def sentence(effect: WhatIf) -> str:
    """What an effect comes to, in words."""
    if not effect.moves:
        return "No outcome would change."
    text = f"{quantity(effect.outcome_changes, 'license')} would change outcome"
    if effect.detail_changes:
        text += f", {effect.detail_changes:,} would keep theirs with other details"
    return f"{text}; {quantity(effect.customers, 'customer')} would be affected."


def rows(effect: WhatIf, move: Move, user: User, key: str) -> None:
    """The licenses of a move as they stand, and their file."""
    pager_key = f"{key}_page_{effect.base.change}"
    page = st.session_state.get(pager_key, 1)
    try:
        frame = policy_state.rows(move, effect.base, (page - 1) * _ROWS, _ROWS)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    readable = listing.readable(frame, user)
    readable.insert(list(readable.columns).index("Outcome") + 1, "Would be", ends_of(move)[1])
    row_links.table(
        readable,
        row_links.of_licenses(frame, user),
        height=listing.height(frame, 8),
        column_config=listing.WIDTHS,
        key=f"{key}_rows",
        alt=move_matrix.title(move, ends_of),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.pager(move.licenses, _ROWS, pager_key)
        if may(user, Action.DOWNLOAD_LICENSES):
            download_button.show(
                f"Download {move.licenses:,} as CSV",
                partial(policy_state.licenses_csv, move, effect.base, user),
                file_name=CSV.file_name("what_if"),
                mime=CSV.mime_type,
                key=f"{key}_file",
                icon=":material/download:",
                on_click="ignore",
            )
