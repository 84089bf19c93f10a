"""Bytes to UTF-8: finds which encoding a text file is in."""

import codecs
import re
import unicodedata

import chardet
import pyarrow as pa

from lib.reading.tables.other_files import refuse_control_bytes
from lib.reading.tables.refusals import unknown_encoding, wrong_encoding

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# The legacy code pages that are distinguished, by chardet's names; the widest page of each family decodes it.
_CODE_PAGES = {
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

_EAST_ASIAN_PAGES = frozenset(("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"))
PATCHED = "utf-8+cp1252"
"""The name of a UTF-8 file in which some lines are cp1252."""

_BEYOND_ASCII_BYTES = re.compile(rb"[\x80-\xff]+")
_C1_BYTES = re.compile(rb"[\x80-\x9f]")
_BEYOND_ASCII_LETTERS = re.compile("(?:(?<=(.))|)([^\x00-\x7f])(?=(.?))")
_KANA = re.compile("[\u3041-\u30fe]")
# How much more weight cp1252 gets than chardet gives it, since it is by far the commonest.
_WESTERN_BONUS = 1.2

_SAMPLE_BYTES = 100_000
_SAMPLE_LINES = 5000
_SHORT_BYTES = 10_000
_FEWEST_BYTES_FOR_EAST_ASIAN = 4
_FEWEST_BYTES_FOR_OTHER_PAGES = 8


def decode(content: bytes, name: str, encoding: str | None = None) -> tuple[bytes, str]:
    """The text as UTF-8 without byte order mark or NULs, and the encoding it was in, unless a person says which."""
    if encoding:
        return decode_as_chosen(content, encoding, name), encoding
    marked = encoding_by_mark(content) or encoding_by_nuls(content)
    if marked:
        return to_utf8(content, marked), marked
    refuse_control_bytes(content, name)
    content = content.replace(b"\0", b"")
    if is_utf8(content):
        return content, "utf-8"
    page = guess_code_page(content)
    return to_utf8(content, page), page


def encoding_by_mark(content: bytes) -> str | None:
    """The encoding that a byte order mark announces."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    return None


def is_utf8(content: bytes) -> bool:
    """Whether all of it is valid UTF-8."""
    if content.isascii():
        return True
    if len(content) < _SHORT_BYTES:
        return can_decode(content, "utf-8")
    # One text as long as the file: Arrow validates it in place, where Python would need four times the room.
    offsets = pa.py_buffer(b"\0" * 8 + len(content).to_bytes(8, "little"))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(content)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def decode_as_chosen(content: bytes, encoding: str, name: str) -> bytes:
    """The text in the encoding a person chose. Raises TableError `encoding`."""
    try:
        return to_utf8(content, encoding)
    except LookupError:
        raise unknown_encoding(encoding) from None
    except UnicodeError:
        raise wrong_encoding(name, encoding) from None


def to_utf8(content: bytes, encoding: str) -> bytes:
    """The text as UTF-8, without byte order marks and NULs."""
    if encoding == PATCHED:
        return patch_lines(content)
    if encoding == "utf-8-sig" and is_utf8(content):
        return without_marks(content).replace(b"\0", b"")
    # Without the bytes 80 to 9F the two are the same, and latin-1 is decoded many times faster.
    if encoding == "cp1252" and not _C1_BYTES.search(content):
        encoding = "latin-1"
    text = content.decode(encoding, errors=_ERROR_HANDLERS.get(encoding, "replace"))
    return without_marks(text.encode("utf-8", errors="replace")).replace(b"\0", b"")


def without_marks(content: bytes) -> bytes:
    """UTF-8 without byte order marks at its beginning."""
    # Files that were joined may have several at the beginning.
    while content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    return content


def undefined_as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Bytes a page leaves undefined stay the control characters they are in latin-1: visible, and not lost."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin", undefined_as_latin_1)
_ERROR_HANDLERS = dict.fromkeys(("cp1252", "cp1250", "cp1251", "cp1253"), "latin")


def encoding_by_nuls(content: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, by where its NULs stand.

    Most letters of a table are Latin, so that all but one byte of each letter are NUL.
    """
    sample = content[: _SAMPLE_BYTES - _SAMPLE_BYTES % 4]
    if len(sample) < 4 or sample.count(0) < 0.2 * len(sample):
        return None
    nuls = [sample[place::4].count(0) / (len(sample) // 4) for place in range(4)]
    if min(nuls[1:]) > 0.9 > nuls[0]:
        return "utf-32-le"
    if min(nuls[:3]) > 0.9 > nuls[3]:
        return "utf-32-be"
    even, odd = (nuls[0] + nuls[2]) / 2, (nuls[1] + nuls[3]) / 2
    if odd > 0.4 and even < odd / 4:
        return "utf-16-le"
    if even > 0.4 and odd < even / 4:
        return "utf-16-be"
    return None


def guess_code_page(content: bytes) -> str:
    """The encoding of a text that is not all UTF-8."""
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    if is_mostly_utf8(lines):
        return PATCHED
    sample = b"\n".join(lines)[:_SAMPLE_BYTES]
    evidence = sum(map(len, _BEYOND_ASCII_BYTES.findall(sample)))
    if evidence < _FEWEST_BYTES_FOR_EAST_ASIAN:
        return "cp1252"
    guesses = chardet_guesses(sample)
    east_asian = likely_east_asian_page(sample, next(iter(guesses), "cp1252"))
    if east_asian:
        return east_asian
    others = {page: confidence for page, confidence in guesses.items() if page not in _EAST_ASIAN_PAGES}
    if evidence < _FEWEST_BYTES_FOR_OTHER_PAGES or not others:
        return "cp1252"
    return likeliest_page(sample, others)


def is_mostly_utf8(lines: list[bytes]) -> bool:
    """Whether most of these lines are UTF-8."""
    spread = lines[:: len(lines) // _SAMPLE_LINES + 1]
    return sum(map(is_utf8, spread)) > len(spread) / 2


def likely_east_asian_page(sample: bytes, guess: str) -> str | None:
    """The East Asian page guessed, if it decodes the sample."""
    # The sample may end amid a letter; only whole lines must decode.
    whole_lines = sample[: sample.rfind(b"\n") + 1 or None]
    # Japanese in EUC-JP is also valid GB18030, where its kana are kana too; Chinese has none.
    if guess == "gb18030" and _KANA.search(sample.decode(guess, errors="ignore")) and can_decode(whole_lines, "euc_jp"):
        return "euc_jp"
    if guess in _EAST_ASIAN_PAGES and can_decode(whole_lines, guess):
        return guess
    return None


def likeliest_page(sample: bytes, confidences: dict[str, float]) -> str:
    """The page under which letters stand where letters may, weighed by chardet's confidence."""
    western = confidences.get("cp1252", min(confidences.values()))
    weights = {**confidences, "cp1252": western * _WESTERN_BONUS}
    plausible = {page: plausible_share(sample.decode(page, errors="latin")) for page in weights}
    return max(weights, key=lambda page: weights[page] * plausible[page])


def chardet_guesses(sample: bytes) -> dict[str, float]:
    """The pages this may be, the likeliest first, with chardet's confidence."""
    guesses = chardet.detect_all(sample, include_encodings=list(_CODE_PAGES), ignore_threshold=True)
    return {
        _CODE_PAGES[str(guess["encoding"])]: guess["confidence"]
        for guess in guesses
        if guess["encoding"] in _CODE_PAGES
    }


def plausible_share(text: str) -> float:
    """The share of letters beyond ASCII that stand where such a letter may: the right page has no `M§ller`."""
    letters = _BEYOND_ASCII_LETTERS.findall(text)
    return sum(is_plausible(*letter) for letter in letters) / max(len(letters), 1)


def is_plausible(before: str, letter: str, after: str) -> bool:
    """Whether a letter beyond ASCII may stand between these two."""
    if not letter.isalpha():
        return letter == "\u2019" or not (before.isalpha() and after.isalpha())
    if letter.isupper() and before.islower():
        return False
    is_latin = unicodedata.name(letter, "").startswith("LATIN")
    # Words mix no alphabets.
    return is_latin or not any(beside.isascii() and beside.isalpha() for beside in (before, after))


def can_decode(content: bytes, encoding: str) -> bool:
    """Whether all bytes mean something in this encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def patch_lines(content: bytes) -> bytes:
    """UTF-8, with the lines that are not UTF-8 read as cp1252."""
    lines = without_marks(content).split(b"\n")
    return b"\n".join(map(patch_line, lines)).replace(b"\0", b"")


def patch_line(line: bytes) -> bytes:
    """A line as UTF-8, read as cp1252 if it is not UTF-8 itself."""
    if is_utf8(line):
        return line
    return line.decode("cp1252", errors="latin").encode()
