"""Who is stuck: the licenses that have been in a stage under way for longest."""

import pandas as pd
import streamlit as st

from lib.dashboard import cuts
from lib.dashboard.view import View
from lib.domain.text import quantity
from lib.web import cached, listing, row_links
from lib.web.cached import Version
from lib.web.customer_rows import SHORT_STAGES
from lib.web.session import User

MOST_ROWS = 5
_NAME = "Customer"
_WIDTHS = {
    _NAME: st.column_config.TextColumn(width=234),
    "Stage": st.column_config.TextColumn(width=80),
    "Days": st.column_config.NumberColumn(width=46, format="localized"),
}


def longest(version: Version, view: View, user: User) -> None:
    """List those of a view that have waited longest, each a click from its story."""
    rows = cached.longest(version, cuts.movable(view.cut), view.day, MOST_ROWS)
    with st.container(border=True, gap="xsmall", key="card_stuck"):
        st.header("Licenses waiting longest", anchor=False)
        if rows.empty:
            st.caption("No request here has waited for a day.")
            return
        show_table(rows, view, user, f"stuck_{hash((version, view))}")


def show_table(rows: pd.DataFrame, view: View, user: User, key: str) -> None:
    """Draw the list; each name leads to its license."""
    keys = row_links.licenses(rows["license_key"].tolist(), view.cut.query())
    places = {_NAME: row_links.customers(rows, user) or keys, "License key": keys}
    row_links.table(
        table_of(listing.seen_by(user, rows), view),
        places,
        key=key,
        column_config=_WIDTHS,
        height="content",
        alt=f"The {quantity(len(rows), 'license')} that have been in their stage for longest",
    )


def table_of(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows as people read them."""
    names = zip(rows["company"], rows["license_name"], strict=True)
    return pd.DataFrame(
        {
            _NAME: [company or license_name or "" for company, license_name in names],
            "Days": [(view.day - day).days for day in rows["day"]],
            "Stage": rows["stage"].map(SHORT_STAGES),
            "License key": rows["license_key"],
        },
    )
