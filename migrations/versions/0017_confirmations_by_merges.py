"""Which merge said that a customer is one, so that undoing the merge takes that back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer_confirmations", sa.Column("merge_change", sa.Integer()))
