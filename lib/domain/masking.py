"""What those see who may not see personal data: that there is a value, and of a license key enough to tell it apart."""

from collections.abc import Mapping
from typing import Any

from lib.domain.licenses import COLUMNS

HIDDEN = "•••"

PERSONAL = frozenset(
    (
        *(name for name, column in COLUMNS.items() if column.personal),
        "license_name",
        "notes",
        "extra",
        "why",
        "ended_why",
    )
)
"""The columns of a stored version that are or may be about a person; free texts may be about anybody."""

SHOWN = 4
"""Characters of a license key that are shown at its end, unless the policy says otherwise."""

_SHORTEST = 12
"""Characters of the shortest key of which any are shown."""


def masked_key(key: str, characters: int = SHOWN) -> str:
    """A license key of which the last characters are readable."""
    # They are enough to tell a customer's licenses apart on the telephone, as on a bank statement.
    if characters and len(key) >= _SHORTEST:
        return f"{HIDDEN}{key[-characters:]}"
    return HIDDEN


def masked_value(name: str, value: Any, characters: int = SHOWN) -> Any:
    """A column's value, hidden if it is personal; a blank stays one."""
    if name == "license_key":
        return masked_key(value, characters)
    # Customers without a company go by an email address.
    if not value or not isinstance(value, str) or not (name in PERSONAL or name == "customer"):
        return value
    # Other columns are kept as JSON, which must stay that.
    return None if name == "extra" else HIDDEN


def masked(record: Mapping[Any, Any], characters: int = SHOWN) -> dict[Any, Any]:
    """A stored version with its personal values hidden."""
    return {name: masked_value(name, value, characters) for name, value in record.items()}
