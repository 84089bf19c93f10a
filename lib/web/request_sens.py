"""SENs pasted for many licenses at once: what matches, what does not and why; those that match are recorded together."""

import pandas as pd
import streamlit as st

from lib import database, sens
from lib.refusal import RefusalError
from lib.sens import FATE_TITLES, Recorded
from lib.web import data, request_queue, session, widgets
from lib.web.connection import engine
from lib.web.session import Role, User
from lib.words import counted


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
        pasted = sens.read_sens(text)
        with database.reading(engine()) as connection:
            told = sens.preview_sens(connection, pasted, data.POLICY)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    _lines(told)
    note = st.text_input("Note (optional; it stands in the history)", key="sens_note", max_chars=500)
    st.button(
        f"Record {counted(len(told.sens), 'SEN')}",
        type="primary",
        key="record_sens",
        disabled=not told.sens,
        on_click=_record,
        args=(text, note, user),
    )


def _lines(told: Recorded) -> None:
    rows = [(one.line, one.key, one.sen, FATE_TITLES[one.fate], one.sentence) for one in told.lines]
    frame = pd.DataFrame(rows, columns=["Line", "License key", "SEN", "What comes of it", "Why"])
    numbers = frame["What comes of it"].value_counts()
    st.text(" · ".join(f"{title}: {number:,}" for title, number in numbers.items()))
    st.dataframe(frame, hide_index=True, key="sens_lines", alt="What comes of each line")


def _record(text: str, note: str, user: User) -> None:
    session.recheck(user, Role.EDITOR)
    try:
        told = sens.record_sens(engine(), sens.read_sens(text), user.name, note, data.POLICY)
    except RefusalError as refusal:
        request_queue.tell(str(refusal))
        return
    st.session_state["sens_text"] = ""
    left = len(told.lines) - len(told.sens)
    rest = f" {counted(left, 'line')} recorded nothing." if left else ""
    request_queue.tell(f"{counted(len(told.sens), 'license')} migrated: their SENs are recorded.{rest}", told.change)
