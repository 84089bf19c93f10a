"""People's word that a customer whose licenses disagree is one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_customer_confirmations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_confirmations_customer", "customer_confirmations", ["customer"])
