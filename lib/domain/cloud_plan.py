"""Cloud licenses: a free legacy plan, or expired (domain.md §4)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from lib.domain.policy import Policy
from lib.domain.products import Product

_DAYS = 65_536
"""Answers kept: a million licenses have a few thousand days between them."""


class PlanDetail(StrEnum):
    """Why a license got the legacy plan."""

    ACTIVE = "active"
    RECENTLY_ACTIVE = "recently_active"


PLAN_DETAIL_TITLES = {PlanDetail.ACTIVE: "active", PlanDetail.RECENTLY_ACTIVE: "recently active"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A legacy plan and its last day."""

    detail: PlanDetail
    ends: date


def months_after(day: date, months: int) -> date:
    """The same day some calendar months later (earlier if negative), clamped to the month's end (domain.md §4)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(_DAYS)
def legacy_plan(product: Product, maintenance_end: date, policy: Policy) -> Plan | None:
    """The plan a Cloud license got when Balsamiq moved its product, or None if its maintenance had expired (domain.md §4)."""
    reference = policy.reference(product)
    if maintenance_end < months_after(reference, -policy.grace_months):
        return None
    detail = PlanDetail.ACTIVE if maintenance_end >= reference else PlanDetail.RECENTLY_ACTIVE
    return Plan(detail, months_after(max(maintenance_end, reference), policy.legacy_extra_months))


@lru_cache(_DAYS)
def is_borderline(product: Product, maintenance_end: date, policy: Policy) -> bool:
    """Whether 30 days more or less, or day and month swapped, would change the group (domain.md §4)."""
    moved = timedelta(days=policy.borderline_days)
    others = [maintenance_end - moved, maintenance_end + moved, *_swapped(maintenance_end)]
    group = legacy_plan(product, maintenance_end, policy) is None
    return any((legacy_plan(product, other, policy) is None) != group for other in others)


def _swapped(day: date) -> list[date]:
    return [day.replace(month=day.day, day=day.month)] if day.day <= 12 else []
