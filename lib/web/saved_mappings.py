"""The saved decisions about columns and texts, in the second step of an import."""

import streamlit as st

from lib.checking.questions import FIELD_TITLES
from lib.store import database, remembered
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import Role

HEADING = "heading"
"""Stands for a field in the list of what is remembered, where a heading by itself is."""


def panel() -> None:
    """Decisions that apply to new files, each with a way to forget it."""
    with st.expander("Saved mappings", icon=":material/bookmark:") as shelf:
        if not shelf.open:
            return
        with database.reading(engine()) as connection:
            headers, meanings = remembered.all_headers(connection), remembered.all_meanings(connection)
            headings = remembered.all_headings(connection)
        if not headers and not meanings and not headings:
            st.caption("Nothing saved yet. Your choices for a file are saved when it is imported.")
        for header in headers:
            fields = ", ".join(f"{name} → {FIELD_TITLES.get(field, field)}" for name, field in header.mapping.items())
            remembered_line(f"Header of {time_text(header.at)} by {header.by}: {fields}", header.fingerprint, "")
        for heading in headings:
            sentence = f"The heading “{heading.heading}” means {FIELD_TITLES.get(heading.field, heading.field)}"
            remembered_line(f"{sentence}, confirmed by {heading.by}", heading.words, HEADING)
        for meaning in meanings:
            field_title = FIELD_TITLES.get(meaning.field, meaning.field)
            remembered_line(f"{field_title}: “{meaning.text}” means {meaning.meaning}", meaning.text, meaning.field)


def remembered_line(sentence: str, name: str, field: str) -> None:
    """One decision about a text, a heading (`HEADING`), or without a field a header, and its button."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(widgets.escape(sentence))
        st.button("Forget", key=f"forget_{field}_{name}", type="tertiary", on_click=forget, args=(name, field))


def forget(name: str, field: str) -> None:
    """Forget a text's meaning in a field, a heading's field (`HEADING`), or without a field a header."""
    actor = session.require(Role.IMPORTER)
    with database.writing(engine()) as connection:
        if field == HEADING:
            remembered.forget_heading(connection, name, actor)
        elif field:
            remembered.forget_meaning(connection, field, name, actor)
        else:
            remembered.forget_header(connection, name, actor)
