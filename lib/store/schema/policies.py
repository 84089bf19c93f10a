"""The policy: every version of the settings that there ever was."""

from sqlalchemy import Column, DateTime, Integer, Table, Text

from lib.store.schema.base import AS_JSON, metadata

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
