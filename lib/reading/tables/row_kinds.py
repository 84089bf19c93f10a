"""What a row of a table may be instead of data: a comment, a ruler, a group's title, a footer."""

import re
from enum import StrEnum

from lib.domain.licenses import field_for_heading
from lib.domain.text import clean
from lib.reading.heading_words import match_words
from lib.reading.tables.row_words import COUNT, EXPLANATION, NOTE, SUBTOTAL, TOTAL_END, TOTAL_START
from lib.reading.tables.table import IgnoredReason

_LONGEST_HEADING = 60
_LONGEST_TESTED_CELL = 100
_NARROWEST_GROUPED = 3
_NAMED_SHARE = 0.4
_NUMBER = re.compile(r"[+-]?[$€£¥]?\s?[+-]?\d[\d.,'\s\u00a0]*(e[+-]?\d+)?\s?[%€$£¥]?", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].*)?|\d{1,2}:\d{2}(:\d{2})?(\.\d+)?(\s*[ap]m)?", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(#|//|--)(?!\d)")
_RULER = re.compile(r"[-=:+]{2,}")
_EXPLAINED_SHARE = 2 / 3


class CellKind(StrEnum):
    """What a cell looks like."""

    EMPTY = "empty"
    DATE = "date"
    NUMBER = "number"
    EMAIL = "email"
    TEXT = "text"


# Dates come first, because `31.12.2018` looks like a number too.
_PATTERNS = ((CellKind.DATE, _DATE), (CellKind.NUMBER, _NUMBER), (CellKind.EMAIL, _EMAIL))


def kind_of(cell: str) -> CellKind:
    """What a cell looks like."""
    cell = cell.strip()
    if not cell:
        return CellKind.EMPTY
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(cell[:_LONGEST_TESTED_CELL]):
            return kind
    return CellKind.TEXT


def filled_cells(cells: list[str]) -> list[str]:
    """The cells that are not blank, without outer white space."""
    stripped = (cell.strip() for cell in cells)
    return [cell for cell in stripped if cell]


def license_fields(cells: list[str]) -> set[str]:
    """The fields of a license that these cells name."""
    names = (field_named(cell) for cell in cells if len(cell) < _LONGEST_HEADING)
    return {name for name in names if name}


def count_license_fields(cells: list[str]) -> int:
    """How many different fields of a license these cells name."""
    return len(license_fields(cells))


def looks_like_header(cells: list[str]) -> bool:
    """Whether cells are texts of which enough name fields of a license."""
    filled = filled_cells(cells)
    if len(filled) < 2 or not all(kind_of(cell) is CellKind.TEXT for cell in filled):
        return False
    return max(2, _NAMED_SHARE * len(filled)) <= count_license_fields(filled)


def field_named(cell: str) -> str | None:
    """The field that a cell names as a heading would, by its spelling or its words."""
    name = field_for_heading(cell)
    if name is None and cell.strip():
        word_match = match_words(clean(cell))
        if not word_match.is_probable:
            return None
        return word_match.fields[0]
    return name


def is_comment(cells: list[str], width: int) -> bool:
    """Whether a row is a comment by its first letter."""
    # A table's own cell may begin with `#`, but then the row is as wide as the table.
    if not cells or not _COMMENT.match(cells[0]):
        return False
    return len(cells) != width or (width > 1 and not any(cells[1:]))


def is_ruler(cells: list[str]) -> bool:
    """Whether a row only draws a line under the header."""
    filled = filled_cells(cells)
    return bool(filled) and all(map(_RULER.fullmatch, filled))


def is_group_title(cells: list[str], width: int) -> bool:
    """Whether a row amid the data is one text on a line of its own, the name of a group of rows."""
    if width < _NARROWEST_GROUPED or len(cells) != 1:
        return False
    text = cells[0].strip()
    # A digit suggests a license of which the rest was cut off, and a quote a row with stray quotes.
    is_name = not any(letter.isdigit() for letter in text) and '"' not in text
    return is_name and kind_of(text) is CellKind.TEXT


def sparse_row_reason(cells: list[str], width: int) -> IgnoredReason | None:
    """Why a row amid the data with few filled cells is none: the subtotal or the title of a group; None if it may be data."""
    filled = filled_cells(cells)
    if width < _NARROWEST_GROUPED or not filled or len(filled) > (width + 1) // 2:
        return None
    if is_subtotal(cells, filled):
        return IgnoredReason.TOTAL
    if len(filled) == 1 and cells[0].strip() and is_group_title(filled, width) and is_name_of_group(filled[0]):
        return IgnoredReason.TITLE
    return None


def is_subtotal(cells: list[str], filled: list[str]) -> bool:
    """Whether a row has nothing but numbers and a word for their sum, or a word that is none but that."""
    texts = [cell for cell in filled if kind_of(cell) is not CellKind.NUMBER]
    if any(map(SUBTOTAL.fullmatch, texts)):
        return len(texts) <= 2
    # Below a group, spreadsheets write `Acme Total` into the group's own column.
    if len(texts) != 1 or (texts[0] != filled[0] and cells[0].strip()):
        return False
    label = texts[0]
    if COUNT.fullmatch(label):
        return True
    # `Total` alone may be a key or a name whose other cells are blank.
    return names_total(label) and (len(filled) > 1 or not label.isalnum())


def names_total(text: str) -> bool:
    """Whether a text begins or ends with a word for a total."""
    return bool(TOTAL_START.match(text) or TOTAL_END.search(text))


def is_name_of_group(text: str) -> bool:
    """Whether a text alone in its row is several words, or one that is written as names are and keys are not."""
    return len(text.split()) > 1 or ((text.istitle() or not text.isascii()) and not names_total(text))


def explains_columns(cells: list[str]) -> bool:
    """Whether a row at a table's top only says what its columns hold."""
    # Templates of several programs have such rows, some with numbers and dates as examples.
    telling = [cell for cell in filled_cells(cells) if kind_of(cell) not in (CellKind.NUMBER, CellKind.DATE)]
    explanations = sum(1 for cell in telling if EXPLANATION.fullmatch(cell))
    return explanations > 1 and explanations >= _EXPLAINED_SHARE * len(telling)


def footer_reason(cells: list[str], width: int, *, after_blank: bool) -> IgnoredReason | None:
    """Why a row at the end is no data: a total, a note, one long text; None if it may be data."""
    filled = filled_cells(cells)
    if not filled:
        return IgnoredReason.BLANK
    if width < 2:
        is_note = NOTE.match(filled[0]) and " " in filled[0] and after_blank
        return IgnoredReason.FOOTER if is_note else None
    if is_total(cells, filled, width, after_blank=after_blank):
        return IgnoredReason.TOTAL
    if is_footer_text(cells, filled, width, after_blank=after_blank):
        return IgnoredReason.FOOTER
    return None


def is_total(cells: list[str], filled: list[str], width: int, *, after_blank: bool) -> bool:
    """Whether a row at the end begins with a word for a total, and is no license of a company of that name."""
    if not TOTAL_START.match(filled[0]):
        return False
    is_sparse = len(filled) <= (width + 1) // 2 or len(cells) != width
    # `Total` alone in a full-width row may be a key or a name whose other cells are blank.
    more_than_name = len(filled) > 1 or len(cells) != width or not filled[0].isalnum()
    return (is_sparse or after_blank) and more_than_name


def is_footer_text(cells: list[str], filled: list[str], width: int, *, after_blank: bool) -> bool:
    """Whether a row at the end is a note, or one text of several words at its beginning."""
    first = filled[0]
    is_note = NOTE.match(first) is not None
    is_alone = len(filled) == 1 and bool(cells[0].strip() or len(cells) == 1)
    if not is_alone:
        return is_note and after_blank and len(cells) < width
    if is_note or (TOTAL_START.match(first) and width > 2):
        return True
    words = len(first.split())
    return words > 3 or (words > 1 and (after_blank or len(cells) == 1))
