"""A cut of the licenses: the one filter that tiles, charts, lists, files and links share (design §1, promise 5)."""

from collections.abc import Mapping, Sequence
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
from lib.reading.countries import country_name

ALL = "*"
"""In a column of counted licenses: this row is the total over that column's values."""

UNKNOWN = "unknown"
"""Stands in the filters of product and hosting for licenses without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which licenses are meant; an empty filter lets all through. The values of one filter are alternatives.

    `product`, `hosting`, `outcome`, `needs` and `flag` hold codes, `from_size` and `to_tier` sizes in users, `customer` the
    keys of organisations, `borderline` and `movable` (see
    `progress.is_movable`) are "yes" or empty, `batch` the numbers of imports, `search` part of a name, key or email.

    `stage` holds codes, `waiting` how long licenses have been in theirs (`AGES`), `missing` the items that requests lack,
    such as `company`, or `only_company` where they lack nothing else. `country` holds ISO codes, `band` sizes of servers,
    `assignee` who works on them, `month` when the maintenance of Cloud licenses ends (`2016-04`). `on` is a day (`2026-05-14`): all is told as it stood at
    its end, by UTC; empty for now.
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
    assignee: tuple[str, ...] = ()
    movable: str = ""
    borderline: str = ""
    search: str = ""
    on: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]]) -> "Cut":
        """The cut a link's query means; values that mean nothing are left out."""
        told: dict[str, Any] = {}
        for name in (field.name for field in fields(cls)):
            texts = [text for text in map(storable, query.get(name, ())) if text]
            if name in _NUMBERS:
                told[name] = tuple(number for number in map(_number, texts) if number is not None)
            elif name == "on":
                told[name] = _day(texts[-1]) if texts else ""
            elif name in ("search", "borderline", "movable"):
                told[name] = texts[-1] if texts else ""
            else:
                known = (text for text in texts if text in _KNOWN.get(name, (text,)))
                told[name] = tuple("" if text == _NAMELESS else text for text in known)
        return cls(**told)

    def query(self) -> dict[str, list[str]]:
        """The cut as a link's query, without the filters that are not set."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        listed = {
            name: list(filter(None, [value])) if isinstance(value, str) else _texts(name, value)
            for name, value in told.items()
        }
        return {name: values for name, values in listed.items() if values}

    def with_filters(self, **filters: Any) -> "Cut":
        """The same cut with some filters set anew."""
        return replace(self, **filters)

    def within(self, **filters: tuple[Any, ...]) -> "Cut":
        """The same cut, of which only licenses with these values are left; of none, where a filter lets none of them through.

        The filters must be such that a license has one value of each.
        """
        both = {
            name: tuple(value for value in values if value in (getattr(self, name) or values)) or _NONE
            for name, values in filters.items()
        }
        return self.with_filters(**both)

    def description(self) -> str:
        """The filters in words, parted by middle dots; empty for all licenses."""
        words = [
            *_titles(self.product, {**PRODUCT_TITLES, UNKNOWN: "Unknown product"}),
            *_titles(self.hosting, {**HOSTING_TITLES, UNKNOWN: "Unknown hosting"}),
            *_titles(self.outcome, OUTCOME_TITLES),
        ]
        words += [f"needs {item.replace('_', ' ')}" for item in self.needs] + _titles(self.flag, FLAG_TITLES)
        if self.from_size or self.to_tier:
            words.append(f"{_sizes(self.from_size)} → {_sizes(self.to_tier)}")
        words += [f"consent {consent}" for consent in self.consent] + [f"customer {name}" for name in self.customer]
        words += [f"import #{number}" for number in self.batch] + (["borderline"] if self.borderline else [])
        words += [f"assigned to {name}" for name in self.assignee]
        words += ["can move"] if self.movable else []
        words += [*_titles(self.stage, STAGE_TITLES), *(f"{AGES.get(age, age)} in the stage" for age in self.waiting)]
        words += [missing_title(code) for code in self.missing] + [country_title(code) for code in self.country]
        words += [*_titles(self.band, BAND_TITLES), *(f"maintenance to {month}" for month in self.month)]
        words += [f'"{self.search}"'] if self.search else []
        return " · ".join([*words, *([f"as of {format_day(date.fromisoformat(self.on))}"] if self.on else [])])


AGES = {"0-7": "up to 7 days", "8-30": "8 to 30 days", "31-90": "31 to 90 days", "91-": "91 days or more"}
"""How long licenses have been in their stage, in days."""

BAND_TITLES = {
    "small": "Server of up to 50",
    "medium": "Server of 51 to 500",
    "large": "Server of 501 to 10,000",
    "largest": "Server of more than 10,000",
    UNKNOWN: "Server of unknown size",
}
_ONLY = "only_"

COMPLETE = "nothing"
"""The value of the filter `missing` for requests that lack nothing."""


def country_title(code: str) -> str:
    """What a value of the filter `country` is called."""
    return "Unknown country" if code == UNKNOWN else country_name(code)


def missing_title(code: str) -> str:
    """What a value of the filter `missing` says."""
    if code == COMPLETE:
        return "lacks nothing"
    item = code.removeprefix(_ONLY)
    title = ITEM_TITLES[Item(item)] if item in ITEM_TITLES else item
    return f"lacks only: {title}" if code.startswith(_ONLY) else f"lacks: {title}"


_NAMELESS = "-"
"""How a link names the customer of licenses without any organisation, whose key is an empty text."""

_NONE = ("",)
"""A value that no license has: lets none through."""

_SIZES = ("from_size", "to_tier")
_NUMBERS = (*_SIZES, "batch")
_KNOWN: dict[str, Sequence[str]] = {
    "product": (*Product, UNKNOWN),
    "hosting": (*Hosting, UNKNOWN),
    "outcome": tuple(Outcome),
    "stage": tuple(Stage),
    "waiting": tuple(AGES),
    "missing": (*ITEM_TITLES, COMPLETE, *(f"{_ONLY}{item}" for item in ITEM_TITLES)),
    "band": tuple(BAND_TITLES),
}


def _texts(name: str, values: Sequence[Any]) -> list[str]:
    return [str(json_size(value)) if name in _SIZES else str(value) or _NAMELESS for value in values]


def _day(text: str) -> str:
    """The day if it is one, written `2026-05-14`."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> int | None:
    if text == "Unlimited":
        return UNLIMITED
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _titles(codes: Sequence[str], titles: Mapping[Any, str]) -> list[str]:
    return [titles.get(code, code) for code in codes]


def _sizes(sizes: Sequence[int]) -> str:
    return ", ".join(map(format_size, sizes)) if sizes else "any"
