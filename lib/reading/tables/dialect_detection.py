"""How the cells of a text are parted: found on its first lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from lib.domain.licenses import field_for_heading
from lib.reading.tables.cell_splitting import Dialect, split_strictly
from lib.reading.tables.lines import Lines, split_lines
from lib.reading.tables.records import Record, read_by_rules, read_record
from lib.reading.tables.repairs import USUAL_DELIMITERS

_TELLING_DELIMITERS = ("\x1f", "\x01", "\x1e", "\x1c", "^", "~")
_RARE_DELIMITERS = (":", "*", "&", "!", "#", "=", " ", "/", "-", "_")
_HEAD_BYTES = 60_000
_HEAD_LINES = 400
_GOOD_ENOUGH = 0.3
_RARE_ENOUGH = 0.6
_FIRST_LINE_LACKS_IT = 0.7
_MOST = 0.5
_HARDLY = 0.1
_HOPELESS = 0.03
_HARDLY_A_TABLE = 3
_USUALLY = 0.95
_MOST_LETTERS = 200
_WIDTH_OF_WRAPPED = 3
_WRAPPED = re.compile(rb'^"([^\n]*)"(?=\r*$)', re.MULTILINE)
_KNOWN = re.compile(
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
class DialectSample:
    """The first records of a text under one dialect, how wide they mostly are, and how well all of it fits."""

    dialect: Dialect
    width: int
    records: list[tuple[int, Record]]
    score: float


@dataclass(frozen=True, slots=True)
class Head:
    """The first `count` lines of a text; a record that starts on one of them may end beyond."""

    lines: Lines
    count: int

    @property
    def text(self) -> str:
        """All of it."""
        return self.lines.slice(0, self.count)


def head_of(lines: Lines) -> Head:
    """The first lines of a text, at least one."""
    return Head(lines, min(max(int(np.searchsorted(lines.ends, _HEAD_BYTES)), 1), _HEAD_LINES))


def detect_dialect(head: Head, delimiter: str | None = None) -> DialectSample:
    """The dialect under which the first lines look most like a table; a told delimiter is kept."""
    if delimiter:
        return _with_habits(head, sample_of(head, Dialect(delimiter)))
    best = _best(sample_of(head, Dialect(mark)) for mark in USUAL_DELIMITERS)
    first = head.lines.slice(0, 1)
    best = _rarer(head, best, [mark for mark in _TELLING_DELIMITERS if mark in first])
    if best.score < _GOOD_ENOUGH:
        best = _rarer(head, best, [mark for mark in _RARE_DELIMITERS if mark in first])
    best = _with_habits(head, best)
    return as_one_column(head) if best.width < _HARDLY_A_TABLE and best.score < _HOPELESS else best


def _rarer(head: Head, usual: DialectSample, delimiters: list[str]) -> DialectSample:
    """The sample by one of these delimiters if it is a good one and better than the usual."""
    best = _best([usual, *(sample_of(head, Dialect(mark)) for mark in delimiters)])
    return best if best.score > _RARE_ENOUGH * (1 - 1 / max(best.width, 2)) else usual


def padding_of(head: Head, dialect: Dialect) -> tuple[bool, bool]:
    """Whether a blank stands before, and whether one stands after, nearly every delimiter."""
    mark, text = dialect.delimiter, head.text
    enough = _USUALLY * text.count(mark)
    if mark.isspace() or not enough:
        return False, False
    lines = text.splitlines()
    ends = sum(line.endswith(mark) for line in lines), sum(line.startswith(mark) for line in lines)
    return text.count(f" {mark}") + ends[1] >= enough, text.count(f"{mark} ") + ends[0] >= enough


def as_one_column(head: Head) -> DialectSample:
    """These lines as the cells of one column, whatever they hold."""
    unused = next((mark for mark in ("\t", ";", "|", "\x1f", "\x01") if mark not in head.text), "\x02")
    return _sample(head, 1, Dialect(unused))


def _best(samples: Iterable[DialectSample]) -> DialectSample:
    return max(samples, key=lambda sample: sample.score)


def sample_of(head: Head, dialect: Dialect) -> DialectSample:
    """These lines as records of this dialect, as wide as lines alone or records with line breaks mostly are."""
    widths = {_usual_width(_alone(head, dialect), head.count)}
    if dialect.quote in head.text:
        widths.add(_usual_width(_running(head, dialect), head.count))
    best = _best(_sample(head, width, dialect) for width in sorted(widths, reverse=True))
    if best.width < 2:
        return replace(best, score=0.0)
    weight = 1 - 1 / best.width
    if dialect.delimiter not in head.lines.slice(0, 1):
        weight *= _FIRST_LINE_LACKS_IT if best.width > 2 or _fitting(best) > _MOST else _HARDLY
    named = any(count_license_fields(record.cells) > 1 for _, record in best.records[:20])
    return replace(best, score=best.score * weight + named)


def _sample(head: Head, width: int, dialect: Dialect) -> DialectSample:
    """These lines as records of this width; the score is the share of lines that fit × of cells that look known."""
    sample = DialectSample(dialect, width, list(_records(head, width, dialect)), 0.0)
    cells = [cell for _, record in sample.records if record.fits for cell in record.cells]
    known = sum(_looks_known(cell) for cell in cells) / max(len(cells), 1)
    return replace(sample, score=_fitting(sample) * known)


def _looks_known(cell: str) -> bool:
    """Whether a cell is of a usual kind; one with a line break in it was quoted, so it is whole."""
    return "\n" in cell or _KNOWN.fullmatch(cell[:_MOST_LETTERS]) is not None


def _fitting(sample: DialectSample) -> float:
    """The share of lines that are part of a record of the usual width."""
    lines = sum(record.taken for _, record in sample.records)
    fitting = sum(record.taken for _, record in sample.records if record.fits and not record.guessed)
    return fitting / max(lines, 1)


def _with_habits(head: Head, best: DialectSample) -> DialectSample:
    """The same dialect with backslash escapes or apostrophes for quotes, where the lines give evidence."""
    if "\\" in head.text and _escapes(head.text, best):
        escaped = sample_of(head, replace(best.dialect, escaped=True))
        if _fitting(escaped) >= _fitting(best):
            return escaped
    if "'" in head.text and (weight := _apostrophes_quote(best)):
        other = sample_of(head, replace(best.dialect, quote="'"))
        if _fitting(other) * weight > _fitting(best):
            return other
    return best


def _escapes(text: str, sample: DialectSample) -> bool:
    """Whether a backslash is seen before a quote inside a cell, or stands for a missing cell."""
    if any(cell == "\\N" for _, record in sample.records for cell in record.cells):
        return True
    quote, delimiter = map(re.escape, (sample.dialect.quote, sample.dialect.delimiter))
    return bool(re.search(rf"\\{quote}(?!{delimiter}|[\r\n]|$)|\\{quote}{quote}(?!{quote})", text))


def _apostrophes_quote(sample: DialectSample) -> float:
    """How readily apostrophes are quotes: not at all unless as many cells end with one as begin with one."""
    texts = [cell for _, record in sample.records for cell in record.cells]
    begin = [cell for cell in texts if cell.startswith("'")]
    end = [cell for cell in texts if cell.endswith("'")]
    if all(cell == "''" for cell in begin) or len(begin) != len(end) or any(cell.startswith('"') for cell in texts):
        return 0
    both = any(cell.endswith("'") and len(cell) > 1 for cell in begin)
    return 1.01 if both else 1


def count_license_fields(cells: list[str]) -> int:
    """How many different fields of a license these cells name."""
    return len({name for cell in cells if len(cell) < 60 and (name := field_for_heading(cell))})


def _usual_width(cells: Iterable[tuple[int, int]], lines: int) -> int:
    """The commonest width among (width, lines taken); one cell only where nothing else is common."""
    counts: Counter[int] = Counter()
    for width, taken in cells:
        counts[width] += taken
    wide = {width: count for width, count in counts.items() if width > 1}
    width = max(wide, key=lambda width: (wide[width], width), default=1)
    return width if wide.get(width, 0) >= 0.1 * lines else 1


def _alone(head: Head, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """The widths of the lines that can stand alone."""
    for at in range(head.count):
        cells = split_strictly(head.lines.slice(at, at + 1), dialect)
        if cells:
            yield len(cells), 1


def _running(head: Head, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """The widths of the records if every quote is in its place."""
    at = 0
    while at < head.count:
        cells, taken = read_by_rules(head.lines, at, dialect)
        if cells:
            yield len(cells), taken
        at += taken


def _records(head: Head, width: int, dialect: Dialect) -> Iterator[tuple[int, Record]]:
    at = 0
    while at < head.count:
        record = read_record(head.lines, at, width, dialect)
        yield at, record
        at += record.taken


def without_outer_quotes(lines: Lines) -> Lines | None:
    """The lines unwrapped, if each was quoted as a whole and they make a table without those quotes; else None."""
    head = head_of(lines)
    texts = [lines.slice(at, at + 1) for at in range(head.count)]
    if not all(len(text) > 1 and text.startswith('"') and text.endswith('"') for text in texts):
        return None
    first = int(lines.starts[0])
    inner = split_lines(
        lines.data[:first] + _WRAPPED.sub(lambda line: line[1].replace(b'""', b'"'), lines.data[first:])
    )
    if not len(inner):
        return None
    sample = detect_dialect(head_of(inner))
    sure = sample.width >= _WIDTH_OF_WRAPPED and _fitting(sample) == 1
    return inner if sure else None
