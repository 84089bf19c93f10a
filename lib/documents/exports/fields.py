"""What a list of licenses shows, column by column: a title for people, and its cells from a frame of the store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.domain.cloud_plan import PlanDetail
from lib.domain.codes import parse_fields, parse_flags
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.flags import FLAG_TITLES
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.products import HOSTING_TITLES, LISTINGS, PRODUCT_TITLES, Hosting, Product
from lib.domain.requests import STAGE_TITLES
from lib.domain.tiers import UNLIMITED, json_size

Cell = str | int | date | None
"""What a file's cell holds: a text, a whole number, a day, or nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file; `cells` gives one cell per row of the frame, `width` is in letters."""

    title: str
    cells: Callable[[pd.DataFrame], list[Cell]]
    width: int = 14


DO_NOT_INSTALL = "Do not install a smaller Marketplace key before the upgrade: it overrides the working Balsamiq key."
"""What every list of upgrades must say (domain.md §3, details)."""

CONSENT_TITLES = {"given": "Given", "pending": "Pending", "declined": "Declined"}
PLAN_TITLES = {PlanDetail.ACTIVE: "Active", PlanDetail.RECENTLY_ACTIVE: "Recently active"}


def rows_of(fields: tuple[Field, ...], frame: pd.DataFrame) -> list[tuple[Cell, ...]]:
    """The cells of a frame, row by row, in the order of the fields."""
    return list(zip(*(field.cells(frame) for field in fields), strict=True))


def _each(name: str, shown: Callable[[Any], Cell]) -> Callable[[pd.DataFrame], list[Cell]]:
    """The cells of a stored column: nothing where it holds nothing, else what `display_text` makes of the value."""

    def cells(frame: pd.DataFrame) -> list[Cell]:
        return [None if value is None or value != value else shown(value) for value in frame[name].tolist()]

    return cells


def _titled(name: str, titles: Mapping[Any, str]) -> Callable[[pd.DataFrame], list[Cell]]:
    return _each(name, lambda code: titles.get(code, str(code)))


def _listed(name: str, titles: Mapping[Any, str]) -> Callable[[pd.DataFrame], list[Cell]]:
    """Codes parted by commas as titles parted by semicolons."""
    return _each(name, lambda codes: "; ".join(titles.get(code, code) for code in parse_fields(codes)))


def _yes_no(name: str) -> Callable[[pd.DataFrame], list[Cell]]:
    return _each(name, lambda told: "Yes" if told else "No")


def _size(name: str) -> Callable[[pd.DataFrame], list[Cell]]:
    return _each(name, lambda size: json_size(int(size)))


def _users_added(frame: pd.DataFrame) -> list[Cell]:
    """A number of users, or the word Unlimited where a license grows beyond numbers."""
    added, tiers = _each("users_added", int)(frame), frame["to_tier"].tolist()
    return ["Unlimited" if tier == UNLIMITED else users for users, tier in zip(added, tiers, strict=True)]


def _before_the_upgrade(frame: pd.DataFrame) -> list[Cell]:
    """What is still to be said before a license can grow, and what to look at twice."""
    told = zip(*(frame[name].tolist() for name in ("consent", "myatlassian_email", "flags")), strict=True)
    return [_note(*row) for row in told]


def _next_step(frame: pd.DataFrame) -> list[Cell]:
    """Choose a plan before the free one ends, or subscribe now; and where (domain.md §4)."""
    told = zip(*(frame[name].tolist() for name in ("outcome", "product", "plan_end")), strict=True)
    return [_to_do_on_cloud(*row) for row in told]


def _to_do_on_cloud(outcome: str, product: str, plan_end: date | None) -> str | None:
    listing = LISTINGS.get((Product(product), Hosting.CLOUD)) if product else None
    if outcome == Outcome.LEGACY_PLAN:
        return f"The free legacy plan covers the site until {plan_end}; subscribe before at {listing}"
    return f"Start a new subscription at {listing}" if outcome == Outcome.EXPIRED else None


def _note(consent: str | None, myatlassian_email: str | None, flags: str | None) -> str:
    asked = [] if consent == "given" else ["The agreement to the upgrade is still needed."]
    asked += [] if myatlassian_email else ["The email of the myAtlassian account is still needed."]
    looked_at = [f"{FLAG_TITLES[flag]}." for flag in parse_flags(flags)]
    return " ".join([*asked, *looked_at, DO_NOT_INSTALL])


def _contact(frame: pd.DataFrame) -> list[Cell]:
    names = ("contact_name", "contact_first_name", "contact_last_name")
    told = zip(*(_each(name, str)(frame) for name in names), strict=True)
    return [whole or " ".join(filter(None, map(str, (first or "", last or "")))) for whole, first, last in told]


def _stored(name: str, width: int = 14) -> Field:
    """A column of a license as it was declared, written as its kind asks for."""
    kind = COLUMNS[name].kind
    by_kind = {
        ColumnKind.PRODUCT: _titled(name, PRODUCT_TITLES),
        ColumnKind.HOSTING: _titled(name, HOSTING_TITLES),
        ColumnKind.SIZE: _size(name),
        ColumnKind.HOST_SIZE: _size(name),
        ColumnKind.YES_NO: _yes_no(name),
        ColumnKind.DATE: _each(name, lambda day: day),
    }
    return Field(COLUMNS[name].title, by_kind.get(kind, _each(name, str)), width)


NEED_TITLES = {name: column.title for name, column in COLUMNS.items()}

_MOVE = (
    Field("From", _size("from_size"), 10),
    Field("To", _size("to_tier"), 10),
    Field("Tier steps", _each("tier_steps", int), 10),
    Field("Users added", _users_added, 12),
    Field("Consent", _titled("consent", CONSENT_TITLES), 10),
)
_CUSTOMER = Field("Customer", _each("name", str), 30)
_REACHED_BY = (
    Field("Contact", _contact, 20),
    _stored("contact_email", 28),
    _stored("myatlassian_email", 28),
    _stored("country", 9),
)

LICENSE_FIELDS = (
    *map(_stored, COLUMNS),
    Field("Outcome", _titled("outcome", OUTCOME_TITLES)),
    Field("Needs", _listed("needs", NEED_TITLES)),
    Field("Look at twice", _listed("flags", FLAG_TITLES)),
    *_MOVE,
    Field("Cloud plan", _titled("plan_detail", PLAN_TITLES)),
    Field("Cloud plan ends", _each("plan_end", lambda day: day)),
    Field("Borderline", _yes_no("borderline")),
    Field("Request", _titled("stage", STAGE_TITLES)),
    Field("Import", _each("batch_id", int)),
    Field("Line in file", _each("line", int)),
)
"""All that is known of a license: its own columns, the verdict, and where it came from."""

UPGRADE_FIELDS = (
    _CUSTOMER,
    _stored("license_key", 26),
    _stored("product", 12),
    _stored("editors", 10),
    _stored("host_tier", 10),
    *_MOVE,
    *_REACHED_BY,
    _stored("maintenance_end", 13),
    Field("Before the upgrade", _before_the_upgrade, 80),
)
"""One license that must grow: whose it is, from where to where, whom to write to, and what to mind."""

MATCHING_FIELDS = (
    _CUSTOMER,
    _stored("license_key", 26),
    _stored("product", 12),
    _stored("editors", 10),
    _stored("host_tier", 10),
    *_REACHED_BY,
    _stored("maintenance_end", 13),
    Field("Request", _titled("stage", STAGE_TITLES), 16),
)
"""One license that is as large as its server, or larger, and may move as it is."""

_ON_CLOUD = (
    *_REACHED_BY,
    _stored("product", 12),
    _stored("maintenance_end", 13),
    Field("Group", _titled("outcome", OUTCOME_TITLES)),
    Field("Plan ends", _each("plan_end", lambda day: day)),
    Field("Borderline", _yes_no("borderline")),
    Field("Next step", _next_step, 80),
)

CLOUD_FIELDS = (_stored("license_key", 26), _stored("company", 30), *_ON_CLOUD)
"""One Cloud license: its group, and what its customer does next."""

CLOUD_SHEET_FIELDS = (_CUSTOMER, _stored("license_key", 26), *_ON_CLOUD)
"""The same under its customer's name, as sheets have it."""

UNCLEAR_FIELDS = (
    _CUSTOMER,
    _stored("license_key", 26),
    _stored("product", 12),
    _stored("hosting", 12),
    _stored("editors", 10),
    _stored("host_tier", 10),
    Field("Missing", _listed("needs", NEED_TITLES), 24),
    *_REACHED_BY,
)
"""One license that nobody can judge yet, and what must be asked for."""
