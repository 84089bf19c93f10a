"""A narrow row per standing license to find and count it by, kept up after a change, and an index of parts of its texts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", _bytewise, nullable=False),
        sa.Column("product", sa.Text()),
        sa.Column("hosting", sa.Text()),
        sa.Column("outcome", sa.String(16)),
        sa.Column("reason", sa.String(32)),
        sa.Column("needs", sa.Text()),
        sa.Column("flags", sa.Text()),
        sa.Column("from_size", sa.Integer()),
        sa.Column("to_tier", sa.Integer()),
        sa.Column("tier_steps", sa.Integer()),
        sa.Column("users_added", sa.Integer()),
        sa.Column("consent", sa.String(16)),
        sa.Column("plan_detail", sa.String(16)),
        sa.Column("borderline", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_profiles"),
    )
    op.create_index("uq_profiles_code", "profiles", ["code"], unique=True)
    op.create_table(
        "lookups",
        sa.Column("id", _counter, nullable=False),
        sa.Column("license_key", _bytewise, nullable=False),
        sa.Column("customer", _bytewise, nullable=False),
        sa.Column("profile", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookups"),
    )
    op.create_index("uq_lookups_license_key", "lookups", ["license_key", "profile", "batch_id"], unique=True)
    op.create_index("ix_lookups_customer", "lookups", ["customer", "profile"])
    op.create_table(
        "tallies",
        sa.Column("profile", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("licenses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("profile", "batch_id", name="pk_tallies"),
    )
    op.create_table(
        "customer_tallies",
        sa.Column("customer", _bytewise, nullable=False),
        sa.Column("product", sa.String(16), nullable=False),
        sa.Column("licenses", sa.BigInteger(), nullable=False),
        sa.Column("upgrades", sa.BigInteger(), nullable=False),
        sa.Column("users_added", sa.BigInteger(), nullable=False),
        sa.Column("unlimited", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("customer", "product", name="pk_customer_tallies"),
    )
    op.execute(
        "CREATE INDEX ix_customer_tallies_growing ON customer_tallies"
        " (product, users_added DESC, upgrades DESC, customer) WHERE upgrades > 0"
    )
    op.create_table(
        "caught_up",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("towards", sa.Integer()),
        sa.Column("after", _bytewise),
        sa.PrimaryKeyConstraint("id", name="pk_caught_up"),
    )
    op.execute("INSERT INTO caught_up (id, change) VALUES (1, 0)")
    if op.get_bind().dialect.name == "postgresql":
        _index_trigrams_if_possible()
    else:
        op.execute(
            "CREATE VIRTUAL TABLE lookups_search USING fts5(texts, content='lookups', content_rowid='id',"
            " tokenize='trigram case_sensitive 1', detail=none)"
        )


def _index_trigrams_if_possible() -> None:
    """A server may not have the extension, or the account not the right to make it: then searches scan `lookups`."""
    connection = op.get_bind()
    named = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
    if not connection.exec_driver_sql(named).scalar():
        return
    try:
        with connection.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute("CREATE INDEX lookups_search_texts ON lookups USING gin (texts gin_trgm_ops)")
    except sa.exc.DBAPIError:
        return
