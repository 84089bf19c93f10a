"""The part of a customer's key that searches look at, in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

# How anchors begin (`customers.ANCHOR_MARKS`); that of a license first, since its key may hold any of the others.
_MARKS = (" [", " @", " ~", " (", " #")


class Place(GenericFunction[int]):
    """The place of a text in another, from 1, or 0."""

    type = Integer()
    inherit_cache = True
    name = "place"


@compiles(Place, "sqlite")
def _on_sqlite(element: Place, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(Place, "postgresql")
def _on_postgresql(element: Place, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


def searched_name(customer: ColumnElement[str]) -> ColumnElement[str]:
    """`customers.searched_name` of a column of customer keys."""
    places = [Place(customer, literal(mark)) for mark in _MARKS]
    cut = [(place > 0, func.substr(customer, 1, place - 1)) for place in places]
    return case((Place(customer, literal("[")) == 1, ""), *cut, else_=customer)
