"""The groups of Cloud licenses, each with its next step and its list, and the licenses near the line between them."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.dashboard.cloud_numbers import CloudCounts
from lib.dashboard.view import View
from lib.documents.exports.file_formats import CSV
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.measures.progress import CLOUD_OUTCOMES
from lib.web import cached, cloud_split, download_button, figure_cards, menu_pages, page_paths, session
from lib.web.cached import CachedNumbers, Version
from lib.web.session import User

NEXT_STEPS = {
    "running": "The free legacy plan covers all users of the site, so no upgrade is needed. Next: choose a paid plan on "
    "Marketplace before it ends.",
    "ending": "The free legacy plan ends soon. Next: choose a paid plan on Marketplace now.",
    "ended": "The free legacy plan has ended. Next: subscribe at the product's Marketplace listing.",
    "expired": "Maintenance had ended more than {grace} before the move. Next: start a new subscription at the "
    "product's Marketplace listing.",
}
TITLES = {
    "running": "Legacy plan: running",
    "ending": "Legacy plan: ending within 90 days",
    "ended": "Legacy plan: ended",
    "expired": "Expired",
}


def groups(counts: CloudCounts, view: View, version: Version, user: User) -> None:
    """A card for each group: how many, what to do, and a file of its licenses with the next step of each."""
    grace = quantity(CachedNumbers(version).policy_of(view.cut).grace_months, "month")
    with st.grid(4, min_column_width=230, gap="xsmall", key="groups"):
        for group in counts.groups:
            with st.container(border=True, height="stretch", key=f"group_{group.code}", gap="xsmall"):
                st.metric(TITLES[group.code], f"{group.number:,}")
                st.caption(NEXT_STEPS[group.code].format(grace=grace))
                show_links(version, group.cut, user, f"group_{group.code}")
    st.caption(cloud_split.explanation(counts, view))


def borderline(version: Version, cut: Cut, user: User) -> None:
    """The licenses of a cut that a small error in a date would move to the other group."""
    near = cut.within(outcome=CLOUD_OUTCOMES).with_filters(borderline="yes")
    total = cached.total(version, near)
    with st.container(border=True, gap="xsmall", key="card_borderline"):
        st.header("Borderline", anchor=False)
        days = quantity(CachedNumbers(version).policy_of(cut).borderline_days, "day")
        st.caption(f"A difference of {days}, or swapped day and month, would change their group.")
        if not total:
            st.caption("No license here is borderline.")
            return
        if st.toggle(f"List {quantity(total, 'borderline license')}", key="borderline_list"):
            figure_cards.show_licenses("borderline", version, near, user)


def show_links(version: Version, cut: Cut, user: User, key: str) -> None:
    """The ways to the licenses of a cut: their list, and a file."""
    with st.container(gap="xsmall"):
        total = cached.total(version, cut)
        menu_pages.link(
            page_paths.LICENSES,
            label=f"See {quantity(total, 'license')}",
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=not total,
            query_params=cut.query(),
        )
        if may(user, Action.DOWNLOAD_LICENSES):
            build: Callable[[], bytes] = partial(file, version.store, user, cut)
            download_button.show(
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
