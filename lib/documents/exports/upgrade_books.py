"""The workbook of one customer or of many: a sheet for each way a license can stand, and one about the file."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from xlsxwriter import Workbook

from lib.documents.exports.about import ABOUT_SHEET, UPGRADE_REMARKS, About, lines_about
from lib.documents.exports.lines import SHEET_OF, SHEETS, Line, Sheet
from lib.documents.exports.workbooks import (
    Looks,
    height,
    looks_of,
    print_options,
    refuse_too_many,
    set_up_print,
    write_about,
    write_cell,
)
from lib.domain.eligibility import Outcome
from lib.measures.list_totals import ListTotals

_HEADER = 30
"""Points of the headings, of two lines."""

FEW_LICENSES = 5_000
"""Licenses of a workbook that is made in memory; a larger one goes through files, row by row."""


@dataclass(frozen=True, slots=True)
class BookCounts:
    """What a workbook holds: its licenses by outcome, its customers, and of its upgrades the users and consents."""

    outcomes: Mapping[str, int]
    customers: int
    users_added: int
    unlimited: int
    consents: Mapping[str | None, int]

    def licenses(self, *outcomes: str) -> int:
        """How many licenses have one of some outcomes."""
        return sum(self.outcomes.get(outcome, 0) for outcome in outcomes)

    @property
    def listed(self) -> int:
        """How many licenses the sheets list."""
        return self.licenses(*SHEET_OF)

    @property
    def totals(self) -> ListTotals:
        """What its upgrades come to."""
        return ListTotals(
            customers=self.customers,
            upgrades=self.licenses(Outcome.UPGRADE_NEEDED),
            users_added=self.users_added,
            unlimited=self.unlimited,
            given=self.consents.get("given", 0),
            pending=self.consents.get("pending", 0),
            unclear=self.licenses(Outcome.NEEDS_INFO),
            eligible=self.licenses(Outcome.ELIGIBLE),
            cloud=self.licenses(Outcome.LEGACY_PLAN, Outcome.EXPIRED),
            moved=self.licenses(Outcome.ALREADY_MIGRATED),
        )

    def lines(self) -> dict[str, int]:
        """The numbers that the workbook has about itself, by heading."""
        totals = self.totals
        numbers = {
            "Customers": totals.customers,
            "Licenses to upgrade": totals.upgrades,
            "Users added": totals.users_added,
            "To Unlimited": totals.unlimited,
            "Consent given": totals.given,
            "Consent pending": totals.pending,
            "Eligible licenses": totals.eligible,
            "Licenses that need information": totals.unclear,
            "Cloud licenses": totals.cloud,
            "Licenses that have migrated": totals.moved,
        }
        others = self.licenses(Outcome.NOT_ELIGIBLE)
        return numbers | ({"Not listed: not eligible": others} if others else {})


@dataclass(frozen=True, slots=True)
class UpgradeBook:
    """A workbook's bytes and counts."""

    content: bytes
    counts: BookCounts


class LineCounter:
    """Counts the lines that pass, so that they need not be held in memory."""

    def __init__(self) -> None:
        self._outcomes = Counter[str]()
        self._consents = Counter[str | None]()
        self._customers = self._users_added = self._unlimited = 0
        self._last_customer: str | None = None

    def add(self, line: Line) -> None:
        """Count a line. Lines come customer by customer."""
        self._outcomes[line.outcome] += 1
        # Some are of outcomes that no sheet lists: their customers count, for they have upgrades too.
        self._customers += line.customer != self._last_customer
        self._last_customer = line.customer
        if line.outcome != Outcome.UPGRADE_NEEDED:
            return
        self._consents[line.consent] += 1
        self._users_added += line.users_added or 0
        self._unlimited += line.users_added is None

    def counts(self) -> BookCounts:
        """The counts so far."""
        return BookCounts(self._outcomes, self._customers, self._users_added, self._unlimited, self._consents)


def upgrade_book(lines: Iterable[Line], about: About) -> UpgradeBook:
    """A workbook of these licenses, which come customer by customer.

    However many there are, they are not held in memory. Raises RefusalError if a sheet or a cell has no room.
    """
    rest = iter(lines)
    first = list(islice(rest, FEW_LICENSES))
    in_memory = {"constant_memory": False, "in_memory": True} if len(first) < FEW_LICENSES else {}
    content = io.BytesIO()
    with Workbook(content, {**print_options(), **in_memory}) as book:
        # The time is the data's, not the clock's: the same data makes the same bytes.
        book.set_properties({"title": "Licenses to upgrade", "created": about.as_of.replace(tzinfo=None)})
        looks = looks_of(book)
        counts = write_licenses(book, chain(first, rest), looks)
        page = book.add_worksheet(ABOUT_SHEET)
        if not counts.listed:
            # A workbook opens at its first sheet, which nothing is in.
            page.activate()
            page.set_first_sheet()
        write_about(page, lines_about(about, counts.lines(), UPGRADE_REMARKS), looks)
    return UpgradeBook(content.getvalue(), counts)


def write_licenses(book: Workbook, lines: Iterator[Line], looks: Looks) -> BookCounts:
    """Write each license on its sheet, and count them all."""
    pages = {sheet.title: Page(book, sheet, looks) for sheet in SHEETS}
    counter = LineCounter()
    for line in lines:
        counter.add(line)
        if line.outcome in SHEET_OF:
            pages[SHEET_OF[line.outcome].title].write(line)
    for page in pages.values():
        page.finish()
    if first := next((page for page in pages.values() if not page.is_empty), None):
        first.open()
    return counter.counts()


class Page:
    """A sheet that is written row by row."""

    def __init__(self, book: Workbook, sheet: Sheet, looks: Looks) -> None:
        self._page, self._sheet, self._rows = book.add_worksheet(sheet.title), sheet, 0
        self._looks, self._looks_off_paper = replace(looks, text=looks.wrapped), looks
        self._page.set_row(0, _HEADER)
        for number, field in enumerate(sheet.fields):
            self._page.set_column(number, number, field.width)
            self._page.write_string(0, number, field.title, looks.header)
        self._printed = sum(field.on_paper for field in sheet.fields)

    def write(self, line: Line) -> None:
        """Write a line below the last one."""
        self._rows += 1
        refuse_too_many(self._sheet.title, self._rows)
        if points := self.height_of(line):
            self._page.set_row(self._rows, points)
        for number, cell in enumerate(line.cells):
            # What is not printed makes no row higher.
            looks = self._looks if number < self._printed else self._looks_off_paper
            write_cell(self._page, self._rows, number, cell, looks)

    def height_of(self, line: Line) -> float:
        """The points that a line needs if a text that is printed takes several lines, else 0."""
        points = 0.0
        printed = zip(self._sheet.fields[: self._printed], line.cells[: self._printed], strict=True)
        for field, cell in printed:
            # A letter is at most as wide as two digits.
            if isinstance(cell, str) and len(cell) > field.width // 2:
                points = max(points, height(cell, field.width))
        return points if points > height("", 1) else 0

    @property
    def is_empty(self) -> bool:
        """Whether no license is on the sheet."""
        return not self._rows

    def open(self) -> None:
        """Let the workbook open at this sheet."""
        self._page.activate()
        self._page.set_first_sheet()

    def finish(self) -> None:
        """Set up filters, scrolling and print, once all rows are there; hide a sheet without any."""
        if self.is_empty:
            self._page.hide()
        self._page.freeze_panes(1, 2)
        self._page.autofilter(0, 0, self._rows, len(self._sheet.fields) - 1)
        set_up_print(self._page)
        self._page.set_margins(left=0.3, right=0.3, top=0.6, bottom=0.6)
        self._page.hide_gridlines(0)  # they are printed, too
        self._page.print_area(0, 0, self._rows, self._printed - 1)
        if self._sheet.warning:
            self._page.set_header(f"&L{self._sheet.warning}", {"margin": 0.25})
