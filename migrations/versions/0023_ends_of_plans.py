"""The last day of each legacy plan where licenses are counted, since their versions take too long to ask."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lookups", sa.Column("plan_end", sa.Date()))
    has_plan = sa.text("plan_end IS NOT NULL")
    op.create_index(
        "ix_lookups_plan_end",
        "lookups",
        ["plan_end", "profile", "editors"],
        sqlite_where=has_plan,
        postgresql_where=has_plan,
    )
    # The worker fills the column: all licenses are brought up again.
    op.execute("UPDATE caught_up SET change = 0, towards = NULL, after = NULL")
