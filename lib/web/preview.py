"""The fourth step: what importing would do, row by row and for the business, and the button that does it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from lib.checking.questions import FIELD_TITLES
from lib.checking.settings import Settings
from lib.domain.changes import change_title
from lib.domain.display import column_title
from lib.domain.import_counts import Effect, RowCounts
from lib.domain.text import format_time, quantity
from lib.importing.wording import COUNT_TITLES, commit_label, effect_line, has_many_held, verdicts_line
from lib.store import change_log, database
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.store.jobs import JobKind, JobRequest
from lib.web import batch_state, cached, steps, widgets
from lib.web.connection import engine

PAGE = 50
"""Rows on one page of a list."""

_LISTS = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "held": "Held",
    "edited": "Edited here, file differs",
}
_EFFECTS = {
    "gained": "Can move now",
    "lost": "No longer can",
    "tier_moves": "Tier moves change",
    "to_expired": "Cloud: legacy plan → expired",
    "to_legacy": "Cloud: expired → legacy plan",
}
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
    "message": "The first problem",
    "outcome": "Verdict",
    "outcome_before": "Verdict now",
    "move": "Move",
    "move_before": "Move now",
}


def tiles(counts: RowCounts) -> None:
    """One tile for each thing that can become of a row, all rows being the denominator."""
    for column, (name, title) in zip(st.columns(len(COUNT_TITLES)), COUNT_TITLES.items(), strict=True):
        column.metric(title, f"{getattr(counts, name):,}", border=True, height="stretch")


def effect(effect: Effect) -> None:
    """The business effect, and how the licenses written are judged."""
    st.text(f"Effect: {effect_line(effect)}")
    if verdicts := verdicts_line(effect):
        st.caption(widgets.escape(f"Of the licenses written: {verdicts}"))


def panel(batch: Batch, check: CheckResult) -> None:
    """Counts, effect, the rows behind each number, and the deed."""
    summary = check.summary
    tiles(summary.counts)
    effect(summary.effect)
    _commit(batch, check)
    _rows(batch, check)


def _commit(batch: Batch, check: CheckResult) -> None:
    """The button that imports, saying its consequence; what stands in its way comes first."""
    counts, undecided = check.summary.counts, check.summary.undecided
    for problem in undecided:
        st.warning(widgets.escape(problem.message), icon=":material/help:")
    if undecided:
        steps.way_on("Back to columns: decide this first", "columns")
        return
    if has_many_held(counts):
        held = f"{counts.held:,} of {counts.rows:,} rows are held. Wrong date order or wrong file?"
        st.warning(f"{held} Look at the problems before importing.", icon=":material/help:")
    if cached.version().change != check.base:
        _moved(batch)
        return
    with st.form("deed", border=False):
        st.text_input("Why? (optional, shown in the history)", key="import_reason", max_chars=500)
        # A callback gets what its button was drawn with: the check a person saw, though another may be kept by now.
        request = JobRequest(base=check.base, settings=check.settings)
        st.form_submit_button(
            commit_label(counts), type="primary", key="commit", on_click=_import, args=(batch.id, request)
        )


def _import(number: int, request: JobRequest) -> None:
    reason = st.session_state["import_reason"].strip()
    batch_state.ask(number, JobKind.IMPORT, replace(request, reason=reason))


def _moved(batch: Batch) -> None:
    """The licenses are others than when this preview was made: say by whom, and make it anew."""
    with database.reading(engine()) as connection:
        last = change_log.last_change(connection)
    who = (
        f"{change_title(last.kind, last.batch_id).lower()} by {last.by} at {format_time(last.at)}"
        if last
        else "they were emptied"
    )
    st.warning(widgets.escape(f"The licenses have changed since this preview: {who}."), icon=":material/sync_problem:")
    st.button("Preview again", key="preview_again", type="primary", on_click=batch_state.check_again, args=(batch,))


def _rows(batch: Batch, check: CheckResult) -> None:
    """The rows behind the numbers, one list at a time, page by page."""
    counts = {**check.summary.counts.to_json(), **check.summary.effect.to_json()}
    theirs = Settings.from_json(batch.settings).theirs
    offered = [name for name in (*_LISTS, *_EFFECTS) if counts.get(name) or (name == "edited" and theirs)]
    if not offered:
        st.caption("Nothing would change.")
        return
    titles = {name: f"{title} ({counts[name]:,})" for name, title in {**_LISTS, **_EFFECTS}.items() if name in offered}
    chosen = st.pills(
        "Rows", offered, default=offered[0], format_func=titles.__getitem__, key="rows_shown", required=True
    )
    if chosen == "edited":
        _theirs(batch, check)
    _list(batch, check, chosen or offered[0], counts)


def _list(batch: Batch, check: CheckResult, name: str, counts: dict[str, int]) -> None:
    length = batch_state.length(batch.id, check, name)
    pages = -(-length // PAGE)
    page = st.pagination(pages, key=f"{name}_page") if pages > 1 else 1
    found = batch_state.rows(batch.id, check, name, (page - 1) * PAGE, PAGE)
    if length != counts[name]:
        st.caption(f"{quantity(counts[name], 'license')}, a line for each of {quantity(length, 'cell')}")
    shown = found.drop(columns=[c for c in ("cells",) if c in found]).dropna(axis=1, how="all")
    named = shown.rename(columns={column: _TITLES.get(column, column_title(column)) for column in shown.columns})
    config: dict[str, Any] = {"Line": st.column_config.NumberColumn(width=70)}
    st.dataframe(named, hide_index=True, key=f"{name}_rows", column_config=config, placeholder="")


def _theirs(batch: Batch, check: CheckResult) -> None:
    """Where a person changed a field here and the file says otherwise, ours is kept, unless somebody lets the file win."""
    won = Settings.from_json(batch.settings).theirs
    offered = list(dict.fromkeys((*check.summary.mapping.values(), *won)))
    key = f"theirs_{batch.id}_{'_'.join(won)}"
    st.multiselect(
        "What was edited here is kept. Let the file win in:",
        offered,
        default=list(won),
        format_func=FIELD_TITLES.__getitem__,
        key=key,
        on_change=_let_file_win,
        args=(batch.id, key),
    )


def _let_file_win(number: int, key: str) -> None:
    batch_state.choose(number, replace(batch_state.settings_of(number), theirs=tuple(st.session_state[key])))
