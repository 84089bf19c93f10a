"""What planned versions come to by profile, without asking the database that is about to get them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.columnar.column import CodedColumn, Column
from lib.columnar.combinations import combinations
from lib.domain.products import Hosting
from lib.domain.tiers import UNLIMITED
from lib.importing.plan import Plan
from lib.store.bulk import ARROW_TYPES
from lib.store.license_profiles import band_of, code_text
from lib.store.schema import PROFILE, SEPARATOR


def totals(planned: Plan, change: int) -> pa.Table:
    """A row for each profile and start of a stage among the planned versions, as `counting.count_written` takes them:
    `code`, `PROFILE`, `stage_since` and `MEASURES`."""
    columns = profile_columns(planned.written) | {"stage_since": planned.written["stage_since"].coded().distinct()}
    rows, codes = combinations(list(columns.values()))
    shown = {name: column.take(rows) for name, column in columns.items()}
    code = pc.binary_join_element_wise(*(_in_code(name, shown[name]) for name in PROFILE), SEPARATOR)
    told = {name: column.arrow(ARROW_TYPES[name]) for name, column in shown.items()}
    editors = planned.written["editors"].coded()
    return pa.table(
        {
            "code": code,
            **told,
            "stage_since": told["stage_since"].fill_null(change),
            "licenses": np.bincount(codes, minlength=len(rows)),
            "users": _summed(editors, codes, len(rows), lambda size: 0 if size in (None, UNLIMITED) else size),
            "unlimited": _summed(editors, codes, len(rows), lambda size: int(size == UNLIMITED)),
        }
    )


def profile_columns(written: Mapping[str, Column]) -> dict[str, CodedColumn]:
    """The columns of `PROFILE` of planned versions."""
    # Twin of `license_profiles.VERSION_PROFILE`, which works them out in SQL; tests/store/test_twins.py holds them together.
    columns = {name: written[name].coded() for name in PROFILE if name in written}
    in_cloud = columns["hosting"].where_value(lambda hosting: hosting == Hosting.CLOUD)
    columns["country"] = columns["country"].map(lambda country: country or None)
    columns["band"] = written["host_tier"].coded().where(~in_cloud).map(band_of)
    columns["month"] = written["maintenance_end"].coded().where(in_cloud).map(_month)
    return {name: columns[name].distinct() for name in PROFILE}


def _month(day: date | None) -> str | None:
    return day.isoformat()[:7] if day else None


def _in_code(name: str, column: CodedColumn) -> pa.Array:
    return column.map(lambda value: code_text(name, value)).arrow(pa.string())


def _summed(sizes: CodedColumn, codes: NDArray[np.int64], count: int, worth: Callable[[Any], int]) -> NDArray[np.int64]:
    weights = np.array([worth(size) for size in sizes.values], dtype=np.int64)[sizes.codes]
    return np.bincount(codes, weights, count).astype(np.int64)
