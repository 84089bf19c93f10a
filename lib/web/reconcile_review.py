"""Reviewing matches one by one: both licenses side by side, why they may be one, and the answer, by mouse or keyboard."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import format_time, quantity
from lib.matching.finding_lists import FindingList
from lib.reconciling import review, wording
from lib.reconciling.summary import Summary
from lib.reconciling.wording import Row
from lib.store import database, finding_conditions, findings, match_decisions
from lib.store.match_decisions import Decision
from lib.web import cached, reconcile_news, session, widgets
from lib.web.connection import engine
from lib.web.session import User

_PAGE = "review_page"
_MARKS = {True: ":green[:material/check:]", False: ":orange[:material/close:]", None: ""}
_DECISIONS = 50

Answer = Callable[..., None]
"""`review.accept` or `review.reject`."""


def panel(summary: Summary, user: User) -> None:
    """The pair to decide about, and the answers."""
    total = summary.lists[FindingList.REVIEW]
    if not total:
        st.caption("No match waits for a person.")
        decisions(user)
        return
    # After the last pair of the list was answered, its page is gone.
    st.session_state[_PAGE] = min(st.session_state.get(_PAGE, 1), total)
    place = widgets.pager(total, 1, _PAGE)
    with database.reading(engine()) as connection:
        condition = finding_conditions.CONDITIONS[FindingList.REVIEW]
        rows = findings.page(connection, [condition], start=place - 1, count=1).to_dict("records")
    if not rows:
        st.caption("Another person answered meanwhile. Reload the page.")
        return
    row = rows[0]
    with st.container(border=True, key="pair"):
        pair_heading(row, place, total)
        st.table(side_by_side(row), hide_index=True, border="horizontal")
        explanation(row)
        answers(summary, row, place, total, user)
    decisions(user)


def pair_heading(row: Row, place: int, total: int) -> None:
    """Which two licenses these are, and how sure that is."""
    title = f"{row['license_key']} is {row['marketplace_id']}?"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{widgets.escape(title)}**", width="content")
        st.badge(wording.confidence(row), color="orange")
        st.caption(f"{place:,} of {total:,}", width="content")


def side_by_side(row: Row) -> pd.DataFrame:
    """Both licenses, field by field, with a mark where they agree or differ."""
    rows = [
        (widgets.escape(one.title), widgets.escape(one.ours), widgets.escape(one.theirs), _MARKS[one.agrees])
        for one in wording.compared_fields(row)
        if one.ours or one.theirs
    ]
    return pd.DataFrame(rows, columns=["Field", "Ours", "Marketplace", "Same"], dtype=object)


def explanation(row: Row) -> None:
    """Why they may be one, and what speaks against it."""
    for reason in wording.reasons(row):
        icon = ":green[:material/add:]" if reason.weight >= 0 else ":orange[:material/remove:]"
        st.markdown(f"{icon} {widgets.escape(reason.sentence)} ({reason.weight:+.1f})")
    for sentence in wording.doubts(row):
        st.markdown(f":orange[:material/help:] {widgets.escape(sentence)}")
    if row["rivals"]:
        others = quantity(row["rivals"], "other pair")
        st.caption(f"{others} of these licenses would be possible too. If you reject this one, the next is proposed.")


def answers(summary: Summary, row: Row, place: int, total: int, user: User) -> None:
    """Accept, reject, or leave for later."""
    key, comparison = row["license_key"], summary.comparison.id
    reason = st.text_input("Why (optional, remembered with your answer)", key=f"why_{key}", max_chars=500)
    with st.container(horizontal=True):
        st.button(
            "Accept",
            key="accept",
            type="primary",
            shortcut="A",
            on_click=answer,
            args=(review.accept, comparison, key, reason, user),
        )
        st.button(
            "Reject", key="reject", shortcut="X", on_click=answer, args=(review.reject, comparison, key, reason, user)
        )
        st.button("Next", key="next", shortcut="N", on_click=turn_to, args=(place % total + 1,), disabled=total < 2)


def turn_to(place: int) -> None:
    """Show another pair, from a callback."""
    st.session_state[_PAGE] = place


def answer(answer_of: Answer, comparison: int, license_key: str, reason: str, user: User) -> None:
    """Remember an answer, from a callback."""
    try:
        actor = session.recheck(user, Action.RECONCILE)
        answer_of(engine(), comparison, [license_key], actor, reason)
    except RefusalError as refusal:
        reconcile_news.announce(str(refusal), is_failure=True)


def decisions(user: User) -> None:
    """What people accepted and rejected, and taking that back."""
    with database.reading(engine()) as connection:
        newest = match_decisions.in_force(connection)
    if not newest:
        return
    with st.expander(f"Accepted and rejected ({len(newest):,})", icon=":material/fact_check:"):
        for decision in newest[:_DECISIONS]:
            decision_line(decision, user)
        if len(newest) > _DECISIONS:
            st.caption(f"and {quantity(len(newest) - _DECISIONS, 'older answer')}")


def decision_line(decision: Decision, user: User) -> None:
    """One answer, and taking it back."""
    pair = f"{decision.license_key} · {decision.marketplace_id}"
    sentence = f"{decision.state} by {decision.by} at {format_time(decision.at)}"
    text = " · ".join(filter(None, [pair, sentence, decision.reason]))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(text, width="stretch")
        key = f"withdraw_{decision.license_key}_{decision.marketplace_id}"
        st.button("Take back", key=key, type="tertiary", on_click=withdraw, args=(decision, user))


def withdraw(decision: Decision, user: User) -> None:
    """Take an answer back, from a callback."""
    try:
        actor = session.recheck(user, Action.RECONCILE)
        review.withdraw(engine(), decision.license_key, decision.marketplace_id, actor, cached.policy())
    except RefusalError as refusal:
        reconcile_news.announce(str(refusal), is_failure=True)
