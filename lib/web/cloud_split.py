"""Where Cloud licenses stand: plans by tense and expired maintenance, and the rest of those hosted on Cloud."""

import streamlit as st

from lib.dashboard.charts import units
from lib.dashboard.cloud_numbers import CloudCounts
from lib.dashboard.view import View
from lib.web import menu_pages, page_paths


def show(counts: CloudCounts, view: View) -> None:
    """Draw the split in a card: a line per group with its number, each a link to its licenses."""
    with st.container(border=True, gap="xsmall", key="card_cloud"):
        st.header(f"Cloud, in {view.unit}", anchor=False)
        with st.container(gap=None, key="cloud_groups"):
            for group in counts.groups:
                menu_pages.link(
                    page_paths.LICENSES,
                    label=f"**{group.number:,}** {group.title.lower()}",
                    disabled=not group.number,
                    query_params=group.cut.query(),
                )
        st.caption(explanation(counts, view))


def explanation(counts: CloudCounts, view: View) -> str:
    """Why there are more licenses hosted on Cloud than plans and expired maintenance."""
    whole = units.amount(counts.hosted, view.unit)
    # Only the first letter: a SEN stays one.
    parts = [f"{group.number:,} {group.title[:1].lower()}{group.title[1:]}" for group in counts.others if group.number]
    if not parts:
        return f"{whole} hosted on Cloud."
    return f"{whole} hosted on Cloud, among them {', '.join(parts)}."
