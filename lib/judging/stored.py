"""Stored values of licenses as the columns that the readers of files give."""

from collections.abc import Callable, Iterable
from typing import Any

from lib.columnar.column import CodedColumn, Column
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import TEXTUAL, ColumnKind
from lib.domain.products import Hosting, Product
from lib.judging.content_hash import CONTENT_COLUMNS, content_kind

_ENUMS: dict[ColumnKind, Callable[[str], Any]] = {ColumnKind.PRODUCT: Product, ColumnKind.HOSTING: Hosting}


def stored_column(name: str, values: Iterable[Any]) -> Column:
    """A column of stored values as the readers give it: texts without None, products and hostings as enums."""
    if name not in CONTENT_COLUMNS:
        return CodedColumn.of(values)
    kind = content_kind(name)
    if kind in TEXTUAL:
        return TextColumn.of(values)
    column = CodedColumn.of(values)
    if kind not in _ENUMS:
        return column
    return column.map(lambda code: None if code is None else _ENUMS[kind](code))
