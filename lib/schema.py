"""The tables. `license_versions` tells the whole story: a license's state at any change number is one row of it."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from lib.licenses import COLUMNS, Kind

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

_JSON = JSON().with_variant(JSONB(), "postgresql")
_BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts the same on every server: keys are compared byte by byte, never by language."""

_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.SIZE: Integer(),
    Kind.HOST_SIZE: Integer(),
    Kind.DATE: Date(),
    Kind.YES_NO: Boolean(),
}

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settings", _JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("receipt", _JSON),
    Column("purged_at", DateTime(timezone=True)),
    sqlite_autoincrement=True,
)
"""Every file that was brought in, how it was read, and what came of it; `purged_at` says when its bytes were let go."""

batch_parts = Table(
    "batch_parts",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The bytes of each file, cut into parts that are compressed one by one; `size` is a part's length before that."""

checks = Table(
    "checks",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("base", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("settings", _JSON, nullable=False),
    Column("summary", _JSON, nullable=False),
)
"""What checking an open batch found, with the settings it was checked with and the change the store was at."""

check_pages = Table(
    "check_pages",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("list", String(32), primary_key=True),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The rows behind a check's numbers, list by list, cut into pages: `first` is the place of a page's first row in its list."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", Integer, ForeignKey("batches.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("asked", _JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("worker", Text),
    Column("began_at", DateTime(timezone=True)),
    Column("beat_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("step", String(32), nullable=False, default=""),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("message", Text, nullable=False, default=""),
    sqlite_autoincrement=True,
)
"""Long work that a process of its own does, one at a time: kinds check, import, undo, redo."""

mappings = Table(
    "mappings",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("headings", _JSON, nullable=False),
    Column("mapping", _JSON, nullable=False),
    Column("date_orders", _JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Which field each column was, remembered for the next file with the same header."""

meanings = Table(
    "meanings",
    metadata,
    Column("field", String(32), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("meaning", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""What a person said a text means in a field, such as `Wireframes → Balsamiq Wireframes`, remembered for every file."""

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
    Column("counts", _JSON, nullable=False),
    sqlite_autoincrement=True,
)
"""Everything that was ever done to the licenses, numbered in order. Kinds: import, edit, undo, redo."""

rejections = Table(
    "rejections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", Integer, ForeignKey("batches.id"), nullable=False, index=True),
    Column("severity", String(8), nullable=False),
    Column("row", Integer),
    Column("line", Integer),
    Column("column", Text),
    Column("field", String(32)),
    Column("code", String(32), nullable=False),
    Column("value", Text),
    Column("message", Text, nullable=False),
)
"""What was wrong in a batch, cell by cell: errors hold their row, warnings do not."""

FIELDS = tuple(COLUMNS)
"""The columns of `license_versions` that a license export fills, in reading order."""

license_versions = Table(
    "license_versions",
    metadata,
    Column("license_key", _BYTEWISE, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("batch_id", Integer),
    Column("line", Integer),
    Column("content", BigInteger, nullable=False),
    Column("customer", _BYTEWISE, nullable=False),
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
)
"""A license from change `since` until before change `until`; today's row has no `until`. Rows are only ever added and closed.

`content` is a 64-bit hash of the fields, `customer` the key its organisation's licenses share, `needs` and `flags` are
codes parted by commas. `extra` is JSON of the file's columns that are no field, `edited` names the fields that a person
changed here, parted by commas. `batch_id` and `line` say which file and line brought this version. No foreign keys here: each
would cost a look-up per row of a million, and all rows of a change are written in the one transaction that makes it. No
primary key either but an index of what stands and one of what is closed: a new license is then in one index only, and
SQLite can drop it while a million rows come in, and sort it anew.
"""

_v = license_versions.c
_current: dict[str, Any] = {"sqlite_where": _v.until.is_(None), "postgresql_where": _v.until.is_(None)}
_closed: dict[str, Any] = {"sqlite_where": _v.until.is_not(None), "postgresql_where": _v.until.is_not(None)}
Index("uq_license_versions_current", _v.license_key, unique=True, **_current)
Index("uq_license_versions_closed", _v.license_key, _v.since, unique=True, **_closed)
Index("ix_license_versions_customer", _v.customer, **_current)
Index("ix_license_versions_since", _v.since)
Index("ix_license_versions_until", _v.until, **_closed)

PROFILE = (
    "product",
    "hosting",
    "outcome",
    "reason",
    "needs",
    "flags",
    "from_size",
    "to_tier",
    "tier_steps",
    "users_added",
    "consent",
    "plan_detail",
    "borderline",
)
"""What licenses are filtered and counted by, which few thousand combinations say of a million licenses."""

_COUNTER: TypeEngine[Any] = BigInteger().with_variant(Integer(), "sqlite")

profiles = Table(
    "profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", _BYTEWISE, nullable=False),
    *(Column(name, _v[name].type) for name in PROFILE),
    Index("uq_profiles_code", "code", unique=True),
)
"""Each combination of `PROFILE` that licenses have or had; `code` is all of it in one text."""

lookups = Table(
    "lookups",
    metadata,
    Column("id", _COUNTER, primary_key=True),
    Column("license_key", _BYTEWISE, nullable=False),
    Column("customer", _BYTEWISE, nullable=False),
    Column("profile", Integer, nullable=False),
    Column("batch_id", Integer, nullable=False),
    Column("texts", Text, nullable=False),
    Index("uq_lookups_license_key", "license_key", "profile", "batch_id", unique=True),
    Index("ix_lookups_customer", "customer", "profile"),
)
"""What standing licenses are found by, a narrow row each, brought up to the newest change after it (`store/search`).

`texts` are those that people search, in lower case and parted by `SEPARATOR`, and the customer's key. The index of keys also holds what pages are
filtered by, so that a page of a million licenses is cut out of it alone.
"""

tallies = Table(
    "tallies",
    metadata,
    Column("profile", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", Integer, primary_key=True, autoincrement=False),
    Column("licenses", Integer, nullable=False),
)
"""How many of `lookups` have a profile and came from a batch."""

customer_tallies = Table(
    "customer_tallies",
    metadata,
    Column("customer", _BYTEWISE, primary_key=True),
    Column("product", String(16), primary_key=True),
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("licenses", "upgrades", "users_added", "unlimited", "pending", "given", "unknown")
    ),
)
"""What the licenses of a customer come to, for each product, and for all of them where `product` is empty."""

_t = customer_tallies.c
_growing: dict[str, Any] = {"sqlite_where": _t.upgrades > 0, "postgresql_where": _t.upgrades > 0}
Index(
    "ix_customer_tallies_growing",
    _t.product,
    _t.users_added.desc(),
    _t.upgrades.desc(),
    _t.customer,
    **_growing,
)

caught_up = Table(
    "caught_up",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("change", Integer, nullable=False),
    Column("towards", Integer),
    Column("after", _BYTEWISE),
)
"""One row: the change that `lookups` and the tallies are complete up to, and, while they are being brought up to another
one, that change and the last license key that is done."""

SEARCH_INDEX = "lookups_search"
"""Begins the name of whatever the database has of its own to search `lookups.texts`; no table or index of `metadata`."""

SEPARATOR = "\x1f"
"""Parts the searched texts of a license; a white space that no cleaned text holds."""
