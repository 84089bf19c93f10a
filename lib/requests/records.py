"""Versions of licenses as the store has them, one record each."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

Record = Mapping[str, Any]
"""A version of a license by column."""


def records_by_key(versions: pd.DataFrame) -> dict[str, Record]:
    """Versions of licenses by license key, in their order."""
    names = list(map(str, versions.columns))
    records = [dict(zip(names, row, strict=True)) for row in versions.itertuples(index=False, name=None)]
    return {record["license_key"]: record for record in records}
