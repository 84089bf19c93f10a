"""Marketplace's exports on the page: dropped, read, and what was found in the newest."""

from typing import Literal

import pandas as pd
import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.domain.refusal import RefusalError
from lib.domain.text import quantity
from lib.marketplace.export import LEFT_OUT_TITLES, LeftOutReason
from lib.reading.tables import TableError
from lib.reconciling import exports, requested_work, wording
from lib.reconciling.summary import Summary
from lib.sample.example_export import example_export
from lib.store import database
from lib.store.marketplace_exports import StoredExport
from lib.web import cached, connection, download_button, reconcile_news, reconcile_work, session, uploads, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import Role, User

_ENDINGS = ("csv", "tsv", "txt", "json", "xlsx", "xlsm", "xls", "ods")
_ROUND = "export_round"
_CONSEQUENCES = {
    "none": "No license changes until you apply the matches.",
    "certain": "The policy has certain matches applied at once, as a change by you that can be undone.",
    "strong": "The policy has certain and strong matches applied at once, as a change by you that can be undone.",
}
"""What reading an export does to licenses, by the policy's setting."""

# Rows that a table here shows; the file has all.
_ROWS = 200


def drop_zone() -> None:
    """Where an export is dropped."""
    key = f"exports_{st.session_state.setdefault(_ROUND, 0)}"
    with st.container(border=True):
        st.file_uploader(
            "Drop Marketplace's license export here, or choose it",
            type=_ENDINGS,
            key=key,
            on_change=take_in,
            args=(key,),
        )
        st.caption(f"It is compared with your licenses. {_CONSEQUENCES[cached.policy().apply_on_reading]}")
        if connection.store():
            example_button()


def example_button() -> None:
    """Draw the button of an export to try, which fits the sample data."""
    download_button.show(
        "Example export",
        example,
        file_name="marketplace_licenses.csv",
        mime=CSV.mime_type,
        key="example_export",
        is_for_import=True,
        type="tertiary",
        on_click="ignore",
        icon=":material/download:",
    )


def example() -> bytes:
    """An export of the sample's customers, as of today."""
    with database.reading(engine()) as reading:
        return example_export(reading, cached.today())


def take_in(key: str) -> None:
    """Have a dropped file read and compared by the worker, from a callback."""
    actor = session.require(Role.EDITOR)
    file = st.session_state[key]
    st.session_state[_ROUND] += 1
    if file is None:
        return
    try:
        reconcile_news.announce("")
        reconcile_work.wait_for(exports.submit_file(engine(), file.getvalue(), file.name, actor))
    except (TableError, RefusalError) as error:
        reconcile_news.announce(str(error), is_failure=True)
    finally:
        uploads.free(file)


def heading(summary: Summary, user: User) -> None:
    """Which export and comparison the page shows."""
    export = summary.export
    kind = wording.export_title(export.kind)
    parts = [
        f"{export.name} · {kind} #{export.id}, read by {export.by} on {time_text(export.at)}",
        f"{summary.theirs:,} on Marketplace",
        f"{summary.comparison.candidates:,} pairs compared",
    ]
    with st.container(horizontal=True, vertical_alignment="center", key="export_line"):
        st.caption(widgets.escape(" · ".join(parts)), width="content")
        if not summary.is_outdated:
            compare_button("tertiary", user)
    if summary.is_outdated:
        with st.container(horizontal=True, vertical_alignment="center", key="outdated"):
            text = "Licenses changed since this comparison, so it may be out of date."
            st.warning(text, icon=":material/update:")
            compare_button("primary", user)


def compare_button(look: Literal["primary", "tertiary"], user: User) -> None:
    """The button that compares again; licenses may have changed, or matches been rejected."""
    st.button("Compare again", key="compare_again", type=look, on_click=compare_again, args=(user,))


def compare_again(user: User) -> None:
    """Have the licenses compared as they are now, from a callback."""
    reconcile_work.request(requested_work.request_comparison, user)


def details(summary: Summary) -> None:
    """What was left out of the newest export, and what was unreadable."""
    export = summary.export
    with st.expander(f"What {export.name} says", icon=":material/description:"):
        left_out_table(export)
        problems_table(export)
        st.caption(f"SHA-256 {export.sha256}")


def left_out_table(export: StoredExport) -> None:
    """The rows that are no licenses of ours, by reason and one by one."""
    counts = export.summary["left_out"]
    if not counts:
        st.caption("No row was left out.")
        return
    texts = [f"{LEFT_OUT_TITLES[LeftOutReason(reason)]}: {count:,}" for reason, count in counts.items()]
    st.text("Left out. " + " · ".join(texts))
    rows = [
        (row["line"], LEFT_OUT_TITLES[LeftOutReason(row["reason"])], row["id"], row["app_name"], row["company"])
        for row in export.summary["left_out_rows"][:_ROWS]
    ]
    frame = pd.DataFrame(rows, columns=["Line", "Why", "License", "App", "Company"], dtype=object)
    st.dataframe(frame, hide_index=True, key="left_out", alt="Rows of the export that were left out")


def problems_table(export: StoredExport) -> None:
    """The texts that could not be read, and columns that are unknown or missing."""
    summary = export.summary
    for title, names in (("Unknown", summary["unknown_columns"]), ("Missing", summary["missing_columns"])):
        if names:
            st.text(f"{title} columns: {', '.join(names)}")
    if summary["unknown"]:
        st.text(f"{quantity(summary['unknown'], 'license')} in it was in no license export so far, and was left out.")
    if summary["problems"]:
        rows = [(one["line"], one["column"], one["message"], one["rows"]) for one in summary["problems"][:_ROWS]]
        frame = pd.DataFrame(rows, columns=["First line", "Column", "What is wrong", "Rows"], dtype=object)
        st.dataframe(frame, hide_index=True, key="export_problems", alt="Texts that could not be read")
