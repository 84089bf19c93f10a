"""Marketplace's own exports, the licenses in them, and which of ours each of those is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXTS = (
    "app_key app_name license_type tier_text company contact_name address partner_name entitlement cloud_host sen status "
    "country technical_email billing_email partner_email"
).split()


def upgrade() -> None:
    bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    as_json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "marketplace_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("licenses", sa.Integer(), nullable=False),
        sa.Column("summary", as_json, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marketplace_exports"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "marketplace_versions",
        sa.Column("id", bytewise, nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer()),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("hosting", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("tier", sa.Integer()),
        sa.Column("start", sa.Date()),
        sa.Column("end", sa.Date()),
        sa.Column("updated", sa.Date()),
    )
    create_indexes("marketplace_versions", "id", "since", "until")
    op.create_table(
        "marketplace_links",
        sa.Column("license_key", bytewise, nullable=False),
        sa.Column("marketplace_id", bytewise, nullable=False),
        sa.Column("tier", sa.Integer()),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer()),
        sa.ForeignKeyConstraint(["export_id"], ["marketplace_exports.id"], name="fk_marketplace_links_export_id"),
    )
    create_indexes("marketplace_links", "license_key", "marketplace_id", "since", "until")
    op.create_table(
        "match_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("license_key", bytewise, nullable=False),
        sa.Column("marketplace_id", bytewise, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_match_decisions"),
        sqlite_autoincrement=True,
    )
    create_indexes("match_decisions", "license_key")
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sa.ForeignKeyConstraint(["export_id"], ["marketplace_exports.id"], name="fk_comparisons_export_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "findings",
        sa.Column("license_key", bytewise, nullable=False),
        sa.Column("marketplace_id", bytewise, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(16), nullable=False)
            for name in ("state", "tier_state", "target_stage", "confidence")
        ),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("probability", "score")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reasons", "weights", "doubts", "differences")),
        sa.Column("rivals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("license_key", name="pk_findings"),
    )
    create_indexes("findings", "marketplace_id")
    op.create_index("ix_findings_state_rank", "findings", ["state", "rank"])


def create_indexes(table: str, *columns: str) -> None:
    """An index of each of these columns."""
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
