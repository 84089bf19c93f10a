"""Stored licenses as the words of the domain, and their values as people read them."""

from collections.abc import Mapping
from typing import Any

from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.licenses import COLUMNS, ColumnKind, License
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
_CODES = {ColumnKind.PRODUCT: Product, ColumnKind.HOSTING: Hosting}
_NOT_TEXT = (ColumnKind.SIZE, ColumnKind.HOST_SIZE, ColumnKind.DATE, ColumnKind.YES_NO)


def license_of(record: Mapping[str, Any]) -> License:
    """The license of a stored version, given by column with the values as the database has them (None for blanks)."""
    return License(**{name: _as_read(column.kind, record.get(name)) for name, column in COLUMNS.items()})


def _as_read(kind: ColumnKind, value: Any) -> Any:
    if kind in _CODES:
        return _CODES[kind](value) if value else None
    return value if kind in _NOT_TEXT else value or ""


def column_title(name: str) -> str:
    """What people call a column of a stored license."""
    return COLUMNS[name].title if name in COLUMNS else name.replace("_", " ").capitalize()


def display_text(name: str, value: Any) -> str:
    """A stored value of a column as people read it: `Data Center`, `2,000`, `2017-03-02`, `yes`; empty for a blank."""
    if value is None:
        return ""
    if name in _TITLES:
        return _TITLES[name].get(value, str(value))
    if name in _SIZES:
        return format_size(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
