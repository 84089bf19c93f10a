"""The queue of requests: its parts, its board, and moving many."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.dashboard.figures import MISSING_ITEMS
from lib.dashboard.view import view_of
from lib.domain.codes import Item, parse_needs
from lib.domain.display import display_text
from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, UNDER_WAY, Stage, missing_items, moves_from
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.editing import change_reversal
from lib.measures.cut import COMPLETE, Cut
from lib.requests import moves
from lib.store import assignments, database, request_stages
from lib.web import cached, customer_rows, figure_cards, filters, listing, page_paths, session, widgets
from lib.web.cached import CachedNumbers, Version
from lib.web.connection import engine
from lib.web.session import Role, User

ROWS = 50
_CARDS = 5
"""Requests that the board shows of a stage; a button leads to all of them."""

_REFUSALS = 10
"""Requests that cannot be moved, named before the button."""

_BOARD = (Stage.NOT_REQUESTED, *UNDER_WAY, Stage.MIGRATED)
_ANNOUNCEMENT = "requests_said"

PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "All under way": {"stage": UNDER_WAY, "missing": ()},
    "Waiting for the customer": {"stage": (Stage.NEEDS_INFO,), "missing": ()},
    "To verify": {"stage": (Stage.RECEIVED,), "missing": (COMPLETE,)},
    "Ready to submit": {"stage": (Stage.VERIFIED,), "missing": (COMPLETE,)},
    "Waiting for the SEN": {"stage": (Stage.SUBMITTED,), "missing": ()},
}
"""The parts of the queue that people work through, as filters."""


def requestable(cut: Cut) -> Cut:
    """The cut, narrowed to licenses that a request can be made for."""
    return cut.with_filters(movable="yes")


def parts(version: Version, cut: Cut, user: User) -> None:
    """A button with a count for each part of the queue."""
    mine = {"assignee": (user.name,), "stage": (), "missing": ()}
    everybody = {label: {"assignee": (), **part} for label, part in PARTS.items()}
    with st.container(horizontal=True, key="parts"):
        for label, part in {**everybody, "My requests": mine}.items():
            total = cached.total(version, requestable(cut.with_filters(**part)))
            st.button(
                f"{label}: {total:,}", key=f"part_{label}", on_click=filters.narrow, kwargs=part, disabled=not total
            )


def board(version: Version, cut: Cut) -> None:
    """The stages side by side, with the requests that have waited longest."""
    stages = [stage for stage in _BOARD if not cut.stage or stage in cut.stage]
    with st.grid(len(stages) or 1, min_column_width=170, gap="xsmall", key="board"):
        for stage in stages:
            with st.container(border=True, key=f"stage_{stage}", gap="xsmall", height="stretch"):
                board_column(version, requestable(cut).with_filters(stage=(stage,)), stage)


def board_column(version: Version, cut: Cut, stage: Stage) -> None:
    """One stage of the board; `cut` holds its requests."""
    total = cached.total(version, cut)
    st.metric(STAGE_TITLES[stage], f"{total:,}")
    if not total:
        return
    for row in queue(version, cut, 0, _CARDS).to_dict("records"):
        name = row["company"] or row["license_name"] or "No organization"
        st.page_link(
            page_paths.LICENSES,
            label=widgets.escape(f"{row['license_key']} · {name}"),
            query_params={**cut.query(), "license": row["license_key"]},
        )
    if total > _CARDS:
        st.button(f"See all {total:,}", key=f"all_{stage}", type="tertiary", on_click=show_stage, args=(stage,))


def show_stage(stage: Stage) -> None:
    """Show the requests of a stage in the table."""
    filters.narrow(stage=(stage,))
    # The key of the page's own switch, which only a callback may set: it runs before the switch is drawn.
    st.session_state["requests_as"] = "Table"


@cached.cache(64)
def queue(version: Version, cut: Cut, start: int, count: int) -> pd.DataFrame:
    """A page of the queue, with the `day` of each request's stage."""
    with database.reading(engine(version.store)) as connection:
        frame = request_stages.queue(connection, cut, start=start, count=count)
    return frame.assign(day=frame["stage_since"].map(dict(cached.CachedNumbers(version).days())))


def table(version: Version, cut: Cut, user: User) -> list[str]:
    """The queue and the actions on it; returns the selected keys."""
    requests = requestable(cut)
    total = cached.total(version, requests)
    if not total:
        st.caption("No request here. Choose another part of the queue, or clear the filters.")
        return []
    # The pager stands below the table, so its choice is read from the session before it is drawn;
    # the requests may have become fewer since.
    page = min(st.session_state.get("requests_page", 1), -(-total // ROWS))
    rows = queue(version, requests, (page - 1) * ROWS, ROWS)
    keys = rows["license_key"].tolist()
    # A selection is a list of positions, so it must not outlive the rows it was made in: others have another key.
    key = f"requests_{version.change}_{page}_{abs(hash(requests))}"
    state = st.dataframe(
        readable(rows),
        hide_index=True,
        height=listing.height(rows, 12),
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
        alt=f"{quantity(total, 'request')}, those first that have been at their stage for longest",
    )
    widgets.pager(total, ROWS, "requests_page")
    selected_keys = [keys[position] for position in state.selection.rows]
    actions(selected_keys, rows, user)
    return selected_keys


def missing_of(row: Mapping[Any, Any]) -> tuple[Item, ...]:
    """The items that the request of a row lacks."""
    fields = {str(name): value for name, value in row.items()}
    return missing_items(fields, parse_needs(row["needs"]))


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """A page of the queue as texts, by column title."""
    records = rows.to_dict("records")
    missing = list(map(missing_of, records))
    today = cached.today()
    with database.reading(engine()) as connection:
        assignees = assignments.assignees(connection, rows["license_key"].tolist())
    return pd.DataFrame(
        {
            "License key": rows["license_key"],
            "Company": [row["company"] or row["license_name"] or "" for row in records],
            "Stage": rows["stage"].map(STAGE_TITLES),
            "Days": [(today - row["day"]).days for row in records],
            "Complete": [customer_rows.complete(items) for items in missing],
            "Lacks": [", ".join(map(ITEM_TITLES.__getitem__, items)) for items in missing],
            "Assigned to": [assignees.get(key, "") for key in rows["license_key"]],
            "Outcome": [display_text("outcome", row["outcome"]) for row in records],
            "Product": [display_text("product", row["product"]) for row in records],
            "SEN": rows["sen"],
        }
    )


def actions(keys: Sequence[str], rows: pd.DataFrame, user: User) -> None:
    """What can be done with the selected requests."""
    announcement()
    if not keys:
        st.caption("Choose requests above to move them on. Their own page, a click in *Licenses* away, edits one.")
        return
    stages = {Stage(stage) for stage in rows[rows["license_key"].isin(keys)]["stage"]}
    with st.container(border=True, key="act"):
        st.markdown(f"**{quantity(len(keys), 'request')} chosen**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            titles = {stage: STAGE_TITLES[stage] for stage in targets_of(stages)}
            to = st.selectbox("Move to", list(titles), format_func=titles.__getitem__, key="move_to", width=240)
            note = st.text_input("Note (shown in the history)", key="move_note", max_chars=500)
        with st.container(horizontal=True):
            st.button("Assign to me", key="assign", on_click=assign, args=(keys, user.name, user))
            st.button("Assign to nobody", key="unassign", type="tertiary", on_click=assign, args=(keys, "", user))
        if to is not None:
            move_button(keys, to, note, user)


def targets_of(stages: Collection[Stage]) -> list[Stage]:
    """The stages that requests of these can move to, in order."""
    targets: set[Stage] = set()
    for stage in stages:
        targets.update(moves_from(stage))
    return [stage for stage in Stage if stage in targets]


def move_button(keys: Sequence[str], to: Stage, note: str, user: User) -> None:
    """Which of these requests can move to a stage, and the button."""
    with database.reading(engine()) as connection:
        result = moves.preview_move(connection, keys, to, user, cached.policy())
    for key, sentence in list(result.refused.items())[:_REFUSALS]:
        st.text(f"{key}: {sentence}")
    if len(result.refused) > _REFUSALS:
        st.caption(f"and {quantity(len(result.refused) - _REFUSALS, 'more request')} that cannot be moved.")
    st.button(
        f"Move {quantity(len(result.keys), 'request')} to “{STAGE_TITLES[to]}”",
        type="primary",
        key="move",
        disabled=not result.keys,
        on_click=move,
        args=(result.keys, to, note, user),
    )


def assign(keys: Sequence[str], assignee: str, user: User) -> None:
    """Assign requests to somebody, or with "" to nobody."""
    try:
        actor = session.recheck(user, Action.ASSIGN)
        with database.writing_briefly(engine()) as connection:
            assignments.assign(connection, keys, assignee, actor)
    except RefusalError as refusal:
        announce(str(refusal))
        return
    announce(f"{quantity(len(keys), 'request')} assigned to {assignee or 'nobody'}.")


def move(keys: Sequence[str], to: Stage, note: str, user: User) -> None:
    """Move requests to a stage."""
    try:
        actor = session.recheck(user, Action.MOVE_REQUEST)
        result = moves.move_requests(engine(), keys, to, actor, note, cached.policy())
    except RefusalError as refusal:
        announce(str(refusal))
        return
    announce(f"{quantity(len(result.keys), 'request')} moved to “{STAGE_TITLES[to]}”.", result.change)


def announcement() -> None:
    """What was just done, and the way to take it back."""
    sentence, change = st.session_state.get(_ANNOUNCEMENT, ("", None))
    if not sentence:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="requests_said_box"):
        st.success(widgets.escape(sentence), icon=":material/check:", width="stretch")
        if change is not None:
            st.button("Undo", key=f"undo_move_{change}", icon=":material/undo:", on_click=undo, args=(change,))
        st.button("Close", key="close_said", type="tertiary", on_click=announce, args=("",))


def announce(sentence: str, change: int | None = None) -> None:
    """Show a sentence above the queue, with the change that its button undoes.

    Kept in the session, since what a callback draws itself is gone when the page is drawn.
    """
    st.session_state[_ANNOUNCEMENT] = (sentence, change)


def undo(change: int) -> None:
    """Undo a change of requests."""
    actor = session.require(Role.EDITOR)
    try:
        change_reversal.undo_change(engine(), change, actor)
    except RefusalError as refusal:
        announce(str(refusal))
        return
    announce("Undone.")


def blocked(version: Version, cut: Cut, user: User) -> None:
    """What most requests lack; a click on a bar leads to them."""
    numbers = CachedNumbers(version)
    figure_cards.show(MISSING_ITEMS.name, numbers, view_of(numbers, requestable(cut)), user)
