"""The numbers a sales manager asks for first, each with what it is a part of, its course and the way to its licenses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lib.dashboard.charts import units
from lib.domain.display import column_title
from lib.domain.eligibility import Outcome
from lib.domain.text import format_day, quantity
from lib.measures.cut import Cut
from lib.measures.progress import WITH_CUSTOMER, ProgressCounts
from lib.web import cached, page_paths
from lib.web.view_controls import View

MOVABLE = (
    "Can move: licenses that have moved, are eligible, need an upgrade, or lack information and are not on Cloud. "
    "Licenses that are not eligible, and those on Cloud, which Balsamiq moved itself, are not counted."
)
_LINE = 12
"""Weeks that the line in a tile shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number by its name in a `ProgressCounts`, what it is a part of, a second line, and the filters of the licenses it counts.

    `good` says whether more of it is better, worse, or neither.
    """

    title: str
    name: str
    part_of: str
    more: str
    filters: Mapping[str, tuple[str, ...]]
    help: str
    movable: str = ""
    good: bool | None = None

    def cut(self, cut: Cut) -> Cut:
        """The licenses of a cut that it counts."""
        return cut.with_filters(movable=self.movable or cut.movable).within(**self.filters)


def tiles(now: ProgressCounts, unit: str, lacking: Mapping[str, int]) -> Sequence[Tile]:
    """The tiles of a standing; `lacking` says how many licenses lack which information, the commonest first."""
    return (*_moving(now, unit), *_in_doubt(now, unit, lacking))


def _moving(now: ProgressCounts, unit: str) -> Sequence[Tile]:
    movable = f"of {now.movable:,} that can move"
    share = f"{now.migrated / now.movable:.0%} of them" if now.movable else "None can move"
    added = f"{now.users_added:,} users to add" if unit != "users" else f"+{now.users_added:,} to add"
    return (
        Tile(
            title="Migrated",
            name="migrated",
            part_of=movable,
            more=share,
            filters={"outcome": (Outcome.ALREADY_MIGRATED,)},
            help=MOVABLE,
            good=True,
        ),
        Tile(
            title="Eligible now",
            name="eligible",
            part_of=movable,
            more="No upgrade needed",
            filters={"outcome": (Outcome.ELIGIBLE,)},
            help=f"Their size matches or exceeds the server's tier. {MOVABLE}",
        ),
        Tile(
            title="Upgrade needed",
            name="upgrade_needed",
            part_of=movable,
            more=added,
            filters={"outcome": (Outcome.UPGRADE_NEEDED,)},
            help=f"They must grow to the server's tier first. {users_to_add(now)} {MOVABLE}",
        ),
    )


def _in_doubt(now: ProgressCounts, unit: str, lacking: Mapping[str, int]) -> Sequence[Tile]:
    items = " · ".join(f"{column_title(item).lower()} {number:,}" for item, number in list(lacking.items())[:2])
    return (
        Tile(
            title="Waiting for customer",
            name="waiting",
            part_of=f"of {now.movable:,} that can move",
            more="Asked, not verified yet",
            filters={"stage": WITH_CUSTOMER},
            movable="yes",
            help="Their request came in, and something of it is still missing or has not been looked at.",
        ),
        Tile(
            title="Needs information",
            name="needs_info",
            part_of=f"of all {now.licenses:,} {unit}",
            more=items or "Nothing is missing",
            filters={"outcome": (Outcome.NEEDS_INFO,)},
            help="A size, the hosting, the product or the end of maintenance is missing: ask the customer. Cloud licenses are "
            "counted here too.",
            good=False,
        ),
        Tile(
            title="Cloud legacy plan",
            name="legacy_plan",
            part_of=f"of {now.on_cloud:,} on Cloud",
            more=f"{now.expired:,} expired · {now.borderline:,} borderline",
            filters={"outcome": (Outcome.LEGACY_PLAN,)},
            help="Cloud licenses that Balsamiq moved to a free legacy plan; those whose maintenance had expired start a new "
            "subscription. The page Cloud has both.",
        ),
    )


def users_to_add(now: ProgressCounts) -> str:
    """How many users the upgrades add, and that moves to Unlimited cannot be counted so."""
    sentence = f"{quantity(now.users_added, 'user')} to add."
    if not now.unlimited:
        return sentence
    return f"{sentence} {quantity(now.unlimited, 'move')} to Unlimited {'adds' if now.unlimited == 1 else 'add'} no number."


def show(now: ProgressCounts, view: View) -> None:
    """Draw the tiles of a view, side by side as far as there is room."""
    before, line = _course(view)
    found = tiles(now, view.unit, cached.lacking(view.version, view.cut))
    with st.grid(3, min_column_width=220, gap="xsmall", border=True, key="tiles"):
        for number, tile in enumerate(found):
            _tile(number, tile, now, view, before, [getattr(then, tile.name) for then in line])


def _course(view: View) -> tuple[ProgressCounts | None, Sequence[ProgressCounts]]:
    """How it stood on the day compared with, None if there was nothing yet, and at the end of each of the last weeks."""
    if view.first > view.before and view.since is None:
        return None, ()
    line = cached.course(view.version, view.cut, view.unit, view.day, _LINE)
    return cached.then(view.version, view.cut, view.unit, view.before), line


def _tile(
    number: int, tile: Tile, now: ProgressCounts, view: View, before: ProgressCounts | None, line: Sequence[int]
) -> None:
    value = getattr(now, tile.name)
    change = None if before is None else value - getattr(before, tile.name)
    colors = {True: "normal", False: "inverse", None: "off"}
    with st.container(key=f"tile_{number}", gap="xsmall"):
        st.metric(
            tile.title,
            f"{value:,}",
            f"{change:+,}" if change else "±0" if change == 0 else None,
            delta_color=colors[tile.good] if change else "off",  # type: ignore[arg-type]
            delta_arrow="auto" if change else "off",
            delta_description=f"since {format_day(view.before)}" if change is not None else None,
            chart_data=list(line) if any(line) else None,
            help=tile.help,
        )
        st.caption(f"{tile.part_of}  \n{tile.more}")
        label = f"See {units.amount(value, 'licenses')}" if view.unit == "licenses" else "See their licenses"
        st.page_link(
            page_paths.LICENSES,
            label=label,
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=not value,
            query_params=tile.cut(view.cut).query(),
        )
