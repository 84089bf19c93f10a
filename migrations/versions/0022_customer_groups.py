"""How many licenses of each customer can move now, are on Cloud and have moved: customers are listed by that."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("eligible", "cloud", "moved"):
        op.add_column("customer_tallies", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    # While they are being brought up, the tallies are made anew at the end of that.
    if op.get_bind().execute(sa.text("SELECT towards FROM caught_up")).scalar() is not None:
        return
    op.execute("DELETE FROM customer_tallies")
    for label, group in (("''", "l.customer"), ("coalesce(p.product, 'unknown')", "l.customer, 2")):
        op.execute(TALLIES.format(label=label, group=group))


# What catch_up adds up for each customer, and for each product of a customer.
TALLIES = """
INSERT INTO customer_tallies (
    customer, product, licenses, upgrades, users_added, unlimited, pending, given, unknown, eligible, cloud, moved
)
SELECT l.customer, {label}, count(*),
    sum(CASE WHEN p.outcome = 'upgrade_needed' THEN 1 ELSE 0 END),
    sum(coalesce(p.users_added, 0)),
    sum(CASE WHEN p.outcome = 'upgrade_needed' AND p.users_added IS NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN p.consent = 'pending' THEN 1 ELSE 0 END),
    sum(CASE WHEN p.consent = 'given' THEN 1 ELSE 0 END),
    sum(CASE WHEN p.outcome = 'needs_info' THEN 1 ELSE 0 END),
    sum(CASE WHEN p.outcome = 'eligible' THEN 1 ELSE 0 END),
    sum(CASE WHEN p.outcome IN ('legacy_plan', 'expired') THEN 1 ELSE 0 END),
    sum(CASE WHEN p.outcome = 'already_migrated' THEN 1 ELSE 0 END)
FROM lookups l JOIN profiles p ON p.id = l.profile
GROUP BY {group}
"""
