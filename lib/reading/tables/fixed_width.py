"""Columns padded with blanks, as reports and terminals print them: parted where blanks stand below one another."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lib.reading.tables.dialect_sample import head_of
from lib.reading.tables.lines import Lines
from lib.reading.tables.row_kinds import looks_like_header

PADDED_COLUMNS = "The columns are padded with blanks. They were split where blanks line up."

_DELIMITED = re.compile(r"[,;|]")
_RUN = re.compile(r"[-=]+")
_RULER_LINE = re.compile(r"\s*[-=]{2,}(?:\s+[-=]{2,})+\s*")
"""What some databases draw below the names of columns, a line of dashes for each."""

_NAME = re.compile(r"\S+(?: \S+)*")
_FEWEST_COLUMNS = 3
_NEAR_THE_TOP = 20
_NEARLY_ALL = 0.95
_SEPARATOR = "\t"


def parted_columns(lines: Lines) -> Lines | None:
    """The lines with tabs between their columns, if they are padded below a header of licenses; else None."""
    head = head_of(lines)
    texts = [lines.slice(index, index + 1) for index in range(head.count)]
    if _SEPARATOR in head.text:
        return None
    for index, (text, ruler) in enumerate(pairwise(texts[: _NEAR_THE_TOP + 1])):
        if _RULER_LINE.fullmatch(ruler):
            borders = [run.start() - 1 for run in _RUN.finditer(ruler)][1:]
            names_above = [part.strip() for part in part_line(text, borders).split(_SEPARATOR)]
            if not looks_like_header(names_above):
                return None
            return part_lines(lines, index, borders)
        names = [] if _DELIMITED.search(text) else list(_NAME.finditer(text))
        if len(names) >= _FEWEST_COLUMNS and looks_like_header([name[0] for name in names]):
            borders = borders_of(names, texts[index + 1 :])
            if not borders:
                return None
            return part_lines(lines, index, borders)
    return None


def borders_of(names: Sequence[re.Match[str]], texts: Sequence[str]) -> list[int]:
    """The places between names where nearly all lines are blank; none if any two columns cannot be parted."""
    borders = []
    for before, after in pairwise(names):
        places = range(before.end(), after.start())
        # The last such place: a number may stand left of its name, but a text hardly ever begins there.
        best = max(places, key=lambda place: (blank_share(texts, place), place))
        if blank_share(texts, best) < _NEARLY_ALL:
            return []
        borders.append(best)
    return borders if texts else []


def blank_share(texts: Sequence[str], place: int) -> float:
    """The share of lines that are blank at this place."""
    return sum(text[place : place + 1].isspace() or place >= len(text) for text in texts) / max(len(texts), 1)


def part_lines(lines: Lines, header: int, borders: Sequence[int]) -> Lines:
    """The lines with tabs at the borders; those above the header as they are."""
    texts = [lines.slice(index, index + 1) for index in range(len(lines))]
    parted = [part_line(text, borders) if index >= header else text for index, text in enumerate(texts)]
    contents = [text.encode() for text in parted]
    ends = np.cumsum([len(content) + 1 for content in contents], dtype=np.int64) - 1
    starts = ends - np.array([len(content) for content in contents], np.int64)
    return Lines(b"\n".join(contents) + b"\n", starts, ends, lines.numbers)


def part_line(text: str, borders: Sequence[int]) -> str:
    """One line with tabs between its columns."""
    places = [0, *borders, len(text)]
    return _SEPARATOR.join(text[first:last].strip() for first, last in pairwise(places))
