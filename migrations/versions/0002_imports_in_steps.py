"""Imports in steps: files in parts, checks kept with their pages, jobs, what was remembered; extra columns and edits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_json = sa.JSON().with_variant(postgresql.JSONB, "postgresql")


def upgrade() -> None:
    op.create_table(
        "batch_parts",
        sa.Column(
            "batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_batch_parts_batch_id"), nullable=False
        ),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "part", name="pk_batch_parts"),
    )
    op.execute("INSERT INTO batch_parts (batch_id, part, size, content) SELECT id, 0, size, content FROM batches")
    op.drop_column("batches", "content")
    op.add_column("batches", sa.Column("purged_at", sa.DateTime(timezone=True)))
    op.create_table(
        "checks",
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_checks_batch_id"), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settings", _json, nullable=False),
        sa.Column("summary", _json, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_checks"),
    )
    op.create_table(
        "check_pages",
        sa.Column(
            "batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_check_pages_batch_id"), nullable=False
        ),
        sa.Column("list", sa.String(32), nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "list", "first", name="pk_check_pages"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id", name="fk_jobs_batch_id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("asked", _json, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.Column("beat_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_batch_id", "jobs", ["batch_id"])
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_table(
        "mappings",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("headings", _json, nullable=False),
        sa.Column("mapping", _json, nullable=False),
        sa.Column("date_orders", _json, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_mappings"),
    )
    op.create_table(
        "meanings",
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("field", "text", name="pk_meanings"),
    )
    op.add_column("license_versions", sa.Column("extra", sa.Text()))
    op.add_column("license_versions", sa.Column("edited", sa.Text()))
