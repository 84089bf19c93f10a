"""A cut of the licenses: the one filter that tiles, charts, lists, files and links share (design §1, promise 5)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from lib.domain.codes import Item
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.flags import FLAG_TITLES
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, Stage
from lib.domain.text import format_day, storable
from lib.domain.tiers import UNLIMITED, format_size, json_size
from lib.matching.finding_lists import LIST_TITLES, FindingList
from lib.measures.customer_groups import GROUP_TITLES, CustomerGroup
from lib.reading.countries import country_name

ALL = "*"
"""In a column of counts: this row is the total over that column's values."""

UNKNOWN = "unknown"
"""Stands in the filters of product and hosting for licenses without one."""

AGES = {"0-7": "up to 7 days", "8-30": "8 to 30 days", "31-90": "31 to 90 days", "91-": "91 days or more"}
"""How long licenses have been in their stage, in days."""

BAND_TITLES = {
    "small": "Server of up to 50",
    "medium": "Server of 51 to 500",
    "large": "Server of 501 to 10,000",
    "largest": "Server of more than 10,000",
    UNKNOWN: "Server of unknown size",
}
PLAN_TITLES = {
    "running": "Plan runs for more than 90 days",
    "ending": "Plan ends within 90 days",
    "ended": "Plan has ended",
}
"""Where a legacy plan stands on the cut's day."""

ENDING_DAYS = 90
"""Days before its end from which on a plan is ending."""

COMPLETE = "nothing"
"""The value of the filter `missing` for requests that lack nothing."""

FIRST_DAY = date(2000, 1, 1)
"""The first day that anybody may look at."""

INCOMPLETE = "something"
"""The value of the filter `missing` for requests that lack anything."""

_ONLY = "only_"
_NAMELESS = "-"
"""Stands in a link for the customer of licenses without any organisation, whose key is an empty text."""
# A value that no license has: lets none through.
_NONE = ("",)

_SIZES = ("from_size", "to_tier")
_NUMBERS = (*_SIZES, "batch")
_SINGLE_TEXTS = ("search", "company", "borderline", "movable", "group")
_SWITCHES = {"borderline": ("yes",), "movable": ("yes", "no")}
# The only values of these filters.
_CODES: dict[str, Sequence[str]] = {
    "product": (*Product, UNKNOWN),
    "hosting": (*Hosting, UNKNOWN),
    "outcome": tuple(Outcome),
    "stage": tuple(Stage),
    "waiting": tuple(AGES),
    "missing": (*ITEM_TITLES, COMPLETE, INCOMPLETE, *(f"{_ONLY}{item}" for item in ITEM_TITLES)),
    "band": tuple(BAND_TITLES),
    "plan": tuple(PLAN_TITLES),
    "marketplace": tuple(FindingList),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which licenses are meant; an empty filter lets all through. The values of one filter are alternatives.

    `product`, `hosting`, `outcome`, `needs`, `flag` and `stage` hold codes, `from_size` and `to_tier` sizes in users,
    `customer` the keys of organisations, `batch` the numbers of imports, `search` part of a name, key or email,
    `company` part of a company's name.
    `borderline` is "yes" or empty, `movable` (see `progress.is_movable`) "yes", "no" or empty. `waiting` is how long licenses have been in
    their stage (`AGES`), `missing` the items that requests lack, such as `company`, or `only_company` where they lack
    nothing else. `country` holds ISO codes, `band` sizes of servers, `assignee` who works on them, `marketplace` what
    the newest comparison with Marketplace says of them (`FindingList`), `month` when the
    maintenance of Cloud licenses ends (`2016-04`), `plan` where their legacy plan stands (`PLAN_TITLES`), `group` the
    group that their customers are in (`CustomerGroup`); a list of customers without one is of those that need an upgrade.
    `on` is a day (`2026-05-14`), for licenses as they were at its end;
    empty for now.
    """

    product: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    from_size: tuple[int, ...] = ()
    to_tier: tuple[int, ...] = ()
    consent: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    batch: tuple[int, ...] = ()
    stage: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    month: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    marketplace: tuple[str, ...] = ()
    movable: str = ""
    borderline: str = ""
    search: str = ""
    company: str = ""
    group: str = ""
    on: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]]) -> "Cut":
        """The cut that a link's query means; values that mean nothing are left out."""
        return cls(**{field.name: parse_filter(field.name, query.get(field.name, ())) for field in fields(cls)})

    def query(self) -> dict[str, list[str]]:
        """The cut as a link's query, without the filters that are not set."""
        texts = {field.name: link_texts(field.name, getattr(self, field.name)) for field in fields(self)}
        return {name: values for name, values in texts.items() if values}

    def with_filters(self, **filters: Any) -> "Cut":
        """The same cut with some filters replaced."""
        return replace(self, **filters)

    def within(self, **filters: tuple[Any, ...]) -> "Cut":
        """The same cut, with only those of its licenses that have these values.

        Only for filters of which a license has one value.
        """
        narrower = {}
        for name, values in filters.items():
            allowed = getattr(self, name) or values
            # An empty filter would let all licenses through, so that no value in common needs one of its own.
            narrower[name] = tuple(value for value in values if value in allowed) or _NONE
        return self.with_filters(**narrower)

    def only_movable(self) -> "Cut":
        """The movable licenses of the cut: none where it is of those that are not."""
        if self.movable == "no":
            return self.with_filters(outcome=_NONE)
        return self.with_filters(movable="yes")

    def description(self) -> str:
        """The filters in words, separated by middle dots; empty for all licenses."""
        return " · ".join(describe_filters(self))


def unknown_filters(query: Mapping[str, Sequence[str]], today: date) -> Iterator[tuple[str, str]]:
    """The name of each filter in a link's query that means nothing, and its text there: a word or a day that is none."""
    for field in fields(Cut):
        for text in query.get(field.name, ()):
            if storable(text) and not is_known(field.name, text, today):
                yield field.name, text


def is_known(name: str, text: str, today: date) -> bool:
    """Whether a text of a link is a value of a filter; days lie between the first one and today."""
    if name == "on":
        return FIRST_DAY.isoformat() <= parse_day(text) <= today.isoformat()
    if name in _SWITCHES:
        return text in _SWITCHES[name]
    return bool(parse_filter(name, [text]))


def parse_filter(name: str, values: Sequence[str]) -> Any:
    """The value of one filter that the texts of a link mean."""
    texts = [text for text in map(storable, values) if text]
    # A link may repeat a filter that has one value: the last one counts.
    last = next(reversed(texts), "")
    if name == "on":
        return parse_day(last)
    if name == "group" and last not in tuple(CustomerGroup):
        return ""
    if name in _SINGLE_TEXTS:
        return last
    if name in _NUMBERS:
        return tuple(number for number in map(parse_number, texts) if number is not None)
    if name in _CODES:
        return tuple(text for text in texts if text in _CODES[name])
    return tuple("" if text == _NAMELESS else text for text in texts)


def parse_day(text: str) -> str:
    """The day if it is one, written `2026-05-14`; else an empty text."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def parse_number(text: str) -> int | None:
    """The size or number of a batch in a link; None if it is none, or too large for the store."""
    if text == "Unlimited":
        return UNLIMITED
    if not text.isdecimal() or len(text) >= 10:
        return None
    return int(text)


def link_texts(name: str, value: tuple[Any, ...] | str) -> list[str]:
    """The value of one filter as the texts of a link."""
    if isinstance(value, str):
        return list(filter(None, [value]))
    if name in _SIZES:
        return [str(json_size(size)) for size in value]
    return [str(code) or _NAMELESS for code in value]


def describe_filters(cut: Cut) -> Iterator[str]:
    """Each filter of a cut in words."""
    yield from _filters_of_verdicts(cut)
    yield from _filters_of_requests(cut)
    yield from _filters_of_terms(cut)
    if cut.search:
        yield f'"{cut.search}"'
    if cut.company:
        yield f'company "{cut.company}"'
    if cut.group and cut.group != CustomerGroup.ALL:
        yield f"customers: {GROUP_TITLES[CustomerGroup(cut.group)].lower()}"
    if cut.on:
        yield f"as of {format_day(date.fromisoformat(cut.on))}"


def _filters_of_verdicts(cut: Cut) -> Iterator[str]:
    """Those by what a license is, and what its verdict says."""
    yield from _titles(cut.product, {**PRODUCT_TITLES, UNKNOWN: "Unknown product"})
    yield from _titles(cut.hosting, {**HOSTING_TITLES, UNKNOWN: "Unknown hosting"})
    yield from _titles(cut.outcome, OUTCOME_TITLES)
    yield from (f"needs {item.replace('_', ' ')}" for item in cut.needs)
    yield from _titles(cut.flag, FLAG_TITLES)
    if cut.from_size or cut.to_tier:
        yield f"{_sizes(cut.from_size)} → {_sizes(cut.to_tier)}"


def _filters_of_requests(cut: Cut) -> Iterator[str]:
    """Those by whose a license is, where it came from, and how far its request is."""
    yield from (f"consent {consent}" for consent in cut.consent)
    yield from (f"customer {name}" for name in cut.customer)
    yield from (f"import #{number}" for number in cut.batch)
    if cut.borderline:
        yield "borderline"
    yield from (f"assigned to {name}" for name in cut.assignee)
    yield from (f"Marketplace: {title}" for title in _titles(cut.marketplace, LIST_TITLES))
    if cut.movable:
        yield "not movable" if cut.movable == "no" else "movable"
    yield from _titles(cut.stage, STAGE_TITLES)
    yield from (f"{age} in the stage" for age in _titles(cut.waiting, AGES))
    yield from map(missing_title, cut.missing)


def _filters_of_terms(cut: Cut) -> Iterator[str]:
    """Those by country and size, and by when maintenance or a plan ends."""
    yield from map(country_title, cut.country)
    yield from _titles(cut.band, BAND_TITLES)
    yield from (f"maintenance to {month}" for month in cut.month)
    yield from _titles(cut.plan, PLAN_TITLES)


def country_title(code: str) -> str:
    """What a value of the filter `country` is called."""
    if code == UNKNOWN:
        return "Unknown country"
    return country_name(code)


def missing_title(code: str) -> str:
    """What a value of the filter `missing` says."""
    if code == COMPLETE:
        return "nothing missing"
    if code == INCOMPLETE:
        return "items missing"
    item = code.removeprefix(_ONLY)
    # A `Cut` made here, not from a link, may hold any text.
    title = ITEM_TITLES[Item(item)] if item in ITEM_TITLES else item
    if item == code:
        return f"missing: {title}"
    return f"only missing: {title}"


def _titles(codes: Sequence[str], titles: Mapping[Any, str]) -> list[str]:
    return [titles.get(code, code) for code in codes]


def _sizes(sizes: Sequence[int]) -> str:
    return ", ".join(map(format_size, sizes)) or "any"
