"""The log of what was done, page by page, and as a file."""

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.file_formats import CSV
from lib.domain.roles import Action
from lib.domain.text import format_time, quantity, storable
from lib.store import audit, database
from lib.store.audit import AuditAction, AuditEntry
from lib.web import download_button, session, unknown_links, widgets
from lib.web.connection import engine
from lib.web.local_times import zone
from lib.web.session import User

PAGE = 100
_MOST_IN_A_FILE = 200_000
_COLUMNS = ("When", "Who", "Account", "From", "What", "Detail")
_WIDTHS = {
    title: st.column_config.TextColumn(width=width)
    for title, width in zip(_COLUMNS, (185, 220, 90, 110, 95, 420), strict=True)
}


def panel(user: User) -> None:
    """Filters, a page of what matches, and the file of all of it."""
    unknown_links.refuse_parameters(audit_action=unknown_links.one_of(AuditAction))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.text_input("Who", key="audit_who", bind="query-params", placeholder="Part of a name", width=260)
        action = st.selectbox(
            "What",
            ["", *map(str, AuditAction)],
            format_func=lambda code: code.capitalize() or "Everything",
            key="audit_action",
            bind="query-params",
            width=180,
        )
    filters = {"who": storable(who or ""), "action": action or ""}
    # The filters are in the pager's key, so that other filters begin at their first page.
    pager_key = f"audit_page_{filters}"
    start = (st.session_state.get(pager_key, 1) - 1) * PAGE
    with database.reading(engine()) as connection:
        entries, total = audit.page(connection, user, **filters, start=start, count=PAGE)
    st.caption(quantity(total, "entry", "entries"))
    if not entries:
        return
    st.dataframe(
        pd.DataFrame(list(rows(entries)), columns=list(_COLUMNS)),
        hide_index=True,
        height="content",
        key="audit",
        column_config=_WIDTHS,
        alt="What was done, the newest first",
    )
    widgets.pager(total, PAGE, pager_key)
    download_button.show(
        "Download as CSV",
        partial(file, user, filters),
        file_name=CSV.file_name("audit_log"),
        mime=CSV.mime_type,
        key="audit_file",
        icon=":material/download:",
        on_click="ignore",
    )


def rows(entries: Sequence[AuditEntry]) -> Iterator[tuple[str, ...]]:
    """Entries as rows of the table."""
    own_zone = zone()
    for entry in entries:
        when = format_time(entry.at, own_zone)
        yield (when, entry.who, entry.account, entry.origin, entry.action.capitalize(), entry.detail)


def file(user: User, filters: dict[str, str]) -> bytes:
    """All entries that match, as a CSV file."""
    # The download is logged as any other.
    actor = session.recheck_download(user, Action.SEE_AUDIT, "audit log")
    with database.reading(engine()) as connection:
        entries, _ = audit.page(connection, actor, who=filters["who"], action=filters["action"], count=_MOST_IN_A_FILE)
    return table_csv(_COLUMNS, rows(entries))
