"""The last day of each legacy plan where licenses are counted, since their versions take too long to ask."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

FILL = """
UPDATE lookups SET plan_end = (
    SELECT plan_end FROM license_versions
    WHERE license_versions.license_key = lookups.license_key AND until IS NULL
)
WHERE license_key IN (SELECT license_key FROM license_versions WHERE until IS NULL AND outcome = 'legacy_plan')
"""
# Where a version is newer than its row in `lookups`, the worker renews the row anyway.


def upgrade() -> None:
    op.add_column("lookups", sa.Column("plan_end", sa.Date()))
    op.execute(FILL)
    has_plan = sa.text("plan_end IS NOT NULL")
    op.create_index(
        "ix_lookups_plan_end",
        "lookups",
        ["plan_end", "profile", "editors"],
        sqlite_where=has_plan,
        postgresql_where=has_plan,
    )
