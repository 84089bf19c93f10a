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


Cells = Callable[[pd.DataFrame], list[Cell]]
"""Makes one cell per row of a frame."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file, as wide as `width` letters; those not `on_paper` stand last in sheets and are not printed."""

    title: str
    cells: Cells
    width: int = 14
    on_paper: bool = True


DO_NOT_INSTALL = "Do not install a smaller Marketplace key before the upgrade: it overrides the working Balsamiq key."
"""What every list of upgrades must say (domain.md §3, details)."""

CONSENT_TITLES = {"given": "Given", "pending": "Pending", "declined": "Declined"}
PLAN_TITLES = {PlanDetail.ACTIVE: "Active", PlanDetail.RECENTLY_ACTIVE: "Recently active"}


def rows_of(fields: tuple[Field, ...], frame: pd.DataFrame) -> list[tuple[Cell, ...]]:
    """The cells of a frame, row by row, in the order of the fields."""
    return list(zip(*(field.cells(frame) for field in fields), strict=True))


def cells_of(name: str, convert: Callable[[Any], Cell]) -> Cells:
    """The cells of a stored column: nothing where it holds nothing, else the converted value."""

    def cells(frame: pd.DataFrame) -> list[Cell]:
        return [None if value is None or value != value else convert(value) for value in frame[name].tolist()]

    return cells


def text_cells(name: str) -> Cells:
    """A value as a text."""
    return cells_of(name, str)


def day_cells(name: str) -> Cells:
    """A day as it is."""
    return cells_of(name, lambda day: day)


def title_cells(name: str, titles: Mapping[Any, str]) -> Cells:
    """A code as its title."""
    return cells_of(name, lambda code: titles.get(code, str(code)))


def list_cells(name: str, titles: Mapping[Any, str]) -> Cells:
    """Several codes as titles separated by semicolons."""
    return cells_of(name, lambda codes: "; ".join(titles.get(code, code) for code in parse_fields(codes)))


def yes_no_cells(name: str) -> Cells:
    """A truth value in words."""
    return cells_of(name, lambda value: "Yes" if value else "No")


def size_cells(name: str) -> Cells:
    """A size as a number, or the word Unlimited."""
    return cells_of(name, lambda size: json_size(int(size)))


def users_added_cells(frame: pd.DataFrame) -> list[Cell]:
    """A number of users, or the word Unlimited where a license grows beyond numbers."""
    numbers, tiers = cells_of("users_added", int)(frame), frame["to_tier"].tolist()
    return ["Unlimited" if tier == UNLIMITED else users for users, tier in zip(numbers, tiers, strict=True)]


def before_upgrade_cells(frame: pd.DataFrame) -> list[Cell]:
    """What is still needed before a license can grow, and what to check."""
    rows = zip(*(frame[name].tolist() for name in ("consent", "myatlassian_email", "flags")), strict=True)
    return [before_the_upgrade(*row) for row in rows]


def before_the_upgrade(consent: str | None, myatlassian_email: str | None, flags: str | None) -> str:
    """The sentences on what comes before an upgrade, none if nothing does."""
    sentences = []
    if consent != "given":
        sentences.append("Still needed: consent to the upgrade.")
    if not myatlassian_email:
        sentences.append("Still needed: myAtlassian email.")
    sentences += [f"{FLAG_TITLES[flag]}." for flag in parse_flags(flags)]
    return " ".join(sentences)


def warning_cells(frame: pd.DataFrame) -> list[Cell]:
    """What every list of upgrades must say, of each license."""
    return [DO_NOT_INSTALL] * len(frame)


def next_step_cells(frame: pd.DataFrame) -> list[Cell]:
    """What customers of Cloud licenses do next, as of the frame's `day`."""
    rows = zip(*(frame[name].tolist() for name in ("outcome", "product", "plan_end", "day")), strict=True)
    return [next_step_on_cloud(*row) for row in rows]


def next_step_on_cloud(outcome: str, product: str, plan_end: date | None, day: date) -> str | None:
    """Choose a plan before the free one ends, or subscribe now; and where (domain.md §4)."""
    listing = LISTINGS.get((Product(product), Hosting.CLOUD)) if product else None
    if outcome == Outcome.LEGACY_PLAN and plan_end and plan_end < day:
        return f"The free legacy plan ended on {plan_end}: subscribe now at {listing}"
    if outcome == Outcome.LEGACY_PLAN:
        return f"The free legacy plan runs until {plan_end}: subscribe before then at {listing}"
    if outcome == Outcome.EXPIRED:
        return f"Start a new subscription at {listing}"
    return None


def contact_cells(frame: pd.DataFrame) -> list[Cell]:
    """The contact's whole name, or its first and last."""
    names = ("contact_name", "contact_first_name", "contact_last_name")
    columns = [cells_of(name, str)(frame) for name in names]
    return [
        whole or " ".join(map(str, filter(None, (first, last)))) for whole, first, last in zip(*columns, strict=True)
    ]


def stored_field(name: str, width: int = 14, *, on_paper: bool = True) -> Field:
    """A column of a license as it was declared, written as its kind asks for."""
    kind = COLUMNS[name].kind
    by_kind = {
        ColumnKind.PRODUCT: title_cells(name, PRODUCT_TITLES),
        ColumnKind.HOSTING: title_cells(name, HOSTING_TITLES),
        ColumnKind.SIZE: size_cells(name),
        ColumnKind.HOST_SIZE: size_cells(name),
        ColumnKind.YES_NO: yes_no_cells(name),
        ColumnKind.DATE: day_cells(name),
    }
    return Field(COLUMNS[name].title, by_kind.get(kind, text_cells(name)), width, on_paper)


NEED_TITLES = {name: column.title for name, column in COLUMNS.items()}

FROM = Field("From", size_cells("from_size"), 9)
TO = Field("To", size_cells("to_tier"), 10)
TIER_STEPS = Field("Tier steps", cells_of("tier_steps", int), 9, on_paper=False)
USERS_ADDED = Field("Users added", users_added_cells, 10)
CONSENT = Field("Consent", title_cells("consent", CONSENT_TITLES), 9)
MOVE_FIELDS = (FROM, TO, TIER_STEPS, USERS_ADDED, CONSENT)

CUSTOMER_FIELD = Field("Customer", text_cells("name"), 22)
CONTACT = Field("Contact", contact_cells, 14)
CONTACT_FIELDS = (
    CONTACT,
    stored_field("contact_email", 22),
    stored_field("myatlassian_email", 22),
    stored_field("country", 8),
)

LICENSE_FIELDS = (
    *map(stored_field, COLUMNS),
    Field("Outcome", title_cells("outcome", OUTCOME_TITLES)),
    Field("Needs", list_cells("needs", NEED_TITLES)),
    Field("Checks", list_cells("flags", FLAG_TITLES)),
    *MOVE_FIELDS,
    Field("Cloud plan", title_cells("plan_detail", PLAN_TITLES)),
    Field("Cloud plan ends", day_cells("plan_end")),
    Field("Borderline", yes_no_cells("borderline")),
    Field("Request", title_cells("stage", STAGE_TITLES)),
    Field("Import", cells_of("batch_id", int)),
    Field("Line in file", cells_of("line", int)),
)

REGROUPED_FIELDS = (
    Field("Customer", text_cells("customer_name")),
    Field("Would be", text_cells("into_name")),
    *LICENSE_FIELDS,
)
"""One license that would have another customer, with the names of both."""
"""All that is known of a license: its own columns, the verdict, and where it came from."""

UPGRADE_FIELDS = (
    CUSTOMER_FIELD,
    stored_field("license_key", 17),
    stored_field("product", 10),
    FROM,
    TO,
    USERS_ADDED,
    CONSENT,
    *CONTACT_FIELDS,
    Field("Before the upgrade", before_upgrade_cells, 26),
    TIER_STEPS,
    stored_field("hosting", 10, on_paper=False),
    stored_field("editors", 10, on_paper=False),
    stored_field("host_tier", 10, on_paper=False),
    stored_field("maintenance_end", 12, on_paper=False),
    Field("Warning", warning_cells, 40, on_paper=False),
)
"""One license that must grow: its customer, sizes, contact, and what comes before; last what repeats that or is for filters."""

MATCHING_FIELDS = (
    CUSTOMER_FIELD,
    stored_field("license_key", 20),
    stored_field("product", 11),
    stored_field("hosting", 10),
    stored_field("editors", 10),
    stored_field("host_tier", 10),
    *CONTACT_FIELDS,
    stored_field("maintenance_end", 12),
    Field("Request", title_cells("stage", STAGE_TITLES), 16),
)
"""One license that is as large as its server, or larger, and may move as it is."""

CLOUD_PLAN_FIELDS = (
    stored_field("product", 10),
    stored_field("maintenance_end", 12),
    Field("Group", title_cells("outcome", OUTCOME_TITLES), 12),
    Field("Plan ends", day_cells("plan_end"), 11),
    Field("Borderline", yes_no_cells("borderline"), 10),
    Field("Next step", next_step_cells, 40),
)

CLOUD_FIELDS = (
    stored_field("license_key", 20),
    stored_field("company", 30),
    *CONTACT_FIELDS,
    stored_field("hosting", 10),
    *CLOUD_PLAN_FIELDS,
)
"""One Cloud license: its group, and what its customer does next."""

CLOUD_SHEET_FIELDS = (
    CUSTOMER_FIELD,
    stored_field("license_key", 17),
    CONTACT,
    stored_field("contact_email", 22),
    stored_field("country", 8),
    *CLOUD_PLAN_FIELDS,
    stored_field("myatlassian_email", 22, on_paper=False),
    stored_field("hosting", 10, on_paper=False),
)
"""The same under its customer's name, as sheets have it."""

LISTED_FIELDS = (
    CUSTOMER_FIELD,
    stored_field("license_key", 20),
    stored_field("product", 11),
    stored_field("hosting", 10),
    stored_field("editors", 10),
    stored_field("host_tier", 10),
    Field("Outcome", title_cells("outcome", OUTCOME_TITLES)),
    Field("Missing", list_cells("needs", NEED_TITLES), 24),
    *MOVE_FIELDS,
    *CONTACT_FIELDS,
    stored_field("maintenance_end", 12),
    Field("Request", title_cells("stage", STAGE_TITLES), 16),
)
"""One license of any outcome."""

MIGRATED_FIELDS = (
    CUSTOMER_FIELD,
    stored_field("license_key", 20),
    stored_field("product", 11),
    stored_field("hosting", 10),
    stored_field("editors", 10),
    stored_field("sen", 16),
    *CONTACT_FIELDS,
    Field("Request", title_cells("stage", STAGE_TITLES), 16),
)
"""One license that has moved, and the number that Atlassian gave it."""

UNCLEAR_FIELDS = (
    CUSTOMER_FIELD,
    stored_field("license_key", 20),
    stored_field("product", 11),
    stored_field("hosting", 10),
    stored_field("editors", 10),
    stored_field("host_tier", 10),
    Field("Missing", list_cells("needs", NEED_TITLES), 24),
    *CONTACT_FIELDS,
)
"""One license that nobody can judge yet, and what must be asked for."""
