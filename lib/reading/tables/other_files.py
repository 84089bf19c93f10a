"""Files that are no tables, recognised by their first bytes."""

import re
import zipfile
from io import BytesIO

from lib.reading.tables.refusals import not_a_table, quoted_list

_UNPACK = "Unpack it and drop the file inside."
_ASK_FOR_LIST = "Ask for the same list as CSV or as an Excel workbook."
_SAVE_AS_CSV = "Save the table in it as CSV."
_FOLLOW_LINK = "Open it, and choose File, Download, CSV or Microsoft Excel there."
_COPY_TABLE = "Copy its table into a spreadsheet, and save that as CSV or as an Excel workbook."
# The first bytes of a kind of file, what it is, and what to do. PK alone may be a license key's first letters.
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
    (b"II*\0", "an image", _ASK_FOR_LIST),
    (b"MM\0*", "an image", _ASK_FOR_LIST),
    (b"\0\1\0\0Standard", "an Access database", "Export the table in it as an Excel workbook."),
    (b"[InternetShortcut]", "a link", _FOLLOW_LINK),
    (b"BEGIN:VCARD", "a file of contacts", "Ask for the list of licenses as CSV or as an Excel workbook."),
    (b"SQLite format 3\x00", "a SQLite database", "Export the table in it as CSV."),
    (b"PAR1", "a Parquet file", "Export it as CSV."),
)

_PACKED = (
    (
        "word/document.xml",
        "a Word document",
        _COPY_TABLE,
    ),
    ("ppt/presentation.xml", "a PowerPoint presentation", "Copy its table into a spreadsheet, and save that as CSV."),
    ("index/calculationengine", "a Numbers document", "Open it in Numbers, and choose File, Export To, CSV or Excel."),
    (
        "index/document.iwa",
        "a document of Pages or Keynote",
        "Copy its table into Numbers, and choose File, Export To, CSV there.",
    ),
    ("index.zip", "a document of Numbers or Pages", "Open it on a Mac, and choose File, Export To, CSV or Excel."),
    ("content.xml", "an OpenDocument text", "Copy its table into a spreadsheet, and save that as CSV."),
)
"""What the parts of an archive begin with, in lower case, what it is, and what to do."""

_LATER_SIGNS = (
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|avif)", re.DOTALL), "an image", _ASK_FOR_LIST),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "an image", _ASK_FOR_LIST),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "an image", _ASK_FOR_LIST),
    (re.compile(rb'\s*\{[^{}]*"(?:url|doc_id)"[^{}]*\}\s*\Z'), "a link", _FOLLOW_LINK),
)
"""What stands near the beginning of other kinds of files."""

_OLE = b"\xd0\xcf\x11\xe0"
_OLE_STREAMS = (
    ("__substg1.0_", "a mail saved by Outlook", "Open it in Outlook, and save the file attached to it."),
    ("WordDocument", "a Word document", _COPY_TABLE),
    ("PowerPoint Document", "a PowerPoint presentation", _COPY_TABLE),
)
"""Names of streams in Office documents before 2007."""

_TABLE_NAMES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_MAIL = re.compile(
    rb"\s*(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*(?:Content-Type|MIME-Version|Message-ID):", re.IGNORECASE
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|svg|!--)", re.IGNORECASE)
_JSON_START = re.compile(rb'\s*(\{\s*("|\})|\[\s*([\[{"\d-]|\]))')
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b]")
_SAMPLE_BYTES = 65_536
_MOST_NAMES = 3
_MOST_CONTROL_BYTES = 0.03


def refuse_other_files(content: bytes, name: str) -> None:
    """Raise TableError `binary` for archives, documents, images, web pages and JSON."""
    if content.startswith(b"PK\3\4"):
        refuse_packed_documents(content, name)
    if _MAIL.match(content[:_SAMPLE_BYTES]):
        raise not_a_table(name, "a saved mail", "Open it in a mail program, and save the file attached to it.")
    refuse_by_signs(content, name)
    if _MARKUP.match(content):
        raise not_a_table(name, "a web page or XML file", "Open it in a spreadsheet and save the table as CSV.")
    if _JSON_START.match(content) and content.rstrip()[-1:] in (b"}", b"]"):
        raise not_a_table(name, "a JSON file", "Export the same list as CSV.")


def refuse_by_signs(content: bytes, name: str) -> None:
    """Raise TableError `binary` for kinds of files that the bytes at their beginning name, or the streams in them."""
    if content.startswith(_OLE):
        for stream, kind, advice in _OLE_STREAMS:
            if stream.encode("utf-16-le") in content:
                raise not_a_table(name, kind, advice)
    for first_bytes, kind, advice in _KINDS:
        if content.startswith(first_bytes):
            raise not_a_table(name, kind, advice)
    for pattern, kind, advice in _LATER_SIGNS:
        if pattern.match(content[:_SAMPLE_BYTES]):
            raise not_a_table(name, kind, advice)


def refuse_packed_documents(content: bytes, name: str) -> None:
    """Raise TableError `binary` for documents that are archives inside."""
    # Archives of tables are named, since their tables can be taken out.
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return
    parts = [part.lower() for part in names]
    for beginning, kind, advice in _PACKED:
        if any(part.startswith(beginning) for part in parts):
            raise not_a_table(name, kind, advice)
    tables = [part for part in names if part.lower().endswith(_TABLE_NAMES)]
    if tables:
        raise not_a_table(name, "a ZIP archive", f"Unpack it and drop {quoted_list(tables[:_MOST_NAMES])}.")


def refuse_control_bytes(content: bytes, name: str) -> None:
    """Raise TableError `binary` for too many bytes that no text has."""
    sample = content[:_SAMPLE_BYTES]
    if len(_CONTROL_BYTES.findall(sample)) > _MOST_CONTROL_BYTES * len(sample):
        raise not_a_table(name, "neither text nor a workbook", "Export the list as CSV or as an Excel workbook.")
