"""What importing an open batch would do: counts, effect, cells old and new, and the button that does it."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from lib import intake
from lib.causes import Cause, causes_of, left_empty_title
from lib.check import Settings
from lib.differences import changed_cells, new_licenses
from lib.plans import Plan
from lib.problems import Problem, RefusalError
from lib.receipts import COUNT_TITLES, deed_in_words, effect_in_words, looks_wrong, verdicts_in_words
from lib.store.batches import Batch, State
from lib.tables import TableError
from lib.web import data, drafts, problem_list, session, widgets
from lib.web.connection import engine
from lib.web.data import POLICY
from lib.web.problem_list import Problems
from lib.web.session import Role
from lib.words import counted

PAGE = 50
"""Licenses on one page of changes."""

_ASKED = "commit_asked"
_NEW_TITLES = {
    "license_key": "License key",
    "customer_name": "Customer",
    "product": "Product",
    "hosting": "Hosting",
    "editors": "Editors",
    "host_tier": "Host tier",
    "maintenance_end": "Maintenance end",
    "outcome": "Verdict",
}
_CHANGED_TITLES = {"license_key": "License key", "column": "Column", "old": "Now", "new": "After the import"}


def tiles(counts: dict[str, int]) -> None:
    """One tile for each thing that can become of a row, all rows being the denominator."""
    for column, (name, title) in zip(st.columns(len(COUNT_TITLES)), COUNT_TITLES.items(), strict=True):
        column.metric(title, f"{counts[name]:,}", border=True, height="stretch")


def effect(effect: dict[str, int]) -> None:
    """The business effect, and how the licenses written are judged."""
    st.text(f"Effect: {effect_in_words(effect)}")
    if verdicts := verdicts_in_words(effect):
        st.caption(widgets.escape(f"Of the licenses written: {verdicts}"))


def commit_button(batch: Batch, plan: Plan) -> None:
    """The button that imports, saying its consequence, and doubts about the file if too many rows are held."""
    undecided = bool(plan.checked.undecided)
    if looks_wrong(plan.counts) and not undecided:
        held, rows = plan.counts["held"], plan.counts["rows"]
        st.warning(
            f"{held:,} of {rows:,} rows are held. Wrong date order or wrong file? Look at the problems before importing.",
            icon=":material/help:",
        )
    st.button(
        "Import: answer the question above first" if undecided else deed_in_words(plan.counts),
        type="primary",
        key="commit",
        disabled=undecided,
        on_click=_ask,
        args=(batch.id, plan.base, batch.settings),
    )


def commit_if_asked(batch: Batch) -> None:
    """Import the batch if its button was just pressed. Raises RefusalError, TableError if it cannot be done now.

    A second press while the first is at work finds the batch imported, and so does nothing.
    """
    if st.session_state.get(_ASKED, (None,))[0] != batch.id:
        return
    with st.spinner("Importing…", show_time=True):
        _, base, settings = st.session_state.pop(_ASKED)
        by = session.require(Role.EDITOR).name
        if batch.state is not State.OPEN:
            return
        if settings != batch.settings:
            raise RefusalError(
                "How the file is read was changed meanwhile. Look at the preview again before importing."
            )
        try:
            intake.commit(engine(), batch.id, by, POLICY, base=base)
        except RefusalError:
            if drafts.batch(batch.id).state is State.OPEN:
                raise
    st.rerun()


def changes(plan: Plan) -> None:
    """The cells that change, old and new, and the licenses that come in."""
    changed, new = plan.counts["changed"], plan.counts["new"]
    if not changed and not new:
        st.caption("Nothing would change.")
    if changed:
        st.text(f"{counted(changed, 'license')} would change:")
        _table(
            "changed", changed_cells(plan, start=_page("changed", changed), count=PAGE).rename(columns=_CHANGED_TITLES)
        )
    if new:
        st.text(f"{counted(new, 'license')} would be new:")
        _table("new", new_licenses(plan, start=_page("new", new), count=PAGE).rename(columns=_NEW_TITLES))


def problems(batch: Batch, plan: Plan) -> None:
    """What is wrong in the file, with ways to let unreadable cells count as empty."""
    settings = Settings.of(batch.settings)
    _left_empty(batch, settings)
    checked = plan.checked
    found = Problems(
        causes_of([*checked.errors, *checked.warnings]),
        lambda cause, start, count: _of(plan, cause)[start : start + count],
        partial(_everything, batch.id),
        f"problems_of_batch_{batch.id}.csv",
    )
    problem_list.panel(f"problems_{batch.id}", found, partial(_leave_button, batch))


def _ask(number: int, base: int, settings: dict[str, object]) -> None:
    st.session_state[_ASKED] = (number, base, settings)


def _page(key: str, count: int) -> int:
    """Where the chosen page of a table starts."""
    pages = -(-count // PAGE)
    return (st.pagination(pages, key=f"{key}_page") - 1) * PAGE if pages > 1 else 0


def _table(key: str, frame: pd.DataFrame) -> None:
    st.dataframe(frame, hide_index=True, key=f"{key}_rows")


def _of(plan: Plan, cause: Cause) -> list[Problem]:
    return [problem for problem in (*plan.checked.errors, *plan.checked.warnings) if cause.covers(problem)]


def _everything(number: int) -> list[Problem]:
    try:
        checked = drafts.plan(drafts.batch(number), data.version()).checked
    except (TableError, RefusalError):
        return []
    return [*checked.errors, *checked.warnings]


def _leave_button(batch: Batch, cause: Cause) -> None:
    if cause.leaving:
        cells = "this cell" if cause.count == 1 else f"these {cause.count:,} cells"
        st.button(
            f"Leave {cells} empty and import the {'row' if cause.count == 1 else 'rows'}",
            key=f"leave_{batch.id}_{cause.leaving}",
            on_click=_leave,
            args=(batch.id, cause.leaving, True),
        )


def _left_empty(batch: Batch, settings: Settings) -> None:
    for leaving in settings.leave_empty:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Left empty · {left_empty_title(leaving)}")
            st.button(
                "Hold these rows again",
                type="tertiary",
                key=f"hold_{batch.id}_{leaving}",
                on_click=_leave,
                args=(batch.id, leaving, False),
            )


def _leave(number: int, leaving: str, empty: bool) -> None:
    """Let the cells of a cause count as empty, or hold their rows again."""
    settings = Settings.of(drafts.batch(number).settings)
    others = tuple(said for said in settings.leave_empty if said != leaving)
    drafts.choose(number, replace(settings, leave_empty=(*others, leaving) if empty else others))
