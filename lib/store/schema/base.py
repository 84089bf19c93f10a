"""What the tables share: their metadata, and types that either database has."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

AS_JSON = JSON().with_variant(JSONB(), "postgresql")

BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts the same on every server: keys are compared byte by byte, never by language."""

COUNTER: TypeEngine[Any] = BigInteger().with_variant(Integer(), "sqlite")
