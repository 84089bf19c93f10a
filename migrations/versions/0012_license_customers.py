"""People's decisions on whose a single license is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "license_customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("license_key", bytewise, nullable=False),
        sa.Column("customer", bytewise, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_license_customers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_license_customers_change", "license_customers", ["change"])
