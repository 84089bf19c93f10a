"""Charts whose marks open the licenses they stand for, and that can be taken along as pictures or as a link."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.dashboard import chart_images, charts
from lib.dashboard.charts import units
from lib.domain.roles import Action
from lib.measures.cut import Cut
from lib.web import cached, dashboard_figures, listing, page_paths, session, widgets
from lib.web.dashboard_figures import Figure
from lib.web.session import User
from lib.web.view_controls import View, link

SHOWN = 50
"""Licenses listed under a chart; all of them are a click away."""


@cached.kept(512)
def _drawn(name: str, view: View, dark: bool) -> tuple[dict[str, Any], str, str] | None:
    """A figure as Vega-Lite, in words, and its note; None if it has nothing to show. Making one takes longer than all else
    on a page, hence kept."""
    figure = dashboard_figures.FIGURES[name]
    frame = figure.frame(view)
    if frame.empty or not frame[[column for column in frame if column in _SHOWN]].to_numpy().any():
        return None
    spec = _spec(name, view, dark)
    spec["datasets"] = {key: _packed(rows) for key, rows in spec["datasets"].items()}
    return spec, figure.described(view), figure.note(view)


def _spec(name: str, view: View, dark: bool) -> dict[str, Any]:
    figure = dashboard_figures.FIGURES[name]
    palette = charts.DARK if dark else charts.LIGHT
    drawn = getattr(charts, figure.chart)(figure.frame(view), palette, unit=view.unit, **figure.more(view))
    spec: dict[str, Any] = drawn.to_dict(validate=False)
    return spec


def _packed(rows: list[dict[str, Any]]) -> bytes:
    """Rows as an Arrow stream, as Streamlit sends them: it would make one anew on each run of the page."""
    table, packed = pa.Table.from_pylist(rows), pa.BufferOutputStream()
    with pa.ipc.new_stream(packed, table.schema) as stream:
        stream.write_table(table)
    content: bytes = packed.getvalue().to_pybytes()
    return content


_SHOWN = frozenset((*units.NAMES, "only", "others", "change", "reached"))


def rows(names: Sequence[Sequence[str]], view: View, user: User) -> None:
    """Figures, those of a row side by side. Until each is drawn for the first time, its place is kept at its size."""
    is_new = st.session_state.setdefault(_SEEN, set()).isdisjoint(name for row in names for name in row)
    places = []
    for row in names:
        widths = [dashboard_figures.FIGURES[name].width for name in row]
        for column, name in zip(st.columns(widths, gap="small"), row, strict=True):
            place = column.empty()
            if is_new:
                place.skeleton(height=dashboard_figures.FIGURES[name].height)
            places.append((name, place))
    for name, place in places:
        with place.container():
            show(name, view, user)
        st.session_state[_SEEN].add(name)


_SEEN = "figures_seen"


@st.fragment
def show(name: str, view: View, user: User) -> None:
    """A figure in a card of its own, and what was clicked in it below; if it fails, the rest of the page lives on."""
    figure = dashboard_figures.FIGURES[name]
    seen = figure.seen(view)
    picked = None
    try:
        with st.container(border=True, gap="xsmall", key=f"figure_{name}"):
            picked = _card(name, figure, seen, user)
        if picked:
            opened(name, seen, picked, user)
    except Exception as error:
        widgets.unexpected(error)


def _card(name: str, figure: Figure, view: View, user: User) -> Cut | None:
    drawn = _drawn(name, view, st.context.theme.type == "dark")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{widgets.escape(figure.title)}**", width="content")
        if drawn:
            _share(name, figure, view, user)
    if drawn is None:
        st.caption(figure.nothing)
        return None
    spec, words, note = drawn
    if note:
        st.caption(widgets.escape(note))
    with st.container(key=name):
        # Another view is another chart, with nothing clicked yet.
        key = f"{name}_{hash(view)}"
        if not figure.leads:
            st.vega_lite_chart(spec, key=key, alt=words)
            return None
        chosen: Any = st.vega_lite_chart(spec, on_select="rerun", key=key, alt=words)
    marks = chosen["selection"].get(charts.PICKED)
    return charts.licenses_behind(marks[0], figure.within(view.cut)) if marks else None


def _share(name: str, figure: Figure, view: View, user: User) -> None:
    """Ways to take a figure along: as a picture of either kind, or as a link to this view."""
    share = st.popover("Share", icon=":material/ios_share:", type="tertiary", key=f"share_{name}", on_change="rerun")
    if not share.open:  # nine figures with all of this take a tenth of the time of a page
        return
    with share:
        for kind, mime in (("png", "image/png"), ("svg", "image/svg+xml")):
            st.download_button(
                f"Picture as {kind.upper()}",
                partial(_picture, kind, name, view, user, dark=st.context.theme.type == "dark"),
                file_name=f"{name}.{kind}",
                mime=mime,
                key=f"{kind}_{name}",
                icon=":material/image:",
                on_click="ignore",
                width="stretch",
            )
        st.caption("A link to this view:")
        st.code(link(view.query()), language=None, wrap_lines=True)


def _picture(kind: str, name: str, view: View, user: User, *, dark: bool) -> bytes:
    session.recheck(user, Action.DOWNLOAD_FIGURES)
    figure = dashboard_figures.FIGURES[name]
    spec = _spec(name, view, dark)
    parts = (cached.status_line(view.version), view.cut.description(), f"counted in {view.unit}")
    draw = chart_images.png if kind == "png" else chart_images.svg
    return draw(spec, dark, figure.title, " · ".join(filter(None, parts)))


def opened(name: str, view: View, cut: Cut, user: User) -> None:
    """The licenses behind a mark: how many of all, the first of them, and the ways to all."""
    found, every = cached.total(view.version, cut), cached.total(view.version, Cut(on=cut.on))
    with st.container(border=True, key=f"opened_{name}"):
        words = f"{found:,} {'license' if found == 1 else 'licenses'} of {every:,}"
        st.markdown(f"**{words}** · {widgets.escape(cut.description())}")
        rows = cached.licenses(view.version, cut, 0, SHOWN)
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
                page_paths.LICENSES, label="Open in Licenses", icon=":material/open_in_new:", query_params=cut.query()
            )
            listing.download(view.version, user, cut, found, key=f"download_{name}")
            with st.popover("Copy link", icon=":material/link:", type="tertiary", key=f"link_{name}"):
                st.code(link(cut.query(), "licenses"), language=None, wrap_lines=True)
