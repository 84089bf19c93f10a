"""Stored values of licenses as the columns that the readers of files give."""

from collections.abc import Callable, Iterable
from typing import Any

from lib.columnar.column import CodedColumn, Column
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind
from lib.domain.products import Hosting, Product
from lib.judging.content_hash import CONTENT_COLUMNS

_CODES: dict[ColumnKind | None, Callable[[str], Any]] = {ColumnKind.PRODUCT: Product, ColumnKind.HOSTING: Hosting}


def stored_column(name: str, values: Iterable[Any]) -> Column:
    """A column of stored values as the readers give it: texts without None, products and hostings as enums."""
    kind = kind_of_column(name)
    if kind in TEXTUAL:
        return TextColumn.of(values)
    column = CodedColumn.of(values)
    enum = _CODES.get(kind)
    if enum is None:
        return column
    return column.map(lambda code: None if code is None else enum(code))


def kind_of_column(name: str) -> ColumnKind | None:
    """What a stored column holds; None for one that is no content of a license, such as `outcome`."""
    if name in COLUMNS:
        return COLUMNS[name].kind
    return ColumnKind.TEXT if name in CONTENT_COLUMNS else None
