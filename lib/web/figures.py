"""Charts whose marks open the licenses they stand for."""

from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Palette
from lib.cut import Cut
from lib.web import data, listing, places, widgets
from lib.web.session import User
from lib.words import counted

SHOWN = 50
"""Licenses listed under a chart; all of them are a click away."""

Draw = Callable[[pd.DataFrame, Palette], alt.LayerChart]


@st.cache_data(max_entries=256, ttl=3600, show_spinner=False)
def _spec(version: int, cut: Cut, name: str, dark: bool) -> dict[str, Any]:
    """A chart of lib.charts as Vega-Lite. Building one takes longer than all else on a page, hence kept."""
    draw: Draw = getattr(charts, name)
    spec: dict[str, Any] = draw(data.cube(version, cut), charts.DARK if dark else charts.LIGHT).to_dict()
    return spec


def clickable(draw: Draw, version: int, cut: Cut, *, of: Cut, words: str) -> Cut | None:
    """Draw a chart of a cut; gives the licenses behind the mark that was clicked, as a part of the cut `of`.

    `words` say what it shows to those who cannot see it.
    """
    name = draw.__name__
    with st.container(key=name):
        chosen: Any = st.vega_lite_chart(
            _spec(version, cut, name, st.context.theme.type == "dark"),
            on_select="rerun",
            # Another cut is another chart, with nothing clicked yet.
            key=f"{name}_{version}_{hash(cut)}",
            alt=words,
        )
    marks = chosen["selection"].get(charts.PICKED) or []
    return charts.licenses_behind(marks[0], of) if marks else None


def opened(name: str, version: int, cut: Cut, user: User) -> None:
    """The licenses behind a mark: how many of all, the first of them, and the ways to all."""
    found, total = (int(data.cube(version, wanted)["licenses"].sum()) for wanted in (cut, Cut()))
    with st.container(border=True, key=f"opened_{name}"):
        words = f"{counted(found, 'license')} of {total:,}"
        st.markdown(f"**{words}** · {widgets.escape(cut.described())}")
        rows = data.licenses(version, cut, 0, SHOWN)
        st.dataframe(
            listing.readable(rows),
            hide_index=True,
            height=listing.height(rows, 8),
            column_config=listing.WIDTHS,
            key=f"rows_{name}",
            alt=words,
        )
        if found > SHOWN:
            st.caption(f"The first {SHOWN} of {found:,}, by license key.")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                places.LICENSES, label="Open in Licenses", icon=":material/open_in_new:", query_params=cut.query()
            )
            listing.download(user, cut, found, key=f"download_{name}")
