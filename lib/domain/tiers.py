"""Sizes in users, and the ladder of Server tiers (domain.md §2)."""

from collections.abc import Sequence
from typing import NewType

Size = NewType("Size", int)
"""A number of users, at least 1. `UNLIMITED` is the largest, so plain comparison and sorting are right."""

UNLIMITED = Size(2**31 - 1)
LADDER: tuple[Size, ...] = (*map(Size, (10, 25, 50, 100, 250, 500, 2000, 10000)), UNLIMITED)
"""The Server tiers that Marketplace sells, smallest first (domain.md §2)."""


def tier_holding(users: Size, ladder: Sequence[Size] = LADDER) -> Size:
    """The smallest tier of the ladder with room for that many users (domain.md §3, "rounded up")."""
    return next(tier for tier in ladder if tier >= users)


def highest(sizes: Sequence[Size], ladder: Sequence[Size] = LADDER) -> Size:
    """The host tier of a server with several applications: each rounded up, then the highest (domain.md §3)."""
    return max(tier_holding(size, ladder) for size in sizes)


def steps_between(editors: Size, tier: Size, ladder: Sequence[Size] = LADDER) -> int:
    """How many tiers a license must climb to reach `tier`."""
    return sum(editors < rung <= tier for rung in ladder)


def users_added(editors: Size, tier: Size) -> int | None:
    """Users the customer gains by growing to `tier`; None if either size is Unlimited."""
    if UNLIMITED in (editors, tier):
        return None
    return tier - editors


def format_size(size: int | None) -> str:
    """A size as people read it: `2,000`, `Unlimited`, or an empty text if unknown."""
    if size is None:
        return ""
    if size == UNLIMITED:
        return "Unlimited"
    return f"{size:,}"


def json_size(size: int | None) -> int | str | None:
    """A size as machines read it in JSON: a number, `"Unlimited"` or None."""
    return "Unlimited" if size == UNLIMITED else size
