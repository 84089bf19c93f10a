"""First tables: changes, batches, rejections and license versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("settings", sa.JSON().with_variant(postgresql.JSONB, "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("receipt", sa.JSON().with_variant(postgresql.JSONB, "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_batches_sha256", "batches", ["sha256"], unique=False)

    op.create_table(
        "license_versions",
        sa.Column("license_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("since", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("customer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("license_name", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("hosting", sa.Text(), nullable=True),
        sa.Column("editors", sa.Integer(), nullable=True),
        sa.Column("license_type", sa.Text(), nullable=True),
        sa.Column("host_tier", sa.Integer(), nullable=True),
        sa.Column("purchase_date", sa.Date(), nullable=True),
        sa.Column("maintenance_end", sa.Date(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_first_name", sa.Text(), nullable=True),
        sa.Column("contact_last_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("reseller", sa.Text(), nullable=True),
        sa.Column("myatlassian_email", sa.Text(), nullable=True),
        sa.Column("holder_first_name", sa.Text(), nullable=True),
        sa.Column("holder_last_name", sa.Text(), nullable=True),
        sa.Column("expert_email", sa.Text(), nullable=True),
        sa.Column("match_agreed", sa.Boolean(), nullable=True),
        sa.Column("server_confirmed", sa.Boolean(), nullable=True),
        sa.Column("sen", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("country_text", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("from_size", sa.Integer(), nullable=True),
        sa.Column("to_tier", sa.Integer(), nullable=True),
        sa.Column("tier_steps", sa.Integer(), nullable=True),
        sa.Column("users_added", sa.Integer(), nullable=True),
        sa.Column("consent", sa.String(length=16), nullable=True),
        sa.Column("plan_detail", sa.String(length=16), nullable=True),
        sa.Column("plan_end", sa.Date(), nullable=True),
        sa.Column("borderline", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("license_key", "since", name="pk_license_versions"),
    )
    op.create_index(
        "ix_license_versions_customer",
        "license_versions",
        ["customer"],
        unique=False,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index("ix_license_versions_since", "license_versions", ["since"], unique=False)
    op.create_index(
        "ix_license_versions_until",
        "license_versions",
        ["until"],
        unique=False,
        sqlite_where=sa.text("until IS NOT NULL"),
        postgresql_where=sa.text("until IS NOT NULL"),
    )
    op.create_index(
        "uq_license_versions_current",
        "license_versions",
        ["license_key"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )

    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB, "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_changes_batch_id"),
        sa.ForeignKeyConstraint(["undoes"], ["changes.id"], name="fk_changes_undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rejections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_rejections_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rejections"),
    )
    op.create_index("ix_rejections_batch_id", "rejections", ["batch_id"], unique=False)
