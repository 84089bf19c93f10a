"""Cloud licenses by what their customers have to do: plans by where they stand, expired maintenance, and the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.dashboard.numbers import Numbers
from lib.dashboard.view import View
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.measures.cut import Cut

PLAN_GROUPS = {"running": "Running", "ending": "Ending within 90 days", "ended": "Ended"}
OTHER_GROUPS = {
    Outcome.NEEDS_INFO: "Cannot be placed",
    Outcome.NOT_ELIGIBLE: "Not eligible",
    Outcome.ALREADY_MIGRATED: "With a SEN",
}
"""The outcomes of licenses hosted on Cloud that have neither a plan nor expired maintenance."""


@dataclass(frozen=True, slots=True)
class CloudGroup:
    """Some Cloud licenses: what they have in common, how many there are, and which."""

    code: str
    title: str
    number: int
    cut: Cut


@dataclass(frozen=True, slots=True)
class CloudCounts:
    """All that are hosted on Cloud: `groups` are those with a plan or expired maintenance, `others` the rest."""

    hosted: int
    groups: Sequence[CloudGroup]
    others: Sequence[CloudGroup]


def cloud_counts(numbers: Numbers, view: View) -> CloudCounts:
    """The Cloud licenses of a view."""
    cut, legacy_plan = view.cut, view.cut.within(outcome=(Outcome.LEGACY_PLAN,))
    hosted = cut.within(hosting=(Hosting.CLOUD,))
    plans = [(code, title, legacy_plan.within(plan=(code,))) for code, title in PLAN_GROUPS.items()]
    expired = ("expired", "Expired", cut.within(outcome=(Outcome.EXPIRED,)))
    others = [(str(outcome), title, hosted.within(outcome=(outcome,))) for outcome, title in OTHER_GROUPS.items()]
    return CloudCounts(
        number_of(numbers, hosted, view.unit),
        [group(numbers, view.unit, *parts) for parts in (*plans, expired)],
        [group(numbers, view.unit, *parts) for parts in others],
    )


def group(numbers: Numbers, unit: str, code: str, title: str, cut: Cut) -> CloudGroup:
    """One group of Cloud licenses."""
    return CloudGroup(code, title, number_of(numbers, cut, unit), cut)


def number_of(numbers: Numbers, cut: Cut, unit: str) -> int:
    """How many a cut has, in a unit."""
    return numbers.progress(cut, unit).licenses
