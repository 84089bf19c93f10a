"""What planned versions come to by profile, without asking the database that is about to get them."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.columnar.column import CodedColumn, Column
from lib.columnar.combinations import combinations
from lib.domain.products import Hosting
from lib.domain.tiers import UNLIMITED
from lib.importing.plan import ImportPlan
from lib.store.bulk import ARROW_TYPES
from lib.store.license_profiles import band_of, code_text
from lib.store.schema import PROFILE, SEPARATOR


def sum_by_profile(plan: ImportPlan, change: int) -> pa.Table:
    """A row for each profile and start of a stage among the planned versions.

    Its columns are those of `change_counts.count_written`: `code`, `PROFILE`, `stage_since` and `MEASURES`.
    """
    columns = profile_columns(plan.written)
    columns["stage_since"] = plan.written["stage_since"].coded().distinct()
    rows, groups = combinations(list(columns.values()))
    distinct = {name: column.take(rows) for name, column in columns.items()}
    values = {name: column.arrow(ARROW_TYPES[name]) for name, column in distinct.items()}
    values["stage_since"] = values["stage_since"].fill_null(change)
    editors = plan.written["editors"].coded()
    return pa.table(
        {
            "code": profile_codes(distinct),
            **values,
            "licenses": np.bincount(groups, minlength=len(rows)),
            "users": sum_by_group(editors, users_of, groups, len(rows)),
            "unlimited": sum_by_group(editors, is_unlimited, groups, len(rows)),
        }
    )


def profile_columns(versions: Mapping[str, Column]) -> dict[str, CodedColumn]:
    """The columns of `PROFILE` of planned versions."""
    # Twin of `license_profiles.VERSION_PROFILE`, which works them out in SQL; tests/store/test_twins.py holds them together.
    columns = {name: versions[name].coded() for name in PROFILE if name in versions}
    in_cloud = columns["hosting"].where_value(lambda hosting: hosting == Hosting.CLOUD)
    columns["country"] = columns["country"].map(lambda country: country or None)
    columns["band"] = versions["host_tier"].coded().where(~in_cloud).map(band_of)
    columns["month"] = versions["maintenance_end"].coded().where(in_cloud).map(month_of)
    return {name: columns[name].distinct() for name in PROFILE}


def month_of(day: date | None) -> str | None:
    """The month of a day: `2019-05`."""
    if day is None:
        return None
    return day.isoformat()[:7]


def profile_codes(columns: Mapping[str, CodedColumn]) -> pa.Array:
    """All of each profile in one text."""
    texts = [columns[name].map(partial(code_text, name)).arrow(pa.string()) for name in PROFILE]
    return pc.binary_join_element_wise(*texts, SEPARATOR)


def users_of(size: int | None) -> int:
    """The users that a size comes to; an unlimited one counts as none."""
    if size is None or size == UNLIMITED:
        return 0
    return size


def is_unlimited(size: int | None) -> int:
    """1 for an unlimited size, else 0."""
    return int(size == UNLIMITED)


def sum_by_group(
    sizes: CodedColumn, worth: Callable[[Any], int], groups: NDArray[np.int64], count: int
) -> NDArray[np.int64]:
    """What the sizes of each group are worth together."""
    weights = np.array([worth(size) for size in sizes.values], dtype=np.int64)[sizes.codes]
    return np.bincount(groups, weights, count).astype(np.int64)
