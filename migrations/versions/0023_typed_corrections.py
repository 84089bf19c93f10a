"""Corrections that somebody typed for a file and did not save yet: a reload or another tab goes on with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("typed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")))
