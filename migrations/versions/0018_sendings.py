"""What was sent, customer by customer: one customer's list was marked as sent only together with all of its file."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("download_id", sa.Integer()),
        sa.Column("withdrawn_at", moment),
        sa.Column("withdrawn_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sendings"),
        sa.ForeignKeyConstraint(["download_id"], ["downloads.id"], name="fk_sendings_download_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sendings_download_id", "sendings", ["download_id"])
    op.create_table(
        "sending_customers",
        sa.Column("customer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("sending_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("customer", "sending_id", name="pk_sending_customers"),
        sa.ForeignKeyConstraint(["sending_id"], ["sendings.id"], name="fk_sending_customers_sending_id"),
    )
    move_sent_downloads()
    op.drop_column("downloads", "sent_by")
    op.drop_column("downloads", "sent_at")


def move_sent_downloads() -> None:
    """Make a sending of each download that was sent, or was once: redoing that must find it."""
    connection = op.get_bind()
    counts = {row.id: as_json(row.counts) for row in connection.execute(sa.text(STAGE_CHANGES))}
    of_downloads = {change: own for change, own in counts.items() if own.get("download")}
    once_sent = sorted({own["download"] for own in of_downloads.values()})
    rows = sa.text(SENDINGS).bindparams(sa.bindparam("once", expanding=True))
    connection.execute(rows, {"once": once_sent})
    connection.execute(sa.text(SENDING_CUSTOMERS))
    for change, own in of_downloads.items():
        renamed = {"sending" if name == "download" else name: number for name, number in own.items()}
        connection.execute(sa.text(SET_COUNTS[connection.dialect.name]), {"counts": json.dumps(renamed), "id": change})
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(NEXT_NUMBER))


def as_json(counts: str | dict[str, int]) -> dict[str, int]:
    """The counts of a change, which SQLite gives as a text."""
    if isinstance(counts, str):
        counts = dict(json.loads(counts))
    return counts


STAGE_CHANGES = "SELECT id, counts FROM changes WHERE kind IN ('stage', 'stage_undo', 'stage_redo')"
# A sending has the number of its download, by which changes name it.
SENDINGS = """
INSERT INTO sendings (id, at, "by", change, download_id, withdrawn_at, withdrawn_by)
SELECT id, coalesce(sent_at, at), coalesce(sent_by, "by"), change, id,
    CASE WHEN sent_at IS NULL THEN at END, CASE WHEN sent_at IS NULL THEN "by" END
FROM downloads WHERE sent_at IS NOT NULL OR id IN :once
"""
SENDING_CUSTOMERS = """
INSERT INTO sending_customers (customer, sending_id)
SELECT customer, download_id FROM download_customers WHERE download_id IN (SELECT id FROM sendings)
"""
SET_COUNTS = {
    "sqlite": "UPDATE changes SET counts = :counts WHERE id = :id",
    "postgresql": "UPDATE changes SET counts = CAST(:counts AS jsonb) WHERE id = :id",
}
NEXT_NUMBER = "SELECT setval(pg_get_serial_sequence('sendings', 'id'), max(id)) FROM sendings HAVING max(id) > 0"
