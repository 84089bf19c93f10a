"""Says inside the files of a sample that it is one, where what builds them does not."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

from lib.documents.exports.file_formats import CSV, ZIP
from lib.documents.spool import Content
from lib.store.sample_stores import SAMPLE

COLUMN = "Sample data"
JSON_TYPE = "application/json"


def build_marked(build: Callable[[], Any], mime: str) -> bytes | str:
    """A file that says that it is of a sample, where its kind has a way to say so."""
    content = build()
    if hasattr(content, "read"):
        content = content.read()
    return _MARKS.get(mime, keep)(content)


def keep(content: Content | str) -> bytes | str:
    """The file as it is: text, pictures, workbooks and PDFs say it where they are made."""
    return content if isinstance(content, str) else bytes(content)


def mark_csv(content: Content | str) -> bytes:
    """The table with one more column."""
    text = content if isinstance(content, str) else str(content, "utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([[*header, COLUMN], *([*row, "invented"] for row in rows)])
    return lines.getvalue().encode("utf-8-sig")


def mark_zip(content: Content | str) -> bytes:
    """The archive with a text in it."""
    file = io.BytesIO(bytes(content) if not isinstance(content, str) else content.encode())
    with ZipFile(file, "a") as archive:
        archive.writestr("SAMPLE DATA.txt", f"{SAMPLE}\n")
    return file.getvalue()


def mark_json(content: Content | str) -> str:
    """The object with one more entry."""
    text = content if isinstance(content, str) else str(content, "utf-8")
    return json.dumps({"sample_data": SAMPLE, **json.loads(text)}, indent=2, ensure_ascii=False)


_MARKS: dict[str, Callable[[Content | str], bytes | str]] = {
    CSV.mime_type: mark_csv,
    ZIP.mime_type: mark_zip,
    JSON_TYPE: mark_json,
}
"""How each kind says it, by its type."""
