"""Requests on their way: what decides whether licenses may be moved, and moving many of them at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, and_, insert, literal, null, select

from lib.store import bulk, change_counts, versions
from lib.store.schema import license_versions

_v = license_versions.c

COLUMNS = (
    "license_key",
    "stage",
    "outcome",
    "reason",
    "needs",
    "hosting",
    "sen",
    "editors",
    "host_tier",
    "server_confirmed",
    "match_agreed",
    "myatlassian_email",
    "holder_first_name",
    "holder_last_name",
    "company",
    "address",
    "country",
)
"""What is read of a license before it is moved."""


def current(connection: Connection, keys: Sequence[str]) -> pd.DataFrame:
    """The licenses that stand now of these keys: the columns `READ`, indexed by key, in no order."""
    asked = select(*(_v[name] for name in COLUMNS)).where(
        _v.until.is_(None), bulk.is_one_of(connection, _v.license_key, keys)
    )
    rows = [tuple(row) for row in connection.execute(asked)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).set_index("license_key", drop=False)


def move(connection: Connection, keys: Mapping[int, Collection[str]], to: str, change: int) -> None:
    """Bring licenses to a stage, as a change; the keys are told by what their content hash is combined with."""
    versions.close(connection, [key for some in keys.values() for key in some], change)
    for mark, some in keys.items():
        given: dict[str, ColumnElement[Any]] = {
            "since": literal(change),
            "until": null(),
            "content": _combined(_v.content, mark),
            "stage": literal(to),
            "stage_since": literal(change),
        }
        names = list(versions.COLUMNS)
        moved = select(*(given.get(name, _v[name]) for name in names)).where(
            _v.until == change, bulk.is_one_of(connection, _v.license_key, list(some))
        )
        connection.execute(insert(license_versions).from_select(names, moved))
    change_counts.count_change(connection, change)


def stage_steps(connection: Connection, change: int) -> list[tuple[str, str]]:
    """The steps from a stage to another one that a change took with licenses, each once."""
    before, after = license_versions.alias("before"), license_versions.alias("after")
    b, a = before.c, after.c
    same = and_(a.license_key == b.license_key, b.until == change, a.since == change, a.stage != b.stage)
    return [(row[0], row[1]) for row in connection.execute(select(b.stage, a.stage).where(same).distinct())]


def _combined(content: ColumnElement[int], mark: int) -> ColumnElement[int]:
    """Exclusive or, which SQLite has no sign for."""
    number = literal(mark, BigInteger)
    return content.bitwise_or(number).bitwise_and(content.bitwise_and(number).bitwise_not())
