"""How the cells of a text are separated, found on its first lines."""

import re
from dataclasses import replace

from lib.reading.tables.cell_splitting import Dialect
from lib.reading.tables.dialect_sample import DialectSample, Head, best_sample, head_of, sample_of, sample_of_width
from lib.reading.tables.lines import Lines, split_lines
from lib.reading.tables.repairs import USUAL_DELIMITERS

_TELLING_DELIMITERS = ("\x1f", "\x01", "\x1e", "\x1c", "^", "~")
"""Characters that hardly stand in a text for anything but a delimiter."""

_RARE_DELIMITERS = (":", "*", "&", "!", "#", "=", " ", "/", "-", "_")
"""Characters that separate cells now and then, and stand in most texts."""

_UNUSED_DELIMITERS = ("\t", ";", "|", "\x1f", "\x01")
_GOOD_SCORE = 0.3
_SCORE_FOR_RARE_DELIMITER = 0.6
_HOPELESS_SCORE = 0.03
_HARDLY_A_TABLE = 3
_USUALLY = 0.95
_NARROWEST_UNWRAPPED = 3
_FEWEST_LINES = 2
_COLUMN_NAME = re.compile(r"\s*[^\W\d][\w ]{0,40}\s*")
_LINE_IN_QUOTES = re.compile(rb'^"([^\n]*)"(?=\r*$)', re.MULTILINE)


def detect_dialect(head: Head, delimiter: str | None = None) -> DialectSample:
    """The dialect under which the first lines look most like a table, with the delimiter that a person chose, if any."""
    if delimiter:
        return with_habits(head, sample_of(head, Dialect(delimiter)))
    best = best_sample(sample_of(head, Dialect(mark)) for mark in USUAL_DELIMITERS)
    best = prefer_delimiter_of_header(head, best)
    best = prefer_rarer(head, best, _TELLING_DELIMITERS)
    if best.score < _GOOD_SCORE:
        best = prefer_rarer(head, best, _RARE_DELIMITERS)
    best = with_habits(head, best)
    if best.width < _HARDLY_A_TABLE and best.score < _HOPELESS_SCORE:
        return as_one_column(head)
    return best


def prefer_delimiter_of_header(head: Head, best: DialectSample) -> DialectSample:
    """The delimiter of a line of names, if all lines fit it."""
    # The best one may stand in the lines below only, as commas of decimals do.
    if best.dialect.delimiter in head.first_line or head.count < _FEWEST_LINES:
        return best
    for mark in USUAL_DELIMITERS:
        names = head.first_line.split(mark)
        if len(names) > 1 and all(map(_COLUMN_NAME.fullmatch, names)):
            sample = sample_of(head, Dialect(mark))
            if sample.width == len(names) and sample.fitting_share() == 1:
                return sample
    return best


def prefer_rarer(head: Head, usual: DialectSample, delimiters: tuple[str, ...]) -> DialectSample:
    """The sample by one of these delimiters if it is a good one and better than the usual."""
    rarer = [sample_of(head, Dialect(mark)) for mark in delimiters if mark in head.first_line]
    best = best_sample([usual, *rarer])
    enough = _SCORE_FOR_RARE_DELIMITER * (1 - 1 / max(best.width, 2))
    return best if best.score > enough else usual


def as_one_column(head: Head) -> DialectSample:
    """These lines as the cells of one column, whatever they hold."""
    unused = (mark for mark in _UNUSED_DELIMITERS if mark not in head.text)
    return sample_of_width(head, 1, Dialect(next(unused, "\x02")))


def padding_of(head: Head, dialect: Dialect) -> tuple[bool, bool]:
    """Whether a blank stands before, and after, nearly every delimiter."""
    mark, text = dialect.delimiter, head.text
    enough = _USUALLY * text.count(mark)
    if mark.isspace() or not enough:
        return False, False
    # At a line's end no blank can be seen after a delimiter, nor before one at its beginning.
    lines = text.splitlines()
    at_ends = sum(line.endswith(mark) for line in lines)
    at_starts = sum(line.startswith(mark) for line in lines)
    before = text.count(f" {mark}") + at_starts
    after = text.count(f"{mark} ") + at_ends
    return before >= enough, after >= enough


def with_habits(head: Head, best: DialectSample) -> DialectSample:
    """The same dialect with backslash escapes or apostrophes for quotes, where the lines give evidence."""
    if "\\" in head.text and has_escapes(head.text, best):
        escaped = sample_of(head, replace(best.dialect, escaped=True))
        if escaped.fitting_share() >= best.fitting_share():
            return escaped
    weight = weight_of_apostrophes(best)
    if "'" not in head.text or not weight:
        return best
    quoted = sample_of(head, replace(best.dialect, quote="'"))
    if quoted.fitting_share() * weight > best.fitting_share():
        return quoted
    return best


_ESCAPED_END = re.compile(r"(?<!\\)\\\r?\n")


def has_escapes(text: str, sample: DialectSample) -> bool:
    """Whether a backslash may escape a quote or a line's end, or marks a missing cell."""
    if "\\N" in sample.cells() or _ESCAPED_END.search(text):
        return True
    quote, delimiter = map(re.escape, (sample.dialect.quote, sample.dialect.delimiter))
    # A backslash may also be a cell's last character, as in a folder's name: then the quote closes the cell.
    escaped_quote = rf"\\{quote}(?!{delimiter}|[\r\n]|$)|\\{quote}{quote}(?!{quote})"
    return re.search(escaped_quote, text) is not None


def weight_of_apostrophes(sample: DialectSample) -> float:
    """How readily apostrophes are quotes: not at all (0) unless as many cells end with one as begin with one."""
    cells = sample.cells()
    begin = [cell for cell in cells if cell.startswith("'")]
    end = [cell for cell in cells if cell.endswith("'")]
    if all(cell == "''" for cell in begin) or len(begin) != len(end):
        return 0
    if any(cell.startswith('"') for cell in cells):
        return 0
    # A cell between apostrophes is evidence: then they win even if nothing fits better by them.
    quotes_a_cell = any(cell.endswith("'") and len(cell) > 1 for cell in begin)
    return 1.01 if quotes_a_cell else 1


def without_outer_quotes(lines: Lines) -> Lines | None:
    """The lines unwrapped, if each was quoted as a whole and they make a table without those quotes; else None."""
    head = head_of(lines)
    texts = (lines.slice(index, index + 1) for index in range(head.count))
    if not all(len(text) > 1 and text.startswith('"') and text.endswith('"') for text in texts):
        return None
    first = int(lines.starts[0])
    unwrapped = _LINE_IN_QUOTES.sub(lambda line: line[1].replace(b'""', b'"'), lines.data[first:])
    inner = split_lines(lines.data[:first] + unwrapped)
    if not len(inner):
        return None
    sample = detect_dialect(head_of(inner))
    is_table = sample.width >= _NARROWEST_UNWRAPPED and sample.fitting_share() == 1
    return inner if is_table else None
