"""One line of an imported file, where a link asks for it: `?batch=42&line=118`."""

import streamlit as st

from lib.domain.text import printable
from lib.importing import original_lines
from lib.store import audit, database
from lib.store.audit import AuditAction
from lib.store.batches import Batch
from lib.web import batch_state, session, widgets
from lib.web.connection import engine
from lib.web.session import Role

_LOGGED = "line_logged"


def panel(batch: Batch, line_in_url: str) -> None:
    """The line of the file that a link asks for, if any."""
    number = batch_state.number_in_url(line_in_url)
    if number is None:
        return
    user = session.require(Role.IMPORTER)
    with database.reading(engine()) as connection:
        line = original_lines.original_line(connection, batch, number, user)
    # Once, not on each run of the page.
    if line is not None and st.session_state.get(_LOGGED) != (batch.id, number):
        audit.log(engine(), AuditAction.REVEAL, user, f"line {number} of import #{batch.id}")
        st.session_state[_LOGGED] = (batch.id, number)
    with st.container(border=True, key="original"):
        st.markdown(f"**Line {number:,} of {widgets.escape(batch.name)}**")
        if line is not None:
            st.code(printable(line), language=None, wrap_lines=True)
        elif batch.purged_at:
            st.caption("The file is no longer kept.")
        else:
            st.caption("This line cannot be shown as text.")
