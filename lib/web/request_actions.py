"""What can be done with the chosen requests: some rows, or all of a cut however many they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.requests import STAGE_TITLES, Stage, moves_from
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.requests import moves
from lib.requests.moves import MoveResult
from lib.store import assignments, database, request_stages
from lib.web import announcements, cached, row_links, session
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

# Requests that cannot be moved, named before the button.
_REFUSALS = 10


@dataclass(frozen=True, slots=True)
class ChosenRequests:
    """Chosen requests of a state of the store: those of some keys, or all of a cut."""

    version: Version
    cut: Cut
    keys: tuple[str, ...]
    number: int
    is_whole_cut: bool = False


def choose(version: Version, cut: Cut, total: int, keys: Sequence[str], table_key: str) -> ChosenRequests:
    """What is chosen in a table of a cut: its selected rows, or all of the cut where a person said so."""
    if keys and st.session_state.get(all_key(table_key)):
        return ChosenRequests(version, cut, (), total, is_whole_cut=True)
    return ChosenRequests(version, cut, tuple(keys), len(keys))


def all_key(table_key: str) -> str:
    """Where the session has that all of a table's cut is chosen."""
    return f"all_{table_key}"


def set_all(table_key: str, is_all: bool) -> None:
    """Choose all of a table's cut, or only its selected rows."""
    st.session_state[all_key(table_key)] = is_all


def show(selection: ChosenRequests, total: int, table_key: str, user: User) -> None:
    """The bar of actions, or a hint while nothing is chosen."""
    if not selection.number:
        st.caption("Select requests to move or assign them, or click a key to open one.")
        return
    with st.container(border=True, key="act", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{quantity(selection.number, 'request')} selected**", width="content")
            choose_all_button(selection, total, table_key)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            titles = {stage: STAGE_TITLES[stage] for stage in targets_of(stages_of(selection))}
            to = st.selectbox("Move to", list(titles), format_func=titles.__getitem__, key="move_to", width=220)
            note = st.text_input("Note (optional, shown in history)", key="move_note", max_chars=500, width=260)
            if to is not None:
                move_button(selection, to, note, user)
            st.button("Assign to me", key="assign", on_click=assign, args=(selection, user.name, user))
            st.button("Unassign", key="unassign", type="tertiary", on_click=assign, args=(selection, "", user))
        if to is not None:
            refusals(preview(selection, to, user))


def choose_all_button(selection: ChosenRequests, total: int, table_key: str) -> None:
    """The way from the selected rows to all of the cut, and back."""
    if selection.is_whole_cut:
        st.button(
            "Only the selected rows", key="choose_rows", type="tertiary", on_click=set_all, args=(table_key, False)
        )
    elif total > selection.number:
        st.button(f"Select all {total:,}", key="choose_all", type="tertiary", on_click=set_all, args=(table_key, True))


@cached.cache(32)
def stages_in_cut(version: Version, cut: Cut) -> tuple[Stage, ...]:
    """The stages that the requests of a cut are at."""
    return tuple(map(Stage, cached.CachedNumbers(version).counts(cut, ("stage",))["stage"]))


def stages_of(selection: ChosenRequests) -> Collection[Stage]:
    """The stages that chosen requests are at."""
    if selection.is_whole_cut:
        return stages_in_cut(selection.version, selection.cut)
    with database.reading(engine()) as connection:
        return moves.stages_of(connection, selection.keys)


def targets_of(stages: Collection[Stage]) -> list[Stage]:
    """The stages that requests of these can move to, in order."""
    targets: set[Stage] = set()
    for stage in stages:
        targets.update(moves_from(stage))
    return [stage for stage in Stage if stage in targets]


def preview(selection: ChosenRequests, to: Stage, user: User) -> MoveResult:
    """Which of the chosen requests can move to a stage."""
    if selection.is_whole_cut:
        return preview_of_cut(selection.version, selection.cut, to, user)
    with database.reading(engine()) as connection:
        return moves.preview_move(connection, selection.keys, to, user, cached.policy())


@cached.cache(16)
def preview_of_cut(version: Version, cut: Cut, to: Stage, _user: User) -> MoveResult:
    """Which requests of a whole cut can move to a stage."""
    with database.reading(engine(version.store)) as connection:
        return moves.preview_move(connection, request_stages.keys(connection, cut), to, _user, cached.policy())


def move_button(selection: ChosenRequests, to: Stage, note: str, user: User) -> None:
    """The button that moves those of the chosen requests that can move."""
    # Of very many requests this takes seconds, in one transaction: people see that it is under way.
    with st.spinner(f"Checking {quantity(selection.number, 'request')}…"):
        result = preview(selection, to, user)
    requests = quantity(len(result.keys), "request")
    label = f"Move {requests} to “{STAGE_TITLES[to]}”"
    if st.button(label, type="primary", key="move", disabled=not result.keys):
        with st.spinner(f"Moving {requests}… All of them move, or none."):
            move(selection, result.keys, to, note, user)
        st.rerun()


def refusals(result: MoveResult) -> None:
    """The requests that cannot be moved, the first few by name."""
    if not result.refused:
        return
    with st.expander(f"{quantity(len(result.refused), 'request')} cannot be moved", expanded=not result.keys):
        rows = list(result.refused.items())[:_REFUSALS]
        frame = pd.DataFrame(rows, columns=["License key", "Why"], dtype=object)
        row_links.table(
            frame,
            {"License key": row_links.licenses(frame["License key"].tolist())},
            key="refused",
            height="content",
            alt="Requests that cannot be moved",
        )
        if len(result.refused) > _REFUSALS:
            st.caption(f"and {len(result.refused) - _REFUSALS:,} more.")


def assign(selection: ChosenRequests, assignee: str, user: User) -> None:
    """Assign requests to somebody, or with "" to nobody."""
    try:
        actor = session.recheck(user, Action.ASSIGN)
        with database.writing_briefly(engine()) as connection:
            keys = request_stages.keys(connection, selection.cut) if selection.is_whole_cut else selection.keys
            assignments.assign(connection, keys, assignee, actor)
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return
    whom = f"assigned to {assignee}" if assignee else "unassigned"
    announcements.announce(f"{quantity(len(keys), 'request')} {whom}.")


def move(selection: ChosenRequests, keys: Sequence[str], to: Stage, note: str, user: User) -> None:
    """Move requests to a stage: of a whole cut those that are in it at this moment; or say why not."""
    try:
        actor = session.recheck(user, Action.MOVE_REQUEST)
        if selection.is_whole_cut:
            result = moves.move_cut(engine(), selection.cut, to, actor, note, cached.policy())
        else:
            result = moves.move_requests(engine(), keys, to, actor, note, cached.policy())
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return
    sentence = f"{quantity(len(result.keys), 'request')} moved to “{STAGE_TITLES[to]}”."
    announcements.announce(sentence, result.change)
