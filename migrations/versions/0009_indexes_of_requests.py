"""What requests lack, and who waits longest, found without reading the searched texts."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lookups_missing", "lookups", ["missing", "profile"])
    op.create_index("ix_lookups_stage_since", "lookups", ["stage_since", "license_key", "profile"])
