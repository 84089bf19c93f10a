"""What a chart counts: licenses, the users they are for, or the customers that have them.

A frame has a column per unit, named as the unit is. Licenses and users add up, so a chart sums rows and makes totals
itself. A customer may stand in several rows: a chart of customers takes each number as it is, one row per mark.
Totals of customers are rows of the frame that have `ALL` in place of a value; a total that is not given is not drawn.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pandas as pd

from lib.domain.text import quantity
from lib.measures.cut import ALL

NAMES = {"licenses": "license", "users": "user", "customers": "customer"}
"""The units a number can be shown in, each with the word for one."""

SHARED_UNITS = frozenset(("customers",))
LONGEST = 100_000

Counts = dict[tuple[Any, ...], int]
"""A number per combination of values, in the order of a frame; `ALL` stands for all values."""


def adds_up(unit: str) -> bool:
    """Whether parts can be summed in this unit."""
    return unit not in SHARED_UNITS


def amount(number: int, unit: str) -> str:
    """`64 licenses`, `1 customer`: a number as words say it."""
    return quantity(number, NAMES[unit])


def title(unit: str) -> str:
    """`Licenses`: the heading of a column of numbers."""
    return unit.capitalize()


def short(number: int) -> str:
    """The number as it fits into a small mark: `64`, `12,345`, `123k`, `1.2M`; its tooltip has it whole."""
    if abs(number) < LONGEST:
        return f"{number:,}"
    if abs(number) < 1_000_000:
        return f"{number / 1_000:.0f}k"
    return f"{number / 1_000_000:.1f}M"


def counts(frame: pd.DataFrame, names: Sequence[str], unit: str) -> Counts:
    """How many each combination of the columns has, and their totals where they can be known."""
    sums: Counts = {}
    columns = [frame[name].tolist() for name in (*names, unit)]
    for *values, number in zip(*columns, strict=True):
        # pandas has NaN in place of None; as it differs from itself, it would be a key of its own each time.
        key = tuple(None if value != value else value for value in values)
        sums[key] = sums.get(key, 0) + int(number)
    if adds_up(unit) and not any(ALL in key for key in sums):
        add_totals(sums)
    return sums


def add_totals(sums: Counts) -> None:
    """Add the totals of all combinations: of each, every way to put `ALL` in place of some of its values."""
    # A copy: the totals go into the same dictionary, and are not parts themselves.
    for key, number in list(sums.items()):
        for total in product(*((value, ALL) for value in key)):
            if ALL in total:
                sums[total] = sums.get(total, 0) + number
