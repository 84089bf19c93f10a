"""What the licenses of a customer come to, as SQL, and which groups that puts the customer into."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, true

from lib.domain.eligibility import Outcome
from lib.measures.customer_groups import CustomerGroup
from lib.store.schema import CUSTOMER_SUMS


def sums_of(profile: Mapping[str, ColumnElement[Any]]) -> dict[str, ColumnElement[int]]:
    """Each of `CUSTOMER_SUMS` over the grouped licenses of customers, by the columns of their profiles."""
    # Twin of `catch_up`'s measures, which add the same up license by license; tests/store/test_customer_groups.py holds them together.
    outcome = profile["outcome"]
    sums = (
        _number_where(outcome == Outcome.UPGRADE_NEEDED),
        func.coalesce(func.sum(profile["users_added"]), 0),
        _number_where((outcome == Outcome.UPGRADE_NEEDED) & profile["users_added"].is_(None)),
        _number_where(profile["consent"] == "pending"),
        _number_where(profile["consent"] == "given"),
        _number_where(outcome == Outcome.NEEDS_INFO),
        _number_where(outcome == Outcome.ELIGIBLE),
        _number_where(outcome.in_((Outcome.LEGACY_PLAN, Outcome.EXPIRED))),
        _number_where(outcome == Outcome.ALREADY_MIGRATED),
    )
    return dict(zip(CUSTOMER_SUMS, sums, strict=True))


def _number_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, literal(1)), else_=0)), 0)


def is_in_group(sums: Any, group: CustomerGroup) -> ColumnElement[bool]:
    """Whether a customer is in a group, by the columns of its sums."""
    deciding: dict[CustomerGroup, ColumnElement[int]] = {
        CustomerGroup.MOVE: sums["eligible"],
        CustomerGroup.UPGRADE: sums["upgrades"],
        CustomerGroup.INFORMATION: sums["unknown"],
        CustomerGroup.CLOUD: sums["cloud"],
    }
    if group is CustomerGroup.DONE:
        # Each apart, so that a database can stop at the first.
        return and_(sums["moved"] > 0, *(number == 0 for number in deciding.values()))
    if group in deciding:
        return deciding[group] > 0
    return true()
