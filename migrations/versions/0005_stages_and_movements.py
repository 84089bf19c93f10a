"""How far each license's request has come, and what each change added to the counts and took from them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PROFILE = (
    "product hosting outcome reason needs flags from_size to_tier tier_steps users_added consent plan_detail borderline"
    " stage country band month"
).split()
_PLACE = ("profile", "batch_id", "stage_since")
_UNLIMITED = 2**31 - 1
_ASKED = (
    "server_confirmed IS NOT NULL OR match_agreed IS NOT NULL OR coalesce(myatlassian_email, '') <> ''"
    " OR coalesce(holder_first_name, '') <> '' OR coalesce(holder_last_name, '') <> ''"
)
_STAGE = (
    "CASE WHEN outcome = 'already_migrated' THEN 'migrated' WHEN reason = 'declined_to_match' THEN 'declined'"
    f" WHEN coalesce(hosting, '') <> 'cloud' AND ({_ASKED}) THEN 'received' ELSE 'not_requested' END"
)
_EXPRESSIONS = {
    **{name: name for name in _PROFILE},
    "country": "nullif(country, '')",
    "band": f"CASE WHEN coalesce(hosting, '') = 'cloud' OR host_tier IS NULL THEN NULL WHEN host_tier <= 50 THEN 'small'"
    f" WHEN host_tier <= 500 THEN 'medium' WHEN host_tier <= 10000 THEN 'large' WHEN host_tier <= {_UNLIMITED} THEN 'largest' END",
    "month": "CASE WHEN coalesce(hosting, '') = 'cloud' THEN substr(CAST(maintenance_end AS TEXT), 1, 7) END",
}


def _text(name: str) -> str:
    if name == "borderline":
        return "CASE WHEN borderline THEN '1' ELSE '0' END"
    return f"coalesce(CAST({_EXPRESSIONS[name]} AS TEXT), '?')"


def upgrade() -> None:
    op.add_column("license_versions", sa.Column("stage", sa.String(16), nullable=False, server_default="not_requested"))
    op.add_column("license_versions", sa.Column("stage_since", sa.Integer()))
    op.execute(f"UPDATE license_versions SET stage = {_STAGE}, stage_since = since")  # noqa: S608 - our own words
    for table in ("lookups", "tallies", "customer_tallies", "profiles"):
        op.execute(sa.delete(sa.table(table)))
    op.execute("UPDATE caught_up SET change = 0, towards = NULL, after = NULL")
    for name in ("stage", "country", "band", "month"):
        op.add_column("profiles", sa.Column(name, sa.String(16) if name == "stage" else sa.Text()))
    _remake_lookups()
    op.drop_table("tallies")
    for table, place in (("tallies", _PLACE), ("movements", ("change", *_PLACE))):
        op.create_table(
            table,
            *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in place),
            *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("licenses", "users", "unlimited")),
            sa.PrimaryKeyConstraint(*place, name=f"pk_{table}"),
        )
    _count()


def _remake_lookups() -> None:
    """It is empty now, so that columns may be added that are never blank."""
    for name in ("stage_since", "missing"):
        op.add_column("lookups", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("lookups", sa.Column("editors", sa.Integer()))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO lookups_search(lookups_search) VALUES ('delete-all')")


def _count() -> None:
    code = " || CHR(31) || ".join(map(_text, _PROFILE))
    if op.get_bind().dialect.name == "sqlite":
        code = code.replace("CHR(31)", "char(31)")
    expressions = ", ".join(f"{_EXPRESSIONS[name]} AS {name}" for name in _PROFILE)
    op.execute(
        f"INSERT INTO profiles (code, {', '.join(_PROFILE)})"  # noqa: S608 - our own names
        f" SELECT DISTINCT {code}, {expressions} FROM license_versions"
    )
    number = f"CASE WHEN editors IS NOT NULL AND editors <> {_UNLIMITED} THEN editors ELSE 0 END"
    unlimited = f"CASE WHEN editors = {_UNLIMITED} THEN 1 ELSE 0 END"
    each = " UNION ALL ".join(
        f"SELECT {end} AS change, {code} AS code, coalesce(batch_id, -1) AS batch_id, stage_since, {sign}1 AS licenses,"  # noqa: S608
        f" {sign}({number}) AS users, {sign}({unlimited}) AS unlimited FROM license_versions WHERE {end} IS NOT NULL"
        for end, sign in (("since", ""), ("until", "-"))
    )
    sums = "sum(licenses), sum(users), sum(unlimited)"
    op.execute(
        f"INSERT INTO movements SELECT change, p.id, batch_id, stage_since, {sums} FROM ({each}) AS each_one"  # noqa: S608
        " JOIN profiles AS p ON p.code = each_one.code GROUP BY change, p.id, batch_id, stage_since"
        " HAVING sum(licenses) <> 0 OR sum(users) <> 0 OR sum(unlimited) <> 0"
    )
    op.execute(
        f"INSERT INTO tallies SELECT profile, batch_id, stage_since, {sums} FROM movements"  # noqa: S608
        " GROUP BY profile, batch_id, stage_since HAVING sum(licenses) <> 0"
    )
