"""What a draft of the policy would change, with the licenses behind each number, and the way to put it in force."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.flags import FLAG_TITLES
from lib.domain.policy import Policy
from lib.domain.policy_settings import changed_settings, setting_text
from lib.domain.text import quantity
from lib.policies.what_if import CheckMove, Move, WhatIf, effects_beside
from lib.web import listing, policy_form, policy_regrouping, policy_rows, policy_state, widgets
from lib.web.cached import Version
from lib.web.policy_rows import MoveTable
from lib.web.session import User

_BASE = "policy_base"


def panel(version: Version, current: Policy, draft: Policy, user: User) -> None:
    """The draft's changes, their effect, and the way to put it in force."""
    with st.container(border=True, key="what_if"):
        st.header("What if", anchor=False)
        setting_changes(current, draft)
        effect = policy_state.effect(version, current, draft)
        news_of_base(effect)
        show(effect, user, "draft")
        st.text_input("Reason (required, shown beside the version)", key=policy_state.REASON, max_chars=500)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Save as policy v{current.version + 1}",
                key="save_policy",
                type="primary",
                on_click=policy_state.request_draft,
                args=(current, draft, effect.base, user),
            )
            st.button("Discard the draft", key="discard_draft", type="tertiary", on_click=policy_form.discard)
            st.caption("All outcomes and customers are updated in one change that can be undone.", width="content")


def setting_changes(before: Policy, after: Policy) -> None:
    """The settings in which two policies differ, a line each."""
    lines = []
    for setting in changed_settings(before, after):
        old, new = (widgets.escape(setting_text(setting, getattr(each, setting.name))) for each in (before, after))
        lines.append(f"- {widgets.escape(setting.title)}: {old} → **{new}**")
        lines += [f"    - :gray[{widgets.escape(text)}]" for text in effects_beside(setting)]
    st.markdown("\n".join(lines) or "The settings are the same.")


def news_of_base(effect: WhatIf) -> None:
    """Say so if the numbers are of other licenses than those seen last."""
    before = st.session_state.get(_BASE)
    st.session_state[_BASE] = effect.base
    if before and before.policy == effect.base.policy and before != effect.base:
        st.info("Licenses changed since you last looked; these numbers are up to date.", icon=":material/update:")


def show(effect: WhatIf, user: User, key: str) -> None:
    """An effect: sentences, and tables of what would change, each with the licenses of a cell."""
    st.text(sentence(effect))
    if effect.moves:
        policy_rows.show(outcome_table(effect), effect.moves, effect.base, user, key)
    if effect.check_moves:
        st.text(
            f"{quantity(effect.check_changes, 'check')} of licenses would be added or removed. Checks block nothing."
        )
        policy_rows.show(_CHECKS, effect.check_moves, effect.base, user, f"{key}_checks")
    if effect.customer_moves:
        st.text(f"{quantity(effect.regrouped, 'license')} would belong to another customer.")
        policy_rows.show(policy_regrouping.TABLE, effect.customer_moves, effect.base, user, f"{key}_customers")


def sentence(effect: WhatIf) -> str:
    """What an effect on outcomes comes to, in words."""
    if not effect.moves:
        return "No outcome would change."
    text = f"{quantity(effect.outcome_changes, 'license')} would change outcome"
    if effect.detail_changes:
        text += f", {effect.detail_changes:,} would keep theirs with other details"
    return f"{text}; {quantity(effect.customers, 'customer')} would be affected."


def outcome_table(effect: WhatIf) -> MoveTable[Move]:
    """How moves from outcome to outcome are shown."""
    if effect.detail_changes:
        return replace(
            _OUTCOMES,
            remark="Other details: the tier of an upgrade, the end of a plan, or whether a license is borderline.",
        )
    return _OUTCOMES


def ends_of(move: Move) -> tuple[str, str]:
    """The outcome that licenses have, and the one that they would get."""
    after = "Same outcome, other details" if move.is_of_details else OUTCOME_TITLES[move.after]
    return OUTCOME_TITLES[move.before], after


def ends_of_check(move: CheckMove) -> tuple[str, str]:
    """The check, and whether licenses would get or lose it."""
    return FLAG_TITLES[move.check], "Added" if move.is_added else "Removed"


def with_outcome(licenses: pd.DataFrame, move: Move, user: User) -> pd.DataFrame:
    """Licenses as the texts of the list, with the outcome that they would get."""
    texts = listing.readable(licenses, user)
    texts.insert(list(texts.columns).index("Outcome") + 1, "Would be", ends_of(move)[1])
    return texts


def as_listed(licenses: pd.DataFrame, move: CheckMove, user: User) -> pd.DataFrame:
    """Licenses as the texts of the list."""
    return listing.readable(licenses, user)


_OUTCOMES: MoveTable[Move] = MoveTable(
    subject="outcome",
    first="From",
    remark="",
    ends_of=ends_of,
    page=policy_state.rows,
    readable=with_outcome,
    file=policy_state.licenses_csv,
    file_name="what_if",
    widths=listing.WIDTHS,
)
_CHECKS: MoveTable[CheckMove] = MoveTable(
    subject="check",
    first="Check",
    remark="",
    ends_of=ends_of_check,
    page=policy_state.rows,
    readable=as_listed,
    file=policy_state.licenses_csv,
    file_name="what_if_checks",
    widths=listing.WIDTHS,
)
