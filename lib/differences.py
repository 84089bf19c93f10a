"""What a plan would write, license by license, as people read it: cells old and new, and the licenses that come in."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from lib.eligibility import OUTCOME_TITLES
from lib.licenses import COLUMNS, Kind
from lib.plans import CONTENT, Plan
from lib.products import HOSTING_TITLES, TITLES
from lib.tiers import spelled

OUTCOME_TITLE = "Verdict"
_VALUE_TITLES: dict[str, dict[Any, str]] = {"product": TITLES, "hosting": HOSTING_TITLES, "outcome": OUTCOME_TITLES}
_NEW = ("license_key", "customer_name", "product", "hosting", "editors", "host_tier", "maintenance_end", "outcome")


def changed_cells(plan: Plan, *, start: int = 0, count: int = 50) -> pd.DataFrame:
    """Each cell that changes, of `count` changed licenses from the `start`-th on: license_key, column, old, new (texts)."""
    names = ["license_key", "column", "old", "new"]
    rows = range(start, min(start + count, plan.counts["changed"]))
    return pd.DataFrame([cell for row in rows for cell in _changes(plan, row)], columns=names, dtype=object)


def new_licenses(plan: Plan, *, start: int = 0, count: int = 50) -> pd.DataFrame:
    """`count` of the licenses that are new, from the `start`-th on, as texts: key, customer, what it is, its verdict."""
    rows = range(start, min(start + count, plan.counts["new"]))
    return pd.DataFrame([[_new_cell(plan, row, name) for name in _NEW] for row in rows], columns=_NEW, dtype=object)


def readable(name: str, value: Any) -> str:
    """A field's value as people read it; an empty text for a blank."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    kind = COLUMNS[name].kind if name in COLUMNS else None
    if kind in (Kind.SIZE, Kind.HOST_SIZE):
        return spelled(value)
    return str(_VALUE_TITLES.get(name, {}).get(value, value))


def _changes(plan: Plan, row: int) -> Iterator[tuple[str, str, str, str]]:
    before = plan.before.iloc[row]
    for name in (*CONTENT, "outcome"):
        old, new = before[name], _written(plan, plan.counts["new"] + row, name)
        if old != new and name != "country_text":
            title = COLUMNS[name].title if name in COLUMNS else OUTCOME_TITLE
            yield before["license_key"], title, readable(name, old), readable(name, new)


def _written(plan: Plan, row: int, name: str) -> Any:
    return plan.written[name].at(row)


def _new_cell(plan: Plan, row: int, name: str) -> str:
    if name == "customer_name":
        return str(_written(plan, row, "company") or _written(plan, row, "license_name") or "")
    return readable(name, _written(plan, row, name))
