"""Files that are no tables, recognised by their first bytes."""

import re

from lib.reading.tables.refusals import not_a_table

_UNPACK = "Unpack it and drop the file inside."
_ASK_FOR_LIST = "Ask for the same list as CSV or as an Excel workbook."
_SAVE_AS_CSV = "Save the table in it as CSV."
_KINDS = (
    (b"PK\3\4", "a ZIP archive", _UNPACK),
    (b"PK\5\6", "a ZIP archive", _UNPACK),
    (b"PK\7\x08", "a ZIP archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (b"%PDF", "a PDF document", _ASK_FOR_LIST),
    (b"{\\rtf", "an RTF document", _SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an Office document", _SAVE_AS_CSV),
    (b"\x89PNG", "an image", _ASK_FOR_LIST),
    (b"\xff\xd8\xff", "an image", _ASK_FOR_LIST),
    (b"GIF8", "an image", _ASK_FOR_LIST),
    (b"SQLite format 3\x00", "a SQLite database", "Export the table in it as CSV."),
    (b"PAR1", "a Parquet file", "Export it as CSV."),
)
"""The first bytes of a kind of file, what it is, and what to do. PK alone may be a license key's first letters."""

_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|svg|!--)", re.IGNORECASE)
_JSON_START = re.compile(rb'\s*(\{\s*("|\})|\[\s*([\[{"\d-]|\]))')
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b]")
_SAMPLE_BYTES = 65_536
_MOST_CONTROL_BYTES = 0.03


def refuse_other_files(content: bytes, name: str) -> None:
    """Raise TableError `binary` for archives, documents, images, web pages and JSON."""
    for first_bytes, kind, advice in _KINDS:
        if content.startswith(first_bytes):
            raise not_a_table(name, kind, advice)
    if _MARKUP.match(content):
        raise not_a_table(name, "a web page or XML file", "Open it in a spreadsheet and save the table as CSV.")
    if _JSON_START.match(content) and content.rstrip()[-1:] in (b"}", b"]"):
        raise not_a_table(name, "a JSON file", "Export the same list as CSV.")


def refuse_control_bytes(content: bytes, name: str) -> None:
    """Raise TableError `binary` for too many bytes that no text has."""
    sample = content[:_SAMPLE_BYTES]
    if len(_CONTROL_BYTES.findall(sample)) > _MOST_CONTROL_BYTES * len(sample):
        raise not_a_table(name, "neither text nor a workbook", "Export the list as CSV or as an Excel workbook.")
