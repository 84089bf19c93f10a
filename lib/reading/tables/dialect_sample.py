"""The first records of a text under one dialect, and how much they look like a table."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from lib.reading.tables.cell_splitting import Dialect, split_strictly
from lib.reading.tables.lines import Lines
from lib.reading.tables.records import Record, read_by_rules, read_record
from lib.reading.tables.row_kinds import count_license_fields

_HEAD_BYTES = 60_000
_HEAD_LINES = 400
_HEADER_RECORDS = 20
_FIRST_LINE_LACKS_DELIMITER = 0.7
_FIRST_LINE_OF_TWO_COLUMNS_LACKS_IT = 0.1
_MOST_OF_LINES = 0.5
_COMMON_WIDTH = 0.1
_LONGEST_TESTED_CELL = 200
_USUAL_CELL = re.compile(
    r"""\ *(
        | [+-]?[$€£¥]?\ ?[+-]?\d[\d.,'\ \u00a0]*(e[+-]?\d+)?\ ?(%|[$€£¥]|[a-z]{1,4})?     # numbers, money, sizes
        | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[ap]\.?m\.?|[+-]\d\d:?\d\d)?)?
        | \d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]\.?m\.?)?
        | [^\s@,;|]+@[^\s@,;|]+\.[a-z]+
        | (https?://|www\.)[^\s,;|]+
        | [^\W_][\w\ \u00a0.&'’()/+*?!%-]*                                                   # words
        | [-.?*]+ | \\N
    )\ *""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The first `count` lines of a text; a record that starts on one of them may end beyond."""

    lines: Lines
    count: int

    @property
    def text(self) -> str:
        """All of it."""
        return self.lines.slice(0, self.count)

    @property
    def first_line(self) -> str:
        """Its first line."""
        return self.lines.slice(0, 1)


def head_of(lines: Lines) -> Head:
    """The first lines of a text, at least one."""
    within = int(np.searchsorted(lines.ends, _HEAD_BYTES))
    return Head(lines, min(max(within, 1), _HEAD_LINES))


@dataclass(frozen=True, slots=True)
class DialectSample:
    """The first records of a text under one dialect, how wide they mostly are, and how well all of it fits.

    Each record has the index of the line it starts on.
    """

    dialect: Dialect
    width: int
    records: list[tuple[int, Record]]
    score: float

    def cells(self) -> list[str]:
        """The cells of all records."""
        return list(chain.from_iterable(record.cells for _, record in self.records))

    def fitting_share(self) -> float:
        """The share of lines in records of the usual width."""
        lines = sum(record.line_count for _, record in self.records)
        fitting = sum(record.line_count for _, record in self.records if record.fits and not record.guessed)
        return fitting / max(lines, 1)

    def names_license_fields(self) -> bool:
        """Whether one of the first records has a license's words."""
        return any(count_license_fields(record.cells) > 1 for _, record in self.records[:_HEADER_RECORDS])


def best_sample(samples: Iterable[DialectSample]) -> DialectSample:
    """The sample that looks most like a table."""
    return max(samples, key=lambda sample: sample.score)


def sample_of(head: Head, dialect: Dialect) -> DialectSample:
    """These lines as records of this dialect."""
    # Line breaks in cells can be told from ends of records only by the width that most have.
    widths = {usual_width(widths_of_single_lines(head, dialect), head.count)}
    if dialect.quote in head.text:
        widths.add(usual_width(widths_of_records(head, dialect), head.count))
    best = best_sample(sample_of_width(head, width, dialect) for width in sorted(widths, reverse=True))
    if best.width < 2:
        return replace(best, score=0.0)
    # A header with a license's words outweighs whatever the shapes of cells suggest, for shapes alone score at most 1.
    score = best.score * weight_of_width(head, best) + best.names_license_fields()
    return replace(best, score=score)


def weight_of_width(head: Head, sample: DialectSample) -> float:
    """How much a width counts: wide tables are rarely an accident, and a header has the delimiter too."""
    weight = 1 - 1 / sample.width
    if sample.dialect.delimiter in head.first_line:
        return weight
    if sample.width > 2 or sample.fitting_share() > _MOST_OF_LINES:
        return weight * _FIRST_LINE_LACKS_DELIMITER
    return weight * _FIRST_LINE_OF_TWO_COLUMNS_LACKS_IT


def sample_of_width(head: Head, width: int, dialect: Dialect) -> DialectSample:
    """These lines as records of this width; the score is the share of lines that fit × of cells of a usual kind."""
    sample = DialectSample(dialect, width, list(records_of_width(head, width, dialect)), 0.0)
    cells = list(chain.from_iterable(record.cells for _, record in sample.records if record.fits))
    usual_cells = sum(map(is_usual_cell, cells)) / max(len(cells), 1)
    return replace(sample, score=sample.fitting_share() * usual_cells)


def is_usual_cell(cell: str) -> bool:
    """Whether a cell is of a usual kind; one with a line break was quoted, so it is whole."""
    return "\n" in cell or _USUAL_CELL.fullmatch(cell[:_LONGEST_TESTED_CELL]) is not None


def usual_width(widths: Iterable[tuple[int, int]], lines: int) -> int:
    """The commonest width, one cell only where nothing else is common."""
    counts: Counter[int] = Counter()
    for width, line_count in widths:
        counts[width] += line_count
    del counts[1]
    if not counts:
        return 1
    width = max(counts, key=lambda width: (counts[width], width))
    if counts[width] >= _COMMON_WIDTH * lines:
        return width
    return 1


def widths_of_single_lines(head: Head, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """The widths of lines that are records by themselves."""
    for index in range(head.count):
        cells = split_strictly(head.lines.slice(index, index + 1), dialect)
        if cells:
            yield len(cells), 1


def widths_of_records(head: Head, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """The widths of the records if every quote is in its place, each with its number of lines."""
    index = 0
    while index < head.count:
        cells, line_count = read_by_rules(head.lines, index, dialect)
        if cells:
            yield len(cells), line_count
        index += line_count


def records_of_width(head: Head, width: int, dialect: Dialect) -> Iterator[tuple[int, Record]]:
    """The records, each with the index of its first line."""
    index = 0
    while index < head.count:
        record = read_record(head.lines, index, width, dialect)
        yield index, record
        index += record.line_count
