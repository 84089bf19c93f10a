"""Who may use the application, their sign-ins, and what was done."""

from sqlalchemy import Column, DateTime, Integer, String, Table, Text

from lib.store.schema.base import BYTEWISE, metadata

people = Table(
    "people",
    metadata,
    Column("email", BYTEWISE, primary_key=True),
    Column("role", String(16)),
    Column("issuer", Text),
    Column("subject", Text),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""People by their email address in lower case. `role` is one of `Role`, empty for no access, None for what the environment
says. `issuer` and `subject` are the account that they first signed in with."""

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("email", BYTEWISE, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
"""Each sign-in, by a digest of what the identity provider said then, and whether it was ended."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What was done: by whom, by which account of a machine where that is another, from which address. Triggers of the database
refuse to change or delete its rows."""
