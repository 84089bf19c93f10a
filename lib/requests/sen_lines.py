"""License keys and SENs in lines, in a table or in JSON, as people paste them or Atlassian answers (domain.md §2, §6)."""

import csv
import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lib.domain.licenses import field_for_heading
from lib.domain.text import BLANKS, INVISIBLE, Misread, bare_words, clean, quote
from lib.reading.cells import read_key
from lib.reading.sen_numbers import SenKind, read_sen, sen_kind

Fields = Sequence[tuple[str, Any]]
"""Names and values of a JSON object or of a table's row, with repeated names."""

_FOREIGN = "licenseKey"
"""What Atlassian calls the Marketplace's key, which is none of ours."""

_IDS = ("id", "import id")
_HEADER_WORDS = frozenset("id import key license licence sen".split())
_PARTS = re.compile(r"[\s,;|\"]+")
_MARKS = re.compile(r"[=:>→–—-]+>?")
_JOINED = re.compile(r"(.+?)[=:→](SEN-?L?\d+)", re.IGNORECASE)
_DELIMITERS = "\t;,|"
_LONGEST = 10_000
"""Letters of the longest line that is read."""

_SPACE = re.compile(r"[\s,:]*")
_COLON = re.compile(r"\s*:")
_DECODER = json.JSONDecoder(object_pairs_hook=tuple, strict=False)
"""Objects become tuples of pairs, so that a name that comes twice loses nothing; lists stay lists."""


class SenCode(StrEnum):
    """Reasons why a line gives no license a SEN."""

    NO_LICENSE = "no_license"
    NO_KEY = "no_key"
    MANGLED_KEY = "mangled_key"
    TWO_KEYS = "two_keys"
    NO_SEN = "no_sen"
    TWO_SENS = "two_sens"
    NOT_A_SEN = "not_a_sen"
    TRANSACTION_NUMBER = "transaction_number"
    ENTITLEMENT_NUMBER = "entitlement_number"
    BARE_NUMBER = "bare_number"
    TOO_LONG = "too_long"
    NOT_WHOLE = "not_whole"


_OTHER_NUMBERS = {
    SenKind.TRANSACTION: SenCode.TRANSACTION_NUMBER,
    SenKind.ENTITLEMENT: SenCode.ENTITLEMENT_NUMBER,
    SenKind.BARE_NUMBER: SenCode.BARE_NUMBER,
    SenKind.OTHER: SenCode.NOT_A_SEN,
}
_SENTENCES = {
    SenCode.NO_LICENSE: "This is no license: an id and a SEN are expected.",
    SenCode.NO_KEY: "There is no license key on this line.",
    SenCode.TWO_KEYS: "More than one license key stands on this line. Write a line for each.",
    SenCode.NO_SEN: "There is no SEN on this line. A SEN looks like SEN-1234567.",
    SenCode.TWO_SENS: "More than one SEN stands on this line. Write a line for each license.",
    SenCode.TOO_LONG: f"This line has more than {_LONGEST:,} letters, so it was not read. Write a line for each license.",
    SenCode.NOT_WHOLE: "From here on this is not whole JSON. Paste the answer again.",
}


@dataclass(frozen=True, slots=True)
class SenLine:
    """A license key, or the id of a license in a pack, and a SEN in capitals; or a `problem` with the texts as they are.

    `line` counts from 1; `entry` is the place of a JSON object among the licenses of an answer, 0 for other lines. One of
    the `candidates` is the key where a line has several texts. `remark` is whatever else an answer says of the license.
    """

    line: int
    key: str = ""
    sen: str = ""
    problem: SenCode | None = None
    candidates: tuple[str, ...] = ()
    entry: int = 0
    remark: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of which one is the license's key or id."""
        # What a spreadsheet made of a key may be the key of another license.
        if self.problem is SenCode.MANGLED_KEY:
            return ()
        return tuple(filter(None, (self.key, *self.candidates)))

    @property
    def place(self) -> str:
        """Where people find it."""
        return f"License {self.entry} of the answer" if self.entry else f"Line {self.line}"


@dataclass(frozen=True, slots=True)
class SenColumns:
    """The header of a table, the sign between its cells, and the places of its key and its SEN."""

    header: tuple[str, ...]
    delimiter: str
    key: int
    sen: int

    @property
    def has_ids(self) -> bool:
        """Whether licenses have the ids of a pack here, not their keys."""
        return bare_words(self.header[self.key]) in _IDS


def read_sen_lines(text: str) -> tuple[SenLine, ...]:
    """Every line of a text that says anything, in its order: with a SEN, or with the reason why not. Never raises.

    Lines have a key and a SEN in any order and however separated; a table has a header with `sen` and `id` or a license
    key; JSON has objects with `id` and `sen`, in lists or by app. Headers and blank lines are left out.
    """
    text = _plain(text)
    if text.lstrip()[:1] in ("{", "["):
        return tuple(_JsonReader(text).lines())
    lines = text.split("\n")
    too_long = [SenLine(line, problem=SenCode.TOO_LONG) for line in _numbers_of_long(lines)]
    lines = [line if len(line) <= _LONGEST else "" for line in lines]
    return tuple(sorted([*too_long, *_of_lines(lines)], key=lambda line: line.line))


def find_columns(text: str) -> SenColumns | None:
    """The columns of the first table in a text; None if it has no table, or is JSON."""
    text = _plain(text)
    if text.lstrip()[:1] in ("{", "["):
        return None
    return next(filter(None, map(_columns, text.split("\n"))), None)


def problem_sentence(problem: SenCode, key: str, sen: str) -> str:
    """What is wrong with a line and what to do, in sentences."""
    misread = read_key(key) if problem is SenCode.MANGLED_KEY else read_sen(sen)
    if problem not in _SENTENCES and isinstance(misread, Misread):
        return misread.message
    return _SENTENCES[problem]


def remark_sentence(remark: str) -> str:
    """What else an answer says, as the end of a sentence about it."""
    return f" The answer says: {quote(remark)}." if remark else ""


def _plain(text: str) -> str:
    return INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")


def _numbers_of_long(lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines, 1) if len(line) > _LONGEST]


def _of_lines(lines: Sequence[str]) -> Iterator[SenLine]:
    """Lines of a key and a SEN, up to the header of a table, and the table's rows."""
    for number, line in enumerate(lines, 1):
        if columns := _columns(line):
            yield from _of_table(lines[number:], number + 1, columns)
            return
        if line.strip() and not _is_header(line):
            yield _of_line(number, line)


def _of_line(number: int, line: str) -> SenLine:
    parts = _parts_of(line)
    sens = {part: sen for part in parts if (sen := _sen_in(part))}
    rest = [part for part in parts if part not in sens and not _is_label(part)]
    if not sens:
        return _without_sen(number, rest)
    if len([part for part in parts if part in sens]) > 1:
        return SenLine(number, problem=SenCode.TWO_SENS)
    ((part, sen),) = sens.items()
    candidates = (_without(line, part), *rest) if len(rest) > 1 else ()
    return _judged(SenLine(number, _only(rest).removesuffix(":"), sen, candidates=candidates))


def _parts_of(line: str) -> list[str]:
    parts = [part for part in _PARTS.split(line) if part and not _MARKS.fullmatch(part)]
    joined = _JOINED.fullmatch(parts[0]) if len(parts) == 1 else None
    return [joined[1], joined[2]] if joined else parts


def _sen_in(part: str) -> str:
    """The SEN that a part of a line is, perhaps at the end of a sentence; "" for any other part."""
    text = part.rstrip(".")
    return str(read_sen(text)) if sen_kind(text) is SenKind.SEN else ""


def _is_label(part: str) -> bool:
    """Whether a part only says what comes next: `SEN`, `SEN:`, `Key:`."""
    words = bare_words(part)
    return words == "sen" or (part.endswith(":") and words in _HEADER_WORDS)


def _without(line: str, sen: str) -> str:
    """A line less its SEN: a license key may have spaces."""
    return " ".join(line.replace(sen, " ").split()).strip(" ,;|\t")


def _without_sen(number: int, parts: Sequence[str]) -> SenLine:
    """A line without a SEN, with what stands there instead if that is plain."""
    for part in reversed(parts):
        kind = sen_kind(part)
        if kind in (SenKind.TRANSACTION, SenKind.ENTITLEMENT, SenKind.BARE_NUMBER):
            others = [other for other in parts if other != part]
            return SenLine(number, _only(others), part, _OTHER_NUMBERS[kind])
    return SenLine(number, _only(parts), problem=SenCode.NO_SEN)


def _only(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ""


def _judged(line: SenLine) -> SenLine:
    """A line with its key and SEN as they are stored, or with what is wrong with them."""
    key, kind = read_key(line.key), sen_kind(line.sen)
    problem = None
    if isinstance(key, Misread):
        problem = SenCode.MANGLED_KEY
    elif kind is None:
        problem = SenCode.NO_SEN if key or line.candidates else SenCode.NO_LICENSE
    elif kind is not SenKind.SEN:
        problem = _OTHER_NUMBERS[kind]
    elif not (key or line.candidates):
        problem = SenCode.NO_KEY
    if problem is SenCode.MANGLED_KEY:
        return replace(line, problem=problem)
    sen = line.sen if problem else str(read_sen(line.sen))
    return replace(line, key=str(key), sen=sen, problem=problem)


def _is_header(line: str) -> bool:
    """Whether a line has nothing but names of columns, SEN among them."""
    words = bare_words(line).split()
    return "sen" in words and _HEADER_WORDS.issuperset(words)


def _columns(line: str) -> SenColumns | None:
    """The columns that a line names; None if it is no header. A line that has a number of its own is none."""
    for delimiter in _DELIMITERS:
        cells = _cells(line, delimiter)
        names = [bare_words(cell) for cell in cells]
        keys = _key_places(cells)
        if "sen" in names and keys and not any(map(_is_number, cells)):
            return SenColumns(tuple(cells), delimiter, keys[0], names.index("sen"))
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    if len(line) > _LONGEST or delimiter not in line:
        return []
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _key_places(names: Sequence[str]) -> list[int]:
    """Where licenses are named, the ids of packs before license keys."""
    ids = [place for place, name in enumerate(names) if bare_words(name) in _IDS]
    keys = [place for place, name in enumerate(names) if name != _FOREIGN and field_for_heading(name) == "license_key"]
    return ids or keys


def _is_number(cell: str) -> bool:
    return sen_kind(cell) not in (None, SenKind.OTHER)


def _of_table(lines: Sequence[str], first: int, columns: SenColumns) -> Iterator[SenLine]:
    for number, cells in _rows(lines, first, columns.delimiter):
        if not any(map(bare_words, cells)):
            continue
        spare = [""] * (len(cells) - len(columns.header))
        yield _of_fields(list(zip([*columns.header, *spare], cells, strict=False)), number)


def _rows(lines: Sequence[str], first: int, delimiter: str) -> list[tuple[int, list[str]]]:
    """The cells of rows, with the number of the line on which each begins.

    Cells may have line breaks in quotation marks. From one that is left open, every line is a row of its own: the rest of
    the table would be taken for one cell.
    """
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=delimiter, skipinitialspace=True, strict=True)
    rows, done = [], 0
    try:
        for cells in reader:
            rows.append((first + done, cells))
            done = reader.line_num
    except csv.Error:
        rows += [(first + at, _cells(lines[at], delimiter) or [lines[at]]) for at in range(done, len(lines))]
    return rows


def _of_fields(fields: Fields, line: int, entry: int = 0) -> SenLine:
    """A license of an answer, by the names of its fields."""
    names = [name for name, _ in fields]
    keys = _distinct(fields[place][1] for place in _key_places(names))
    sens = _distinct(value for name, value in fields if bare_words(name) == "sen")
    remark = _remark_of(fields)
    if len(sens) > 1:
        return SenLine(line, _only(keys), problem=SenCode.TWO_SENS, entry=entry, remark=remark)
    candidates = tuple(keys) if len(keys) > 1 else ()
    return _judged(SenLine(line, _only(keys), "".join(sens), None, candidates, entry, remark))


def _distinct(values: Iterator[Any]) -> list[str]:
    """The texts in values, blanks aside."""
    texts = [text for value in values for text in _texts(value)]
    filled = [text for text in texts if clean(text) not in BLANKS]
    return list(dict.fromkeys(filled or texts[:1]))


def _remark_of(fields: Fields) -> str:
    """What an object or a row says beside its key and its SEN, without the Marketplace's key."""
    return "; ".join(text for name, value in fields if not _is_own(name) for text in _texts(value) if clean(text))


def _is_own(name: str) -> bool:
    return bare_words(name) in (*_IDS, "sen", "license key") or field_for_heading(name) == "license_key"


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, whatever it is; the Marketplace's keys in it are left out."""
    if isinstance(value, tuple):
        for name, inner in value:
            if not _is_own(name):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None:
        yield str(value)


def _is_license(fields: Fields) -> bool:
    """Whether an object is about a license itself, and does not only hold objects that are."""
    plain = [name for name, value in fields if not isinstance(value, tuple | list)]
    if any(bare_words(name) == "sen" for name in plain):
        return True
    inner = [one for _, value in fields for one in _objects_in(value)]
    if any(bare_words(name) == "sen" for one in inner for name, _ in one):
        return False
    return bool(_key_places(plain)) or not fields or bool(plain and not inner)


def _objects_in(value: Any) -> Iterator[Fields]:
    """All objects in a value, however deep."""
    if isinstance(value, list):
        for inner in value:
            yield from _objects_in(inner)
    elif isinstance(value, tuple):
        yield value
        for _, inner in value:
            yield from _objects_in(inner)


class _JsonReader:
    """Goes through JSON from license to license, so that those before a broken tail are read and have their lines."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._breaks = [line_break.start() for line_break in re.finditer("\n", self._text)]
        self._at = 0
        self._depth = 0
        self._entries = 0
        self._is_member = False
        self._lost_from: int | None = None

    def lines(self) -> Iterator[SenLine]:
        """The licenses, and the place from which on nothing can be read, if any."""
        try:
            while self._skip_space():
                if line := self._next():
                    yield line
        except (ValueError, RecursionError):
            self._lost_from = self._at if self._lost_from is None else self._lost_from
        if self._depth and self._lost_from is None:
            self._lost_from = self._at
        if self._lost_from is not None:
            yield SenLine(self._line_of(self._lost_from), problem=SenCode.NOT_WHOLE)

    def _skip_space(self) -> bool:
        self._at = self._after_space(self._at)
        return self._at < len(self._text)

    def _after_space(self, at: int) -> int:
        space = _SPACE.match(self._text, at)
        return space.end() if space else at

    def _next(self) -> SenLine | None:
        """What begins here; None if that says nothing of a license. Raises ValueError where the text is no JSON."""
        sign = self._text[self._at]
        if sign == "{":
            return self._object()
        if sign == "[":
            self._enter()
        elif sign in "]}":
            self._leave()
        else:
            return self._scalar()
        return None

    def _enter(self) -> None:
        self._at += 1
        self._depth += 1
        self._is_member = False

    def _leave(self) -> None:
        if not self._depth:
            raise ValueError("a bracket closes that was never opened")
        self._at += 1
        self._depth -= 1

    def _object(self) -> SenLine | None:
        start = self._at
        try:
            fields, end = _DECODER.raw_decode(self._text, start)
        except ValueError:
            # It is cut off, or a later object in it is: those before can be read all the same.
            self._lost_from = start
            self._enter()
            return None
        if _is_license(fields):
            return self._license(fields, end)
        self._enter()
        remark = _remark_of([(name, value) for name, value in fields if not isinstance(value, tuple | list)])
        return SenLine(self._line_of(start), problem=SenCode.NO_LICENSE, remark=remark) if remark else None

    def _license(self, fields: Fields, end: int) -> SenLine | None:
        start, self._at = self._at, end
        self._is_member = False
        if self._lost_from is not None:
            if not any(_is_own(name) for name, _ in fields):
                return None
            self._lost_from = end
        self._entries += 1
        return _of_fields(fields, self._line_of(start), self._entries)

    def _scalar(self) -> SenLine | None:
        """A text or number: the name of a member, its value (which its object's line has), or one in a list."""
        start = self._at
        value, self._at = _DECODER.raw_decode(self._text, start)
        if _COLON.match(self._text, self._at):
            self._is_member = True
            return None
        is_member, self._is_member = self._is_member, False
        if is_member or self._lost_from is not None:
            return None
        self._entries += 1
        remark = "; ".join(_texts(value))
        return SenLine(self._line_of(start), problem=SenCode.NO_LICENSE, entry=self._entries, remark=remark)

    def _line_of(self, at: int) -> int:
        return bisect_left(self._breaks, self._after_space(at)) + 1
