"""Import packs for Atlassian that were submitted, byte for byte, and the licenses in each."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Table

from lib.store.schema.base import BYTEWISE, metadata

packs = Table(
    "packs",
    metadata,
    Column("download_id", Integer, ForeignKey("downloads.id"), primary_key=True, autoincrement=False),
    Column("change", Integer, ForeignKey("changes.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("answered_at", DateTime(timezone=True)),
)
"""The file of a download of kind pack, which has its number, who, when, counts, size and hash.

`change` moved its licenses to submitted, `day` is the day it is of, `answered_at` is when SENs of it were recorded last.
"""

pack_licenses = Table(
    "pack_licenses",
    metadata,
    Column("download_id", Integer, ForeignKey("packs.download_id"), primary_key=True, autoincrement=False),
    Column("license_key", BYTEWISE, primary_key=True),
    Column("import_id", String(32), nullable=False),
    Index("ix_pack_licenses_import_id", "import_id"),
)
"""The licenses in a pack, and the `import_id` that Atlassian knows each by."""
