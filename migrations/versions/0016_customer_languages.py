"""The language that people chose for a customer's letters."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_languages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_languages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_languages_customer", "customer_languages", ["customer"])
