"""The tiles of a view: each number with its change, its course and the way to its licenses."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.dashboard import numbers
from lib.dashboard.charts import units
from lib.dashboard.tiles import Tile, tiles
from lib.dashboard.view import View
from lib.measures.progress import ProgressCounts
from lib.web import cached, page_paths
from lib.web.cached import CachedNumbers

COURSE_WEEKS = 12
"""Weeks that the line in a tile shows."""

DELTA_COLORS = {True: "normal", False: "inverse", None: "off"}


@dataclass(frozen=True, slots=True)
class Course:
    """How it stood on the day compared with, None if there was nothing yet, and at the end of each of the last weeks."""

    before: ProgressCounts | None
    weeks: Sequence[ProgressCounts]


def show(source: CachedNumbers, view: View) -> None:
    """Draw the tiles of a view, side by side as far as there is room."""
    now = source.progress(view.cut, view.unit)
    course = course_of(source, view)
    needed_items = numbers.needed_items(source, view.cut)
    with st.grid(6, min_column_width=150, gap="xsmall", border=True, key="tiles"):
        for place, tile in enumerate(tiles(now, view.unit, needed_items)):
            with st.container(key=f"tile_{place}", gap=None):
                show_metric(tile, now, view, course)
                st.caption(f"{tile.part_of}  \n{tile.more}")
                show_link(tile, tile.number(now), view)


def course_of(source: CachedNumbers, view: View) -> Course:
    """The course of a view, as far as there was anything."""
    if view.first_day > view.before and view.since is None:
        return Course(None, ())
    before = numbers.progress_on(source, view.cut, view.unit, view.before)
    return Course(before, cached.weekly_course(source.version, view.cut, view.unit, view.day, COURSE_WEEKS))


def show_metric(tile: Tile, now: ProgressCounts, view: View, course: Course) -> None:
    """Draw the number of a tile, its change and its line."""
    value = tile.number(now)
    change = None if course.before is None else value - tile.number(course.before)
    line = [tile.number(then) for then in course.weeks]
    st.metric(
        tile.title,
        f"{value:,}",
        change_text(change),
        delta_color=DELTA_COLORS[tile.is_good] if change else "off",  # type: ignore[arg-type]
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
    st.page_link(
        page_paths.LICENSES,
        label=label,
        icon=":material/arrow_forward:",
        icon_position="right",
        disabled=not value,
        query_params=tile.cut(view.cut).query(),
    )
