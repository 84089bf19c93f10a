"""The end of maintenance of licenses not on Cloud where licenses are counted, so that it can be tried as a rule there."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lookups", sa.Column("maintenance_end", sa.Date()))
    op.drop_index("ix_lookups_facts", "lookups")
    op.create_index("ix_lookups_facts", "lookups", ["facts", "maintenance_end", "customer", "editors"])
    # The worker fills the column: all licenses are brought up again.
    op.execute("UPDATE caught_up SET change = 0, towards = NULL, after = NULL")
