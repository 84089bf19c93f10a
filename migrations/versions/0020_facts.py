"""Which combination of facts each license has, so that another policy can be tried on combinations instead of licenses."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_combinations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fact_combinations"),
    )
    op.create_index("uq_fact_combinations_code", "fact_combinations", ["code"], unique=True)
    op.add_column("lookups", sa.Column("facts", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_lookups_facts", "lookups", ["facts", "customer", "editors"])
    op.create_table(
        "rejudged",
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("borderline", sa.Boolean(), nullable=False),
        sa.Column("from_size", sa.Integer()),
        sa.Column("to_tier", sa.Integer()),
        sa.Column("tier_steps", sa.Integer()),
        sa.Column("users_added", sa.Integer()),
        sa.Column("consent", sa.String(16)),
        sa.Column("plan_detail", sa.String(16)),
        sa.Column("plan_end", sa.Date()),
        sa.PrimaryKeyConstraint("code", name="pk_rejudged"),
    )
    # The worker fills the column: all licenses are brought up again.
    op.execute("UPDATE caught_up SET change = 0, towards = NULL, after = NULL")
