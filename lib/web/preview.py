"""The fourth step: what importing would do, and the button for it."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from lib.checking import hidden_contacts
from lib.checking.decisions import decisions
from lib.checking.open_points import Step
from lib.checking.questions import FIELD_TITLES
from lib.checking.settings import Settings
from lib.domain.changes import change_title
from lib.domain.display import column_title
from lib.domain.import_counts import Effect, RowCounts
from lib.domain.text import quantity
from lib.importing.wording import (
    COUNT_TITLES,
    effect_line,
    has_many_held,
    import_label,
    many_skipped_sentence,
    right_file_sentence,
    verdicts_line,
)
from lib.store import change_log, database
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.store.job import JobKind, JobRequest, JobState
from lib.web import batch_state, cached, file_contacts, file_step, row_links, session, steps, stored_licenses, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text

PAGE = 50
"""Rows on one page of a list."""

_LISTS = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "held": "Skipped",
    "edited": "Edited here, file differs",
    "gained": "Become ready to move or upgrade",
    "lost": "No longer ready",
    "tier_moves": "Upgrades change",
    "to_expired": "Cloud: legacy plan → expired",
    "to_legacy": "Cloud: expired → legacy plan",
}
"""The lists of rows that a check stores (by their names there), and their titles."""

_WITH_CONTACTS = {"changed": ("old", "new"), "edited": ("ours", "file"), "held": ("message",)}
"""The lists that repeat cells, and the columns that do."""

_TITLES = {
    "line": "Line",
    "row": "Row",
    "customer_name": "Customer",
    "column": "Column",
    "old": "Now",
    "new": "After the import",
    "ours": "Edited here",
    "file": "In the file",
    "problems": "Problems",
    "message": "First problem",
    "outcome": "Outcome",
    "outcome_before": "Outcome now",
    "move": "Upgrade",
    "move_before": "Upgrade now",
}


def tiles(counts: RowCounts) -> None:
    """One tile for each thing that can become of a row."""
    with st.container(key="counts"):
        for column, (name, title) in zip(st.columns(len(COUNT_TITLES)), COUNT_TITLES.items(), strict=True):
            column.metric(title, f"{getattr(counts, name):,}", border=True, height="stretch")


def effect(effect: Effect) -> None:
    """The business effect, and the verdicts on the licenses that are written."""
    st.text(effect_line(effect))
    if verdicts := verdicts_line(effect):
        st.caption(widgets.escape(f"By outcome: {verdicts}"))


def panel(batch: Batch, check: CheckResult) -> None:
    """What was decided, counts, effect, the button that imports, and the rows behind each count."""
    file_step.same_file_notice(batch, check)
    decisions_strip(check)
    questions(check)
    if is_outdated(check):
        refresh(batch)
    tiles(check.summary.counts)
    effect(check.summary.effect)
    with steps.actions(batch.id):
        commit(batch, check)
    row_lists(batch, check)


def decisions_strip(check: CheckResult) -> None:
    """What was decided without a person, each part leading to the step that changes it."""
    with st.container(horizontal=True, vertical_alignment="center", key="decisions"):
        for place, (fact, step) in enumerate(decisions(check.summary)):
            tip = f"Change it in step {steps.TITLES[step]}"
            st.button(fact, key=f"decision_{place}", type="tertiary", help=tip, on_click=steps.go_to, args=(step,))


def questions(check: CheckResult) -> None:
    """What speaks against importing the file as it is."""
    summary = check.summary
    sentences = [problem.message for problem in summary.undecided]
    if question := right_file_sentence(summary):
        sentences.append(question)
    if has_many_held(summary.counts) and not summary.undecided:
        sentences.append(many_skipped_sentence(summary.counts))
    for sentence in sentences:
        st.warning(widgets.escape(sentence), icon=":material/help:")


def commit(batch: Batch, check: CheckResult) -> None:
    """The button that imports, or what must be done first."""
    if check.summary.undecided:
        steps.way_on("Back to columns: decide this first", Step.COLUMNS)
    elif batch.typed:
        steps.way_on("Back to check: corrections are not saved yet", Step.CHECK)
    elif not batch_state.is_current(batch, check):
        st.button(import_label(check.summary), type="primary", key="commit_later", disabled=True)
    elif is_outdated(check) and has_failed(batch):
        st.button("Preview again", key="preview_again", type="primary", on_click=batch_state.check_again, args=(batch,))
    else:
        commit_form(batch, check)


def is_outdated(check: CheckResult) -> bool:
    """Whether the licenses have changed since a check."""
    return cached.version().change != check.base


def has_failed(batch: Batch) -> bool:
    """Whether the newest work on a batch failed, so that only a person may ask for more."""
    job = batch_state.job(batch.id)
    return job is not None and job.state is JobState.FAILED


def refresh(batch: Batch) -> None:
    """Have an outdated preview made anew while it stays in view, or say who changed the licenses since."""
    if has_failed(batch):
        outdated_notice()
    else:
        batch_state.check_again(batch)


def commit_form(batch: Batch, check: CheckResult) -> None:
    """The button that imports, with a note for the history."""
    with st.form("deed", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        # A callback gets what its button was drawn with: the check that this person saw, though there may be a newer one.
        request = JobRequest(base=check.base, settings=check.settings, fingerprint=check.summary.fingerprint or None)
        label = import_label(check.summary)
        st.form_submit_button(label, type="primary", key="commit", on_click=submit_import, args=(batch.id, request))
        st.text_input(
            "Note",
            key="import_reason",
            max_chars=500,
            placeholder="Note (optional, shown in history)",
            label_visibility="collapsed",
        )


def submit_import(number: int, request: JobRequest) -> None:
    """Submit the import that a preview showed, with its reason."""
    if widgets.is_closed("import_reason"):
        return
    reason = st.session_state["import_reason"].strip()
    batch_state.submit(number, JobKind.IMPORT, replace(request, reason=reason))


def outdated_notice() -> None:
    """Who changed the licenses since the preview."""
    with database.reading(engine()) as connection:
        last = change_log.last_change(connection)
    change = "they were emptied"
    if last:
        change = f"{change_title(last.kind, last.batch_id).lower()} by {last.by} on {time_text(last.at)}"
    sentence = f"The licenses have changed since this preview: {change}."
    st.warning(widgets.escape(sentence), icon=":material/sync_problem:")


def row_lists(batch: Batch, check: CheckResult) -> None:
    """The rows behind the counts, one list at a time."""
    counts = {**check.summary.counts.to_json(), **check.summary.effect.to_json()}
    titles = {name: f"{title} ({counts[name]:,})" for name, title in _LISTS.items() if counts[name]}
    # Where the file wins in all that was edited here, nothing is left to list, but the choice must stay within reach.
    if Settings.from_json(batch.settings).theirs:
        titles.setdefault("edited", f"{_LISTS['edited']} ({counts['edited']:,})")
    names = [name for name in _LISTS if name in titles]
    if not names:
        st.caption("Nothing would change.")
        return
    name = st.pills("Rows", names, default=names[0], format_func=titles.__getitem__, key="rows_shown", required=True)
    if name == "edited":
        file_wins(batch, check)
    rows_table(batch, check, name or names[0], counts)


def rows_table(batch: Batch, check: CheckResult, name: str, counts: dict[str, int]) -> None:
    """One list, a page at a time."""
    length = batch_state.length(batch.id, check, name)
    page = widgets.pager(length, PAGE, f"{name}_page")
    rows = batch_state.rows(batch.id, check, name, (page - 1) * PAGE, PAGE)
    if length != counts[name]:
        st.caption(f"{quantity(counts[name], 'license')}, a line for each of {quantity(length, 'cell')}")
    if name in _WITH_CONTACTS:
        file_contacts.bar(batch.id)
        rows = seen_rows(batch.id, name, rows)
    frame = rows.drop(columns=["cells", "field", "value"], errors="ignore").dropna(axis=1, how="all")
    frame.columns = pd.Index([_TITLES.get(column, column_title(column)) for column in frame.columns])
    row_links.table(
        frame,
        stored_licenses.places(rows["license_key"].tolist(), session.visitor()),
        key=f"{name}_rows_{page}",
        column_config={"Line": st.column_config.NumberColumn(width=70)},
        placeholder="",
    )


def seen_rows(number: int, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a list, without contacts unless they are revealed."""
    if rows.empty or not file_contacts.are_hidden(number):
        return rows
    if name == "held":
        return hidden_contacts.masked_problems(rows)
    return hidden_contacts.masked_cells(rows, _WITH_CONTACTS[name])


def file_wins(batch: Batch, check: CheckResult) -> None:
    """The choice of fields in which the file replaces what was edited here."""
    current = Settings.from_json(batch.settings).theirs
    fields = list(dict.fromkeys((*check.summary.mapping.values(), *current)))
    key = f"theirs_{batch.id}_{'_'.join(current)}"
    st.multiselect(
        "What was edited here is kept. Let the file win in:",
        fields,
        default=list(current),
        format_func=FIELD_TITLES.__getitem__,
        key=key,
        on_change=set_file_wins,
        args=(batch.id, key),
    )


def set_file_wins(number: int, key: str) -> None:
    """Store the fields in which the file wins."""
    settings = batch_state.settings_of(number)
    batch_state.set_settings(number, replace(settings, theirs=tuple(st.session_state[key])))
