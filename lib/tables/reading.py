"""A file's bytes to its table: what it is, what text it holds, which of its lines are rows."""

import csv
import re

import numpy as np
import pyarrow as pa

from lib.licenses import field_named
from lib.tables.table import Ignored, Table, TableError

DELIMITERS = (",", ";", "\t", "|")
_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
)
csv.field_size_limit(2**31 - 1)


def read_table(
    content: bytes,
    name: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int | None = None,
    sheet: str | None = None,
) -> Table:
    """The table in these bytes; raises TableError with a sentence where there is none."""
    title = name or "This file"
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise TableError("binary", f"{title} is {what}, not CSV. Save it as CSV and drop it again.")
    text, encoding = _decoded(content, encoding)
    if "\0" in text:
        raise TableError("binary", f"{title} is not a text file. Export it as CSV and drop it again.")
    if not text.strip():
        raise TableError("empty", f"{title} is empty. Export it again, and check that it holds rows.")
    delimiter = delimiter or _delimiter(text)
    records = _records(text, delimiter)
    head = next((i for i, (_, row) in enumerate(records[:50]) if sum(map(bool, map(field_named, row))) > 1), 0)
    if header_line is not None:
        head = next((i for i, (line, _) in enumerate(records) if line == header_line), head)
    line, header = records[head]
    ignored = [Ignored(at, delimiter.join(row), "preamble", len(row) == len(header)) for at, row in records[:head]]
    return _table(name, header, records[head + 1 :], ignored, (encoding, delimiter, line))


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding:
        return content.decode(encoding, errors="replace").removeprefix("\ufeff"), encoding
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def _delimiter(text: str) -> str:
    lines = [line for line in text[:60_000].splitlines() if line.strip()][:400]
    return max(
        DELIMITERS, key=lambda mark: min(sum(mark in line for line in lines), 10**9) * 1000 + lines[0].count(mark)
    )


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Records that are not blank, each with the line it starts on."""
    lines = re.findall(r"[^\r\n]*(?:\r*\n|\r|\Z)", text)
    reader = csv.reader(lines, delimiter=delimiter)
    found, line = [], 1
    for cells in reader:
        if any(cells):
            found.append((line, cells))
        line = reader.line_num + 1
    return found


def _table(
    name: str,
    header: list[str],
    records: list[tuple[int, list[str]]],
    ignored: list[Ignored],
    found: tuple[str, str, int],
) -> Table:
    width = len(header)
    rows, ragged = [], {}
    for index, (_, cells) in enumerate(records):
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) != width:
            ragged[index] = cells
        rows.append(cells if len(cells) == width else [""] * width)
    columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(width)]
    lines = np.array([line for line, _ in records], np.int64)
    encoding, delimiter, header_line = found
    return Table(name, header, columns, lines, encoding, delimiter, header_line, ragged, ignored)
