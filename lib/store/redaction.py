"""Replaces texts that name people, wherever a table has them."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Row,
    String,
    Table,
    Text,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)

from lib.store.schema import (
    audit_log,
    batch_parts,
    caught_up,
    check_pages,
    customer_tallies,
    license_versions,
    lookups,
    marketplace_links,
    marketplace_versions,
    meanings,
    metadata,
    movements,
    past_texts,
    people,
    profiles,
    sign_ins,
    tallies,
)

ERASED = "(erased)"

# Tables that are made anew, have no texts but keys, or tell of colleagues only.
_WITHOUT_PEOPLE = (
    marketplace_links,
    lookups,
    past_texts,
    customer_tallies,
    profiles,
    tallies,
    movements,
    caught_up,
    batch_parts,
    check_pages,
    audit_log,
    people,
    sign_ins,
)

# Columns by which tables belong together: a text of the customer may happen to be part of such a key.
_OPAQUE = ("license_key", "marketplace_id")

_v = license_versions.c


@dataclass
class Redaction:
    """In how many places texts were replaced, and the licenses whose versions had them."""

    places: int = 0
    licenses: set[str] = field(default_factory=set)


def redact_everywhere(connection: Connection, values: Sequence[str]) -> Redaction:
    """Replace these texts in every table."""
    redaction = Redaction()
    if not values:
        return redaction
    pattern = re.compile("|".join(map(re.escape, values)), re.IGNORECASE)
    connection.execute(delete(meanings).where(contains_any(connection, meanings.c.text, values)))
    for one in metadata.sorted_tables:
        if one in _WITHOUT_PEOPLE or one is meanings:
            continue
        key = [one.c.id, one.c.since] if one is marketplace_versions else list(one.primary_key)
        if one is license_versions:
            key = [_v.license_key, _v.since]
        for place in one.c:
            if isinstance(place.type, String | JSON) and place not in key and place.name not in _OPAQUE:
                rows = redact_column(connection, one, key, place, values, pattern)
                redaction.places += len(rows)
                if one is license_versions:
                    redaction.licenses.update(row.license_key for row in rows)
    return redaction


def redact_column(
    connection: Connection,
    one: Table,
    key: Sequence[Column[Any]],
    place: Column[Any],
    values: Sequence[str],
    pattern: re.Pattern[str],
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Replace texts in one column; gives the rows that had them, by their keys."""
    rows = connection.execute(select(*key, place).where(contains_any(connection, place, values))).all()
    for row in rows:
        is_row = [column == value for column, value in zip(key, row, strict=False)]
        redacted = redact(row[-1], lambda text: pattern.sub(ERASED, text))
        connection.execute(update(one).where(*is_row).values({place.name: redacted}))
    return rows


def contains_any(connection: Connection, place: Column[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of some texts in it; JSON may have letters of other languages as `\\u00e4`."""
    forms = sorted({form.lower() for value in values for form in (value, json.dumps(value)[1:-1])})
    text = func.lower(cast(place, Text))
    if connection.dialect.name == "postgresql":
        each = func.unnest(literal(forms, ARRAY(Text))).table_valued("value").render_derived()
        return select(each.c.value).where(func.strpos(text, each.c.value) > 0).exists()
    each = func.json_each(json.dumps(forms)).table_valued("value")
    return select(each.c.value).where(func.instr(text, each.c.value) > 0).exists()


def redact(value: Any, replace: Callable[[str], str]) -> Any:
    """A text, or all texts in a JSON value, replaced."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [redact(each, replace) for each in value]
    if isinstance(value, dict):
        return {replace(name): redact(each, replace) for name, each in value.items()}
    return value
