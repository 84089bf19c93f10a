"""SENs pasted for many licenses at once: what matches, what does not and why; those that match are recorded together."""

import pandas as pd
import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.requests import sens
from lib.requests.sens import SEN_OUTCOME_TITLES, SenMatches
from lib.store import database
from lib.web import cached, request_queue, session, widgets
from lib.web.connection import engine
from lib.web.session import User


def panel(user: User) -> None:
    """Paste lines, see what would come of each, and record."""
    request_queue.say()
    text = st.text_area(
        "Lines such as “KEY SEN-1234567”, in any order, or Atlassian's answer with id and sen, as JSON or CSV",
        key="sens_text",
        height=200,
    )
    if not text.strip():
        st.caption("Recording a SEN says that the license has migrated. Nothing is stored before you see what matches.")
        return
    try:
        lines = sens.read_sen_lines(text)
        with database.reading(engine()) as connection:
            matches = sens.preview_sens(connection, lines, cached.POLICY)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    _lines(matches)
    note = st.text_input("Note (optional; it stands in the history)", key="sens_note", max_chars=500)
    st.button(
        f"Record {quantity(len(matches.sens), 'SEN')}",
        type="primary",
        key="record_sens",
        disabled=not matches.sens,
        on_click=_record,
        args=(text, note, user),
    )


def _lines(matches: SenMatches) -> None:
    rows = [
        (match.place, match.key, match.sen, SEN_OUTCOME_TITLES[match.outcome], match.sentence)
        for match in matches.lines
    ]
    frame = pd.DataFrame(rows, columns=["Where", "License key", "SEN", "What comes of it", "Why"])
    numbers = frame["What comes of it"].value_counts()
    st.text(" · ".join(f"{title}: {number:,}" for title, number in numbers.items()))
    st.dataframe(frame, hide_index=True, key="sens_lines", alt="What comes of each line")


def _record(text: str, note: str, user: User) -> None:
    try:
        actor = session.recheck(user, Action.RECORD_SENS)
        matches = sens.record_sens(engine(), sens.read_sen_lines(text), actor, note, cached.POLICY)
    except RefusalError as refusal:
        request_queue.tell(str(refusal))
        return
    st.session_state["sens_text"] = ""
    left = len(matches.lines) - len(matches.sens)
    rest = f" {quantity(left, 'line')} recorded nothing." if left else ""
    request_queue.tell(
        f"{quantity(len(matches.sens), 'license')} migrated: their SENs are recorded.{rest}", matches.change
    )
