"""What people can filter by: each filter's label, its values and what they are called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lib.domain.codes import Flag, parse_needs
from lib.domain.display import column_title
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.flags import FLAG_TITLES
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES
from lib.domain.tiers import format_size
from lib.matching.finding_lists import LIST_TITLES, FindingList
from lib.measures.cut import (
    AGES,
    BAND_TITLES,
    COMPLETE,
    INCOMPLETE,
    PLAN_TITLES,
    UNKNOWN,
    Cut,
    country_title,
    missing_title,
)
from lib.web import cached
from lib.web.cached import Version

OTHER_LABELS = {
    "customer": "Customer",
    "batch": "Import",
    "borderline": "Borderline",
    "movable": "Movable",
    "search": "Search",
    "company": "Customer's name",
    "group": "Customer group",
    "on": "As of",
}
"""The filters of a cut that are no choice among values."""

CONSENTS = {"given": "Given", "pending": "Pending", "declined": "Declined"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter of some values: its name in a cut, label, and titles."""

    name: str
    label: str
    title: Callable[[Any], str]

    @property
    def key(self) -> str:
        """The key of the filter's widget."""
        return f"filter_{self.name}"


IN_BAR = (
    Choice("product", "Product", lambda code: PRODUCT_TITLES.get(code, "Unknown")),
    Choice("hosting", "Hosting", lambda code: HOSTING_TITLES.get(code, "Unknown")),
    Choice("outcome", "Outcome", lambda code: OUTCOME_TITLES[code]),
)
IN_POPOVER = (
    Choice("from_size", "Upgrade from, in editors", format_size),
    Choice("to_tier", "Upgrade to, server tier", format_size),
    Choice("consent", "Consent to upgrade", lambda code: CONSENTS.get(code, code)),
    Choice("needs", "Information needed", column_title),
    Choice("missing", "Missing from the request", missing_title),
    Choice("stage", "Stage of the request", lambda code: STAGE_TITLES.get(code, code)),
    Choice("waiting", "Time in stage", lambda age: AGES.get(age, age)),
    Choice("assignee", "Assigned to", str),
    Choice("marketplace", "Marketplace says", lambda code: LIST_TITLES.get(code, code)),
    Choice("country", "Country", country_title),
    Choice("band", "Server tier", lambda code: BAND_TITLES.get(code, code)),
    Choice("month", "Cloud maintenance ends in", str),
    Choice("plan", "Cloud legacy plan", lambda code: PLAN_TITLES.get(code, code)),
    Choice("flag", "Checks", lambda code: FLAG_TITLES.get(code, code)),
)


CHOICES = (*IN_BAR, *IN_POPOVER)

FIXED_VALUES: dict[str, tuple[str, ...]] = {
    "product": (*map(str, Product), UNKNOWN),
    "hosting": (*map(str, Hosting), UNKNOWN),
    "outcome": tuple(map(str, Outcome)),
    "consent": tuple(CONSENTS),
    "missing": (*map(str, ITEM_TITLES), COMPLETE, INCOMPLETE),
    "stage": tuple(map(str, STAGE_TITLES)),
    "waiting": tuple(AGES),
    "band": tuple(BAND_TITLES),
    "plan": tuple(PLAN_TITLES),
    "marketplace": tuple(map(str, FindingList)),
    "flag": tuple(str(flag) for flag in FLAG_TITLES if flag is not Flag.MAINTENANCE_EXPIRED),
}
"""The values of filters that are offered whether or not a license has them."""


def label_of(name: str) -> str:
    """What a filter of a cut is called on the screen."""
    labels = {choice.name: choice.label for choice in CHOICES} | OTHER_LABELS
    return labels.get(name, name)


@cached.cache(64)
def offered_values(version: Version, everything: Cut, name: str) -> tuple[Any, ...]:
    """All values that a filter can have, or all that occur."""
    if name == "assignee":
        return tuple(cached.assignees(version))
    if name in FIXED_VALUES:
        return FIXED_VALUES[name]
    values = cached.CachedNumbers(version).counts(everything, (name,))[name]
    if name == "needs":
        return items_of(values)
    if name == "country":
        countries = sorted(filter(None, values), key=country_title)
        if values.isna().any():
            return (*countries, UNKNOWN)
        return tuple(countries)
    return tuple(sorted(values.dropna()))


def items_of(needs: Iterable[str]) -> tuple[str, ...]:
    """All items that occur in stored lists of needs."""
    items: set[str] = set()
    for text in needs:
        items.update(map(str, parse_needs(text)))
    return tuple(sorted(items))
