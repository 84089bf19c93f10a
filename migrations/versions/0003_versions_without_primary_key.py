"""A unique index of the closed versions in place of all versions' primary key: a new license need not be in it."""

import re

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEX = (
    "CREATE UNIQUE INDEX uq_license_versions_closed ON license_versions (license_key, since) WHERE until IS NOT NULL"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("pk_license_versions", "license_versions", type_="primary")
    else:
        _rebuild()
    op.execute(_INDEX)


def _rebuild() -> None:
    """Build the table again without its key, as SQLite cannot drop a primary key."""
    query = "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'license_versions' AND sql IS NOT NULL"
    definitions = op.get_bind().exec_driver_sql(query).all()
    table = next(sql for kind, sql in definitions if kind == "table")
    bare = re.sub(r",\s*CONSTRAINT pk_license_versions PRIMARY KEY \(license_key, since\)", "", table)
    assert bare != table, "the first upgrade made the table with this key"
    op.execute("ALTER TABLE license_versions RENAME TO old_license_versions")
    op.execute(bare)
    op.execute("INSERT INTO license_versions SELECT * FROM old_license_versions")
    op.execute("DROP TABLE old_license_versions")
    for kind, sql in definitions:
        if kind == "index":
            op.execute(sql)
