"""The policy: every version of the settings that there ever was."""

from sqlalchemy import Column, DateTime, Integer, Table, Text

from lib.judging.verdicts import VERDICT_FIELDS
from lib.store.schema.base import AS_JSON, BYTEWISE, metadata
from lib.store.schema.history import license_versions

policies = Table(
    "policies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("settings", AS_JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("change", Integer, nullable=False),
)
"""Versions of the policy, numbered from 1; the newest is in force. `settings` has those of `domain.policy.SETTINGS`, `change` is
the change that put it in force, 0 for the first. Triggers of the database refuse to change or delete its rows."""

VERDICT = ("outcome", "reason", "needs", "flags", *VERDICT_FIELDS)
"""The columns of a version that its verdict fills."""

rejudged = Table(
    "rejudged",
    metadata,
    Column("code", BYTEWISE, primary_key=True),
    *(Column(name, license_versions.c[name].type, nullable=license_versions.c[name].nullable) for name in VERDICT),
)
"""The new verdict of each combination of facts that gets another one, for as long as the transaction that judges licenses anew:
nobody else ever sees a row."""
