"""Query results as frames."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select


def fetch_frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The rows of a query: dtype object, None for blanks."""
    result = connection.execute(query)
    columns = list(result.keys())
    # Plain tuples: pandas takes several times as long to make a frame of SQLAlchemy's own rows.
    return pd.DataFrame([tuple(row) for row in result], columns=columns, dtype=object)
