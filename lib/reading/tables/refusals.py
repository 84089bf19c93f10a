"""Files that are no tables, told by their bytes, and the sentences that refuse them."""

import re

from lib.reading.tables.table import TableError

_KINDS = (
    (b"PK", "a ZIP archive", "Unpack it and drop the file inside."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and drop the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and drop the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and drop the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and drop the file inside."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it and drop the file inside."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it and drop the file inside."),
    (b"%PDF", "a PDF document", "Ask for the same list as CSV or as an Excel workbook."),
    (b"{\\rtf", "an RTF document", "Save the table in it as CSV."),
    (b"\xd0\xcf\x11\xe0", "an Office document", "Save the table in it as CSV."),
    (b"\x89PNG", "an image", "Ask for the same list as CSV or as an Excel workbook."),
    (b"\xff\xd8\xff", "an image", "Ask for the same list as CSV or as an Excel workbook."),
    (b"GIF8", "an image", "Ask for the same list as CSV or as an Excel workbook."),
    (b"SQLite format 3\x00", "a SQLite database", "Export the table in it as CSV."),
    (b"PAR1", "a Parquet file", "Export it as CSV."),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|svg|!--)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*("|\})|\[\s*([\[{"\d-]|\]))')
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b]")
_SAMPLE = 65_536
_MOST_CONTROLS = 0.03


def refuse_other_files(content: bytes, name: str) -> None:
    """Raise TableError `binary` for archives, documents, images, web pages and JSON."""
    for magic, what, advice in _KINDS:
        if content.startswith(magic) and not (magic == b"PK" and content[2:4] not in (b"\3\4", b"\5\6", b"\7\x08")):
            raise refusal(name, what, advice)
    if _MARKUP.match(content):
        raise refusal(name, "a web page or XML file", "Open it in a spreadsheet and save the table as CSV.")
    if _JSON.match(content) and content.rstrip()[-1:] in (b"}", b"]"):
        raise refusal(name, "a JSON file", "Export the same list as CSV.")


def refuse_control_bytes(content: bytes, name: str) -> None:
    """Raise TableError `binary` where too many bytes are never part of a text."""
    sample = content[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample):
        raise refusal(name, "neither text nor a workbook", "Export the list as CSV or as an Excel workbook.")


def refusal(name: str, what: str, advice: str) -> TableError:
    """The error of a file that is no table at all."""
    return TableError("binary", f"{file_phrase(name)} is {what}, so it cannot be read as a table. {advice}")


def file_phrase(name: str) -> str:
    """The file as a sentence begins with it."""
    return f"The file {name}" if name else "This file"
