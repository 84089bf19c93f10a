"""Content hashes are those of filled fields under their names, so that they outlast a column that is added later.

Before, blank fields were part of them: a new column would have made every stored license look changed.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from alembic import op
from numpy.typing import NDArray

from lib.columnar.column import CodedColumn
from lib.columnar.combinations import row_hashes
from lib.columnar.text_column import TextColumn
from lib.store import bulk

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PART = 25_000
"""Versions hashed at once."""

_TEXTS = (
    "license_key license_name license_type company contact_name contact_first_name contact_last_name contact_email address"
    " country reseller myatlassian_email holder_first_name holder_last_name expert_email sen notes country_text extra"
).split()
_VALUES: dict[str, Any] = {
    "product": sa.Text(),
    "hosting": sa.Text(),
    "editors": sa.Integer(),
    "host_tier": sa.Integer(),
    "purchase_date": sa.Date(),
    "maintenance_end": sa.Date(),
    "match_agreed": sa.Boolean(),
    "server_confirmed": sa.Boolean(),
}
"""The fields of today, whatever a license comes to have later."""

_IS_RECEIVED = (
    "server_confirmed IS NOT NULL OR match_agreed IS NOT NULL OR coalesce(myatlassian_email, '') <> ''"
    " OR coalesce(holder_first_name, '') <> '' OR coalesce(holder_last_name, '') <> ''"
)
_STAGE_TO_MARK = (
    "CASE stage WHEN CASE WHEN outcome = 'already_migrated' THEN 'migrated' WHEN reason = 'declined_to_match' THEN 'declined'"
    f" WHEN coalesce(hosting, '') <> 'cloud' AND ({_IS_RECEIVED}) THEN 'received' ELSE 'not_requested' END THEN '' ELSE stage END"
)
"""The stage where it is not the one that follows from the fields: then the hash holds its mark."""

_PLACES = {"sqlite": ("rowid", "INTEGER PRIMARY KEY"), "postgresql": ("ctid", "tid")}
"""What identifies a row, and its type; it stays the same meanwhile, since nobody else writes."""


def upgrade() -> None:
    connection = op.get_bind()
    place, kind = _PLACES[connection.dialect.name]
    op.execute(f"CREATE TEMPORARY TABLE rehashed (place {kind}, content BIGINT)")
    for part in _rehashed(connection, place):
        bulk.add_rows(connection, "rehashed", [part])
    op.execute(
        "UPDATE license_versions SET content = rehashed.content FROM rehashed"  # noqa: S608 - our own names
        f" WHERE rehashed.place = license_versions.{place}"
    )
    op.execute("DROP TABLE rehashed")


def _rehashed(connection: sa.Connection, place: str) -> Iterator[pa.Table]:
    """The place and the content hash of every version, some thousand at a time."""
    fields = [*(sa.column(name, sa.Text()) for name in _TEXTS), *(sa.column(*field) for field in _VALUES.items())]
    first: tuple[sa.ColumnElement[Any], ...] = (
        sa.cast(sa.literal_column(place), sa.Text()),
        sa.literal_column(_STAGE_TO_MARK),
    )
    rows = sa.select(*first, *fields).select_from(sa.table("license_versions"))
    for part in connection.execute(rows.execution_options(yield_per=_PART)).partitions():
        places, stages, *columns = zip(*part, strict=True)
        yield pa.table({"place": pa.array(places), "content": _hashes(columns) ^ _marks(stages)})


def _hashes(columns: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    """The hashes of versions, given the columns of `_TEXTS` and `_VALUES`."""
    texts = {name: TextColumn.of(column) for name, column in zip(_TEXTS, columns, strict=False)}
    values = {name: CodedColumn.of(column) for name, column in zip(_VALUES, columns[len(_TEXTS) :], strict=True)}
    return row_hashes(texts, values)


def _marks(stages: Sequence[str]) -> NDArray[np.int64]:
    """What each stage adds to a hash, nothing for an empty text."""
    column = CodedColumn.of(stages)
    marks = [
        int.from_bytes(sha256(stage.encode()).digest()[:8], "big", signed=True) if stage else 0
        for stage in column.values
    ]
    return np.array(marks, dtype=np.int64)[column.codes]
