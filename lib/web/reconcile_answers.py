"""What people answered to proposed matches, and taking that back."""

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.reconciling import review
from lib.store import database, match_decisions
from lib.store.match_decisions import Answer
from lib.web import reconcile_news, reconcile_work, session, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

_SHOWN = 50


def newest(user: User) -> None:
    """The newest answer, and taking it back."""
    with database.reading(engine()) as connection:
        answers = match_decisions.answers(connection, 1)
    for answer in answers:
        with st.container(horizontal=True, vertical_alignment="center", key="last_answer"):
            st.caption(widgets.escape(f"Last answer: {sentence(answer)}"), width="content")
            st.button(
                "Withdraw", key="take_back", shortcut="U", type="tertiary", on_click=withdraw, args=(answer, user)
            )


def earlier(user: User) -> None:
    """The answers before the newest, and taking them back."""
    with database.reading(engine()) as connection:
        answers, total = match_decisions.answers(connection, _SHOWN), match_decisions.number_of_answers(connection)
    if total < 2:
        return
    with st.expander(f"Earlier answers ({total - 1:,})", icon=":material/fact_check:"):
        for number, answer in enumerate(answers[1:], 1):
            line(number, answer, user)
        if total > len(answers):
            st.caption(f"and {quantity(total - len(answers), 'older answer')}")


def sentence(answer: Answer) -> str:
    """What was said of which licenses, by whom and why."""
    what = f"{answer.license_key} · {answer.marketplace_id}"
    if answer.pairs > 1:
        what = f"{what} and {quantity(answer.pairs - 1, 'other match', 'other matches')}"
    return " · ".join(filter(None, [f"{what} {answer.state} by {answer.by} on {time_text(answer.at)}", answer.reason]))


def line(number: int, answer: Answer, user: User) -> None:
    """An earlier answer, and taking it back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(sentence(answer), width="stretch")
        st.button("Withdraw", key=f"take_back_{number}", type="tertiary", on_click=withdraw, args=(answer, user))


def withdraw(answer: Answer, user: User) -> None:
    """Take an answer back, from a callback; the worker then compares again."""
    reconcile_news.announce("")
    try:
        actor = session.recheck(user, Action.RECONCILE)
        reconcile_work.wait_for(review.withdraw(engine(), answer, actor))
    except RefusalError as refusal:
        reconcile_news.announce(str(refusal), is_failure=True)
