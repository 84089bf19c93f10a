"""SENs as people paste them: lines of a key and a SEN, a table, or Atlassian's answer (domain.md §2, §6)."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lib.cells import Misread, read_key, read_sen
from lib.licenses import field_named
from lib.words import INVISIBLE, words_of

_FOREIGN = "licenseKey"
"""What Atlassian calls the Marketplace's key, which is none of ours."""

_PARTS = re.compile(r"[\s,;|\"]+")
_MARKS = re.compile(r"[=:>→–—-]+>?")
_DELIMITERS = "\t;,|"
_BETWEEN = ", \t\r\n[]"
_WIDEST = 10_000
"""Letters of a line that are read."""

_NO_SEN = "There is no SEN on this line. A SEN looks like SEN-1234567."


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a `line` (from 1) of a paste says: a license key, or the id of a license in a pack, and a SEN in capitals.

    `parts` are several texts of which one must be the key; `problem` is a sentence if there is no key or no SEN.
    """

    line: int
    key: str
    sen: str
    problem: str | None = None
    parts: tuple[str, ...] = ()


def read_sens(text: str) -> list[Pasted]:
    """The lines of a paste: a key and a SEN on each, in any order and however parted; a table with a header that has `sen`
    and `id` or a license key; or JSON objects with `id` and `sen`. Never raises; empty lines are left out."""
    text = INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    if text.lstrip()[:1] in ("{", "["):
        return list(_of_json(text))
    lines = [(number, line[:_WIDEST]) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if lines and (columns := _columns(lines[0][1])):
        return list(_of_table(lines, *columns))
    return [_of_line(number, line) for number, line in lines if number != lines[0][0] or not _is_header(line)]


def _of_line(number: int, line: str) -> Pasted:
    parts = [part for part in _PARTS.split(line) if part and not _MARKS.fullmatch(part)]
    if len(parts) == 1 and (joined := re.fullmatch(r"(.+?)[=:→](SEN-?L?\d+)", parts[0], re.IGNORECASE)):
        parts = [joined[1], joined[2]]
    sens = [(part, sen) for part in parts if isinstance(sen := read_sen(part.rstrip(".")), str) and sen]
    rest = [part for part in parts if part not in {part for part, _ in sens}]
    if len(sens) > 1:
        return Pasted(number, "", "", "More than one SEN stands on this line. Write a line for each license.")
    if not sens:
        return _without_sen(number, parts)
    return _pasted(
        number, rest[0].removesuffix(":") if len(rest) == 1 else "", sens[0][1], _candidates(line, rest, sens[0][0])
    )


def _candidates(line: str, rest: Sequence[str], sen: str) -> tuple[str, ...]:
    """What may be the key where a line says more than a key and a SEN: each part, or all of them as they stand."""
    whole = " ".join(line.replace(sen, " ").split()).strip(" ,;|\t")
    return (whole, *rest) if len(rest) > 1 else ()


def _pasted(line: int, key: str, sen: str, parts: tuple[str, ...] = ()) -> Pasted:
    read, number = read_key(key), read_sen(sen)
    if isinstance(read, Misread):
        return Pasted(line, key, sen, read.message)
    if isinstance(number, Misread):
        return Pasted(line, read, sen, number.message)
    if not number:
        return Pasted(line, read, "", _NO_SEN)
    if not (read or parts):
        return Pasted(line, "", number, "There is no license key on this line.")
    return Pasted(line, read, number, None, parts)


def _without_sen(number: int, parts: Sequence[str]) -> Pasted:
    """A line without a SEN: what stands there instead, if that is plain."""
    for part in parts[::-1]:
        sen = read_sen(part)
        if isinstance(sen, Misread) and " is not a SEN. A SEN" not in sen.message:
            others = [other for other in parts if other != part]
            return Pasted(number, others[0] if len(others) == 1 else "", part, sen.message)
    return Pasted(number, parts[0] if len(parts) == 1 else "", "", _NO_SEN)


def _is_header(line: str) -> bool:
    parts = [part for part in _PARTS.split(line) if part]
    return any(words_of(part) == "sen" for part in parts)


def _columns(header: str) -> tuple[str, int, int] | None:
    """What parts the cells of a table, and which of its columns have the key and the SEN; None if that is no header."""
    for delimiter in _DELIMITERS:
        cells = [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter))]
        names = [words_of(cell) for cell in cells]
        ids = [place for place, name in enumerate(names) if name in ("id", "import id")]
        ours = (place for place, cell in enumerate(cells) if cell != _FOREIGN and field_named(cell) == "license_key")
        keys = ids or list(ours)
        if "sen" in names and keys:
            return delimiter, keys[0], names.index("sen")
    return None


def _of_table(lines: Sequence[tuple[int, str]], delimiter: str, key: int, sen: int) -> Iterator[Pasted]:
    for number, line in lines[1:]:
        cells = [*next(csv.reader([line], delimiter=delimiter)), *("" for _ in range(max(key, sen) + 1))]
        yield _pasted(number, cells[key], cells[sen])


def _of_json(text: str) -> Iterator[Pasted]:
    """The objects that stand in a text, in a list or one after another."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at] in _BETWEEN:
            at += 1
            continue
        line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield Pasted(line, "", "", "From here on this is not whole JSON. Paste the answer again.")
            return
        yield from _of_value(line, value)


def _of_value(line: int, value: Any) -> Iterator[Pasted]:
    if not isinstance(value, dict):
        yield Pasted(line, "", "", "This is no license: an id and a SEN are expected.")
        return
    lists = [part for part in value.values() if isinstance(part, list)]
    if lists:
        for inner in (one for part in lists for one in part):
            yield from _of_value(line, inner)
        return
    ours = {name: told for name, told in value.items() if name != _FOREIGN}
    named = {words_of(str(name)): "" if told is None else str(told) for name, told in ours.items()}
    key = next((named[name] for name in ("id", "key", "license key") if named.get(name)), "")
    yield _pasted(line, key, named.get("sen", ""))
