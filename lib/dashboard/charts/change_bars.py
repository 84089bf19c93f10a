"""What changed between two days, and why: bars to the right for more, to the left for fewer."""

from typing import Any

import altair as alt
import pandas as pd

from lib.dashboard.charts import marks, units
from lib.dashboard.charts.palette import Palette
from lib.domain.eligibility import OUTCOME_TITLES, Outcome

MANY_CAUSES = 20
"""Causes that have a bar of their own; the smaller ones share one."""

_REST = "Other changes"
_SIGNED = "datum.value ? format(datum.value, '+,') : '0'"


def changes_between(frame: pd.DataFrame, palette: Palette, unit: str = "licenses") -> alt.LayerChart:
    """What changed between two days: a bar per cause, what an outcome gained to the right, what it lost to the left.

    The frame has `cause` (in words, in the order to show), `outcome` and `change`, the net change in the unit, which is
    but for words. A net change is not a list of licenses: the marks cannot be clicked and carry no filter.
    """
    parts = _parts(frame, unit)
    reach = marks.highest(parts[["start", "end"]].abs().max(axis="columns"))
    colors = {OUTCOME_TITLES[outcome]: color for outcome, color in palette.outcomes.items()}
    shown = [title for title in colors if title in set(parts["outcome"])]
    y = marks.rows("cause", list(dict.fromkeys(parts["cause"])), letters=190)
    x = alt.X("start:Q").scale(domain=[-reach * 1.05, reach * 1.05], nice=False)
    boxes = (
        alt.Chart(parts)
        .mark_bar(cornerRadius=3, size=marks.ROW - 12)
        .encode(
            x.axis(tickCount=4, tickMinStep=1, labelExpr=_SIGNED, title=None, domain=False, ticks=False),
            alt.X2("end:Q"),
            y,
            marks.colored("outcome", colors, shown),
            alt.Description("words:N"),
            tooltip=[
                alt.Tooltip("cause:N", title="Cause"),
                alt.Tooltip("outcome:N", title="Outcome"),
                alt.Tooltip("change:Q", title=units.title(unit), format="+,"),
            ],
        )
    )
    labels = alt.Chart(parts).mark_text(aria=False, color=palette.on_outcome, fontWeight=600, fontSize=12)
    labels = labels.encode(alt.X("middle:Q"), y, text=marks.fitting("label"))
    zero = alt.Chart(pd.DataFrame([{"zero": 0}])).mark_rule(aria=False, color=palette.text).encode(alt.X("zero:Q"))
    return alt.LayerChart(layer=[boxes, labels, zero]).properties(height=alt.Step(marks.ROW))


def describe_changes(frame: pd.DataFrame, unit: str = "licenses") -> str:
    """What changed and why, in words."""
    told = [f"{row['words']}" for row in _parts(frame, unit).to_dict("records")]
    return marks.spoken(told, 20, "more changes") if told else "Nothing changed"


def _parts(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The parts of each cause's bar, from zero outwards, gains and losses apart."""
    changes = _gathered(frame)
    rows: list[tuple[Any, ...]] = []
    ends: dict[tuple[str, bool], int] = {}
    for (cause, outcome), change in changes.items():
        start = ends.get((cause, change > 0), 0)
        ends[cause, change > 0] = start + change
        title = OUTCOME_TITLES[outcome]
        label = f"{change:+,}".replace("-", "−")
        words = f"{cause}: {'+' if change > 0 else '−'}{units.amount(abs(change), unit)} {title}"
        rows.append((cause, title, start, start + change, start + change / 2, change, label, words))
    return pd.DataFrame(rows, columns=["cause", "outcome", "start", "end", "middle", "change", "label", "words"])


def _gathered(frame: pd.DataFrame) -> dict[tuple[str, Outcome], int]:
    """The changes by cause and outcome, in order; causes beyond the largest `MANY_CAUSES` share one."""
    sizes: dict[str, int] = {}
    for cause, change in zip(frame["cause"], frame["change"], strict=True):
        sizes[cause] = sizes.get(cause, 0) + abs(int(change))
    own = set(sorted(sizes, key=lambda cause: -sizes[cause])[:MANY_CAUSES])
    own = set(sizes) if len(sizes) == MANY_CAUSES + 1 else own
    sums: dict[tuple[str, Outcome], int] = {}
    for cause in [*(cause for cause in sizes if cause in own), *(cause for cause in sizes if cause not in own)]:
        for outcome, change in _of(frame, cause):
            key = (cause if cause in own else _REST), outcome
            sums[key] = sums.get(key, 0) + change
    return {key: change for key, change in sums.items() if change}


def _of(frame: pd.DataFrame, cause: str) -> list[tuple[Outcome, int]]:
    """The changes of one cause in the order of outcomes."""
    rows = frame[frame["cause"] == cause]
    told = [(Outcome(outcome), int(change)) for outcome, change in zip(rows["outcome"], rows["change"], strict=True)]
    return sorted(told, key=lambda told: list(Outcome).index(told[0]))
