"""The third step: problems by cause, and correcting them in place."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.checking.causes import Cause, left_empty_title
from lib.checking.check_summary import cause_list
from lib.checking.open_points import Step
from lib.checking.outcome_needs import lacks_every_outcome
from lib.checking.problem import Severity
from lib.checking.settings import Settings
from lib.domain.text import quantity
from lib.importing.wording import has_many_held, many_skipped_sentence
from lib.reading.problem_codes import ProblemCode
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, outcome_needs_panel, problem_list, steps, widgets
from lib.web.problem_list import ICONS, PAGE, counts_text

_ROW_PROBLEMS = frozenset(
    (
        ProblemCode.CONFLICTING_DUPLICATE,
        ProblemCode.DUPLICATE_ROW,
        ProblemCode.WRONG_WIDTH,
        ProblemCode.IGNORED_LINE,
    )
)
"""Codes of problems that another text in one cell would not solve."""

_CORRECTION = "Correct to"


def panel(batch: Batch, check: CheckResult) -> None:
    """The causes with their cells, the corrections so far, and the next step."""
    causes, counts = check.summary.causes, check.summary.counts
    is_doubtful = has_many_held(counts)
    if is_doubtful:
        st.warning(
            many_skipped_sentence(counts),
            icon=":material/help:",
        )
    corrections(batch)
    is_void = lacks_every_outcome(check.summary)
    if is_void:
        missing = outcome_needs_panel.missing_titles(check.summary) or "the cells of the columns above"
        st.error(f"No license of this file gets an outcome. What is missing: {missing}.", icon=":material/block:")
    if causes:
        st.caption(counts_text(causes))
    elif not is_void:
        st.caption("No problems found")
    with st.container(gap="xsmall"):
        for place, cause in enumerate(causes):
            cause_group(batch, check, cause, cause_list(place))
    with steps.actions():
        if is_doubtful or is_void:
            steps.way_on("← Back to columns", Step.COLUMNS, primary=False)
        title = "Next: preview without outcomes" if is_void else "Next: preview"
        steps.way_on(title, Step.PREVIEW, primary=not (is_doubtful or is_void))
        if counts.held:
            problem_list.held_rows_button(batch.id, counts.held)


def cause_group(batch: Batch, check: CheckResult, cause: Cause, name: str) -> None:
    """One cause, which opens to its cells, the list `name` of the check."""
    suffix = f"{batch.id}_{cause.code}_{cause.column}"
    label = f"{cause.count:,} × {widgets.escape(cause.title)}"
    # Rerun on opening, so that the cells of a closed group are neither read nor sent to the browser.
    with st.expander(label, icon=ICONS[cause.severity], key=f"cause_{suffix}", on_change="rerun") as group:
        if not group.open:
            return
        page = widgets.pager(cause.count, PAGE, f"pages_{suffix}")
        rows = batch_state.rows(batch.id, check, name, (page - 1) * PAGE, PAGE)
        if cause.severity is Severity.ERROR and cause.column and cause.code not in _ROW_PROBLEMS:
            correction_grid(batch, check, cause, rows, suffix)
        else:
            frame = rows[["line", "value", "message"]].rename(columns=_TITLES)
            st.dataframe(frame, hide_index=True, key=f"rows_{suffix}", column_config=_COLUMN_CONFIG)
        if cause.leaving:
            leave_button(batch, cause)
        offer(batch, cause)


_TITLES = {"line": "Line", "value": "In the file", "message": "What is wrong, and what to do"}
_COLUMN_CONFIG: dict[str, Any] = {
    "Line": st.column_config.NumberColumn(width=70),
    "What is wrong, and what to do": st.column_config.TextColumn(width="large"),
}


def correction_grid(batch: Batch, check: CheckResult, cause: Cause, rows: pd.DataFrame, suffix: str) -> None:
    """The cells of a cause, to be corrected in place."""
    frame = rows[["line", "value", "message"]].rename(columns=_TITLES)
    frame.insert(2, _CORRECTION, pd.Series([""] * len(rows), dtype=object))
    # The editor remembers edits by position, so the rows of another check need another key.
    key = f"grid_{suffix}_{check.at.timestamp()}"
    everywhere = f"everywhere_{suffix}"
    with st.form(f"correct_{suffix}", border=False):
        st.data_editor(
            frame,
            hide_index=True,
            key=key,
            disabled=[title for title in frame.columns if title != _CORRECTION],
            column_config={**_COLUMN_CONFIG, _CORRECTION: st.column_config.TextColumn(width="medium")},
        )
        column = widgets.escape(cause.column or "")
        st.checkbox(f"Also in every other row of {column} with the same text", key=everywhere)
        cells = [(str(row), text) for row, text in zip(rows["row"], rows["value"], strict=True)]
        st.form_submit_button(
            "Save and check again",
            key=f"save_{suffix}",
            on_click=correct,
            args=(batch.id, cause.column, cells, key, everywhere),
        )


def correct(number: int, heading: str, cells: list[tuple[str, str]], key: str, everywhere: str) -> None:
    """Store what was typed in the grid: for these rows, or for every row with the same text.

    `cells` are the row and the text of each line of the grid, `key` and `everywhere` the keys of its widgets.
    """
    edited = st.session_state[key]["edited_rows"]
    corrected = {place: cell[_CORRECTION] for place, cell in edited.items() if cell.get(_CORRECTION)}
    if not corrected:
        return
    settings = batch_state.settings_of(number)
    if st.session_state[everywhere]:
        texts = {cells[place][1]: text for place, text in corrected.items()}
        batch_state.set_settings(number, settings.with_replacements(heading, texts))
        return
    edits = dict(settings.edits)
    for place, text in corrected.items():
        row = cells[place][0]
        edits[row] = {**edits.get(row, {}), heading: text}
    batch_state.set_settings(number, replace(settings, edits=edits))


def leave_button(batch: Batch, cause: Cause) -> None:
    """A button that imports the rows of a cause without its cells."""
    label = f"Leave these {cause.count:,} cells empty and import the rows"
    if cause.count == 1:
        label = "Leave this cell empty and import the row"
    st.button(
        label,
        key=f"leave_{batch.id}_{cause.leaving}",
        on_click=set_leave_empty,
        args=(batch.id, cause.leaving, True),
    )


def offer(batch: Batch, cause: Cause) -> None:
    """A button for what can be done about all cells of a cause at once."""
    key = f"offer_{batch.id}_{cause.code}"
    if cause.code is ProblemCode.SEVERAL_KEYS:
        label = f"Part {quantity(cause.count, 'cell')} into a row for each key"
        st.button(label, key=key, on_click=partial(replace_settings, batch.id, parted_column=cause.column))
    if cause.code is ProblemCode.GARBLED_TEXT:
        label = "Read damaged letters as what they probably were"
        st.button(label, key=f"{key}_{cause.field}", on_click=partial(replace_settings, batch.id, mend_texts=True))


def set_leave_empty(number: int, leaving: str, empty: bool) -> None:
    """Let the cells of a cause count as empty, or hold their rows."""
    settings = batch_state.settings_of(number)
    causes = [cause for cause in settings.leave_empty if cause != leaving]
    if empty:
        causes.append(leaving)
    batch_state.set_settings(number, replace(settings, leave_empty=tuple(causes)))


def corrections(batch: Batch) -> None:
    """What people have corrected so far, each with a button to undo it."""
    number, settings = batch.id, Settings.from_json(batch.settings)
    for leaving in settings.leave_empty:
        sentence = f"Left empty · {left_empty_title(leaving)}"
        hold = partial(set_leave_empty, number, leaving, False)
        correction_line(sentence, "Hold these rows again", f"hold_{number}_{leaving}", hold)
    if settings.edits:
        sentence = f"{quantity(len(settings.edits), 'row')} corrected by hand"
        correction_line(
            sentence, "Undo the corrections", f"unedit_{number}", partial(replace_settings, number, edits={})
        )
    if settings.parted_column:
        sentence = f"Cells of {settings.parted_column} with several license keys are rows of their own"
        whole = partial(replace_settings, number, parted_column=None)
        correction_line(sentence, "Leave the cells whole", f"unpart_{number}", whole)
    if settings.mend_texts:
        as_they_are = partial(replace_settings, number, mend_texts=False)
        correction_line("Damaged letters are mended", "Read them as they are", f"unmend_{number}", as_they_are)
    if settings.replacements:
        sentence = f"{quantity(sum(map(len, settings.replacements.values())), 'text')} read as another"
        undo = partial(replace_settings, number, replacements={})
        correction_line(sentence, "Read them as they are", f"unreplace_{number}", undo)


def correction_line(sentence: str, label: str, key: str, undo: Callable[[], None]) -> None:
    """One correction and the button that undoes it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(sentence)
        st.button(label, type="tertiary", key=key, on_click=undo)


def replace_settings(number: int, **values: Any) -> None:
    """Replace some settings of an open batch."""
    batch_state.set_settings(number, replace(batch_state.settings_of(number), **values))
