"""What licenses are searched and counted by, beside their versions."""

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

from lib.store.schema.base import BYTEWISE, COUNTER, metadata
from lib.store.schema.history import license_versions

PROFILE = (
    "product",
    "hosting",
    "outcome",
    "reason",
    "needs",
    "flags",
    "from_size",
    "to_tier",
    "tier_steps",
    "users_added",
    "consent",
    "plan_detail",
    "borderline",
    "stage",
    "country",
    "band",
    "month",
)
"""What licenses are filtered and counted by, some ten thousand combinations for a million licenses.

`band` is the size of the customer's server (`license_profiles`), `month` that in which a Cloud license's maintenance ends,
such as `2016-04`.
"""

MEASURES = ("licenses", "users", "unlimited")
"""What is counted: licenses, the users that those with a number of editors have together, and how many are Unlimited."""

profiles = Table(
    "profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", BYTEWISE, nullable=False),
    *(Column(name, license_versions.c[name].type if name in license_versions.c else Text()) for name in PROFILE),
    Index("uq_profiles_code", "code", unique=True),
)
"""Each combination of `PROFILE` that licenses have or had; `code` is all of it in one text."""

fact_combinations = Table(
    "fact_combinations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", BYTEWISE, nullable=False),
    Index("uq_fact_combinations_code", "code", unique=True),
)
"""Each combination of the facts that rules read and that licenses have or had, in one text (`license_facts`)."""

lookups = Table(
    "lookups",
    metadata,
    Column("id", COUNTER, primary_key=True),
    Column("license_key", BYTEWISE, nullable=False),
    Column("customer", BYTEWISE, nullable=False),
    Column("profile", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("batch_id", Integer, nullable=False),
    Column("stage_since", Integer, nullable=False),
    Column("editors", Integer),
    Column("missing", Integer, nullable=False),
    Column("plan_end", Date),
    Column("maintenance_end", Date),
    Column("texts", Text, nullable=False),
    Index("uq_lookups_license_key", "license_key", "profile", "batch_id", unique=True),
    Index("ix_lookups_customer", "customer", "profile"),
    Index("ix_lookups_facts", "facts", "maintenance_end", "customer", "editors"),
    Index("ix_lookups_missing", "missing", "profile"),
    Index("ix_lookups_stage_since", "stage_since", "license_key", "profile"),
)
"""What current licenses are searched by, a narrow row each, brought up to the newest change after it (`catch_up`).

`facts` is a combination of `fact_combinations`. `plan_end` is the last day of a legacy plan, and
`maintenance_end` that of maintenance off Cloud, where it is none of these facts. `missing` has a bit for each item that the license's request lacks (`license_profiles`).
`texts` are those that people search, in lower case with `SEPARATOR` between them, and the customer's key. The index of
keys also holds what pages are filtered by, so that a page of a million licenses is cut out of it alone.
"""

_has_plan: dict[str, Any] = {
    "sqlite_where": lookups.c.plan_end.is_not(None),
    "postgresql_where": lookups.c.plan_end.is_not(None),
}
Index("ix_lookups_plan_end", lookups.c.plan_end, lookups.c.profile, lookups.c.editors, **_has_plan)

past_texts = Table(
    "past_texts",
    metadata,
    Column("license_key", BYTEWISE, nullable=False),
    Column("texts", Text, nullable=False),
    Index("ix_past_texts_license_key", "license_key"),
)
"""What past versions of licenses had in place of the searched texts of now: as in `lookups.texts`, but empty where both are the
same. Versions that have nothing else have no row."""

_PLACE = ("profile", "batch_id", "stage_since")

tallies = Table(
    "tallies",
    metadata,
    *(Column(name, Integer, primary_key=True, autoincrement=False) for name in _PLACE),
    *(Column(name, BigInteger, nullable=False) for name in MEASURES),
)
"""How many of the current licenses have a profile, came from a batch (-1: from none) and are in their stage since a change."""

movements = Table(
    "movements",
    metadata,
    Column("change", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Integer, primary_key=True, autoincrement=False) for name in _PLACE),
    *(Column(name, BigInteger, nullable=False) for name in MEASURES),
)
"""What each change added to the tallies, or removed: their sum up to a change is what the tallies were then."""

CUSTOMER_SUMS = ("upgrades", "users_added", "unlimited", "pending", "given", "unknown", "eligible", "cloud", "moved")
"""What a customer's licenses come to, besides their number."""

customer_tallies = Table(
    "customer_tallies",
    metadata,
    Column("customer", BYTEWISE, primary_key=True),
    Column("product", String(16), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in ("licenses", *CUSTOMER_SUMS)),
)
"""What the licenses of a customer come to, for each product, and for all of them where `product` is empty."""

_t = customer_tallies.c
_growing: dict[str, Any] = {"sqlite_where": _t.upgrades > 0, "postgresql_where": _t.upgrades > 0}
Index(
    "ix_customer_tallies_growing",
    _t.product,
    _t.users_added.desc(),
    _t.upgrades.desc(),
    _t.customer,
    **_growing,
)

caught_up = Table(
    "caught_up",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("change", Integer, nullable=False),
    Column("towards", Integer),
    Column("after", BYTEWISE),
    Column("whole_change", Integer, nullable=False, server_default="0"),
    Column("whole_towards", Integer),
    Column("whole_after", BYTEWISE),
)
"""One row: the change that `lookups`, `past_texts` and `customer_tallies` are complete up to, and, while they are being brought
up to another one, that change and the last license key that is done.

A worker of the version before, which may still run while servers are replaced, moves the first three alone, and leaves out
what it does not know; so this version goes by the `whole` ones, and writes all.
"""

SEARCH_INDEX = "lookups_search"
"""The name, or its beginning, of what each database has to search `lookups.texts`; no table or index of `metadata`."""

SEPARATOR = "\x1f"
"""The character between the searched texts of a license: a white space that no cleaned text has."""
