"""SENs pasted for many licenses: what matches, and recording that."""

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
    """Paste lines, see the outcome of each, and record."""
    request_queue.announcement()
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
    lines_table(matches)
    note = st.text_input("Note (optional, shown in the history)", key="sens_note", max_chars=500)
    st.button(
        f"Record {quantity(len(matches.sens), 'SEN')}",
        type="primary",
        key="record_sens",
        disabled=not matches.sens,
        on_click=record,
        args=(text, note, user),
    )


def lines_table(matches: SenMatches) -> None:
    """The outcome of each line, and how many lines have which outcome."""
    rows = [
        (match.place, match.key, match.sen, SEN_OUTCOME_TITLES[match.outcome], match.sentence)
        for match in matches.lines
    ]
    frame = pd.DataFrame(rows, columns=["Where", "License key", "SEN", "What comes of it", "Why"])
    totals = frame["What comes of it"].value_counts()
    st.text(" · ".join(f"{title}: {number:,}" for title, number in totals.items()))
    st.dataframe(frame, hide_index=True, key="sens_lines", alt="What comes of each line")


def record(text: str, note: str, user: User) -> None:
    """Record the SENs that match, from a callback; the others stay as they are."""
    try:
        actor = session.recheck(user, Action.RECORD_SENS)
        matches = sens.record_sens(engine(), sens.read_sen_lines(text), actor, note, cached.POLICY)
    except RefusalError as refusal:
        request_queue.announce(str(refusal))
        return
    # Emptied only now: lines that were refused stay in the box to be corrected.
    st.session_state["sens_text"] = ""
    ignored = len(matches.lines) - len(matches.sens)
    rest = f" {quantity(ignored, 'line')} recorded nothing." if ignored else ""
    request_queue.announce(
        f"{quantity(len(matches.sens), 'license')} migrated: their SENs are recorded.{rest}", matches.change
    )
