"""The policy in versions that can only be added to; a store from before starts with the settings that it had."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_REFUSAL = "Versions of the policy can only be added."
# Written out, so that a later default of the code never changes what was in force here.
_FIRST = {
    "ladder": [10, 25, 50, 100, 250, 500, 2000, 10000, "Unlimited"],
    "round_editors_up": False,
    "old_unlimited_before": "2012-02-01",
    "confluence_moved": "2016-06-20",
    "jira_moved": "2016-04-04",
    "grace_months": 3,
    "legacy_extra_months": 6,
    "borderline_days": 30,
    "pack_users": "own_tier",
    "pack_unlimited": -1,
    "pack_start": "purchase_date",
    "pack_months": 12,
    "apply_matches": "strong",
    "target_date": None,
    "notices": [
        {"since": "2023-02-15", "text": "Atlassian ended sales of new Server app licenses on 15 February 2023."},
        {"since": "2024-02-15", "text": "Atlassian ended support for Server on 15 February 2024."},
    ],
    "keep_files_days": 365,
}


def upgrade() -> None:
    policies = op.create_table(
        "policies",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settings", _JSON, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_policies"),
    )
    first = {
        "number": 1,
        "settings": _FIRST,
        "by": "the application",
        "at": datetime.now(UTC),
        "reason": "The settings to start with.",
        "change": 0,
    }
    op.bulk_insert(policies, [first])
    if op.get_bind().dialect.name == "postgresql":
        refuse_on_postgresql()
    else:
        refuse_on_sqlite()
    # Work on all licenses, such as judging them anew, is of no batch.
    with op.batch_alter_table("jobs", table_kwargs={"sqlite_autoincrement": True}) as jobs:
        jobs.alter_column("batch_id", existing_type=sa.Integer(), nullable=True)


def refuse_on_sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER policies_no_{deed.lower()} BEFORE {deed} ON policies "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change_of_policies() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for deeds, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER policies_no_{deeds.split()[0].lower()} BEFORE {deeds} ON policies "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change_of_policies()"
        )
