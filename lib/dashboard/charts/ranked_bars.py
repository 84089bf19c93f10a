"""Lying bars, one per thing, in an order that says something: what to add, what is missing, how far licenses came."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import Palette
from lib.domain.codes import Item
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, Stage
from lib.domain.tiers import LADDER, UNLIMITED, format_size

MANY_ITEMS = 12
"""Missing items that have a bar; what is missing more seldom has none."""

ROW_OF_TWO_LINES = 58
NOTE_ROOM = 9
"""Pixels that a bar is moved up, and its note down, to share a row."""

NO_NUMBER = "not counted"
LACK_ONLY_IT, LACK_IT = "Only this is missing", "Missing"

TIER_COLUMNS = ("to_tier", "title", "users_added", "added")
ITEM_COLUMNS = ("missing", "title", "lacking", "start", "end")
STAGE_COLUMNS = ("stage", "code", "title")


def users_added(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """How many users each target tier adds; upgrades to Unlimited are not counted, which the label says in place of a bar.

    The frame has `to_tier`, `users_added` and the unit, which the label says too. A mark carries `to_tier`.
    """
    bars = tier_bars(frame, unit)
    tooltips = [
        alt.Tooltip("title:N").title("Server tier"),
        alt.Tooltip("added:N").title("Users to add"),
        marks.tip(unit),
    ]
    room = 2.2 * marks.highest(bars["users_added"])
    return labelled_bars(bars, palette, "to_tier", "users_added", alt.value(palette.many), tooltips, room=room)


def describe_users_added(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the bars of users to add show, in words."""
    return "; ".join(tier_bars(frame, unit)["words"])


def missing_items(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """What is missing most: a bar per item of all that lack it, its dark part those that lack nothing else.

    The frame has `item` (a code), `only` (lack nothing else) and `others` (lack more besides); the unit is for words
    only. A mark carries `missing`: the item, or `only_` and the item for the dark part.
    """
    bars = item_bars(frame, unit)
    rows = marks.rows("title", list(dict.fromkeys(bars["title"])), letters=190)
    tooltips = [
        alt.Tooltip("title:N").title("Item"),
        alt.Tooltip("lacking:N").title("Shown"),
        marks.tip(unit),
    ]
    layers = [
        item_boxes(bars, palette, rows, tooltips),
        numbers_inside(bars, palette, rows),
        totals_behind(bars, palette, unit, rows, tooltips),
    ]
    return alt.LayerChart(layer=layers).properties(height=alt.Step(marks.ROW))


def item_boxes(bars: pd.DataFrame, palette: Palette, rows: alt.Y, tooltips: list[alt.Tooltip]) -> alt.Chart:
    """The boxes of missing items, with room for totals behind them."""
    titles = [title for title in (LACK_ONLY_IT, LACK_IT) if title in set(bars["lacking"])]
    colors = {LACK_ONLY_IT: palette.many, LACK_IT: palette.half}
    boxes: alt.Chart = (
        alt.Chart(bars)
        .mark_bar(cornerRadius=3, cursor="pointer", size=marks.ROW - 12)
        .encode(
            alt.X("start:Q").axis(None).scale(domainMax=marks.highest(bars["end"]) * 1.14),
            alt.X2("end:Q"),
            rows,
            marks.colored("lacking", colors, titles),
            **marks.lit(palette, "missing"),
            tooltip=tooltips,
        )
        .add_params(marks.picked("missing"))
    )
    return boxes


def numbers_inside(bars: pd.DataFrame, palette: Palette, rows: alt.Y) -> alt.Chart:
    """The numbers in the dark parts, where they fit."""
    texts: alt.Chart = (
        alt.Chart(bars[bars["lacking"] == LACK_ONLY_IT])
        .mark_text(aria=False, color=palette.on_many, fontWeight=600, fontSize=12, align="left", dx=6)
        .encode(
            alt.X("start:Q"),
            rows,
            text=marks.fitting("label"),
        )
    )
    return texts


def totals_behind(
    bars: pd.DataFrame, palette: Palette, unit: str, rows: alt.Y, tooltips: list[alt.Tooltip]
) -> alt.Chart:
    """The number of all that lack an item, behind its bar."""
    texts: alt.Chart = (
        alt.Chart(bars[bars["lacking"] == LACK_IT])
        .mark_text(aria=False, color=palette.quiet, fontWeight=600, fontSize=14, align="left", dx=8, cursor="pointer")
        .encode(
            alt.X("end:Q"),
            rows,
            alt.Text(f"{unit}:Q").format(","),
            tooltip=tooltips,
        )
    )
    return texts


def describe_missing_items(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the bars of missing items show, in words."""
    words = []
    for row in by_urgency(frame).to_dict("records"):
        whole = words_on_item(row["item"], row["only"] + row["others"], unit)
        words.append(f"{whole}, {row['only']:,} of them lack only this")
    return marks.spoken(words, MANY_ITEMS, "more")


def funnel(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """How far licenses came: a bar per stage of all that reached it, and how many and how fast came on to it.

    The frame has, in the order of the way, `stage`, `stages` (all stages at or beyond it, separated by commas), `reached`
    in the unit, `conversion` (the share of the stage before; None for the first) and `median_days` (None if unknown). A
    mark carries `stage`: all of `stages`.
    """
    bars = stage_bars(frame, unit)
    tooltips = [
        alt.Tooltip("title:N").title("Stage"),
        alt.Tooltip("note:N").title("Reached this step"),
        marks.tip(unit),
    ]
    stages = zip(bars["title"], bars["code"], strict=True)
    colors = {title: palette.stages.get(Stage(code), palette.quiet) for title, code in stages}
    color = marks.colored("title", colors, list(colors)).legend(None)
    room = 1.14 * marks.highest(bars[unit])
    return labelled_bars(bars, palette, "stage", unit, color, tooltips, room=room, has_notes=True)


def describe_funnel(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What the funnel shows, in words."""
    return "; ".join(stage_bars(frame, unit)["words"])


def tier_bars(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """A row per target tier, with the users it adds."""
    users_by_tier = units.counts(frame, ["to_tier"], "users_added")
    counts = units.counts(frame, ["to_tier"], unit)
    rows: list[tuple[Any, ...]] = []
    for tier in LADDER:
        if (tier,) not in counts:
            continue
        number, title, amount = counts[tier,], format_size(tier), units.amount(counts[tier,], unit)
        users = users_by_tier[tier,]
        texts = (f"{users:,}", f"+{units.short(users)}", f"{units.amount(users, 'users')} to add")
        if tier == UNLIMITED:
            users, texts = 0, (NO_NUMBER, NO_NUMBER, NO_NUMBER)
        addition, short, words = texts
        row = (str(int(tier)), title, users, addition)
        rows.append((*row, number, f"{short} · {amount}", f"To {title}: {words}, {amount}"))
    return pd.DataFrame(rows, columns=[*TIER_COLUMNS, unit, "label", "words"])


def by_urgency(frame: pd.DataFrame) -> pd.DataFrame:
    """The items, those first that are missing most."""
    totals = frame.assign(whole=frame["only"] + frame["others"])
    return totals.sort_values(["whole", "only"], ascending=False, kind="stable")


def item_bars(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Two bars per item: all that lack it, and those lacking only it."""
    rows: list[tuple[Any, ...]] = []
    for row in by_urgency(frame).head(MANY_ITEMS).to_dict("records"):
        item, whole, only = row["item"], int(row["whole"]), int(row["only"])
        title = ITEM_TITLES[item]
        # Later rows are drawn over earlier ones: the dark part must come after the whole.
        rows.append((item, title, LACK_IT, 0, whole, whole, "", words_on_item(item, whole, unit)))
        if only:
            words = f"{words_on_item(item, only, unit)}, nothing else"
            rows.append((f"only_{item}", title, LACK_ONLY_IT, 0, only, only, f"{only:,}", words))
    return pd.DataFrame(rows, columns=[*ITEM_COLUMNS, unit, "label", "words"])


def words_on_item(item: str, number: int, unit: str) -> str:
    """`Address: missing for 3 licenses`."""
    return f"{ITEM_TITLES[Item(item)]}: missing for {units.amount(number, unit)}"


def stage_bars(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """A row per stage of the funnel, with its note."""
    rows: list[tuple[Any, ...]] = []
    for row in frame.to_dict("records"):
        title, amount, note = title_of_stage(row["stage"]), int(row["reached"]), note_on_stage(row)
        words = ", ".join(filter(None, (f"{title}: {units.amount(amount, unit)}", note)))
        rows.append((row["stages"], row["stage"], title, amount, f"{amount:,}", note, words))
    return pd.DataFrame(rows, columns=[*STAGE_COLUMNS, unit, "label", "note", "words"])


def title_of_stage(stage: str) -> str:
    """The title of a stage and those beyond."""
    if stage == Stage.NOT_REQUESTED:
        return "All"
    return STAGE_TITLES[Stage(stage)]


def note_on_stage(row: Mapping[Hashable, Any]) -> str:
    """`64% of the previous step · median 12 days`, if known."""
    share, days = row["conversion"], row["median_days"]
    parts = []
    if not pd.isna(share):
        parts.append(f"{share:.0%} of the previous step")
    if not pd.isna(days):
        parts.append(f"median {format_days(days)}")
    return " · ".join(parts)


def format_days(days: float) -> str:
    """`1 day`, `12 days`, `2.5 days`."""
    if days == 1:
        return "1 day"
    return f"{days:,.1f} days".replace(".0 ", " ")


def labelled_bars(
    bars: pd.DataFrame,
    palette: Palette,
    name: str,
    length: str,
    color: Any,
    tooltips: Sequence[alt.Tooltip],
    *,
    room: float,
    has_notes: bool = False,
) -> alt.LayerChart:
    """A bar per row of `title`, `length` long, with its `label` behind it, and its `note` below if it has notes.

    `name` is the filter that a bar carries, `room` the number at the right edge, so that labels have a place.
    """
    up = NOTE_ROOM if has_notes else 0
    base = alt.Chart(bars).encode(marks.rows("title", list(bars["title"]), up=up))
    bar = base.mark_bar(cornerRadius=3, cursor="pointer", size=marks.ROW - 12, yOffset=-up)
    boxes = bar.encode(
        alt.X(f"{length}:Q").axis(None).scale(domain=[0, max(room, 1)], nice=False),
        color=color,
        **marks.lit(palette, name),
        tooltip=list(tooltips),
    ).add_params(marks.picked(name))
    layers = [boxes, labels_behind(base, palette, length, up, tooltips)]
    if not has_notes:
        return alt.LayerChart(layer=layers).properties(height=alt.Step(marks.ROW))
    return alt.LayerChart(layer=[*layers, notes_below(base, palette)]).properties(height=alt.Step(ROW_OF_TWO_LINES))


def labels_behind(
    base: alt.Chart, palette: Palette, length: str, up: int, tooltips: Sequence[alt.Tooltip]
) -> alt.Chart:
    """The label behind each bar, `up` pixels above its row's middle."""
    text = base.mark_text(
        aria=False, color=palette.quiet, fontWeight=600, fontSize=13, align="left", dx=8, dy=-up, cursor="pointer"
    )
    labels: alt.Chart = text.encode(alt.X(f"{length}:Q"), alt.Text("label:N"), tooltip=list(tooltips))
    return labels


def notes_below(base: alt.Chart, palette: Palette) -> alt.Chart:
    """The note below each bar, at its start."""
    text = base.mark_text(aria=False, color=palette.quiet, fontSize=12, align="left", baseline="top", dy=NOTE_ROOM)
    notes: alt.Chart = text.encode(alt.XDatum(0), alt.Text("note:N"))
    return notes
