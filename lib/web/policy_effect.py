"""What a draft of the policy would change: from outcome to outcome, with the licenses behind each number."""

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter

import pandas as pd
import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings, setting_text
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.policies.what_if import Move, WhatIf
from lib.web import download_button, listing, policy_form, policy_state, row_links, widgets
from lib.web.cached import Version
from lib.web.session import User

_ROWS = 50
_BASE = "policy_base"
_OTHER_DETAILS = "Other details"
_COUNTED: Mapping[str, Callable[[Move], int]] = {
    "Licenses": attrgetter("licenses"),
    "Users": attrgetter("users"),
    "Customers": attrgetter("customers"),
}


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
    """An effect: a sentence, a table from outcome to outcome, and the licenses of a cell."""
    st.text(sentence(effect))
    if effect.regrouped:
        st.text(regrouping_sentence(effect.regrouped))
    if not effect.moves:
        return
    clicked = matrix(effect, key)
    if effect.detail_changes:
        st.caption("Other details: the tier of an upgrade, the end of a plan, or whether a license is borderline.")
    titles = [move_title(move) for move in effect.moves]
    position = clicked if clicked is not None else st.session_state.get(f"{key}_move")
    if clicked is not None:
        st.session_state[f"{key}_move"] = clicked
    choice = st.selectbox(
        "Look at the licenses",
        range(len(titles)),
        index=position if isinstance(position, int) and position < len(titles) else None,
        key=f"{key}_choice_{clicked}",
        format_func=titles.__getitem__,
        placeholder="Choose a move, or click its number above",
    )
    if choice is not None:
        rows(effect, effect.moves[choice], user, f"{key}_{choice}")


def sentence(effect: WhatIf) -> str:
    """What an effect comes to, in words."""
    if not effect.moves:
        return "No outcome would change."
    text = f"{quantity(effect.outcome_changes, 'license')} would change outcome"
    if effect.detail_changes:
        text += f", {effect.detail_changes:,} would keep theirs with other details"
    return f"{text}; {quantity(effect.customers, 'customer')} would be affected."


def regrouping_sentence(licenses: int) -> str:
    """How many licenses mail domains would give to another customer."""
    return f"{quantity(licenses, 'license')} would belong to another customer."


def matrix(effect: WhatIf, key: str) -> int | None:
    """Draw licenses from outcome to outcome; gives the place of the move whose number was clicked."""
    counted = st.segmented_control(
        "Count", list(_COUNTED), default="Licenses", required=True, key=f"{key}_counted", label_visibility="collapsed"
    )
    frame = matrix_frame(effect, _COUNTED[counted])
    state = st.dataframe(
        frame.reset_index(),
        hide_index=True,
        key=f"{key}_matrix_{effect.base.change}_{hash(effect.moves)}_{counted}",
        on_select="rerun",
        selection_mode="single-cell",
        height="content",
        alt=f"{counted} from outcome to outcome",
    )
    cells = state["selection"]["cells"]
    if not cells:
        return None
    row, column = cells[0]
    for place, move in enumerate(effect.moves):
        if (OUTCOME_TITLES[move.before], column_of(move)) == (frame.index[row], column):
            return place
    return None


def matrix_frame(effect: WhatIf, number_of: Callable[[Move], int]) -> pd.DataFrame:
    """Numbers by the outcome that licenses have and the one that they would get."""
    frame = pd.DataFrame(
        [(OUTCOME_TITLES[move.before], column_of(move), f"{number_of(move):,}") for move in effect.moves],
        columns=["From", "To", "number"],
    )
    return frame.pivot_table(index="From", columns="To", values="number", aggfunc="first", fill_value="", sort=False)


def column_of(move: Move) -> str:
    """Where a move stands in the table."""
    if move.is_of_details:
        return _OTHER_DETAILS
    return f"→ {OUTCOME_TITLES[move.after]}"


def move_title(move: Move) -> str:
    """A move with its numbers."""
    after = _OTHER_DETAILS.lower() if move.is_of_details else OUTCOME_TITLES[move.after]
    numbers = (quantity(move.licenses, "license"), quantity(move.users, "user"), quantity(move.customers, "customer"))
    return f"{OUTCOME_TITLES[move.before]} → {after} · {' · '.join(numbers)}"


def rows(effect: WhatIf, move: Move, user: User, key: str) -> None:
    """The licenses of a move as they stand, and their file."""
    pager_key = f"{key}_page_{effect.base.change}"
    page = st.session_state.get(pager_key, 1)
    try:
        frame = policy_state.rows(move, effect.base, (page - 1) * _ROWS, _ROWS)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    after = "Same outcome, other details" if move.is_of_details else OUTCOME_TITLES[move.after]
    readable = listing.readable(frame, user)
    readable.insert(list(readable.columns).index("Outcome") + 1, "Would be", after)
    row_links.table(
        readable,
        row_links.of_licenses(frame, user),
        height=listing.height(frame, 8),
        column_config=listing.WIDTHS,
        key=f"{key}_rows",
        alt=move_title(move),
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
