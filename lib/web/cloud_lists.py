"""The groups of Cloud licenses, each with its next step and its list, and the licenses near the line between them."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.dashboard.charts import units
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.measures.progress import CLOUD_OUTCOMES, ProgressCounts
from lib.web import cached, figure_cards, page_paths, session
from lib.web.session import User
from lib.web.view_controls import View

_NEXT = {
    Outcome.LEGACY_PLAN: "They have a free plan, six months longer than their maintenance or the move. It covers all users of "
    "the site, so nothing must grow. Next: choose a paid plan on Marketplace before it ends.",
    Outcome.EXPIRED: "Their maintenance had ended more than three months before the move. Next: start a new subscription at the "
    "product's Marketplace listing.",
}


def groups(now: ProgressCounts, view: View, user: User) -> None:
    """A card for legacy plan and one for expired: how many, what to do, and their list as a file with the next step of each."""
    numbers = {Outcome.LEGACY_PLAN: now.legacy_plan, Outcome.EXPIRED: now.expired}
    with st.grid(2, min_column_width=320, gap="small", key="groups"):
        for outcome in CLOUD_OUTCOMES:
            with st.container(border=True, height="stretch", key=f"group_{outcome}"):
                st.metric(OUTCOME_TITLES[outcome], f"{numbers[outcome]:,}")
                share = f"{numbers[outcome] / now.on_cloud:.0%} of {units.amount(now.on_cloud, view.unit)} on Cloud"
                st.caption(f"{share}  \n{_NEXT[outcome]}")
                _ways(view, view.cut.within(outcome=(outcome,)), user, f"group_{outcome}")


def borderline(now: ProgressCounts, view: View, user: User) -> None:
    """The licenses that a small error in a date would move to the other group."""
    cut = view.cut.within(outcome=CLOUD_OUTCOMES).with_filters(borderline="yes")
    found = cached.total(view.version, cut)
    with st.container(border=True, gap="xsmall", key="borderline"):
        st.markdown("**Borderline: look twice**")
        st.caption("30 days more or less, or day and month swapped, would change their group.")
        if not found:
            st.caption("No license here is near the line.")
            return
        if st.toggle(f"List {quantity(found, 'borderline license')}", key="borderline_list"):
            figure_cards.opened("borderline", view, cut, user)


def _ways(view: View, cut: Cut, user: User, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        found = cached.total(view.version, cut)
        st.page_link(
            page_paths.LICENSES,
            label=f"See {quantity(found, 'license')}",
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=not found,
            query_params=cut.query(),
        )
        build: Callable[[], bytes] = partial(_file, view.version.store, user, cut)
        st.download_button(
            "Download with next steps",
            build,
            file_name="cloud_licenses.csv",
            mime="text/csv",
            key=f"download_{key}",
            icon=":material/download:",
            on_click="ignore",
            disabled=not found,
        )


def _file(store: str, user: User, cut: Cut) -> bytes:
    session.recheck(user, Action.DOWNLOAD_LICENSES)
    return cached.cloud_csv(store, cut)
