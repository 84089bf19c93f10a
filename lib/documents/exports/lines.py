"""What files list of each license, in the order of the store: the cells of its sheet, and what it adds to the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from lib.documents.exports.fields import (
    CLOUD_SHEET_FIELDS,
    MATCHING_FIELDS,
    UNCLEAR_FIELDS,
    UPGRADE_FIELDS,
    Cell,
    Field,
    rows_of,
)
from lib.domain.eligibility import Outcome


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a customer's workbook, and the licenses it is for."""

    title: str
    fields: tuple[Field, ...]
    outcomes: tuple[Outcome, ...]


SHEETS = (
    Sheet("Upgrades", UPGRADE_FIELDS, (Outcome.UPGRADE_NEEDED,)),
    Sheet("Already matching", MATCHING_FIELDS, (Outcome.ELIGIBLE,)),
    Sheet("Needs information", UNCLEAR_FIELDS, (Outcome.NEEDS_INFO,)),
    Sheet("Cloud", CLOUD_SHEET_FIELDS, (Outcome.LEGACY_PLAN, Outcome.EXPIRED)),
)
SHEET_OF: Mapping[str, Sheet] = {outcome: sheet for sheet in SHEETS for outcome in sheet.outcomes}
"""The sheet that lists the licenses of an outcome; those that cannot move, and those that have moved, have none."""


@dataclass(frozen=True, slots=True)
class Line:
    """A license as a workbook lists it. `added` is None where it does not grow or where its growing adds no number."""

    customer: str
    name: str
    outcome: str
    consent: str | None
    added: int | None
    cells: tuple[Cell, ...]


def lines_of(slices: Iterable[pd.DataFrame]) -> Iterator[Line]:
    """The licenses of frames as `listed.slices` gives them, in their order."""
    for frame in slices:
        cells = _cells(frame)
        told = (frame[name].tolist() for name in ("customer", "name", "outcome", "consent", "users_added"))
        for number, (customer, name, outcome, consent, added) in enumerate(zip(*told, strict=True)):
            yield Line(customer, name, outcome, consent, added, cells.get(number, ()))


def _cells(frame: pd.DataFrame) -> dict[int, tuple[Cell, ...]]:
    """The cells of each license that has a sheet, by its place in the frame."""
    found: dict[int, tuple[Cell, ...]] = {}
    for sheet in SHEETS:
        chosen = frame["outcome"].isin(sheet.outcomes)
        found.update(zip(chosen.to_numpy().nonzero()[0].tolist(), rows_of(sheet.fields, frame[chosen]), strict=True))
    return found


def count(counts: Counter[str], line: Line) -> None:
    """Add a license to the counts: its outcome, and of an upgrade its users, or `unlimited`, and its consent."""
    counts[line.outcome] += 1
    if line.outcome == Outcome.UPGRADE_NEEDED:
        counts["unlimited" if line.added is None else "users_added"] += 1 if line.added is None else line.added
        counts[f"consent_{line.consent}"] += 1
