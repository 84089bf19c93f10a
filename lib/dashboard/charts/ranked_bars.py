"""Lying bars, one per thing, in an order that says something: what to add, what is missing, how far licenses came."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import QUIET, Palette
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, Stage
from lib.domain.tiers import LADDER, UNLIMITED, format_size

MANY_ITEMS = 12
"""Missing items that have a bar; what is missing more seldom has none."""

_TWO_LINES = 58
_NO_NUMBER = "no number to add"


def users_added(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """How many users each target tier adds; moves to Unlimited add no number, which is said in place of a bar.

    The frame has `to_tier`, `users_added` and the unit, which is said besides. A mark carries `to_tier`.
    """
    bars = _added(frame, unit)
    tips = [
        alt.Tooltip("title:N", title="Server tier"),
        alt.Tooltip("added:N", title="Users to add"),
        marks.tip(unit),
    ]
    color = alt.value(palette.many)
    return _labelled_bars(
        bars, palette, ["to_tier"], "users_added", color, tips, room=2.2 * marks.highest(bars["users_added"])
    )


def describe_users_added(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the bars of users to add show, in words."""
    return "; ".join(_added(frame, unit)["words"])


def missing_items(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """What is missing most: a bar per item of all that lack it, its dark part those that lack nothing else.

    The frame has `item` (a code), `only` (lack nothing else) and `others` (lack more besides), both in the unit, which is
    but for words. A mark carries `missing`: the item, or `only_` and the item for the dark part.
    """
    bars = _missing(frame, unit)
    y = marks.rows("title", list(dict.fromkeys(bars["title"])), letters=190)
    shown = [title for title in _LACKING if title in set(bars["lacking"])]
    tips = [alt.Tooltip("title:N", title="Item"), alt.Tooltip("lacking:N", title="Shown"), marks.tip(unit)]
    boxes = (
        alt.Chart(bars)
        .mark_bar(cornerRadius=3, cursor="pointer", size=marks.ROW - 12)
        .encode(
            alt.X("start:Q").axis(None).scale(domainMax=marks.highest(bars["end"]) * 1.14),
            alt.X2("end:Q"),
            y,
            marks.colored("lacking", dict(zip(_LACKING, (palette.many, palette.half), strict=True)), shown),
            **marks.lit(palette, "missing"),
            tooltip=tips,
        )
        .add_params(marks.picked("missing"))
    )
    wholes, parts = (bars[(bars["lacking"] == title)] for title in reversed(_LACKING))
    numbers = alt.Chart(parts).mark_text(
        aria=False, color=palette.on_many, fontWeight=600, fontSize=12, align="left", dx=6
    )
    numbers = numbers.encode(alt.X("start:Q"), y, text=marks.fitting("label"))
    sums = alt.Chart(wholes).mark_text(
        aria=False, color=QUIET, fontWeight=600, fontSize=14, align="left", dx=8, cursor="pointer"
    )
    sums = sums.encode(alt.X("end:Q"), y, alt.Text(f"{unit}:Q").format(","), tooltip=tips)
    return alt.LayerChart(layer=[boxes, numbers, sums]).properties(height=alt.Step(marks.ROW))


def describe_missing_items(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the bars of missing items show, in words."""
    ranked = _ranked(frame)
    told = [
        f"{_lacks(ITEM_TITLES[row['item']], row['only'] + row['others'], unit)}, "
        f"{row['only']:,} of them lack nothing else"
        for row in ranked.to_dict("records")
    ]
    return marks.spoken(told, MANY_ITEMS, "more")


def funnel(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """How far licenses came: a bar per stage of all that reached it, and how many and how fast came on to it.

    The frame has, in the order of the way, `stage`, `stages` (all stages at or beyond it, parted by commas), `reached` in
    the unit, `conversion` (the share of the stage before; None for the first) and `median_days` (None if unknown). A mark
    carries `stage`: all of `stages`.
    """
    bars = _funnel(frame, unit)
    tips = [alt.Tooltip("title:N", title="Stage"), alt.Tooltip("note:N", title="Came on to it"), marks.tip(unit)]
    colors = dict(zip(bars["title"], (palette.stages.get(Stage(code), QUIET) for code in bars["code"]), strict=True))
    color = marks.colored("title", colors, list(colors)).legend(None)
    return _labelled_bars(
        bars, palette, ["stage"], unit, color, tips, room=1.14 * marks.highest(bars[unit]), notes=True
    )


def describe_funnel(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the funnel shows, in words."""
    return "; ".join(_funnel(frame, unit)["words"])


def _added(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    sums = units.counts(frame, ["to_tier"], "users_added")
    found = units.counts(frame, ["to_tier"], unit)
    rows: list[tuple[Any, ...]] = []
    for tier in (rung for rung in LADDER if (rung,) in found):
        number, some = found[tier,], units.amount(found[tier,], unit)
        endless = tier == UNLIMITED
        users = 0 if endless else sums[tier,]
        added = _NO_NUMBER if endless else f"{users:,}"
        label = f"{_NO_NUMBER} · {some}" if endless else f"+{units.short(users)} · {some}"
        words = f"To {format_size(tier)}: {_NO_NUMBER if endless else units.amount(users, 'users') + ' to add'}, {some}"
        rows.append((str(int(tier)), format_size(tier), users, added, number, label, words))
    return pd.DataFrame(rows, columns=["to_tier", "title", "users_added", "added", unit, "label", "words"])


_LACKING = ("Lack nothing else", "All that lack it")


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """The items, those first that alone hold most back."""
    ranked = frame.assign(whole=frame["only"] + frame["others"])
    return ranked.sort_values(["only", "whole"], ascending=False, kind="stable")


def _missing(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Two bars per item, one over the other: all that lack it, and those that lack only it."""
    rows: list[tuple[Any, ...]] = []
    for row in _ranked(frame).head(MANY_ITEMS).to_dict("records"):
        whole, only, title = int(row["whole"]), int(row["only"]), ITEM_TITLES[row["item"]]
        rows.append((row["item"], title, _LACKING[1], 0, whole, whole, "", _lacks(title, whole, unit)))
        if only:
            words = f"{_lacks(title, only, unit)}, nothing else"
            rows.append((f"only_{row['item']}", title, _LACKING[0], 0, only, only, f"{only:,}", words))
    return pd.DataFrame(rows, columns=["missing", "title", "lacking", "start", "end", unit, "label", "words"])


def _lacks(title: str, number: int, unit: str) -> str:
    return f"{title}: missing for {units.amount(number, unit)}"


def _funnel(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for row in frame.to_dict("records"):
        title, reached, note = _reaching(row["stage"]), int(row["reached"]), _came_on(row)
        words = f"{title}: {units.amount(reached, unit)}" + (f", {note}" if note else "")
        rows.append((row["stages"], row["stage"], title, reached, f"{reached:,}", note, words))
    return pd.DataFrame(rows, columns=["stage", "code", "title", unit, "label", "note", "words"])


def _reaching(stage: str) -> str:
    """What is at a stage or beyond it: at the first, all."""
    return "All" if stage == Stage.NOT_REQUESTED else STAGE_TITLES[Stage(stage)]


def _came_on(row: dict[Any, Any]) -> str:
    """`64 % of those before · median 12 days`: as much of it as is known."""
    share, days = row["conversion"], row["median_days"]
    known = [] if pd.isna(share) else [f"{share:.0%} of those before".replace("%", " %")]
    known += [] if pd.isna(days) else [f"median {_days(days)}"]
    return " · ".join(known)


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:,.1f} days".replace(".0 ", " ")


def _labelled_bars(
    bars: pd.DataFrame,
    palette: Palette,
    names: Sequence[str],
    length: str,
    color: Any,
    tips: Sequence[alt.Tooltip],
    *,
    room: float,
    notes: bool = False,
) -> alt.LayerChart:
    """A bar per row of `title` with its `label` behind it, and its `note` below if there are any.

    `room` is the number at the right edge, so that labels have a place.
    """
    up = 9 if notes else 0
    y = marks.rows("title", list(bars["title"]), up=up)
    base = alt.Chart(bars).encode(y)
    boxes = (
        base.mark_bar(cornerRadius=3, cursor="pointer", size=marks.ROW - 12, yOffset=-up)
        .encode(
            alt.X(f"{length}:Q").axis(None).scale(domain=[0, max(room, 1)], nice=False),
            color=color,
            **marks.lit(palette, *names),
            tooltip=list(tips),
        )
        .add_params(marks.picked(*names))
    )
    labels = base.mark_text(
        aria=False,
        color=QUIET,
        fontWeight=600,
        fontSize=13,
        align="left",
        dx=8,
        dy=-up,
        cursor="pointer",
    ).encode(alt.X(f"{length}:Q"), alt.Text("label:N"), tooltip=list(tips))
    layers = [boxes, labels]
    if notes:
        below = base.mark_text(aria=False, color=QUIET, fontSize=12, align="left", baseline="top", dy=9)
        layers.append(below.encode(alt.XDatum(0), alt.Text("note:N")))
    return alt.LayerChart(layer=layers).properties(height=alt.Step(_TWO_LINES if notes else marks.ROW))
