"""Stored licenses as the domain has them, and their values as people read them."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind, License
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import STAGE_TITLES
from lib.domain.tiers import format_size

_SIZES = ("editors", "host_tier", "from_size", "to_tier")
_TITLES: dict[str, Mapping[Any, str]] = {
    "product": PRODUCT_TITLES,
    "hosting": HOSTING_TITLES,
    "outcome": OUTCOME_TITLES,
    "stage": STAGE_TITLES,
}
_ENUMS: dict[ColumnKind, Callable[[str], Any]] = {ColumnKind.PRODUCT: Product, ColumnKind.HOSTING: Hosting}


def license_of(record: Mapping[str, Any]) -> License:
    """The license of a stored version, whose blanks are None."""
    return License(**{name: field_value(column.kind, record.get(name)) for name, column in COLUMNS.items()})


def field_value(kind: ColumnKind, value: Any) -> Any:
    """A stored value as `License` holds it: codes as enums, blank texts as empty ones."""
    if kind in TEXTUAL:
        return value or ""
    if value and kind in _ENUMS:
        return _ENUMS[kind](value)
    return value


def column_title(name: str) -> str:
    """What people call a column of a stored license."""
    if name in COLUMNS:
        return COLUMNS[name].title
    return name.replace("_", " ").capitalize()


def needed_title(item: str) -> str:
    """What a sentence calls something that is missing: `server tier`, `maintenance end`."""
    return item.replace("host_tier", "server_tier").replace("_", " ")


def display_text(name: str, value: Any) -> str:
    """A stored value as people read it: `Data Center`, `2,000`, `2017-03-02`, `yes`; empty for a blank."""
    if value is None:
        return ""
    if name in _TITLES:
        return _TITLES[name].get(value, str(value))
    if name in _SIZES:
        return format_size(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
