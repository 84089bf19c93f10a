"""Which rows of a table are its header, what stands above it and what below its data."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.reading.tables.dialect_detection import count_license_fields

Row = tuple[int, list[str]]
"""The line a row starts on, and its cells."""

_NEAR_THE_TOP = 50
_MOST_FOOTERS = 20
_NUMBER = re.compile(r"[+-]?[$€£¥]?\s?[+-]?\d[\d.,'\s\u00a0]*(e[+-]?\d+)?\s?[%€$£¥]?", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].*)?|\d{1,2}:\d{2}(:\d{2})?(\.\d+)?(\s*[ap]m)?", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(#|//|--)(?!\d)")
_RULER = re.compile(r"[-=:+]{2,}")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_TOTAL = re.compile(
    r"(grand |sub|sub-|overall )?total\b|totals\b|sum\b|summe\b|gesamt|insgesamt|somme\b|totale\b|totaal\b|suma\b|合計|総計",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(foot)?notes?\b|source\b|quelle\b|generated\b|exported\b|created (on|by|at)\b|report\b|end of\b|page \d|printed\b|copyright\b"
    r"|©|\(c\)|\*|disclaimer\b|remarks?:|hinweis|erstellt|exportiert|anmerkung|bemerkung:|remarque|généré|exporté|nota\b|fuente\b"
    r"|generado|fonte\b|generato|confidential|\(?\d+ (rows?|records?|licenses?|zeilen|entries|results?)\b|(rows?|records?|count|licenses?):"
    r"|-{3,}|={3,}|_{3,}|注|出典|作成",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """The header's place among the first rows (-1: there is none), and why each row above it is left out."""

    at: int
    above: list[tuple[int, str]]


def find_header(rows: Sequence[Row], width: int, told_line: int | None = None) -> HeaderPlace:
    """Where the header is: as told, by the words of a license, else by its shape."""
    if told_line is not None:
        return _told(rows, told_line)
    at = _by_words(rows)
    if at is None:
        at = _by_shape(rows, width)
        if _is_data(rows, at, width):
            return HeaderPlace(-1, _reasons(rows, at))
    return HeaderPlace(at, _reasons(rows, at))


def _told(rows: Sequence[Row], line: int) -> HeaderPlace:
    if line <= 0:
        return HeaderPlace(-1, [])
    at = next((index for index, (number, _) in enumerate(rows) if number >= line), len(rows) - 1)
    return HeaderPlace(at, _reasons(rows, at))


def _by_words(rows: Sequence[Row]) -> int | None:
    """The first of the rows near the top that names the most fields of a license."""
    best, most = None, 1
    for index, (_, cells) in enumerate(rows[:_NEAR_THE_TOP]):
        named, filled = count_license_fields(cells), sum(map(bool, cells))
        if named > most and named >= 0.4 * filled:
            best, most = index, named
    return best


def _by_shape(rows: Sequence[Row], width: int) -> int:
    """The first row that is no comment and no title above the table."""
    for index, (_, cells) in enumerate(rows[:_NEAR_THE_TOP]):
        if not _is_above(rows, index, cells, width):
            return index
    return 0


def _is_above(rows: Sequence[Row], index: int, cells: list[str], width: int) -> bool:
    """Whether a row belongs to what stands above the header."""
    filled = sum(bool(cell.strip()) for cell in cells)
    if index + 1 >= len(rows):
        return False
    if is_comment(cells, width):
        return True
    if width < 2:
        return False
    if filled <= 1 and (width > 2 or len(cells) == 1):
        return True
    below = rows[index + 1][1]
    fuller = sum(bool(cell.strip()) for cell in below)
    if width > 3 and filled < 0.5 * width and fuller > filled and fuller > 0.6 * width:
        return True
    return filled <= 2 and width > 4 and len(cells) <= 2


def is_comment(cells: list[str], width: int) -> bool:
    """Whether a row is a comment by its first letter and narrower than the table, or filled in its first cell only."""
    if not cells or not _COMMENT.match(cells[0]):
        return False
    return len(cells) != width or (width > 1 and not any(cells[1:]))


def _reasons(rows: Sequence[Row], at: int) -> list[tuple[int, str]]:
    return [(index, "comment" if is_comment(cells, 0) else "preamble") for index, (_, cells) in enumerate(rows[:at])]


def kind_of(cell: str) -> str:
    """What a cell looks like: empty, number, date, email or text."""
    cell = cell.strip()
    if not cell:
        return "empty"
    for kind, form in (("date", _DATE), ("number", _NUMBER), ("email", _EMAIL)):
        if form.fullmatch(cell[:100]):
            return kind
    return "text"


def _is_data(rows: Sequence[Row], at: int, width: int) -> bool:
    """Whether the row that could be the header looks like the rows below it, and not like names."""
    cells = rows[at][1]
    below = [row for _, row in rows[at + 1 : at + 30] if len(row) == len(cells) == width]
    if not below or not any(kind_of(cell) in ("number", "date", "email") for cell in cells):
        return False
    columns = [[row[column].strip() for row in below if row[column].strip()] for column in range(width)]
    evidence = sum(_evidence(cell.strip(), column) for cell, column in zip(cells, columns, strict=True))
    return evidence > 0 and not _counts_up(cells, below)


def _evidence(cell: str, below: list[str]) -> int:
    """How much a cell looks like those below it (more than 0), or like the name of their column (less)."""
    if not below or not cell:
        return 0
    if cell in below or (any(map(str.isdigit, cell)) and all(_form(cell) == _form(other) for other in below)):
        return 1
    kind = kind_of(cell)
    kinds = [kind_of(other) for other in below]
    usual = max(set(kinds), key=kinds.count)
    if usual == "text" or kinds.count(usual) <= 0.7 * len(kinds):
        return 0
    return 1 if kind == usual else -3 if kind == "text" else 0


def _form(cell: str) -> str:
    """The cell with every digit as 0 and every letter as a."""
    return _LETTER.sub("a", _DIGIT.sub("0", cell))


def _counts_up(cells: list[str], below: list[list[str]]) -> bool:
    """Whether all cells are years or numbers in a row, as column names may be, above columns of something else."""
    filled = [cell for cell in cells[1:] if cell.strip()]
    if len(filled) < 2 or not all(cell.isdecimal() for cell in filled) or cells[0].isdecimal():
        return False
    steps = {int(after) - int(before) for before, after in pairwise(filled)}
    return steps == {1}


def footer_reason(cells: list[str], width: int, *, after_blank: bool) -> str | None:
    """Why a row at the end is no data: a total, a note, one long text; None if it may be data."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return "blank"
    first = filled[0]
    if width < 2:
        return "footer" if _NOTE.match(first) and " " in first and after_blank else None
    sparse = len(filled) <= (width + 1) // 2 or len(cells) != width
    if (
        _TOTAL.match(first)
        and (sparse or after_blank)
        and (len(filled) > 1 or len(cells) != width or not first.isalnum())
    ):
        return "total"
    alone = len(filled) == 1 and bool(cells[0].strip() or len(cells) == 1)
    if not alone and not (len(cells) < width and after_blank and _NOTE.match(first)):
        return None
    if _NOTE.match(first) or (_TOTAL.match(first) and width > 2):
        return "footer"
    words = len(first.split())
    return "footer" if words > 3 or (words > 1 and (after_blank or len(cells) == 1)) else None


def footers(count: int, row: Callable[[int], list[str]], after_blank: Callable[[int], bool], width: int) -> list[str]:
    """Why each of the last rows is no data, from the last one upwards."""
    reasons: list[str] = []
    while len(reasons) < min(_MOST_FOOTERS, count - 1):
        at = count - 1 - len(reasons)
        reason = footer_reason(row(at), width, after_blank=after_blank(at))
        if reason is None:
            break
        reasons.append(reason)
    return reasons


def is_ruler(cells: list[str]) -> bool:
    """Whether a row only draws a line under the header."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_RULER.fullmatch(cell) for cell in filled)


def is_group_title(cells: list[str], width: int) -> bool:
    """Whether a row amid the data is one text on a line of its own, the name of a group of rows."""
    if width < 3 or len(cells) != 1:
        return False
    text = cells[0].strip()
    return kind_of(text) == "text" and not any(letter.isdigit() for letter in text) and '"' not in text
