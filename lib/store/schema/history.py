"""The history of licenses: every change, and every version of a license with the changes that began and ended it."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.types import TypeEngine

from lib.domain.licenses import COLUMNS, ColumnKind
from lib.store.schema.base import AS_JSON, BYTEWISE, metadata

_TYPES: dict[ColumnKind, TypeEngine[Any]] = {
    ColumnKind.SIZE: Integer(),
    ColumnKind.HOST_SIZE: Integer(),
    ColumnKind.DATE: Date(),
    ColumnKind.YES_NO: Boolean(),
}

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("batch_id", Integer, ForeignKey("batches.id")),
    Column("undoes", Integer, ForeignKey("changes.id")),
    Column("reason", Text, nullable=False, default=""),
    Column("counts", AS_JSON, nullable=False),
    sqlite_autoincrement=True,
)
"""Everything that was ever done to the licenses, numbered in order; kinds are those of `ChangeKind`."""

FIELDS = tuple(COLUMNS)
"""The columns of `license_versions` that a license export fills, in reading order."""

license_versions = Table(
    "license_versions",
    metadata,
    Column("license_key", BYTEWISE, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("batch_id", Integer),
    Column("line", Integer),
    Column("content", BigInteger, nullable=False),
    Column("customer", BYTEWISE, nullable=False),
    *(Column(name, _TYPES.get(COLUMNS[name].kind, Text())) for name in FIELDS if name != "license_key"),
    Column("country_text", Text),
    Column("extra", Text),
    Column("edited", Text),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("needs", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("from_size", Integer),
    Column("to_tier", Integer),
    Column("tier_steps", Integer),
    Column("users_added", Integer),
    Column("consent", String(16)),
    Column("plan_detail", String(16)),
    Column("plan_end", Date),
    Column("borderline", Boolean, nullable=False),
    Column("stage", String(16), nullable=False, server_default="not_requested"),
    Column("stage_since", Integer),
)
"""A license from change `since` until before change `until`; today's row has no `until`. Rows are only ever added and closed.

`content` is a 64-bit hash of the filled fields, `customer` the key its organisation's licenses share, `needs` and `flags` are
codes with commas between them. `extra` is JSON of the file's columns that are no field, `edited` names the fields that a
person changed here, with commas between them. `stage` is how far its migration request has come, and `stage_since` the
change that moved it there. `batch_id` and `line` say which file and line this version came from.
"""
# No foreign keys: each would cost a look-up per row of a million, and all rows of a change are written in the one
# transaction that makes it. No primary key either, but an index of current and one of closed versions: a new license is
# then in one index only, and SQLite can drop it while a million rows come in, and sort it once.

_v = license_versions.c
_current: dict[str, Any] = {"sqlite_where": _v.until.is_(None), "postgresql_where": _v.until.is_(None)}
_closed: dict[str, Any] = {"sqlite_where": _v.until.is_not(None), "postgresql_where": _v.until.is_not(None)}
Index("uq_license_versions_current", _v.license_key, unique=True, **_current)
Index("uq_license_versions_closed", _v.license_key, _v.since, unique=True, **_closed)
customers_index = Index("ix_license_versions_customer", _v.customer, **_current)
Index("ix_license_versions_past_customer", _v.customer, **_closed)
Index("ix_license_versions_since", _v.since)
Index("ix_license_versions_until", _v.until, **_closed)
