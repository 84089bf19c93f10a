"""The third step: what is wrong, grouped by cause, and ways to put it right without leaving the page."""

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.checking.causes import Cause, left_empty_title
from lib.checking.check_summary import cause_list
from lib.checking.problem import Severity
from lib.checking.settings import Settings
from lib.domain.text import quantity
from lib.importing.wording import has_many_held
from lib.reading.problem_codes import ProblemCode
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, problem_list, steps, widgets
from lib.web.problem_list import ICONS, PAGE, counted_in_words

_BY_ROW = frozenset(
    (
        ProblemCode.CONFLICTING_DUPLICATE,
        ProblemCode.DUPLICATE_ROW,
        ProblemCode.WRONG_WIDTH,
        ProblemCode.IGNORED_LINE,
    )
)
"""Codes of problems that no other text in one cell would mend."""

_FIX = "Correct to"


def panel(batch: Batch, check: CheckResult) -> None:
    """The causes with their cells, what was put right so far, and the way on."""
    causes, counts = check.summary.causes, check.summary.counts
    doubtful = has_many_held(counts)
    if doubtful:
        st.warning(
            f"{counts.held:,} of {counts.rows:,} rows are held. Wrong date order or wrong file?",
            icon=":material/help:",
        )
    _put_right(batch)
    if causes:
        st.caption(counted_in_words(causes))
    else:
        st.caption("Nothing is wrong with this file.")
    with st.container(gap="xsmall"):
        for place, cause in enumerate(causes):
            _group(batch, check, cause, cause_list(place))
    with st.container(horizontal=True, vertical_alignment="center"):
        if doubtful:
            steps.way_on("Back to columns", "columns")
        steps.way_on("Next: preview", "preview", primary=not doubtful)
        if counts.held:
            problem_list.held_rows_button(batch.id, counts.held)


def _group(batch: Batch, check: CheckResult, cause: Cause, name: str) -> None:
    own = f"{batch.id}_{cause.code}_{cause.column}"
    label = f"{cause.count:,} × {widgets.escape(cause.title)}"
    with st.expander(label, icon=ICONS[cause.severity], key=f"cause_{own}", on_change="rerun") as group:
        if not group.open:
            return
        pages = -(-cause.count // PAGE)
        page = st.pagination(pages, key=f"pages_{own}") if pages > 1 else 1
        rows = batch_state.rows(batch.id, check, name, (page - 1) * PAGE, PAGE)
        if cause.severity is Severity.ERROR and cause.column and cause.code not in _BY_ROW:
            _grid(batch, check, cause, rows, own)
        else:
            shown = rows[["line", "value", "message"]]
            st.dataframe(shown.rename(columns=_TITLES), hide_index=True, key=f"rows_{own}", column_config=_CONFIG)
        if cause.leaving:
            _leave_button(batch, cause)


_TITLES = {"line": "Line", "value": "In the file", "message": "What is wrong, and what to do"}
_CONFIG: dict[str, Any] = {
    "Line": st.column_config.NumberColumn(width=70),
    "What is wrong, and what to do": st.column_config.TextColumn(width="large"),
}


def _grid(batch: Batch, check: CheckResult, cause: Cause, rows: pd.DataFrame, own: str) -> None:
    """The cells of a cause, to be corrected in place."""
    shown = rows[["line", "value", "message"]].rename(columns=_TITLES)
    shown.insert(2, _FIX, pd.Series([""] * len(rows), dtype=object))
    key = f"grid_{own}_{check.at.timestamp()}"
    with st.form(f"correct_{own}", border=False):
        st.data_editor(
            shown,
            hide_index=True,
            key=key,
            disabled=[title for title in shown.columns if title != _FIX],
            column_config={**_CONFIG, _FIX: st.column_config.TextColumn(width="medium")},
        )
        everywhere = f"everywhere_{own}"
        st.checkbox(
            f"Also in every other row of {widgets.escape(cause.column or '')} with the same text", key=everywhere
        )
        cells = [(str(row), text) for row, text in zip(rows["row"], rows["value"], strict=True)]
        st.form_submit_button(
            "Save and check again",
            key=f"save_{own}",
            on_click=_correct,
            args=(batch.id, cause.column, cells, key, everywhere),
        )


def _correct(number: int, heading: str, cells: list[tuple[str, str]], key: str, everywhere: str) -> None:
    """Keep what was typed: for these rows, or for every row with the same text."""
    typed = {row: told[_FIX] for row, told in st.session_state[key]["edited_rows"].items() if told.get(_FIX)}
    settings = batch_state.settings_of(number)
    if st.session_state[everywhere]:
        texts = {cells[row][1]: text for row, text in typed.items()}
        said = {**settings.replacements, heading: {**settings.replacements.get(heading, {}), **texts}}
        settings = replace(settings, replacements=said)
    else:
        edits = {cells[row][0]: {heading: text} for row, text in typed.items()}
        merged = {row: {**settings.edits.get(row, {}), **cell} for row, cell in edits.items()}
        settings = replace(settings, edits={**settings.edits, **merged})
    if typed:
        batch_state.choose(number, settings)


def _leave_button(batch: Batch, cause: Cause) -> None:
    cells = "this cell" if cause.count == 1 else f"these {cause.count:,} cells"
    st.button(
        f"Leave {cells} empty and import the {'row' if cause.count == 1 else 'rows'}",
        key=f"leave_{batch.id}_{cause.leaving}",
        on_click=_leave,
        args=(batch.id, cause.leaving, True),
    )


def _leave(number: int, leaving: str, empty: bool) -> None:
    """Let the cells of a cause count as empty, or hold their rows again."""
    settings = batch_state.settings_of(number)
    others = tuple(said for said in settings.leave_empty if said != leaving)
    batch_state.choose(number, replace(settings, leave_empty=(*others, leaving) if empty else others))


def _put_right(batch: Batch) -> None:
    """What a person has changed so far, each with a way to take it back."""
    settings = Settings.from_json(batch.settings)
    for leaving in settings.leave_empty:
        told = f"Left empty · {left_empty_title(leaving)}"
        _revertible(
            told, "Hold these rows again", f"hold_{batch.id}_{leaving}", partial(_leave, batch.id, leaving, False)
        )
    if settings.edits:
        told = f"{quantity(len(settings.edits), 'row')} corrected by hand"
        _revertible(told, "Take the corrections back", f"unedit_{batch.id}", partial(_forget, batch.id, edits={}))
    if settings.replacements:
        count = sum(map(len, settings.replacements.values()))
        told = f"{quantity(count, 'text')} read as another"
        _revertible(
            told, "Read them as they stand", f"unreplace_{batch.id}", partial(_forget, batch.id, replacements={})
        )


def _revertible(told: str, label: str, key: str, action: Any) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(told)
        st.button(label, type="tertiary", key=key, on_click=action)


def _forget(number: int, **changed: Any) -> None:
    batch_state.choose(number, replace(batch_state.settings_of(number), **changed))
