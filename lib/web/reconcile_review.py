"""Reviewing matches one by one: both licenses side by side, why they may be one, and the answer, by mouse or keyboard."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from sqlalchemy import ColumnElement

from lib.domain.masking import HIDDEN
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.reconciling import review, wording
from lib.reconciling.summary import Summary
from lib.reconciling.wording import Row
from lib.store import database, findings
from lib.web import contacts_panel, reconcile_news, session, widgets
from lib.web.connection import engine
from lib.web.session import User

_PAGE = "review_page"
_MARKS = {True: ":green[:material/check:]", False: ":orange[:material/close:]", None: ""}
_NAMED = 10

Answer = Callable[..., Sequence[str]]
"""`review.accept` or `review.reject`, which give the licenses that they left out."""

Conditions = Sequence[ColumnElement[bool]]


def pair(summary: Summary, row: Row, user: User, place: int = 1, total: int = 1) -> None:
    """One match with both licenses, and the answers; `place` among `total` if it is not a selected one."""
    with st.container(border=True, key="pair"):
        pair_heading(row, place, total)
        keys = (row["license_key"],)
        is_hidden = bool(contacts_panel.hidden_columns(keys, user))
        st.table(side_by_side(row, is_hidden=is_hidden), hide_index=True, border="horizontal")
        contacts_panel.reveal_button(keys, user, "pair")
        explanation(row)
        answers(summary, row, place, total, user)


def next_pair(summary: Summary, conditions: Conditions, total: int, user: User) -> None:
    """The match to decide about now, of those that fulfil conditions."""
    # After the last pair of the list was answered, its page is gone.
    st.session_state[_PAGE] = min(st.session_state.get(_PAGE, 1), total)
    place = st.session_state[_PAGE]
    with database.reading(engine()) as connection:
        rows = findings.page(connection, conditions, start=place - 1, count=1).to_dict("records")
    if not rows:
        st.caption("Another person answered meanwhile. Reload the page.")
        return
    pair(summary, rows[0], user, place, total)


def pair_heading(row: Row, place: int, total: int) -> None:
    """Which two licenses these are, and how sure that is."""
    title = f"{row['license_key']} is {row['marketplace_id']}?"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{widgets.escape(title)}**", width="content")
        st.badge(wording.confidence(row), color="orange")
        if total > 1:
            st.caption(f"{place:,} of {total:,}", width="content")


def side_by_side(row: Row, *, is_hidden: bool) -> pd.DataFrame:
    """Both licenses, field by field, with a mark where they agree or differ; contacts may be hidden."""
    rows = []
    for one in wording.compared_fields(row):
        texts = (one.ours, one.theirs)
        if is_hidden and one.is_of_contact:
            texts = (one.ours and HIDDEN, one.theirs and HIDDEN)
        if any(texts):
            rows.append((widgets.escape(one.title), *map(widgets.escape, texts), _MARKS[one.agrees]))
    return pd.DataFrame(rows, columns=["Field", "Ours", "Marketplace", "Same"], dtype=object)


def explanation(row: Row) -> None:
    """Why they may be one, and what speaks against it."""
    with st.container(gap=None, key="explanation"):
        for reason in wording.reasons(row):
            icon = ":green[:material/add:]" if reason.weight >= 0 else ":orange[:material/remove:]"
            st.markdown(f"{icon} {widgets.escape(reason.sentence)} ({reason.weight:+.1f})")
        for sentence in wording.doubts(row):
            st.markdown(f":orange[:material/help:] {widgets.escape(sentence)}")
    if row["rivals"]:
        others = quantity(row["rivals"], "other pair")
        sentence = (
            f"{others} of these licenses would be possible too. If you reject this one, compare again to see the next."
        )
        st.caption(sentence)


def answers(summary: Summary, row: Row, place: int, total: int, user: User) -> None:
    """Accept, reject, or leave for later."""
    key, comparison = row["license_key"], summary.comparison.id
    reason = st.text_input("Note (optional, kept with your answer)", key=f"why_{key}", max_chars=500)
    with st.container(horizontal=True):
        st.button(
            "Accept",
            key="accept",
            type="primary",
            shortcut="A",
            on_click=answer,
            args=(review.accept, comparison, [key], reason, user),
        )
        st.button(
            "Reject", key="reject", shortcut="X", on_click=answer, args=(review.reject, comparison, [key], reason, user)
        )
        if total > 1:
            st.button("Back", key="back", shortcut="B", on_click=turn_to, args=((place - 2) % total + 1,))
            st.button("Next", key="next", shortcut="N", on_click=turn_to, args=(place % total + 1,))


def turn_to(place: int) -> None:
    """Show another pair, from a callback."""
    st.session_state[_PAGE] = place


def answer(answer_of: Answer, comparison: int, license_keys: Sequence[str], reason: str, user: User) -> None:
    """Remember an answer, from a callback."""
    reconcile_news.announce("")
    try:
        actor = session.recheck(user, Action.RECONCILE)
        left_out = answer_of(engine(), comparison, license_keys, actor, reason)
    except RefusalError as refusal:
        reconcile_news.announce(str(refusal), is_failure=True)
        return
    if left_out:
        licenses = quantity(len(left_out), "license")
        reconcile_news.announce(
            f"{licenses} left out, which by now have another SEN: {', '.join(left_out[:_NAMED])}.", is_failure=True
        )
