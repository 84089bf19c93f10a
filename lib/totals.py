"""What planned versions come to by profile, without asking the database that is about to get them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from lib.coded import Coded, Column
from lib.combined import combinations
from lib.plans import Plan
from lib.products import Hosting
from lib.schema import PROFILE
from lib.store.traits import band_of
from lib.tiers import UNLIMITED


def totals(planned: Plan, change: int, batch: int) -> list[dict[str, Any]]:
    """A row for each profile and start of a stage among the planned versions, as `counting.count_written` takes them."""
    columns = _profile(planned.written) | {"stage_since": planned.written["stage_since"].coded().distinct()}
    if not len(columns["stage"]):
        return []
    rows, codes = combinations(list(columns.values()))
    editors = planned.written["editors"].coded()
    counted = {
        "licenses": np.bincount(codes),
        "users": _summed(editors, codes, lambda size: 0 if size in (None, UNLIMITED) else size),
        "unlimited": _summed(editors, codes, lambda size: int(size == UNLIMITED)),
    }
    shown = {name: column.take(rows).objects() for name, column in columns.items()}
    return [
        {name: _plain(values[row]) for name, values in shown.items()}
        | {name: int(numbers[row]) for name, numbers in counted.items()}
        | {"batch_id": batch, "stage_since": shown["stage_since"][row] or change}
        for row in range(len(rows))
    ]


def _profile(written: Mapping[str, Column]) -> dict[str, Coded]:
    columns = {name: written[name].coded() for name in PROFILE if name in written}
    in_cloud = columns["hosting"].where_value(lambda hosting: hosting == Hosting.CLOUD)
    columns["country"] = columns["country"].map(lambda country: country or None)
    columns["band"] = written["host_tier"].coded().where(~in_cloud).map(band_of)
    columns["month"] = written["maintenance_end"].coded().where(in_cloud).map(_month)
    return {name: columns[name].distinct() for name in PROFILE}


def _month(day: date | None) -> str | None:
    return day.isoformat()[:7] if day else None


def _summed(sizes: Coded, codes: Any, worth: Any) -> Any:
    weights = np.array([worth(size) for size in sizes.values], dtype=np.int64)[sizes.codes]
    return np.bincount(codes, weights=weights).astype(np.int64)


def _plain(value: Any) -> Any:
    """A code as the text it is stored as."""
    return str(value) if isinstance(value, str) else value
