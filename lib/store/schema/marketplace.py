"""What Marketplace says of its licenses, export by export, and which of ours each of them is."""

from sqlalchemy import Boolean, Column, Date, DateTime, Float, ForeignKey, Index, Integer, String, Table, Text

from lib.store.schema.base import AS_JSON, BYTEWISE, metadata

marketplace_exports = Table(
    "marketplace_exports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("licenses", Integer, nullable=False),
    Column("summary", AS_JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Every export of Marketplace's that was read; `summary` says what was left out of it and could not be read."""

marketplace_versions = Table(
    "marketplace_versions",
    metadata,
    Column("id", BYTEWISE, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("line", Integer, nullable=False),
    Column("product", Text, nullable=False),
    Column("hosting", Text, nullable=False),
    *(
        Column(name, Text, nullable=False)
        for name in (
            "app_key",
            "app_name",
            "license_type",
            "tier_text",
            "company",
            "contact_name",
            "address",
            "partner_name",
            "entitlement",
            "cloud_host",
            "sen",
            "status",
            "country",
            "technical_email",
            "billing_email",
            "partner_email",
        )
    ),
    Column("tier", Integer),
    Column("start", Date),
    Column("end", Date),
    Column("updated", Date),
    Index("ix_marketplace_versions_id", "id"),
    Index("ix_marketplace_versions_since", "since"),
    Index("ix_marketplace_versions_until", "until"),
)
"""A Marketplace license from export `since` until before export `until`; today's has no `until`. `line` is that of `since`."""

marketplace_links = Table(
    "marketplace_links",
    metadata,
    Column("license_key", BYTEWISE, nullable=False),
    Column("marketplace_id", BYTEWISE, nullable=False),
    Column("tier", Integer),
    Column("export_id", Integer, ForeignKey("marketplace_exports.id"), nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Index("ix_marketplace_links_license_key", "license_key"),
    Index("ix_marketplace_links_marketplace_id", "marketplace_id"),
    Index("ix_marketplace_links_since", "since"),
    Index("ix_marketplace_links_until", "until"),
)
"""Which Marketplace license a license became, and its tier there by an export, from change `since` until before `until`."""

match_decisions = Table(
    "match_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("license_key", BYTEWISE, nullable=False),
    Column("marketplace_id", BYTEWISE, nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Index("ix_match_decisions_license_key", "license_key"),
    sqlite_autoincrement=True,
)
"""People's word on whether two licenses are one; the newest row of a pair counts. Rows are only added."""

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("export_id", Integer, ForeignKey("marketplace_exports.id"), nullable=False),
    Column("change", Integer, nullable=False),
    Column("candidates", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    sqlite_autoincrement=True,
)
"""Comparisons of all licenses with Marketplace's: the newest export and change that each is of. Only the newest is kept."""

findings = Table(
    "findings",
    metadata,
    Column("license_key", BYTEWISE, primary_key=True),
    Column("marketplace_id", BYTEWISE, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tier_state", String(16), nullable=False),
    Column("target_stage", String(16), nullable=False),
    Column("confidence", String(16), nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("probability", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("weights", Text, nullable=False),
    Column("doubts", Text, nullable=False),
    Column("differences", Text, nullable=False),
    Column("rivals", Integer, nullable=False),
    Index("ix_findings_marketplace_id", "marketplace_id"),
    Index("ix_findings_state_rank", "state", "rank"),
)
"""What the newest comparison says of a license: its partner on Marketplace (empty if missing), or that it has none there.

`state` is a `FindingState`, `tier_state` a `TierState`; `target_stage` is where applying it leads, empty for nowhere. `reasons`,
`weights`, `doubts` and `differences` are codes or numbers with commas between them.
"""
