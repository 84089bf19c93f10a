"""Licenses of both sides, written row by row."""

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.matching.match import match
from lib.matching.sides import OUR_COLUMNS, THEIR_COLUMNS

_TYPES = {name: pa.int32() for name in ("editors", "host_tier", "tier")} | {
    name: pa.date32() for name in ("start", "end", "submitted_on")
}

OURS = {
    "license_key": "K-1",
    "product": "jira",
    "hosting": "server",
    "company": "Acme Corp",
    "myatlassian_email": "it@acme.example",
    "contact_email": "ada@acme.example",
    "country": "US",
    "editors": 10,
    "host_tier": 100,
    "start": date(2017, 3, 2),
    "end": date(2018, 3, 2),
}
THEIRS = {
    "id": "SEN-1",
    "product": "jira",
    "hosting": "server",
    "sen": "SEN-1",
    "company": "Acme Corp",
    "technical_email": "it@acme.example",
    "billing_email": "ada@acme.example",
    "country": "US",
    "tier": 100,
    "start": date(2017, 3, 2),
    "end": date(2018, 3, 2),
    "status": "active",
}
NO_EMAILS = {"technical_email": "", "billing_email": ""}


def our_license(key: str = "K-1", **fields: Any) -> dict[str, Any]:
    """A license of ours that moved, with some fields told otherwise."""
    return {**OURS, "license_key": key, **fields}


def their_license(sen: str = "SEN-1", **fields: Any) -> dict[str, Any]:
    """Its Marketplace license, with some fields told otherwise."""
    return {**THEIRS, "id": sen, "sen": sen, **fields}


def table(rows: list[dict[str, Any]], names: tuple[str, ...]) -> pa.Table:
    """Rows as a table with all columns; texts that are not told are blank."""
    columns = {}
    for name in names:
        arrow_type = _TYPES.get(name, pa.string())
        blank = None if name in _TYPES else ""
        columns[name] = pa.array([row.get(name, blank) for row in rows], arrow_type)
    return pa.table(columns)


def ours(*rows: dict[str, Any]) -> pa.Table:
    """Licenses of ours."""
    return table(list(rows), OUR_COLUMNS)


def theirs(*rows: dict[str, Any]) -> pa.Table:
    """Marketplace licenses."""
    return table(list(rows), THEIR_COLUMNS)


def proposals(
    our_rows: list[dict[str, Any]],
    their_rows: list[dict[str, Any]],
    *,
    least_probability: float = 0.01,
    **decisions: list[tuple[str, str]],
) -> pd.DataFrame:
    """What is proposed for some licenses."""
    accepted, rejected = decisions.get("accepted", []), decisions.get("rejected", [])
    both = ours(*our_rows), theirs(*their_rows)
    return match(*both, accepted, rejected, least_probability=least_probability).proposals


def proposal(our_row: dict[str, Any], their_row: dict[str, Any]) -> dict[Any, Any] | None:
    """What is proposed for two licenses; None if nothing."""
    rows = proposals([our_row], [their_row]).to_dict("records")
    return rows[0] if rows else None
