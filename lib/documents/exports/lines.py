"""What files list of each license, in the order of the store: the cells of its sheet, and what it adds to the counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from lib.documents.exports.fields import (
    CLOUD_SHEET_FIELDS,
    DO_NOT_INSTALL,
    LISTED_FIELDS,
    MATCHING_FIELDS,
    MIGRATED_FIELDS,
    UNCLEAR_FIELDS,
    UPGRADE_FIELDS,
    Cell,
    Field,
    rows_of,
)
from lib.domain.eligibility import Outcome
from lib.measures.customer_groups import CustomerGroup


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a customer's workbook, the licenses it is for, and what each printed page of it says."""

    title: str
    fields: tuple[Field, ...]
    outcomes: tuple[Outcome, ...]
    warning: str = ""


SHEETS = (
    Sheet("Upgrades", UPGRADE_FIELDS, (Outcome.UPGRADE_NEEDED,), DO_NOT_INSTALL),
    Sheet("Eligible", MATCHING_FIELDS, (Outcome.ELIGIBLE,)),
    Sheet("Needs information", UNCLEAR_FIELDS, (Outcome.NEEDS_INFO,)),
    Sheet("Cloud", CLOUD_SHEET_FIELDS, (Outcome.LEGACY_PLAN, Outcome.EXPIRED)),
    Sheet("Migrated", MIGRATED_FIELDS, (Outcome.ALREADY_MIGRATED,)),
)


SHEET_OF_GROUP: Mapping[CustomerGroup, Sheet] = dict(
    zip(
        (
            CustomerGroup.UPGRADE,
            CustomerGroup.MOVE,
            CustomerGroup.INFORMATION,
            CustomerGroup.CLOUD,
            CustomerGroup.DONE,
        ),
        SHEETS,
        strict=True,
    )
)
"""The sheet that lists what puts customers into each group."""

EVERY_LICENSE = Sheet("Licenses", LISTED_FIELDS, tuple(Outcome))


def sheets_by_outcome() -> Iterator[tuple[str, Sheet]]:
    """Each outcome that has a sheet, and its sheet."""
    for sheet in SHEETS:
        yield from ((outcome, sheet) for outcome in sheet.outcomes)


SHEET_OF: Mapping[str, Sheet] = dict(sheets_by_outcome())
"""The sheet that lists the licenses of an outcome; those that cannot move have none."""

LINE_COLUMNS = ("customer", "name", "outcome", "consent", "users_added")


@dataclass(frozen=True, slots=True)
class Line:
    """A license as a workbook lists it.

    `users_added` is None where it does not grow or where its growing adds no number.
    """

    customer: str
    name: str
    outcome: str
    consent: str | None
    users_added: int | None
    cells: tuple[Cell, ...]


def lines_of(slices: Iterable[pd.DataFrame]) -> Iterator[Line]:
    """The licenses of frames as `file_rows.slices` gives them, in their order."""
    for frame in slices:
        cells = cells_by_place(frame)
        columns = [frame[name].tolist() for name in LINE_COLUMNS]
        for place, (customer, name, outcome, consent, users_added) in enumerate(zip(*columns, strict=True)):
            yield Line(customer, name, outcome, consent, users_added, cells.get(place, ()))


def cells_by_place(frame: pd.DataFrame) -> dict[int, tuple[Cell, ...]]:
    """The cells of each license that has a sheet, by its place in the frame."""
    cells: dict[int, tuple[Cell, ...]] = {}
    for sheet in SHEETS:
        is_on_sheet = frame["outcome"].isin(sheet.outcomes)
        places = is_on_sheet.to_numpy().nonzero()[0].tolist()
        cells.update(zip(places, rows_of(sheet.fields, frame[is_on_sheet]), strict=True))
    return cells
