"""Which texts past versions of licenses had, what customers they had, and how far a worker of this version brought them up."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None

_bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "past_texts",
        sa.Column("license_key", _bytewise, nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
    )
    op.create_index("ix_past_texts_license_key", "past_texts", ["license_key"])
    # Of a whole change the worker has all licenses brought up again: none yet.
    op.add_column("caught_up", sa.Column("whole_change", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("caught_up", sa.Column("whole_towards", sa.Integer()))
    op.add_column("caught_up", sa.Column("whole_after", _bytewise))
    is_closed = sa.text("until IS NOT NULL")
    op.create_index(
        "ix_license_versions_past_customer",
        "license_versions",
        ["customer"],
        sqlite_where=is_closed,
        postgresql_where=is_closed,
    )
