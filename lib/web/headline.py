"""The answer on the first screen: how far, whether it will be done in time, and the way to another target."""

import streamlit as st

from lib.dashboard import notes
from lib.dashboard.figures import BURN_UP
from lib.dashboard.view import View
from lib.domain.roles import Action, may
from lib.domain.text import format_day
from lib.measures.forecast import Pace, Prospect
from lib.web import board_pack_button, menu_pages, page_paths, view_controls
from lib.web.cached import CachedNumbers
from lib.web.session import User
from lib.web.widgets import BadgeColor

LOOKS: dict[Prospect, tuple[BadgeColor, str]] = {
    Prospect.DONE: ("green", ":material/check_circle:"),
    Prospect.ON_TRACK: ("green", ":material/trending_up:"),
    Prospect.AT_RISK: ("orange", ":material/warning:"),
    Prospect.LATE: ("red", ":material/schedule:"),
}


def show(numbers: CachedNumbers, pace: Pace, view: View, user: User) -> None:
    """Draw the sentence with its badge and bar, and what can be done about it."""
    sentences = pace.sentences(view.target, BURN_UP.in_own_unit(view).unit)
    with st.container(border=True, gap="xsmall", key="headline"):
        st.header(" ".join(sentences), anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            badge(pace, view)
            st.progress(pace.migrated / pace.movable if pace.movable else 0.0)
            if needs := notes.what_it_takes(pace, view, numbers.policy.weekly_goal):
                st.caption(needs, width="content")
            target_popover(view, user)
            board_pack_button.button(numbers, view, user)


def badge(pace: Pace, view: View) -> None:
    """Whether the target will be met, in a word."""
    prospect = pace.prospect(view.target)
    if prospect:
        color, icon = LOOKS[prospect]
        st.badge(prospect.value, color=color, icon=icon)


def target_popover(view: View, user: User) -> None:
    """The way to another target, for this view or in the policy; drawn once it is opened."""
    label = f"Change target ({format_day(view.target)})" if view.target else "Set a target"
    popover = st.popover(label, icon=":material/flag:", type="tertiary", key="target", on_change="rerun")
    if popover.open:
        with popover:
            view_controls.controls(("target",))
            st.caption("For this view and its links.")
            if may(user, Action.CHANGE_POLICY):
                menu_pages.link(page_paths.POLICY, label="Change it for everybody", icon=":material/gavel:")
