"""Who is stuck: the licenses that have been in a stage under way for longest."""

import pandas as pd
import streamlit as st

from lib.dashboard import cuts
from lib.dashboard.view import View
from lib.domain.requests import STAGE_TITLES
from lib.domain.text import quantity
from lib.web import cached, listing, open_license, page_paths
from lib.web.cached import Version
from lib.web.session import User

MOST_ROWS = 5
WIDTHS = {
    "Customer": st.column_config.TextColumn(width=148),
    "Days": st.column_config.NumberColumn(width=50, format="localized"),
}
SELECTED_KEY = "stuck_license"
"""Where the session's state has the license to open."""


def longest(version: Version, view: View, user: User) -> None:
    """List those of a view that have waited longest, each a click from its story."""
    rows = cached.longest(version, cuts.movable(view.cut), MOST_ROWS)
    rows = rows[[day < view.day for day in rows["day"]]]
    with st.container(border=True, gap="xsmall", key="card_stuck"):
        st.header("Licenses waiting longest", anchor=False)
        if rows.empty:
            st.caption("No request here has waited for a day.")
            return
        show_table(rows, view, user, f"stuck_{hash((version, view))}")
    open_selected(view, user)


def open_selected(view: View, user: User) -> None:
    """Lead to the license of the selected row, if there is one."""
    if key := st.session_state.pop(SELECTED_KEY, None):
        open_license.remember(key, user)
        st.switch_page(page_paths.LICENSES, query_params={**view.cut.query(), **open_license.query(key, user)})


def show_table(rows: pd.DataFrame, view: View, user: User, key: str) -> None:
    """Draw the list; the license of the selected row goes into the session's state."""
    st.dataframe(
        table_of(listing.seen_by(user, rows), view),
        hide_index=True,
        key=key,
        on_select=lambda: remember_selected(key, rows["license_key"].tolist()),
        selection_mode=["single-row", "single-cell"],
        column_config=WIDTHS,
        height="content",
        alt=f"The {quantity(len(rows), 'license')} that have been in their stage for longest",
    )


def remember_selected(table_key: str, license_keys: list[str]) -> None:
    """Note the selected license, for the run of the page that follows: a callback cannot switch pages."""
    selection = st.session_state[table_key]["selection"]
    rows = [*selection["rows"], *(row for row, _ in selection["cells"])]
    if rows:
        st.session_state[SELECTED_KEY] = license_keys[rows[0]]


def table_of(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows as people read them."""
    names = zip(rows["company"], rows["license_name"], strict=True)
    return pd.DataFrame(
        {
            "Customer": [company or license_name or "" for company, license_name in names],
            "Days": [(view.day - day).days for day in rows["day"]],
            "Stage": rows["stage"].map(STAGE_TITLES),
            "License key": rows["license_key"],
        },
    )
