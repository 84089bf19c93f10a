"""The board pack: the figures of a view as one workbook, each with the numbers that the screen shows."""

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from typing import Any

import pandas as pd
import streamlit as st

from lib.dashboard.board_pack import Kind, Sheet, board_pack
from lib.documents import exports
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.products import PRODUCT_TITLES
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES
from lib.domain.roles import Action
from lib.domain.tiers import format_size
from lib.measures.cut import AGES, ALL, country_title
from lib.store import database
from lib.web import cached, dashboard_figures, session
from lib.web.connection import engine
from lib.web.session import User
from lib.web.view_controls import View

_UNIT = "unit"
"""Stands for the unit of the view among the values of a sheet."""

_OUTCOMES = {"chart": Kind.STACKED_BARS, "series": "outcome", "values": (_UNIT,), "titles": OUTCOME_TITLES}
_MONTHS = {
    "chart": Kind.STACKED_COLUMNS,
    "rows": "month",
    "series": "outcome",
    "values": (_UNIT,),
    "titles": OUTCOME_TITLES,
}
_SHEETS: Mapping[str, Mapping[str, Any]] = {
    "burn_up": {
        "chart": Kind.STACKED_COLUMNS,
        "rows": "period",
        "series": "stage",
        "values": (_UNIT,),
        "titles": STAGE_TITLES,
        "adds_up": False,
    },
    "tier_moves": {"chart": Kind.STACKED_COLUMNS, "rows": "from_size", "series": "to_tier", "values": (_UNIT,)},
    "users_added": {"chart": Kind.BARS, "rows": "to_tier", "values": ("users_added",), "also": (_UNIT,)},
    "waiting": {
        "chart": Kind.STACKED_BARS,
        "rows": "stage",
        "series": "waiting",
        "values": (_UNIT,),
        "titles": {**STAGE_TITLES, **AGES},
    },
    "missing_items": {
        "chart": Kind.STACKED_BARS,
        "rows": "item",
        "values": ("only", "others"),
        "titles": {**ITEM_TITLES, "only": "Lack nothing else", "others": "Lack more besides"},
        "adds_up": False,
    },
    "funnel": {
        "chart": Kind.BARS,
        "rows": "stage",
        "values": ("reached",),
        "also": ("conversion", "median_days"),
        "shares": ("conversion",),
        "titles": STAGE_TITLES,
        "adds_up": False,
    },
    "outcomes_by_product": {**_OUTCOMES, "rows": "product", "titles": {**PRODUCT_TITLES, **OUTCOME_TITLES}},
    "by_country": {**_OUTCOMES, "rows": "country"},
    "changes_between": {**_OUTCOMES, "rows": "cause", "values": ("change",)},
    "cloud_plans": {**_OUTCOMES, "rows": "product", "titles": {**PRODUCT_TITLES, **OUTCOME_TITLES}},
    "maintenance_ends": _MONTHS,
    "plan_ends": {"chart": Kind.COLUMNS, "rows": "month", "values": (_UNIT,)},
}
"""How each chart is told in a workbook (see `Sheet`)."""


def button(view: View, user: User) -> None:
    """A button for the board pack of a view, made when somebody asks for it."""
    st.download_button(
        "Board pack",
        partial(_file, view, user),
        file_name="board_pack.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="board_pack",
        icon=":material/download:",
        on_click="ignore",
        help="A workbook with the numbers behind every chart here and of the Cloud page, and charts of Excel's own.",
    )


def _file(view: View, user: User) -> bytes:
    actor = session.recheck(user, Action.DOWNLOAD_FIGURES)
    sheets = [_sheet(name, view) for name in dashboard_figures.FIGURES]
    with database.reading(engine(view.version.store)) as connection:
        about = exports.about_of(connection, view.cut, actor=actor, policy=cached.POLICY)
    target = BytesIO()
    counts = {"Licenses": cached.total(view.version, view.cut)}
    board_pack(target, [sheet for sheet in sheets if len(sheet.frame)], about, counts)
    return target.getvalue()


def _sheet(name: str, view: View) -> Sheet:
    figure = dashboard_figures.FIGURES[name]
    seen = figure.seen(view)
    told = dict(_SHEETS[figure.chart])
    for part in ("values", "also"):
        told[part] = tuple(seen.unit if value == _UNIT else value for value in told.get(part, ()))
    frame = figure.frame(seen)
    if figure.chart == "by_country":
        told["titles"] = {**OUTCOME_TITLES, **{code: _countries(code) for code in frame["country"].dropna()}}
    if figure.chart == "tier_moves" and seen.unit == "customers":
        frame, told["rows"] = _banded(frame), "editors"
    return Sheet(title=figure.title, frame=frame, note=f"Counted in {seen.unit}", **told)


def _countries(codes: str) -> str:
    return "Other countries" if "," in codes else country_title(codes)


def _banded(moves: pd.DataFrame) -> pd.DataFrame:
    """Moves with their sizes in words, since the customers of some are counted together."""
    sizes = [[] if size == ALL else [int(one) for one in str(size).split(",")] for size in moves["from_size"]]
    words = [
        " to ".join(dict.fromkeys((format_size(some[0]), format_size(some[-1])))) if some else ALL for some in sizes
    ]
    order = [some[0] if some else 0 for some in sizes]
    return moves.assign(editors=words, order=order).sort_values("order", kind="stable", ignore_index=True)
