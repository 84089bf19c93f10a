"""The parts of the queue of requests, which add up to all under way, and the cut that its table and counts share."""

from typing import Any

import streamlit as st

from lib.domain.requests import UNDER_WAY, Stage
from lib.measures.cut import COMPLETE, INCOMPLETE, Cut
from lib.web import announcements, cached, filters, request_replies, request_sens
from lib.web.cached import Version
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
    """A cut narrowed to the requests of the queue: those under way unless it names stages."""
    return cut.with_filters(movable="yes", stage=cut.stage or UNDER_WAY)


def part_cut(cut: Cut, part: str) -> Cut:
    """The requests of a cut that are in a part, whatever stage the cut itself names."""
    return queue_cut(cut.with_filters(**PARTS[part]))


def show(version: Version, cut: Cut, user: User) -> None:
    """A button with a count for each part, for what is nobody's work yet, and the ways to paste what came in."""
    others: dict[str, dict[str, Any]] = {
        "My requests": {"assignee": (user.name,), **_EVERYTHING},
        "Not requested yet": {"stage": (Stage.NOT_REQUESTED,), "missing": ()},
    }
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


def dialog_button(label: str, icon: str, dialog: str) -> None:
    """A button that opens a dialog."""
    st.button(label, key=f"open_{dialog}", icon=icon, on_click=announcements.open_dialog, args=(dialog,))


def part_button(version: Version, cut: Cut, label: str, part: dict[str, Any]) -> None:
    """The button of a part, lit while the page shows it."""
    narrower = cut.with_filters(**part)
    total = cached.total(version, queue_cut(narrower))
    st.button(
        f"{label}: {total:,}",
        key=f"part_{label}",
        type="primary" if narrower == cut else "secondary",
        on_click=filters.narrow,
        kwargs=part,
        disabled=not total and narrower != cut,
    )
