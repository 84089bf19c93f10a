"""The parts of the queue of requests, which add up to all under way, and the cut that its table and counts share."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.domain.requests import UNDER_WAY, Stage
from lib.measures.cut import COMPLETE, INCOMPLETE, Cut
from lib.web import announcements, cached, request_replies, request_sens
from lib.web.cached import Version
from lib.web.cut_state import last_cut, set_cut
from lib.web.session import User

ALL_UNDER_WAY = "All under way"
PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Ask the customer": {"stage": (Stage.RECEIVED, Stage.VERIFIED), "missing": (INCOMPLETE,)},
    "Waiting for the customer": {"stage": (Stage.NEEDS_INFO,), "missing": ()},
    "To verify": {"stage": (Stage.RECEIVED,), "missing": (COMPLETE,)},
    "Ready to submit": {"stage": (Stage.VERIFIED,), "missing": (COMPLETE,)},
    "Waiting for the SEN": {"stage": (Stage.SUBMITTED,), "missing": ()},
}
"""What has to be done next, as filters: each request under way is in one of them."""

_EVERYTHING: dict[str, tuple[str, ...]] = {"stage": (), "missing": ()}


def queue_cut(cut: Cut) -> Cut:
    """A cut narrowed to the requests of the queue: those under way unless it names stages, movable unless it says they are not."""
    return cut.with_filters(movable=cut.movable or "yes", stage=cut.stage or UNDER_WAY)


def part_cut(cut: Cut, part: str) -> Cut:
    """The requests of a cut that are in a part, whatever stage the cut itself names."""
    return queue_cut(of_part(cut, PARTS[part]))


def of_part(cut: Cut, part: Mapping[str, Any]) -> Cut:
    """A cut with the filters of a part, which is of movable licenses unless it says otherwise."""
    movable = "" if cut.movable == "no" else cut.movable
    return cut.with_filters(**{"movable": movable, **part})


def go_to(part: Mapping[str, Any]) -> None:
    """Show a part of the queue."""
    set_cut(of_part(last_cut(), part))


def show(version: Version, cut: Cut, user: User) -> None:
    """A button with a count for each part, for what is nobody's work yet, and the ways to paste what came in."""
    others: dict[str, dict[str, Any]] = {
        "My requests": {"assignee": (user.name,), **_EVERYTHING},
        "Not requested yet": {"stage": (Stage.NOT_REQUESTED,), "missing": ()},
    }
    # Begun before their licenses turned out not to be movable: to be cancelled, and part of no other number.
    not_movable = {"movable": "no", **_EVERYTHING}
    if cut.movable == "no" or cached.total(version, queue_cut(cut.with_filters(**not_movable))):
        others["Not movable"] = not_movable
    with st.container(horizontal=True, key="parts"):
        for label, part in {ALL_UNDER_WAY: _EVERYTHING, **PARTS}.items():
            part_button(version, cut, label, part)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="others"):
        with st.container(horizontal=True, width="content"):
            for label, part in others.items():
                part_button(version, cut, label, part)
        with st.container(horizontal=True, width="content"):
            dialog_button("Paste a reply…", ":material/mail:", request_replies.DIALOG)
            dialog_button("Paste SENs…", ":material/tag:", request_sens.DIALOG)


def mention_not_movable(version: Version, cut: Cut) -> None:
    """Say of how many licenses at the stages of a cut the requests are in no part of the queue."""
    if cut.movable or not set(cut.stage) & set(UNDER_WAY):
        return
    number = cached.total(version, cut) - cached.total(version, cut.only_movable())
    if number:
        st.caption(
            f"{number:,} of them cannot move any more. Progress leaves them out, and Requests lists them as “Not movable”."
        )


def dialog_button(label: str, icon: str, dialog: str) -> None:
    """A button that opens a dialog."""
    st.button(label, key=f"open_{dialog}", icon=icon, on_click=announcements.open_dialog, args=(dialog,))


def part_button(version: Version, cut: Cut, label: str, part: dict[str, Any]) -> None:
    """The button of a part, lit while the page shows it."""
    narrower = of_part(cut, part)
    total = cached.total(version, queue_cut(narrower))
    st.button(
        f"{label}: {total:,}",
        key=f"part_{label}",
        type="primary" if narrower == cut else "secondary",
        on_click=go_to,
        args=(part,),
        disabled=not total and narrower != cut,
    )
