"""Marketplace's exports on the page: dropped, read, and what was found in the newest."""

from functools import partial

import pandas as pd
import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import format_time, quantity
from lib.marketplace.export import LEFT_OUT_TITLES, LeftOutReason
from lib.marketplace.succession import ALTERATION_TITLES, Alteration
from lib.reading.tables import TableError
from lib.reconciling import exports, files, wording
from lib.reconciling.summary import Summary
from lib.store import database, jobs
from lib.store.jobs import JobKind
from lib.store.marketplace_exports import StoredExport
from lib.web import cached, job_progress, reconcile_lists, reconcile_news, session, uploads, widgets
from lib.web.connection import engine
from lib.web.session import Role, User

_ENDINGS = ("csv", "tsv", "txt", "json", "xlsx", "xlsm", "xls", "ods")
_ROUND = "export_round"
_CLOSED = "closed_failure"
# Rows that a table here shows; the file has all.
_ROWS = 200


def drop_zone() -> None:
    """Where an export is dropped."""
    key = f"exports_{st.session_state.setdefault(_ROUND, 0)}"
    with st.container(border=True):
        st.file_uploader(
            "Marketplace's license export, the older report, JSON of either, or transactions",
            type=_ENDINGS,
            key=key,
            on_change=take_in,
            args=(key,),
        )
        st.caption("It is compared with your licenses. No license changes before you apply what matches.")


def take_in(key: str) -> None:
    """Have a dropped file read and compared by the worker, from a callback."""
    actor = session.require(Role.EDITOR)
    file = st.session_state[key]
    st.session_state[_ROUND] += 1
    if file is None:
        return
    try:
        exports.submit_file(engine(), file.getvalue(), file.name, actor)
        reconcile_news.announce("")
    except (TableError, RefusalError) as error:
        reconcile_news.announce(str(error), is_failure=True)
    finally:
        uploads.free(file)


def job() -> bool:
    """The export that the worker reads, or why it failed; whether it is still at it."""
    with database.reading(engine()) as connection:
        newest = jobs.newest_of_kind(connection, JobKind.RECONCILE)
    if job_progress.show_progress(newest):
        return True
    if newest and st.session_state.get(_CLOSED) != newest.id and job_progress.show_failure(newest):
        st.button("Close", key="close_failure", type="tertiary", on_click=close_failure, args=(newest.id,))
    return False


def close_failure(number: int) -> None:
    """Show a failure no more in this session."""
    st.session_state[_CLOSED] = number


def heading(summary: Summary, user: User) -> None:
    """Which export and comparison the page shows."""
    export = summary.export
    kind = wording.export_title(export.kind)
    parts = [
        f"{export.name} · {kind} #{export.id}, read by {export.by} at {format_time(export.at)}",
        f"{summary.theirs:,} on Marketplace",
        f"{summary.comparison.candidates:,} pairs compared",
    ]
    st.caption(widgets.escape(" · ".join(parts)))
    if summary.is_outdated:
        with st.container(horizontal=True, vertical_alignment="center", key="outdated"):
            st.warning(
                "Licenses changed since this comparison, so that it may be out of date.", icon=":material/update:"
            )
            st.button("Compare again", key="compare_again", type="primary", on_click=compare_again, args=(user,))


def compare_again(user: User) -> None:
    """Compare the licenses as they are now, from a callback."""
    try:
        actor = session.recheck(user, Action.RECONCILE)
        exports.compare_again(engine(), actor, cached.policy())
    except RefusalError as refusal:
        reconcile_news.announce(str(refusal), is_failure=True)


def details(summary: Summary, user: User) -> None:
    """What was left out, unreadable, or altered since the last export."""
    export = summary.export
    with st.expander(f"What {export.name} says", icon=":material/description:"):
        left_out_table(export)
        problems_table(export)
        altered_table(user)
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


def altered_table(user: User) -> None:
    """What altered between the newest export and those before."""
    with database.reading(engine()) as connection:
        rows = exports.altered(connection, exports.newest_export(connection))
    if rows.empty:
        st.caption("Nothing altered since the export before.")
        return
    counts = rows["alteration"].value_counts()
    texts = [f"{ALTERATION_TITLES[Alteration(str(kind))]}: {count:,}" for kind, count in counts.items()]
    st.text("Altered since the export before. " + " · ".join(texts))
    st.dataframe(files.altered_frame(rows.head(_ROWS)), hide_index=True, key="altered", alt="What altered")
    reconcile_lists.download(f"Download {len(rows):,} as CSV", "reconcile_altered", partial(altered_file, user))


def altered_file(user: User) -> bytes:
    """What altered as CSV, if that person still may have it."""
    session.recheck_download(user, Action.DOWNLOAD_LICENSES, "what altered on Marketplace")
    with database.reading(engine()) as connection:
        return files.altered_csv(connection)
