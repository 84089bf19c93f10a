"""Files that were brought in, their checks, the work on them, and what is remembered from them."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, LargeBinary, String, Table, Text

from lib.store.schema.base import AS_JSON, metadata

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settings", AS_JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("receipt", AS_JSON),
    Column("purged_at", DateTime(timezone=True)),
    Column("typed", AS_JSON),
    sqlite_autoincrement=True,
)
"""Every file that was brought in, how it was read, and what came of it.

`purged_at` is when its bytes were deleted, `typed` the corrections that nobody saved yet.
"""

batch_parts = Table(
    "batch_parts",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The bytes of each file, in parts that are compressed one by one; `size` is a part's length before that."""

checks = Table(
    "checks",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("base", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("settings", AS_JSON, nullable=False),
    Column("summary", AS_JSON, nullable=False),
)
"""The newest check of each open batch, with its settings and the change that the store was at."""

check_pages = Table(
    "check_pages",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("list", String(32), primary_key=True),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The rows behind a check's numbers, list by list, in pages: `first` is the place of a page's first row in its list."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", Integer, ForeignKey("batches.id"), index=True),
    Column("kind", String(16), nullable=False),
    Column("asked", AS_JSON, nullable=False),
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
"""Long work that a process of its own does, one job at a time; kinds are those of `JobKind`. `batch_id` is None for
work on all licenses."""

mappings = Table(
    "mappings",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("headings", AS_JSON, nullable=False),
    Column("mapping", AS_JSON, nullable=False),
    Column("date_orders", AS_JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Which field each column was, remembered for the next file with the same header."""

headings = Table(
    "headings",
    metadata,
    Column("words", Text, primary_key=True),
    Column("heading", Text, nullable=False),
    Column("field", String(32), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Which field a heading means, as a person confirmed, by its bare words; remembered for every file."""

meanings = Table(
    "meanings",
    metadata,
    Column("field", String(32), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("meaning", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""What a text means in a field, as a person said, such as `Wireframes → Balsamiq Wireframes`, remembered for every file."""

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
