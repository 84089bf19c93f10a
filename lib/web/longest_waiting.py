"""Who is stuck: the licenses that have been in a stage under way for longest."""

import pandas as pd
import streamlit as st

from lib.domain.requests import STAGE_TITLES
from lib.domain.text import quantity
from lib.web import cached, page_paths
from lib.web.view_controls import View

_ROWS = 10


def longest(view: View) -> None:
    """The ten of a view that have waited longest, each a click from its story."""
    rows = cached.longest(view.version, view.cut.with_filters(movable="yes"), _ROWS)
    with st.container(border=True, gap="xsmall", key="stuck"):
        st.markdown(f"**Stuck longest: the first {_ROWS}**" if len(rows) == _ROWS else "**Stuck longest**")
        if rows.empty:
            st.caption("No request is under way here.")
            return
        table = f"stuck_{hash(view)}"
        st.dataframe(
            _readable(rows, view),
            hide_index=True,
            key=table,
            on_select=lambda: _open(table, rows["license_key"].tolist()),
            selection_mode="single-row",
            alt=f"The {quantity(len(rows), 'license')} that have been in their stage for longest",
        )
        st.caption("Choose a row to see its story.")
    if key := st.session_state.pop(_CHOSEN, None):
        st.switch_page(page_paths.LICENSES, query_params={**view.cut.query(), "license": key})


_CHOSEN = "stuck_chosen"


def _open(table: str, keys: list[str]) -> None:
    rows = st.session_state[table]["selection"]["rows"]
    if rows:
        st.session_state[_CHOSEN] = keys[rows[0]]


def _readable(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "License key": rows["license_key"],
            "Company": [name or other or "" for name, other in zip(rows["company"], rows["license_name"], strict=True)],
            "Stage": rows["stage"].map(STAGE_TITLES),
            "Since": [day.isoformat() for day in rows["day"]],
            "Days": [(view.day - day).days for day in rows["day"]],
        },
    )
