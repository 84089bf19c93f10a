"""Import packs for Atlassian, and the licenses in each."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "packs",
        sa.Column("download_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("download_id", name="pk_packs"),
        sa.ForeignKeyConstraint(["download_id"], ["downloads.id"], name="fk_packs_download_id"),
        sa.ForeignKeyConstraint(["change"], ["changes.id"], name="fk_packs_change"),
    )
    op.create_table(
        "pack_licenses",
        sa.Column("download_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("license_key", _bytewise, nullable=False),
        sa.Column("import_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("download_id", "license_key", name="pk_pack_licenses"),
        sa.ForeignKeyConstraint(["download_id"], ["packs.download_id"], name="fk_pack_licenses_download_id"),
    )
    op.create_index("ix_pack_licenses_import_id", "pack_licenses", ["import_id"])
