"""The groups of Cloud licenses, each with its next step and its list, and the licenses near the line between them."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.dashboard.charts import units
from lib.dashboard.view import View
from lib.documents.exports.file_formats import CSV
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.measures.progress import CLOUD_OUTCOMES, ProgressCounts
from lib.web import cached, figure_cards, page_paths, session
from lib.web.cached import CachedNumbers, Version
from lib.web.session import User

NEXT_STEPS = {
    Outcome.LEGACY_PLAN: "They have a free plan, six months longer than their maintenance or the move. It covers all users of "
    "the site, so nothing must grow. Next: choose a paid plan on Marketplace before it ends.",
    Outcome.EXPIRED: "Their maintenance had ended more than three months before the move. Next: start a new subscription at the "
    "product's Marketplace listing.",
}


def groups(numbers: CachedNumbers, progress: ProgressCounts, view: View, user: User) -> None:
    """A card for each group: how many, what to do, and a file of its licenses with the next step of each."""
    counts = {Outcome.LEGACY_PLAN: progress.legacy_plan, Outcome.EXPIRED: progress.expired}
    with st.grid(2, min_column_width=320, gap="small", key="groups"):
        for outcome in CLOUD_OUTCOMES:
            with st.container(border=True, height="stretch", key=f"group_{outcome}"):
                count = counts[outcome]
                st.metric(OUTCOME_TITLES[outcome], f"{count:,}")
                whole = units.amount(progress.on_cloud, view.unit)
                share = f"{count / progress.on_cloud:.0%} of {whole} on Cloud"
                st.caption(f"{share}  \n{NEXT_STEPS[outcome]}")
                show_links(numbers.version, view.cut.within(outcome=(outcome,)), user, f"group_{outcome}")


def borderline(version: Version, cut: Cut, user: User) -> None:
    """The licenses of a cut that a small error in a date would move to the other group."""
    near = cut.within(outcome=CLOUD_OUTCOMES).with_filters(borderline="yes")
    total = cached.total(version, near)
    with st.container(border=True, gap="xsmall", key="borderline"):
        st.markdown("**Borderline: look twice**")
        st.caption("30 days more or less, or day and month swapped, would change their group.")
        if not total:
            st.caption("No license here is near the line.")
            return
        if st.toggle(f"List {quantity(total, 'borderline license')}", key="borderline_list"):
            figure_cards.show_licenses("borderline", version, near, user)


def show_links(version: Version, cut: Cut, user: User, key: str) -> None:
    """The ways to the licenses of a cut: their list, and a file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        total = cached.total(version, cut)
        st.page_link(
            page_paths.LICENSES,
            label=f"See {quantity(total, 'license')}",
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=not total,
            query_params=cut.query(),
        )
        if may(user, Action.DOWNLOAD_LICENSES):
            build: Callable[[], bytes] = partial(file, version.store, user, cut)
            st.download_button(
                "Download with next steps",
                build,
                file_name=CSV.file_name("cloud_licenses"),
                mime=CSV.mime_type,
                key=f"download_{key}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not total,
            )


def file(store: str, user: User, cut: Cut) -> bytes:
    """The Cloud licenses of a cut as CSV, if that person still may have them."""
    actor = session.recheck_download(user, Action.DOWNLOAD_LICENSES, "Cloud licenses")
    return cached.cloud_csv(store, cut, actor)
