"""Cloud licenses: a free legacy plan, or expired (domain.md §4)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from lib.domain.policy import Policy
from lib.domain.products import Product

# Days that are kept: a million licenses have a few thousand between them.
_CACHED = 65_536


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


@lru_cache(_CACHED)
def months_after(day: date, months: int) -> date:
    """The same day some calendar months later or earlier, clamped to the month's end (domain.md §4)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def legacy_plan(product: Product, maintenance_end: date, policy: Policy) -> Plan | None:
    """The legacy plan of a Cloud license; None if its maintenance had expired (domain.md §4)."""
    reference = policy.reference(product)
    if maintenance_end < expired_before(product, policy):
        return None
    ends = months_after(max(maintenance_end, reference), policy.legacy_extra_months)
    if maintenance_end >= reference:
        return Plan(PlanDetail.ACTIVE, ends)
    return Plan(PlanDetail.RECENTLY_ACTIVE, ends)


def expired_before(product: Product, policy: Policy) -> date:
    """The first day on which maintenance that ends then is no expired one."""
    return months_after(policy.reference(product), -policy.grace_months)


def is_borderline(product: Product, maintenance_end: date, policy: Policy) -> bool:
    """Whether 30 days more or less, or day and month swapped, would change the group (domain.md §4)."""
    margin, first_day = timedelta(days=policy.borderline_days), expired_before(product, policy)
    others = [maintenance_end - margin, maintenance_end + margin]
    if maintenance_end.day <= 12:
        others.append(maintenance_end.replace(month=maintenance_end.day, day=maintenance_end.month))
    is_expired = maintenance_end < first_day
    return any((other < first_day) != is_expired for other in others)
