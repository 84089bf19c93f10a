"""The tiles of a view: each number with its change, its course and the way to its licenses."""

from typing import Literal

import streamlit as st

from lib.dashboard.charts import units
from lib.dashboard.first_screen import FirstScreen
from lib.dashboard.tiles import Tile, tiles
from lib.dashboard.view import View
from lib.web import menu_pages, page_paths

DELTA_COLORS: dict[bool | None, Literal["normal", "inverse", "off"]] = {True: "normal", False: "inverse", None: "off"}


def show(screen: FirstScreen, view: View) -> None:
    """Draw the tiles of a view, side by side as far as there is room."""
    with st.grid(6, min_column_width=150, gap="xsmall", border=True, key="tiles"):
        for place, tile in enumerate(tiles(screen.now, view.unit, screen.needed_items, screen.details_on_file)):
            with st.container(key=f"tile_{place}", gap=None):
                show_metric(tile, screen, view)
                st.caption(f"{tile.part_of}  \n{tile.more}")
                show_link(tile, tile.number(screen.now), view)


def show_metric(tile: Tile, screen: FirstScreen, view: View) -> None:
    """Draw the number of a tile, its change and its line."""
    value = tile.number(screen.now)
    change = None if screen.before is None else value - tile.number(screen.before)
    line = [tile.number(then) for then in screen.weeks]
    st.metric(
        tile.title,
        f"{value:,}",
        change_text(change),
        delta_color=DELTA_COLORS[tile.is_good] if change else "off",
        delta_arrow="auto" if change else "off",
        delta_description=None if change is None else f"since {view.before.day} {view.before:%b}",
        chart_data=line if any(line) else None,
        help=tile.help,
    )


def change_text(change: int | None) -> str | None:
    """`+3`, `-1` or `±0`; None if there is nothing to compare with."""
    if change is None:
        return None
    return f"{change:+,}" if change else "±0"


def show_link(tile: Tile, value: int, view: View) -> None:
    """Draw the way to the licenses of a tile."""
    label = f"See {units.amount(value, 'licenses')}" if view.unit == "licenses" else "See their licenses"
    menu_pages.link(
        page_paths.LICENSES,
        label=label,
        icon=":material/arrow_forward:",
        icon_position="right",
        disabled=not value,
        query_params=tile.cut(view.cut).query(),
    )
