"""The third step: problems by cause, and correcting them in place."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from lib.checking.causes import Cause, left_empty_title
from lib.checking.check_summary import cause_list
from lib.checking.hidden_contacts import masked_problems, names_contacts
from lib.checking.open_points import Step
from lib.checking.outcome_needs import lacks_every_outcome
from lib.checking.settings import Settings
from lib.domain.text import quantity
from lib.importing.wording import has_many_held, many_skipped_sentence
from lib.reading.problem_codes import ProblemCode
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import (
    batch_state,
    correction_editor,
    duplicate_choice,
    file_contacts,
    outcome_needs_panel,
    problem_list,
    steps,
    widgets,
)
from lib.web.problem_list import ICONS, PAGE, counts_text


def panel(batch: Batch, check: CheckResult) -> None:
    """What is wrong, the corrections so far, one editor for all errors, and the next step."""
    causes, counts = check.summary.causes, check.summary.counts
    is_doubtful = has_many_held(counts)
    if is_doubtful:
        st.warning(many_skipped_sentence(counts), icon=":material/help:")
    corrections(batch)
    is_void = lacks_every_outcome(check.summary)
    if is_void:
        missing = outcome_needs_panel.missing_titles(check.summary) or "the cells of the columns above"
        st.error(f"No license in this file gets an outcome. Missing: {missing}.", icon=":material/block:")
    if causes:
        st.caption(counts_text(causes))
    elif not is_void:
        st.caption("No problems found")
    if names_contacts(causes):
        file_contacts.bar(batch.id)
    correction_editor.panel(batch, check)
    duplicate_choice.panel(batch, check)
    cause_groups(batch, check)
    if counts.held:
        problem_list.held_rows_button(batch.id, counts.held)
    with steps.actions(batch.id):
        if is_doubtful or is_void:
            steps.way_on("← Back to columns", Step.COLUMNS, primary=False)
        if counts.held:
            correction_editor.save_button(batch)
        title = "Next: preview without outcomes" if is_void else "Next: preview"
        is_next = not (is_doubtful or is_void or batch.typed)
        steps.way_on(title, Step.PREVIEW, primary=is_next)


def cause_groups(batch: Batch, check: CheckResult) -> None:
    """Each cause with what can be done about all its cells; those that the editor does not list open to their rows."""
    with st.container(gap="xsmall"):
        for place, cause in enumerate(check.summary.causes):
            if correction_editor.is_in_editor(cause):
                cause_line(batch, cause)
            elif cause.code is not ProblemCode.CONFLICTING_DUPLICATE:
                cause_group(batch, check, cause, cause_list(place))
                offer(batch, cause)


def cause_line(batch: Batch, cause: Cause) -> None:
    """One cause whose cells are in the editor, with the buttons for all of them."""
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"{ICONS[cause.severity]} {cause.count:,} × {widgets.escape(cause.title)}"
        st.markdown(label, width="content")
        if cause.leaving:
            leave_button(batch, cause)
        offer(batch, cause)


def cause_group(batch: Batch, check: CheckResult, cause: Cause, name: str) -> None:
    """One cause, which opens to its rows."""
    suffix = f"{batch.id}_{cause.code}_{cause.column}"
    label = f"{cause.count:,} × {widgets.escape(cause.title)}"
    # Rerun on opening, so that the cells of a closed group are neither read nor sent to the browser.
    with st.expander(label, icon=ICONS[cause.severity], key=f"cause_{suffix}", on_change="rerun") as group:
        if not group.open:
            return
        page = widgets.pager(cause.count, PAGE, f"pages_{suffix}")
        rows = batch_state.rows(batch.id, check, name, (page - 1) * PAGE, PAGE)
        if file_contacts.are_hidden(batch.id):
            rows = masked_problems(rows)
        frame = rows[["line", "value", "message"]].rename(columns=_TITLES)
        st.dataframe(frame, hide_index=True, key=f"rows_{suffix}", column_config=_COLUMN_CONFIG, row_height=56)


_TITLES = {"line": "Line", "value": "In the file", "message": "What to do"}
_COLUMN_CONFIG: dict[str, Any] = {
    "Line": st.column_config.NumberColumn(width=70),
    "What to do": st.column_config.TextColumn(width="large"),
}


def leave_button(batch: Batch, cause: Cause) -> None:
    """A button that imports the rows of a cause without its cells."""
    label = f"Leave these {cause.count:,} cells empty and import the rows"
    if cause.count == 1:
        label = "Leave this cell empty and import the row"
    st.button(
        label,
        key=f"leave_{batch.id}_{cause.leaving}",
        type="tertiary",
        on_click=set_leave_empty,
        args=(batch.id, cause.leaving, True),
    )


def offer(batch: Batch, cause: Cause) -> None:
    """A button for what can be done about all cells of a cause at once."""
    key = f"offer_{batch.id}_{cause.code}"
    if cause.code is ProblemCode.SEVERAL_KEYS:
        label = f"Split {quantity(cause.count, 'cell')} into a row for each key"
        st.button(label, key=key, on_click=partial(replace_settings, batch.id, parted_column=cause.column))
    if cause.code is ProblemCode.GARBLED_TEXT:
        label = "Repair damaged letters"
        st.button(label, key=f"{key}_{cause.field}", on_click=partial(replace_settings, batch.id, mend_texts=True))
    if cause.code is ProblemCode.WRONG_WIDTH:
        st.button(
            "Fill missing cells with blanks", key=key, on_click=partial(replace_settings, batch.id, fill_missing=True)
        )


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
        correction_line(sentence, "Skip these rows again", f"hold_{number}_{leaving}", hold)
    if settings.edits:
        sentence = f"{quantity(len(settings.edits), 'row')} corrected by hand"
        correction_line(
            sentence, "Discard corrections", f"unedit_{number}", partial(replace_settings, number, edits={})
        )
    if settings.parted_column:
        sentence = f"Cells of {settings.parted_column} with several license keys are split into rows"
        whole = partial(replace_settings, number, parted_column=None)
        correction_line(sentence, "Do not split them", f"unpart_{number}", whole)
    if settings.mend_texts:
        as_they_are = partial(replace_settings, number, mend_texts=False)
        correction_line("Damaged letters are repaired", "Use original values", f"unmend_{number}", as_they_are)
    if settings.fill_missing:
        unfilled = partial(replace_settings, number, fill_missing=False)
        correction_line("Missing cells are filled with blanks", "Skip these rows again", f"unfill_{number}", unfilled)
    if settings.left_out:
        sentence = f"{quantity(len(settings.left_out), 'duplicate row')} left out"
        with_them = partial(replace_settings, number, left_out=())
        correction_line(sentence, "Undo", f"with_them_{number}", with_them)
    if settings.replacements:
        sentence = f"{quantity(sum(map(len, settings.replacements.values())), 'value')} replaced"
        undo = partial(replace_settings, number, replacements={})
        correction_line(sentence, "Use original values", f"unreplace_{number}", undo)


def correction_line(sentence: str, label: str, key: str, undo: Callable[[], None]) -> None:
    """One correction and the button that undoes it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(sentence)
        st.button(label, type="tertiary", key=key, on_click=undo)


def replace_settings(number: int, **values: Any) -> None:
    """Replace some settings of an open batch."""
    batch_state.set_settings(number, replace(batch_state.settings_of(number), **values))
