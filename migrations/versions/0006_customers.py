"""What is kept of customers besides their licenses: merges, downloads, notes and the wording of letters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_json = sa.JSON().with_variant(JSONB(), "postgresql")
_moment = sa.DateTime(timezone=True)


def _own_number(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer", _bytewise, nullable=False),
        sa.Column("into", _bytewise, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("change", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        _own_number("merges"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_merges_customer", "merges", ["customer"])
    op.create_table(
        "downloads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("cut", _json, nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("counts", _json, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sent_at", _moment),
        sa.Column("sent_by", sa.Text()),
        _own_number("downloads"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "download_customers",
        sa.Column("customer", _bytewise, nullable=False),
        sa.Column("download_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("customer", "download_id", name="pk_download_customers"),
        sa.ForeignKeyConstraint(["download_id"], ["downloads.id"], name="fk_download_customers_download_id"),
    )
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer", _bytewise, nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _own_number("customer_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_notes_customer", "customer_notes", ["customer"])
    op.create_table(
        "letter_templates",
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("language", "version", name="pk_letter_templates"),
    )
