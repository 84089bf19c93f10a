"""How the frame of each figure becomes a sheet of the board pack, counted in a unit."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from lib.dashboard.sheets import ChartKind, Sheet
from lib.domain.codes import Item
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.products import PRODUCT_TITLES
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES
from lib.domain.tiers import format_size
from lib.measures.cut import AGES, ALL, country_title


def burn_up(frame: pd.DataFrame, unit: str, ahead: Mapping[str, Mapping[str, int]] = MappingProxyType({})) -> Sheet:
    """A column per period, divided by stage; migrated at the bottom, and lines to what lies ahead, as on the screen."""
    return Sheet(
        frame=frame,
        chart=ChartKind.STACKED_COLUMNS,
        rows="period",
        series="stage",
        values=(unit,),
        titles=dict(reversed(STAGE_TITLES.items())),
        adds_up=False,
        ahead=ahead,
    )


def tier_moves(frame: pd.DataFrame, unit: str) -> Sheet:
    """A row per size, a column per target tier; the more licenses, the darker, as on the screen."""
    rows = "from_size"
    if unit == "customers":
        frame, rows = with_size_ranges(frame), "editors"
    return Sheet(
        frame=frame,
        chart=ChartKind.HEAT_TABLE,
        rows=rows,
        series="to_tier",
        values=(unit,),
        titles={rows: "Editors ↓ Server tier →"},
    )


def with_size_ranges(moves: pd.DataFrame) -> pd.DataFrame:
    """Moves in the order of their sizes, with the sizes in words: the customers of some are counted together."""
    sizes = [sizes_in(text) for text in moves["from_size"]]
    first = [int(next(iter(several), 0)) for several in sizes]
    words = [size_range(several) for several in sizes]
    return moves.assign(editors=words, order=first).sort_values("order", kind="stable", ignore_index=True)


def sizes_in(text: Any) -> list[str]:
    """The sizes that customers have, none for a total."""
    if text == ALL:
        return []
    return str(text).split(",")


def size_range(sizes: list[str]) -> str:
    """`11 to 24` for several sizes, the total for none."""
    if not sizes:
        return ALL
    ends = (format_size(int(sizes[0])), format_size(int(sizes[-1])))
    return " to ".join(dict.fromkeys(ends))


def users_added(frame: pd.DataFrame, unit: str) -> Sheet:
    """A bar per target tier."""
    return Sheet(frame=frame, chart=ChartKind.BARS, rows="to_tier", values=("users_added",), extra=(unit,))


def waiting(frame: pd.DataFrame, unit: str) -> Sheet:
    """A row per stage, a column per time in it; the more licenses, the darker, as on the screen."""
    return Sheet(
        frame=frame,
        chart=ChartKind.HEAT_TABLE,
        rows="stage",
        series="waiting",
        values=(unit,),
        titles={**STAGE_TITLES, **AGES},
    )


def missing_items(frame: pd.DataFrame, unit: str) -> Sheet:
    """A bar per item, divided by whether more is missing; always of licenses."""
    return Sheet(
        frame=frame,
        chart=ChartKind.STACKED_BARS,
        rows="item",
        values=("only", "others"),
        titles={item: ITEM_TITLES[Item(item)] for item in frame["item"]}
        | {"only": "Only this is missing", "others": "Other items missing too"},
        adds_up=False,
    )


def funnel(frame: pd.DataFrame, unit: str) -> Sheet:
    """A bar per stage of all that reached it; the frame counts in the unit."""
    return Sheet(
        frame=frame,
        chart=ChartKind.BARS,
        rows="stage",
        values=("reached",),
        extra=("conversion", "median_days"),
        shares=("conversion",),
        titles=STAGE_TITLES,
        adds_up=False,
    )


def outcomes_by_product(frame: pd.DataFrame, unit: str) -> Sheet:
    """A bar per product, divided by outcome."""
    return outcome_bars(frame, "product", unit, PRODUCT_TITLES)


def countries(frame: pd.DataFrame, unit: str) -> Sheet:
    """A bar per country, divided by outcome."""
    titles = {codes: title_of_countries(codes) for codes in frame["country"].dropna()}
    return outcome_bars(frame, "country", unit, titles)


def title_of_countries(codes: str) -> str:
    """The title of countries, by ISO codes separated by commas."""
    if "," in codes:
        return "Other countries"
    return country_title(codes)


def changes(frame: pd.DataFrame, unit: str) -> Sheet:
    """A bar per cause, divided by outcome; the frame counts in the unit."""
    return outcome_bars(frame, "cause", "change", {})


def outcome_bars(frame: pd.DataFrame, rows: str, value: str, titles: Mapping[Any, str]) -> Sheet:
    """A bar per row, divided by outcome."""
    return Sheet(
        frame=frame,
        chart=ChartKind.STACKED_BARS,
        rows=rows,
        series="outcome",
        values=(value,),
        titles={**titles, **OUTCOME_TITLES},
    )


def maintenance_ends(frame: pd.DataFrame, unit: str) -> Sheet:
    """A column per month, divided by outcome."""
    return Sheet(
        frame=frame,
        chart=ChartKind.STACKED_COLUMNS,
        rows="month",
        series="outcome",
        values=(unit,),
        titles=OUTCOME_TITLES,
    )


def plan_ends(frame: pd.DataFrame, unit: str) -> Sheet:
    """A column per month."""
    return Sheet(frame=frame, chart=ChartKind.COLUMNS, rows="month", values=(unit,))
