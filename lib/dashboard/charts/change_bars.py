"""What changed between two days, and why: bars to the right for more, to the left for fewer."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import Palette
from lib.domain.eligibility import OUTCOME_TITLES, Outcome

MANY_CAUSES = 20
"""Causes that have a bar of their own; the smaller ones share one."""

MANY_CHANGES = 20
"""Changes that the words beside the chart say one by one."""

OTHER_CAUSES = "Other changes"
SIGNED_NUMBER = "datum.value ? format(datum.value, '+,') : '0'"
PART_COLUMNS = ("cause", "outcome", "start", "end", "middle", "change", "label", "words")


def changes_between(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """What changed between two days: a bar per cause, an outcome's gains to the right, its losses to the left.

    The frame has `cause` (in words, in the order to show), `outcome` and `change`, the net change; the unit is for words
    only. A net change is not a list of licenses: the marks cannot be clicked and carry no filter.
    """
    parts = change_parts(frame, unit)
    causes = marks.rows("cause", list(dict.fromkeys(parts["cause"])), letters=190)
    labels = (
        alt.Chart(parts)
        .mark_text(aria=False, color=palette.on_outcome, fontWeight=600, fontSize=12)
        .encode(
            alt.X("middle:Q"),
            causes,
            text=marks.fitting("label"),
        )
    )
    # The rule at zero comes last, over the bars that begin there.
    zero = alt.Chart(pd.DataFrame([{"zero": 0}])).mark_rule(aria=False, color=palette.text).encode(alt.X("zero:Q"))
    layers = [change_boxes(parts, palette, unit, causes), labels, zero]
    return alt.LayerChart(layer=layers).properties(height=alt.Step(marks.ROW))


def change_boxes(parts: pd.DataFrame, palette: Palette, unit: str, causes: alt.Y) -> alt.Chart:
    """The boxes of changes, on an axis with zero in its middle."""
    reach = 1.05 * marks.highest(parts[["start", "end"]].abs().max(axis="columns"))
    colors = {OUTCOME_TITLES[outcome]: color for outcome, color in palette.outcomes.items()}
    titles = [title for title in colors if title in set(parts["outcome"])]
    boxes: alt.Chart = (
        alt.Chart(parts)
        .mark_bar(cornerRadius=3, size=marks.ROW - 12)
        .encode(
            alt.X("start:Q")
            .scale(domain=[-reach, reach], nice=False)
            .axis(tickCount=4, tickMinStep=1, labelExpr=SIGNED_NUMBER, title=None, domain=False, ticks=False),
            alt.X2("end:Q"),
            causes,
            marks.colored("outcome", colors, titles),
            alt.Description("words:N"),
            tooltip=[
                alt.Tooltip("cause:N").title("Cause"),
                alt.Tooltip("outcome:N").title("Outcome"),
                alt.Tooltip("change:Q").title(units.title(unit)).format("+,"),
            ],
        )
    )
    return boxes


def describe_changes(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What changed and why, in words."""
    words = change_parts(frame, unit)["words"].tolist()
    return marks.spoken(words, MANY_CHANGES, "more changes") or "Nothing changed"


def change_parts(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The parts of each cause's bar, gains and losses apart."""
    rows: list[tuple[Any, ...]] = []
    ends: dict[tuple[str, bool], int] = {}
    for (cause, outcome), change in sums_by_cause(frame).items():
        start = ends.get((cause, change > 0), 0)
        end = start + change
        ends[cause, change > 0] = end
        sign = "+" if change > 0 else "−"
        label = f"{sign}{abs(change):,}"
        words = f"{cause}: {sign}{units.amount(abs(change), unit)} {OUTCOME_TITLES[outcome]}"
        rows.append((cause, OUTCOME_TITLES[outcome], start, end, (start + end) / 2, change, label, words))
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def sums_by_cause(frame: pd.DataFrame) -> dict[tuple[str, Outcome], int]:
    """The changes by cause and outcome, in order; causes beyond the largest `MANY_CAUSES` share one, the last."""
    large = large_causes(frame)
    causes = list(dict.fromkeys(frame["cause"]))
    sums: dict[tuple[str, Outcome], int] = {}
    # Sorting is stable: the large causes keep their order, and the bar of the others comes last.
    for cause in sorted(causes, key=lambda cause: cause not in large):
        bar = cause if cause in large else OTHER_CAUSES
        for outcome, change in changes_of(frame, cause):
            sums[bar, outcome] = sums.get((bar, outcome), 0) + change
    return {key: change for key, change in sums.items() if change}


def large_causes(frame: pd.DataFrame) -> set[str]:
    """The causes that have a bar of their own."""
    sizes: dict[str, int] = {}
    for cause, change in zip(frame["cause"], frame["change"], strict=True):
        sizes[cause] = sizes.get(cause, 0) + abs(int(change))
    if len(sizes) <= MANY_CAUSES + 1:
        return set(sizes)
    return set(sorted(sizes, key=lambda cause: -sizes[cause])[:MANY_CAUSES])


def changes_of(frame: pd.DataFrame, cause: str) -> Sequence[tuple[Outcome, int]]:
    """The changes of one cause in the order of outcomes."""
    rows = frame[frame["cause"] == cause]
    changes = [(Outcome(outcome), int(change)) for outcome, change in zip(rows["outcome"], rows["change"], strict=True)]
    order = list(Outcome)
    return sorted(changes, key=lambda pair: order.index(pair[0]))
