"""Whether a file is an export of Marketplace's, told by its first line alone."""

import re

from lib.marketplace.export_columns import ExportKind, export_kind
from lib.marketplace.json_table import is_json
from lib.reading.tables import TableError
from lib.reading.tables.decoding import decode
from lib.reading.tables.preview import raw_preview, whole_lines_at_top
from lib.reading.tables.workbook import is_binary_workbook, is_workbook

_BETWEEN_CELLS = re.compile(r"[,;\t|\"]+")
_JSON_NAMES = re.compile(r"\"(\w+)\"\s*:")


def recognise(content: bytes) -> ExportKind | None:
    """Which export of Marketplace's a file is; None for any other."""
    # The server's own process reads this; Marketplace has no such workbooks.
    if is_binary_workbook(content):
        return None
    if is_workbook(content):
        lines = [text for _, text in raw_preview(content).lines]
        if not lines:
            return None
        return export_kind(_BETWEEN_CELLS.split(lines[0]))
    try:
        text = decode(whole_lines_at_top(content), "")[0].decode(errors="replace")
    except TableError:
        return None
    if is_json(content):
        return export_kind(_JSON_NAMES.findall(text))
    first_line = text.lstrip().partition("\n")[0]
    return export_kind(cell.strip() for cell in _BETWEEN_CELLS.split(first_line))
