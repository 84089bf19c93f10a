"""The queue of requests: what waits for whom, a board of its stages, and moving many at once."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.dashboard.figures import MISSING_ITEMS
from lib.dashboard.view import view_of
from lib.domain.codes import parse_needs
from lib.domain.display import display_text
from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, UNDER_WAY, Stage, missing_items, moves_from
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.editing import edits
from lib.measures.cut import COMPLETE, Cut
from lib.requests import moves
from lib.store import assignments, database, request_stages
from lib.web import cached, figure_cards, filters, listing, page_paths, session, upgrade_rows, widgets
from lib.web.cached import CachedNumbers, Version
from lib.web.connection import engine
from lib.web.session import Role, User

ROWS = 50
_CARDS = 5
"""Requests that a stage of the board shows; its number leads to all of them."""

_BOARD = (Stage.NOT_REQUESTED, *UNDER_WAY, Stage.MIGRATED)
_SAID = "requests_said"

PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "All under way": {"stage": UNDER_WAY, "missing": ()},
    "Waiting for the customer": {"stage": (Stage.NEEDS_INFO,), "missing": ()},
    "To verify": {"stage": (Stage.RECEIVED,), "missing": (COMPLETE,)},
    "Ready to submit": {"stage": (Stage.VERIFIED,), "missing": (COMPLETE,)},
    "Waiting for the SEN": {"stage": (Stage.SUBMITTED,), "missing": ()},
}
"""The parts of the queue that people work off, as filters."""


def of(cut: Cut) -> Cut:
    """The licenses of a cut that a request can be made for."""
    return cut.with_filters(movable="yes")


def parts(version: Version, cut: Cut, user: User) -> None:
    """A button for each part of the queue, with how many wait in it; the last is what this person works on."""
    mine = {"assignee": (user.name,), "stage": (), "missing": ()}
    everybody = {label: {"assignee": (), **wanted} for label, wanted in PARTS.items()}
    with st.container(horizontal=True, key="parts"):
        for label, wanted in {**everybody, "My requests": mine}.items():
            found = cached.total(version, of(cut.with_filters(**wanted)))
            st.button(
                f"{label}: {found:,}", key=f"part_{label}", on_click=filters.narrow, kwargs=wanted, disabled=not found
            )


def board(version: Version, cut: Cut) -> None:
    """The stages side by side, each with its number and the requests that have waited longest in it."""
    chosen = [stage for stage in _BOARD if not cut.stage or stage in cut.stage]
    with st.grid(len(chosen) or 1, min_column_width=170, gap="xsmall", key="board"):
        for stage in chosen:
            own = of(cut).with_filters(stage=(stage,))
            found = cached.total(version, own)
            with st.container(border=True, key=f"stage_{stage}", gap="xsmall", height="stretch"):
                st.metric(STAGE_TITLES[stage], f"{found:,}")
                for row in queue(version, own, 0, _CARDS).to_dict("records") if found else ():
                    name = row["company"] or row["license_name"] or "No organization"
                    st.page_link(
                        page_paths.LICENSES,
                        label=widgets.escape(f"{row['license_key']} · {name}"),
                        query_params={**own.query(), "license": row["license_key"]},
                    )
                if found > _CARDS:
                    st.button(f"See all {found:,}", key=f"all_{stage}", type="tertiary", on_click=_see, args=(stage,))


def _see(stage: Stage) -> None:
    filters.narrow(stage=(stage,))
    st.session_state["requests_as"] = "Table"


@cached.cache(64)
def queue(version: Version, cut: Cut, start: int, count: int) -> pd.DataFrame:
    """A page of the queue, all columns and the `day` since which each request is at its stage."""
    with database.reading(engine(version.store)) as connection:
        frame = request_stages.queue(connection, cut, start=start, count=count)
    return frame.assign(day=frame["stage_since"].map(dict(cached.CachedNumbers(version).days())))


def table(version: Version, cut: Cut, user: User) -> list[str]:
    """The queue as a table, those first that wait longest; and what to do with those that are chosen, whose keys it gives."""
    own = of(cut)
    found = cached.total(version, own)
    if not found:
        st.caption("No request here. Choose another part of the queue, or clear the filters.")
        return []
    page = min(st.session_state.get("requests_page", 1), -(-found // ROWS))
    rows = queue(version, own, (page - 1) * ROWS, ROWS)
    keys = rows["license_key"].tolist()
    name = f"requests_{version.change}_{page}_{abs(hash(own))}"
    selected = st.dataframe(
        _readable(rows),
        hide_index=True,
        height=listing.height(rows, 12),
        key=name,
        on_select="rerun",
        selection_mode="multi-row",
        alt=f"{quantity(found, 'request')}, those first that have been at their stage for longest",
    )
    if found > ROWS:
        st.pagination(-(-found // ROWS), key="requests_page")
    chosen = [keys[row] for row in selected.selection.rows]
    _act(chosen, rows, user)
    return chosen


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    records = rows.to_dict("records")
    lacks = [
        missing_items({str(name): value for name, value in row.items()}, parse_needs(row["needs"])) for row in records
    ]
    today = cached.today()
    with database.reading(engine()) as connection:
        assigned = assignments.assignees(connection, rows["license_key"].tolist())
    return pd.DataFrame(
        {
            "License key": rows["license_key"],
            "Company": [row["company"] or row["license_name"] or "" for row in records],
            "Stage": rows["stage"].map(STAGE_TITLES),
            "Days": [(today - row["day"]).days for row in records],
            "Complete": [upgrade_rows.complete(items) for items in lacks],
            "Lacks": [", ".join(ITEM_TITLES[item] for item in items) for items in lacks],
            "Assigned to": [assigned.get(key, "") for key in rows["license_key"]],
            "Outcome": [display_text("outcome", row["outcome"]) for row in records],
            "Product": [display_text("product", row["product"]) for row in records],
            "SEN": rows["sen"],
        }
    )


def _act(chosen: Sequence[str], rows: pd.DataFrame, user: User) -> None:
    """What can be done with the chosen requests, and what would come of it."""
    say()
    if not chosen:
        st.caption("Choose requests above to move them on. Their own page, a click in *Licenses* away, edits one.")
        return
    at = {Stage(stage) for stage in rows[rows["license_key"].isin(chosen)]["stage"]}
    ways = [stage for stage in Stage if any(stage in moves_from(one) for one in at)]
    with st.container(border=True, key="act"):
        st.markdown(f"**{quantity(len(chosen), 'request')} chosen**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            to = st.selectbox("Move to", ways, format_func=STAGE_TITLES.__getitem__, key="move_to", width=240)
            note = st.text_input("Note (it stands in the history)", key="move_note", max_chars=500)
        with st.container(horizontal=True):
            st.button("Assign to me", key="assign", on_click=_assign, args=(chosen, user.name, user))
            st.button("Assign to nobody", key="unassign", type="tertiary", on_click=_assign, args=(chosen, "", user))
        if to is None:
            return
        with database.reading(engine()) as connection:
            told = moves.preview_move(connection, chosen, to, user, cached.POLICY)
        for key, sentence in list(told.refused.items())[:10]:
            st.text(f"{key}: {sentence}")
        if len(told.refused) > 10:
            st.caption(f"and {quantity(len(told.refused) - 10, 'more request')} that cannot be moved.")
        label = f"Move {quantity(len(told.keys), 'request')} to “{STAGE_TITLES[to]}”"
        st.button(
            label, type="primary", key="move", disabled=not told.keys, on_click=_move, args=(told.keys, to, note, user)
        )


def _assign(keys: Sequence[str], assignee: str, user: User) -> None:
    try:
        actor = session.recheck(user, Action.ASSIGN)
        with database.writing_briefly(engine()) as connection:
            assignments.assign(connection, keys, assignee, actor)
    except RefusalError as refusal:
        tell(str(refusal))
        return
    tell(f"{quantity(len(keys), 'request')} assigned to {assignee or 'nobody'}.")


def _move(keys: Sequence[str], to: Stage, note: str, user: User) -> None:
    try:
        actor = session.recheck(user, Action.MOVE_REQUEST)
        moved = moves.move_requests(engine(), keys, to, actor, note, cached.POLICY)
    except RefusalError as refusal:
        st.session_state[_SAID] = (str(refusal), None)
        return
    st.session_state[_SAID] = (f"{quantity(len(moved.keys), 'request')} moved to “{STAGE_TITLES[to]}”.", moved.change)


def say() -> None:
    """What was just done, and the way to take it back."""
    sentence, change = st.session_state.get(_SAID, ("", None))
    if not sentence:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="requests_said_box"):
        st.success(widgets.escape(sentence), icon=":material/check:", width="stretch")
        if change is not None:
            st.button("Undo", key=f"undo_move_{change}", icon=":material/undo:", on_click=_undo, args=(change,))
        st.button("Close", key="close_said", type="tertiary", on_click=tell, args=("",))


def tell(sentence: str, change: int | None = None) -> None:
    """Say something above the queue on the next run, with the change that can be taken back."""
    st.session_state[_SAID] = (sentence, change)


def _undo(change: int) -> None:
    actor = session.require(Role.EDITOR)
    try:
        edits.undo_change(engine(), change, actor)
    except RefusalError as refusal:
        tell(str(refusal))
        return
    tell("Taken back.")


def blocked(version: Version, cut: Cut, user: User) -> None:
    """What blocks most requests: a click on a bar leads to them."""
    numbers = CachedNumbers(version)
    figure_cards.show(MISSING_ITEMS.name, numbers, view_of(numbers, of(cut)), user)
