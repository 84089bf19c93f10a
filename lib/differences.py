"""What a plan would write, license by license, as people read it: cells old and new, and the licenses that come in."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from lib.licenses import COLUMNS
from lib.plans import Plan
from lib.records import shown

OUTCOME_TITLE = "Verdict"
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


def _changes(plan: Plan, row: int) -> Iterator[tuple[str, str, str, str]]:
    before = {name: column.at(row) for name, column in plan.before.items()}
    for name in (*COLUMNS, "outcome"):
        old, new = before[name], _written(plan, plan.counts["new"] + row, name)
        if old != new:
            title = COLUMNS[name].title if name in COLUMNS else OUTCOME_TITLE
            yield before["license_key"], title, shown(name, old), shown(name, new)


def _written(plan: Plan, row: int, name: str) -> Any:
    return plan.written[name].at(row)


def _new_cell(plan: Plan, row: int, name: str) -> str:
    if name == "customer_name":
        return str(_written(plan, row, "company") or _written(plan, row, "license_name") or "")
    return shown(name, _written(plan, row, name))
