"""What is stored of customers besides their licenses: which are one, what was downloaded and sent, notes, letters."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from lib.store.schema.base import AS_JSON, BYTEWISE, metadata

merges = Table(
    "merges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer", BYTEWISE, nullable=False),
    Column("into", BYTEWISE, nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("change", Integer),
    Column("reason", Text, nullable=False, default=""),
    Index("ix_merges_customer", "customer"),
    sqlite_autoincrement=True,
)
"""Decisions on two customers: that the licenses of `customer` are those of `into` (confirmed), or that they are not one
(dismissed). `change` moved the licenses to the other; decisions that were undone stay here."""

license_customers = Table(
    "license_customers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("license_key", BYTEWISE, nullable=False),
    Column("customer", BYTEWISE, nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("change", Integer, nullable=False),
    Index("ix_license_customers_change", "change"),
    sqlite_autoincrement=True,
)
"""Decisions on whose one license is, whatever its names say: the newest of a key in force (confirmed) counts."""

customer_confirmations = Table(
    "customer_confirmations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer", BYTEWISE, nullable=False, index=True),
    Column("facts", AS_JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_by", Text),
    Column("merge_change", Integer),
    sqlite_autoincrement=True,
)
"""People's word that a customer is one, by itself or by the merge of that change, for the domains, addresses and countries (`facts`) that its licenses had then."""

customer_languages = Table(
    "customer_languages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer", BYTEWISE, nullable=False, index=True),
    Column("language", String(8), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    sqlite_autoincrement=True,
)
"""The language that people chose for a customer's letters: the newest counts, an empty one is that of the country."""

downloads = Table(
    "downloads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("cut", AS_JSON, nullable=False),
    Column("change", Integer, nullable=False),
    Column("counts", AS_JSON, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    sqlite_autoincrement=True,
)
"""Every file that somebody downloaded: its cut (as a link's query) and the change of the data."""

download_customers = Table(
    "download_customers",
    metadata,
    Column("customer", BYTEWISE, primary_key=True),
    Column("download_id", Integer, ForeignKey("downloads.id"), primary_key=True),
)
"""The customers whose licenses a download has."""

sendings = Table(
    "sendings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("change", Integer, nullable=False),
    Column("download_id", Integer, ForeignKey("downloads.id"), index=True),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_by", Text),
    sqlite_autoincrement=True,
)
"""What people marked as sent to customers, in one deed: the `change` that the customers' lists are of, and the file, if
it was one. A marking that was undone is withdrawn."""

sending_customers = Table(
    "sending_customers",
    metadata,
    Column("customer", BYTEWISE, primary_key=True),
    Column("sending_id", Integer, ForeignKey("sendings.id"), primary_key=True),
)
"""The customers that something was sent to."""

customer_notes = Table(
    "customer_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer", BYTEWISE, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Notes on customers: added, never changed."""

letter_templates = Table(
    "letter_templates",
    metadata,
    Column("language", String(8), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Letters as an administrator worded them; the newest version is used, and the code's own where there is none."""

assignments = Table(
    "assignments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("license_key", BYTEWISE, nullable=False, index=True),
    Column("assignee", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    sqlite_autoincrement=True,
)
"""Who works on a license's request: its newest row counts, and is empty where nobody does. Rows are only added."""
