"""SENs pasted for many licenses: what matches, and recording that."""

import pandas as pd
import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.reading.tables import TableError
from lib.requests import sens
from lib.requests.long_answers import AnswerKind
from lib.requests.sens import SEN_OUTCOME_TITLES, SenLine, SenMatches
from lib.store import database
from lib.web import announcements, cached, lasting_text, long_answers, row_links, session, stored_licenses, widgets
from lib.web.connection import engine
from lib.web.session import Role, User

_ENDINGS = ("csv", "tsv", "txt", "json", "xlsx", "xlsm", "ods", "eml")
_ROUND, _TEXT = "sens_round", "sens_text"
DIALOG = "sens"
"""The name of the dialog in the address."""


def panel(user: User) -> None:
    """Paste lines, see the outcome of each, and record."""
    if answer := long_answers.in_view(AnswerKind.SENS):
        long_answers.sens_panel(answer, user)
        return
    long_answers.offer_waiting(AnswerKind.SENS)
    lasting_text.restore(_TEXT)
    text = st.text_area(
        "License keys with their SENs in any form: lines, blocks, table cells, or Atlassian's answer as JSON",
        key=_TEXT,
        height=200,
        on_change=long_answers.take_text,
        args=(_TEXT, AnswerKind.SENS, user),
    )
    file_key = f"sens_file_{file_round()}"
    file = st.file_uploader(
        "or a file or workbook of them",
        type=_ENDINGS,
        key=file_key,
        on_change=long_answers.take_file,
        args=(file_key, AnswerKind.SENS, user),
    )
    if file is None and not text.strip():
        st.caption("Recording a SEN says that the license has migrated. Nothing is stored before you see what matches.")
        return
    try:
        lines = sens.read_sen_file(file.getvalue(), file.name) if file else sens.read_sen_lines(text)
        with database.reading(engine()) as connection:
            matches = sens.preview_sens(connection, lines, cached.policy())
    except (RefusalError, TableError) as refusal:
        widgets.failure(refusal)
        return
    lines_table(matches, user)
    record_button(lines, len(matches.sens), user)


def record_button(lines: tuple[SenLine, ...], count: int, user: User) -> None:
    """The button that records so many SENs, with a note."""
    note = st.text_input("Note (optional, shown in history)", key="sens_note", max_chars=500)
    st.button(
        f"Record {quantity(count, 'SEN')}",
        type="primary",
        key="record_sens",
        disabled=not count,
        on_click=record,
        args=(lines, note, user),
    )


def close() -> None:
    """Close the dialog, and forget what was pasted into it."""
    lasting_text.forget(_TEXT)
    announcements.close_dialog()


@st.dialog("Paste SENs", width="large", on_dismiss=close)
def dialog() -> None:
    """Paste SENs; closes once they are recorded."""
    user = session.require(Role.EDITOR)
    row_links.follow(user)
    if not announcements.is_open(DIALOG):
        st.rerun()
    announcements.show_refusal()
    panel(user)


def lines_table(matches: SenMatches, user: User) -> None:
    """The outcome of each line, and how many lines have which outcome."""
    rows = [
        (match.place, match.key, match.sen, SEN_OUTCOME_TITLES[match.outcome], match.sentence)
        for match in matches.lines
    ]
    frame = pd.DataFrame(rows, columns=["Where", "License key", "SEN", "Result", "Why"], dtype=object)
    totals = frame["Result"].value_counts()
    recorded, unread = matches.line_counts
    lines = f"{quantity(recorded + unread, 'line')}, of which {recorded:,} match and {unread:,} do not"
    st.text(" · ".join([lines, *(f"{title}: {number:,}" for title, number in totals.items())]))
    row_links.table(
        frame,
        stored_licenses.places(frame["License key"].tolist(), user),
        key="sens_lines",
        alt="The result of each line; click a key to open its license",
    )


def file_round() -> int:
    """How many files were recorded: each gives way to another uploader without a file."""
    return int(st.session_state.setdefault(_ROUND, 0))


def record(lines: tuple[SenLine, ...], note: str, user: User) -> None:
    """Record the SENs that match, from a callback; the others stay as they are."""
    try:
        actor = session.recheck(user, Action.RECORD_SENS)
        matches = sens.record_sens(engine(), lines, actor, note, cached.policy())
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return
    # Emptied only now: lines that were refused stay in the box to be corrected.
    st.session_state[_TEXT] = ""
    lasting_text.forget(_TEXT)
    st.session_state[_ROUND] = file_round() + 1
    _, ignored = matches.line_counts
    rest = f" {quantity(ignored, 'line')} skipped." if ignored else ""
    announcements.announce(
        f"{quantity(len(matches.sens), 'license')} migrated: their SENs are recorded.{rest}", matches.change
    )
