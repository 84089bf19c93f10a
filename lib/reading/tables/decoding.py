"""Bytes to UTF-8: which encoding a text file is in, without being told."""

import codecs
import re
import unicodedata

import chardet
import pyarrow as pa

from lib.reading.tables.refusals import file_phrase, refuse_control_bytes
from lib.reading.tables.table import TableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_PAGES = {
    "Windows-1252": "cp1252",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "Windows-1253": "cp1253",
    "MacRoman": "mac_roman",
    "Shift-JIS": "cp932",
    "CP932": "cp932",
    "EUC-JP": "euc_jp",
    "GB18030": "gb18030",
    "Big5": "big5hkscs",
    "Big5-HKSCS": "big5hkscs",
    "EUC-KR": "cp949",
    "CP949": "cp949",
}
"""The legacy pages that are told apart, by chardet's names; the wider page of each family decodes it."""

_WIDE_PAGES = frozenset(("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"))
PATCHED = "utf-8+cp1252"
"""The name of a UTF-8 file in which some lines are cp1252."""

_HIGH = re.compile(rb"[\x80-\xff]+")
_C1 = re.compile(rb"[\x80-\x9f]")
_BEYOND_ASCII = re.compile("(?:(?<=(.))|)([^\x00-\x7f])(?=(.?))")
_KANA = re.compile("[\u3041-\u30fe]")
_WESTERN_FIRST = 1.2
_SAMPLE = 100_000
_LINES_TRIED = 5000
_SHORT = 10_000
_FEWEST_FOR_A_GUESS = 4
_FEWEST_FOR_A_PAGE = 8


def decode(content: bytes, name: str, encoding: str | None = None) -> tuple[bytes, str]:
    """The text as UTF-8 without mark or NULs, and the name of the encoding it was in; `encoding` overrides."""
    if encoding:
        return _told(content, encoding, name), encoding
    for mark, found in _MARKS:
        if content.startswith(mark):
            return _from(content, found), found
    if wide := _wide_without_mark(content):
        return _from(content, wide), wide
    refuse_control_bytes(content, name)
    content = content.replace(b"\0", b"")
    if is_utf8(content):
        return content, "utf-8"
    found = _page(content)
    return _from(content, found), found


def is_utf8(content: bytes) -> bool:
    """Whether all of it is valid UTF-8, checked without making a string of it."""
    if content.isascii():
        return True
    if len(content) < _SHORT:
        return _decodes(content, "utf-8")
    offsets = pa.py_buffer(b"\0" * 8 + len(content).to_bytes(8, "little"))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(content)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _told(content: bytes, encoding: str, name: str) -> bytes:
    try:
        codecs.lookup(encoding if encoding != PATCHED else "utf-8")
    except LookupError:
        message = f'"{encoding}" is not the name of an encoding. Choose another, for example utf-8 or cp1252.'
        raise TableError("encoding", message) from None
    try:
        return _from(content, encoding)
    except UnicodeError:
        message = f"{file_phrase(name)} cannot be read as {encoding}. Choose another encoding, or leave it to be found."
        raise TableError("encoding", message) from None


def _from(content: bytes, encoding: str) -> bytes:
    if encoding == PATCHED:
        return _patched(content)
    if encoding == "utf-8-sig" and is_utf8(content):
        return _unmarked(content).replace(b"\0", b"")
    if encoding == "cp1252" and not _C1.search(content):
        encoding = "latin-1"
    text = content.decode(encoding, errors=_LENIENT.get(encoding, "replace"))
    return _unmarked(text.encode("utf-8", errors="replace")).replace(b"\0", b"")


def _unmarked(content: bytes) -> bytes:
    while content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    return content


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """Bytes a page leaves undefined stay the control characters they are in latin-1: visible, and not lost."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin", _as_latin)
_LENIENT = {"cp1252": "latin", "cp1250": "latin", "cp1251": "latin", "cp1253": "latin"}


def _wide_without_mark(content: bytes) -> str | None:
    """UTF-16 or UTF-32 by where its NULs stand, given that most letters of a table are Latin."""
    sample = content[: _SAMPLE - _SAMPLE % 4]
    if len(sample) < 4 or sample.count(0) < 0.2 * len(sample):
        return None
    share = [sample[at::4].count(0) / (len(sample) // 4) for at in range(4)]
    if min(share[1:]) > 0.9 > share[0]:
        return "utf-32-le"
    if min(share[:3]) > 0.9 > share[3]:
        return "utf-32-be"
    even, odd = (share[0] + share[2]) / 2, (share[1] + share[3]) / 2
    if odd > 0.4 and even < odd / 4:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < even / 4 else None


def _page(content: bytes) -> str:
    """The encoding of a text that is not UTF-8 as a whole."""
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    spread = lines[:: len(lines) // _LINES_TRIED + 1]
    if sum(map(is_utf8, spread)) > len(spread) / 2:
        return PATCHED
    sample = b"\n".join(lines)[:_SAMPLE]
    high = _HIGH.findall(sample)
    count = sum(map(len, high))
    if count < _FEWEST_FOR_A_GUESS:
        return "cp1252"
    guesses = _guesses(sample)
    first = next(iter(guesses), "cp1252")
    whole = sample[: sample.rfind(b"\n") + 1 or None]
    if first == "gb18030" and _KANA.search(sample.decode(first, errors="ignore")) and _decodes(whole, "euc_jp"):
        return "euc_jp"
    if first in _WIDE_PAGES and _decodes(whole, first):
        return first
    guesses = {page: weight for page, weight in guesses.items() if page not in _WIDE_PAGES}
    if count < _FEWEST_FOR_A_PAGE or not guesses:
        return "cp1252"
    guesses["cp1252"] = guesses.get("cp1252", min(guesses.values())) * _WESTERN_FIRST
    return max(guesses, key=lambda page: guesses[page] * _in_place(sample.decode(page, errors="latin")))


def _guesses(sample: bytes) -> dict[str, float]:
    """The pages this may be, the likeliest first, with chardet's confidence."""
    found = chardet.detect_all(sample, include_encodings=list(_PAGES), ignore_threshold=True)
    return {_PAGES[str(guess["encoding"])]: guess["confidence"] for guess in found if guess["encoding"] in _PAGES}


def _in_place(text: str) -> float:
    """The share of letters beyond ASCII that stand where such a letter may: the right page has no `M§ller`."""
    cells = _BEYOND_ASCII.findall(text)
    return sum(_may_stand(*cell) for cell in cells) / max(len(cells), 1)


def _may_stand(before: str, letter: str, after: str) -> bool:
    if not letter.isalpha():
        return letter == "\u2019" or not (before.isalpha() and after.isalpha())
    if letter.isupper() and before.islower():
        return False
    latin = unicodedata.name(letter, "").startswith("LATIN")
    return latin or not any(beside.isascii() and beside.isalpha() for beside in (before, after))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _patched(content: bytes) -> bytes:
    """UTF-8, with the lines that are not UTF-8 read as cp1252."""
    lines = _unmarked(content).split(b"\n")
    fixed = (line if is_utf8(line) else line.decode("cp1252", errors="latin").encode() for line in lines)
    return b"\n".join(fixed).replace(b"\0", b"")
