"""Files that wait for a decision, and the newest imports, on the page where files are dropped."""

from datetime import date

import streamlit as st

from lib.checking.open_points import first_step
from lib.domain.days import day_of
from lib.domain.import_counts import RowCounts
from lib.domain.text import quantity
from lib.store.batches import Batch, BatchState
from lib.web import batch_state, cached, file_step, menu_pages, page_paths, receipt, steps, widgets
from lib.web.local_times import time_text

_UNFINISHED = 20
_RECENT = 5
_WIDTHS = (5, 3, 4, 3, 2, 2)


def unfinished() -> None:
    """Files uploaded but not imported yet: step, errors, age, and what can be done."""
    newest, total = batch_state.page([BatchState.OPEN], count=_UNFINISHED)
    if not newest:
        return
    st.header("Not imported yet", anchor=False)
    with st.container(key="unfinished"):
        for batch in newest:
            with st.container(border=True):
                unfinished_line(batch)
    if total > len(newest):
        st.caption(f"and {quantity(total - len(newest), 'older file')}")


def unfinished_line(batch: Batch) -> None:
    """One file, where it is, and the ways to go on or to discard it."""
    check = batch_state.newest_check(batch.id)
    step, rows = "Not checked yet", ""
    if check:
        step = steps.step_title(check.summary, first_step(check.summary))
        count = check.summary.reader.rows
        rows = "" if count is None else quantity(count, "row")
    name, where, what, age, onward, away = st.columns(_WIDTHS, vertical_alignment="center")
    name.text(batch.name)
    where.text(step)
    what.caption(widgets.escape(" · ".join(filter(None, (rows, f"#{batch.id}", batch.created_by)))))
    age.caption(age_text(day_of(batch.created_at, cached.policy().time_zone), cached.today()))
    with onward:
        link("Continue", page_paths.IMPORT, batch)
    with away:
        file_step.discard_button(batch)


def link(label: str, page: str, batch: Batch) -> None:
    """A link to a batch."""
    menu_pages.link(page, label=label, query_params={"batch": str(batch.id)})


def age_text(day: date, today: date) -> str:
    """How long ago a day was: `today`, `3 days ago`."""
    days = (today - day).days
    names = {0: "today", 1: "yesterday"}
    return names.get(days, f"{days:,} days ago")


def recent() -> None:
    """The newest imports, each with what came of it."""
    newest, total = batch_state.page([BatchState.IMPORTED, BatchState.UNDONE], count=_RECENT)
    if not newest:
        return
    st.header("Recent imports", anchor=False)
    for batch in newest:
        with st.container(horizontal=True, vertical_alignment="center", key=f"recent_{batch.id}"):
            link(widgets.escape(f"Import #{batch.id} · {batch.name}"), page_paths.ACTIVITY, batch)
            receipt.state_badge(batch)
            if batch.receipt:
                by, when = batch.receipt.by, time_text(batch.created_at)
                st.caption(widgets.escape(f"{counts_text(batch.receipt.counts)} · {by} · {when}"))
    if total > len(newest):
        menu_pages.link(page_paths.ACTIVITY, label=f"All {total:,} imports", query_params={"files": "all"})


def counts_text(counts: RowCounts) -> str:
    """What became of the rows of a file: `399 new, 3 skipped`."""
    numbers = {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged, "skipped": counts.held}
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items() if number) or "nothing new"
