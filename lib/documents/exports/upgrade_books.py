"""The workbook of one customer or of many: a sheet for each way a license can stand, and one that says what the file is."""

import io
from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice

from xlsxwriter import Workbook

from lib.documents.exports.about import ABOUT_SHEET, UPGRADE_MINDS, About, lines_of
from lib.documents.exports.lines import SHEET_OF, SHEETS, Line, Sheet, count
from lib.documents.exports.workbooks import (
    OPTIONS,
    Looks,
    looks_of,
    refuse_too_many,
    set_up_print,
    write_about,
    write_cell,
)
from lib.domain.eligibility import Outcome

_FEW = 5_000
"""Licenses of a workbook that is made in memory; a larger one goes through files, row by row."""


def upgrade_book(lines: Iterable[Line], about: About) -> tuple[bytes, Counter[str]]:
    """A workbook of these licenses, and the counts that it tells of itself (`lines.count`, and `customers`).

    However many there are, they are not held in memory. Raises RefusalError if a sheet or a cell has no room.
    """
    rest = iter(lines)
    first = list(islice(rest, _FEW))
    in_memory = {"constant_memory": False, "in_memory": True} if len(first) < _FEW else {}
    content, counts = io.BytesIO(), Counter[str]()
    with Workbook(content, {**OPTIONS, **in_memory}) as book:
        # The time is the data's, not the clock's: the same data makes the same bytes.
        book.set_properties({"title": "Licenses to upgrade", "created": about.as_of.replace(tzinfo=None)})
        looks = looks_of(book)
        pages = {sheet.title: _Page(book, sheet, looks) for sheet in SHEETS}
        customer = None
        for line in chain(first, rest):
            count(counts, line)
            # Some are of outcomes that no sheet lists: their customers count, for they have upgrades too.
            counts["customers"] += line.customer != customer
            customer = line.customer
            if line.outcome in SHEET_OF:
                pages[SHEET_OF[line.outcome].title].write(line)
        for page in pages.values():
            page.finish()
        write_about(book.add_worksheet(ABOUT_SHEET), lines_of(about, _told(counts), UPGRADE_MINDS), looks)
    return content.getvalue(), counts


class _Page:
    """A sheet that is written row by row."""

    def __init__(self, book: Workbook, sheet: Sheet, looks: Looks) -> None:
        self._page, self._sheet, self._looks, self._rows = book.add_worksheet(sheet.title), sheet, looks, 0
        for number, field in enumerate(sheet.fields):
            self._page.set_column(number, number, field.width)
            self._page.write_string(0, number, field.title, looks.header)

    def write(self, line: Line) -> None:
        self._rows += 1
        refuse_too_many(self._sheet.title, self._rows)
        for number, cell in enumerate(line.cells):
            write_cell(self._page, self._rows, number, cell, self._looks)

    def finish(self) -> None:
        self._page.freeze_panes(1, 2)
        self._page.autofilter(0, 0, self._rows, len(self._sheet.fields) - 1)
        set_up_print(self._page)


_LISTED = {
    "Customers": ("customers",),
    "Licenses to upgrade": (Outcome.UPGRADE_NEEDED,),
    "Users added": ("users_added",),
    "To Unlimited": ("unlimited",),
    "Consent given": ("consent_given",),
    "Consent pending": ("consent_pending",),
    "Licenses that match already": (Outcome.ELIGIBLE,),
    "Licenses that need information": (Outcome.NEEDS_INFO,),
    "Cloud licenses": (Outcome.LEGACY_PLAN, Outcome.EXPIRED),
}
_NOT_LISTED = {
    "Not listed: moved already": (Outcome.ALREADY_MIGRATED,),
    "Not listed: cannot move": (Outcome.NOT_ELIGIBLE,),
}


def _told(counts: Counter[str]) -> dict[str, int]:
    told = {heading: sum(counts[name] for name in names) for heading, names in _LISTED.items()}
    left_out = {heading: sum(counts[name] for name in names) for heading, names in _NOT_LISTED.items()}
    return told | {heading: number for heading, number in left_out.items() if number}
