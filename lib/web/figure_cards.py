"""Charts whose marks open the licenses they stand for, and that can be downloaded as pictures or shared as a link."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import chain
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.dashboard import chart_images, charts
from lib.dashboard.charts import Palette
from lib.dashboard.figures import FIGURES, Drawing, Figure
from lib.dashboard.view import View
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.store.sample_stores import SAMPLE
from lib.web import (
    browser_scripts,
    cached,
    download_button,
    failures,
    listing,
    menu_pages,
    page_paths,
    session,
    widgets,
)
from lib.web.cached import CachedNumbers, Version
from lib.web.session import Role, User
from lib.web.view_controls import link, query_of

MOST_ROWS = 50
"""Licenses listed under a chart; all of them are a click away."""

DRAWN_BEFORE = "figures_drawn_before"
"""The names of the figures that this session has drawn, in the session's state."""


@cached.cache(512)
def drawing_of(name: str, numbers: CachedNumbers, view: View, is_dark: bool) -> Drawing | None:
    """A figure ready for Streamlit; None if it has nothing to show.

    Making one takes longer than all else on a page, hence the cache.
    """
    drawing = FIGURES[name].drawing(numbers, view, palette_of(is_dark))
    if drawing:
        if isinstance(drawing.spec["height"], dict):
            fix_height(drawing.spec)
        for key, rows in drawing.spec["datasets"].items():
            drawing.spec["datasets"][key] = arrow_stream(rows)
    return drawing


def fix_height(spec: dict[str, Any]) -> None:
    """Give a chart of rows its height in pixels."""
    # Streamlit fits charts in both directions, and Vega-Lite warns in the console where the height is said per row.
    field = spec["layer"][0]["encoding"]["y"]["field"]
    rows = {row[field] for row in chain.from_iterable(spec["datasets"].values()) if field in row}
    spec["height"] = len(rows) * spec["height"]["step"]
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}


def palette_of(is_dark: bool) -> Palette:
    """The colours for a theme."""
    return charts.DARK if is_dark else charts.LIGHT


def arrow_stream(rows: list[dict[str, Any]]) -> bytes:
    """Rows as an Arrow stream, as Streamlit sends them."""
    # Streamlit would make a new one on each run of the page.
    table, sink = pa.Table.from_pylist(rows), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def show_rows(rows: Sequence[Sequence[Figure]], numbers: CachedNumbers, view: View) -> None:
    """Draw figures, those of a row side by side; each place has its size before its figure is drawn for the first time."""
    drawn_before = st.session_state.setdefault(DRAWN_BEFORE, set())
    names = {figure.name for figure in chain.from_iterable(rows)}
    places: Iterable[tuple[Figure, AbstractContextManager[Any]]] = chain.from_iterable(map(places_of, rows))
    if drawn_before.isdisjoint(names):
        places = [(figure, place) for row in rows for figure, place in sized_places_of(row)]
    for figure, place in places:
        with place:
            show(figure.name, numbers, view)
    drawn_before |= names


def places_of(row: Sequence[Figure]) -> Iterator[tuple[Figure, AbstractContextManager[Any]]]:
    """Each figure of a row with its column; a figure alone has all the width, and needs none."""
    # Each container takes time to make and to send.
    columns = st.columns([figure.width for figure in row], gap="small") if len(row) > 1 else [nullcontext()]
    yield from zip(row, columns, strict=True)


def sized_places_of(row: Sequence[Figure]) -> Iterator[tuple[Figure, AbstractContextManager[Any]]]:
    """The same, each with the size of its figure until that is drawn."""
    for figure, column in places_of(row):
        with column:
            place = st.empty()
        place.skeleton(height=figure.height)
        yield figure, place


@st.fragment
def show(name: str, numbers: CachedNumbers, view: View) -> None:
    """Draw a figure in a card, and what was clicked in it below; if it fails, the rest of the page lives on."""
    user = session.require(Role.VIEWER)
    figure = FIGURES[name]
    own_view = figure.in_own_unit(view)
    try:
        with st.container(border=True, gap="xsmall", key=f"figure_{name}"):
            selection = show_card(figure, numbers, own_view, user)
        if selection:
            show_licenses(name, numbers.version, selection, user)
    except Exception as error:
        failures.show(error)


def show_card(figure: Figure, numbers: CachedNumbers, view: View, user: User) -> Cut | None:
    """Draw a figure with its title; gives the licenses behind the clicked mark, None if there is none."""
    drawing = drawing_of(figure.name, numbers, view, is_dark_theme())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(widgets.escape(figure.heading(view)), anchor=False, width="content")
        if drawing:
            share_button(figure, numbers, view, user)
    if drawing is None:
        st.caption(figure.empty_text)
        return None
    if drawing.note:
        st.caption(widgets.escape(drawing.note))
    # Another view is another chart, with nothing clicked or chosen yet.
    key = f"{figure.name}_{hash((numbers, view))}"
    clicked = show_chart(figure, drawing, key)
    if not figure.is_clickable:
        return None
    words = mark_box(figure, drawing, key)
    mark = drawing.marks[words] if words else clicked
    if not mark:
        return None
    return charts.licenses_behind(mark, figure.within(view.cut))


def is_dark_theme() -> bool:
    """Whether this visitor's screen is dark."""
    return st.context.theme.type == "dark"


def show_chart(figure: Figure, drawing: Drawing, key: str) -> Mapping[str, Any] | None:
    """Draw the chart; gives the filters of the clicked mark."""
    if not figure.is_clickable:
        st.vega_lite_chart(drawing.spec, key=key, alt=drawing.description)
        return None
    forget = partial(st.session_state.__setitem__, box_key(key), None)
    state: Any = st.vega_lite_chart(drawing.spec, on_select=forget, key=key, alt=drawing.description)
    marks = state["selection"].get(charts.PICKED)
    return dict(marks[0]) if marks else None


def box_key(chart_key: str) -> str:
    """The key of the box under a chart."""
    return f"open_{chart_key}"


def mark_box(figure: Figure, drawing: Drawing, chart_key: str) -> str | None:
    """A box to open the licenses of a mark by keyboard; gives the mark's words."""
    return st.selectbox(
        f"Open licenses of {figure.title}",
        list(drawing.marks),
        index=None,
        key=box_key(chart_key),
        placeholder="Open licenses of…",
        label_visibility="collapsed",
    )


def share_button(figure: Figure, numbers: CachedNumbers, view: View, user: User) -> None:
    """Offer a figure as a picture of either kind, and a link to this view."""
    name = figure.name
    # The whole label is the button's name for those who do not see; the style of the page shows its first word.
    label = f"Share: {widgets.escape(figure.title)}"
    share = st.popover(label, icon=":material/ios_share:", type="tertiary", key=f"share_{name}", on_change="rerun")
    if not share.open:  # nine figures with all of this take a tenth of the time of a page
        return
    with share:
        for kind in chart_images.ImageKind:
            download_button.show(
                f"Picture as {kind.upper()}",
                partial(image, kind, figure.name, numbers, view, user, is_dark=is_dark_theme()),
                file_name=f"{name}.{kind}",
                mime=kind.mime_type,
                key=f"{kind}_{name}",
                icon=":material/image:",
                on_click="ignore",
                width="stretch",
            )
        st.caption("A link to this view:")
        st.code(link(query_of(view)), language=None, wrap_lines=True)


def image(
    kind: chart_images.ImageKind, name: str, numbers: CachedNumbers, view: View, user: User, *, is_dark: bool
) -> bytes:
    """A figure as a picture, if that person still may have it."""
    session.recheck_download(user, Action.DOWNLOAD_FIGURES, f"figure {name}.{kind}")
    figure = FIGURES[name]
    drawing = figure.drawing(numbers, view, palette_of(is_dark))
    if drawing is None:
        raise RefusalError(figure.empty_text)
    sample = SAMPLE if numbers.version.store else ""
    status, caption = cached.status_line(numbers.version), figure.caption(numbers, view)
    parts = (sample, caption, status, view.cut.description(), f"counted in {view.unit}")
    return chart_images.image(kind, drawing.spec, is_dark, figure.title, " · ".join(filter(None, parts)))


def show_licenses(name: str, version: Version, cut: Cut, user: User) -> None:
    """List the licenses behind a mark: how many of all, the first of them, and the ways to all."""
    matching, every = cached.total(version, cut), cached.total(version, Cut(on=cut.on))
    words = f"{quantity(matching, 'license')} of {every:,}"
    with st.container(border=True, key=f"opened_{name}"):
        st.markdown(f"**{words}** · {widgets.escape(cut.description())}")
        rows = cached.licenses(version, cut, 0, MOST_ROWS)
        listing.linked_table(rows, user, cut.query(), f"rows_{name}", most_rows=8, alt=words, has_customers=True)
        if matching > MOST_ROWS:
            st.caption(f"The first {MOST_ROWS} of {matching:,}, by license key.")
        with st.container(horizontal=True, vertical_alignment="center"):
            menu_pages.link(
                page_paths.LICENSES, label="Open in Licenses", icon=":material/open_in_new:", query_params=cut.query()
            )
            listing.download(version, user, cut, matching, key=f"download_{name}")
            with st.popover("Copy link", icon=":material/link:", type="tertiary", key=f"link_{name}"):
                st.code(link(cut.query(), "licenses"), language=None, wrap_lines=True)
        # Another cut is another component, which scrolls anew.
        browser_scripts.component("show_rows")(key=f"scroll_{name}_{hash(cut)}")
