"""Numbers of users in the spellings people use for license sizes and server tiers (domain.md §7)."""

import re
from collections.abc import Mapping, Sequence

from lib.domain.products import PLUGINS, PRODUCT_TITLES, Product
from lib.domain.text import BLANKS, Misread, bare_words, half_width, quote
from lib.domain.tiers import LADDER, UNLIMITED, Size, highest
from lib.reading.cell_marks import bare_value
from lib.reading.cell_words import CELL_WORDS, single_words
from lib.reading.heading_words import CONCEPTS
from lib.reading.problem_codes import ProblemCode


def bare_word_set(text: str) -> frozenset[str]:
    """The bare words of a text."""
    return frozenset(bare_words(text).split())


def words_of_concepts(*concepts: str) -> frozenset[str]:
    """The single words that stand for these concepts in headings, also with a plural s."""
    phrases = [words for words, concept in CONCEPTS.items() if concept in concepts]
    words = bare_word_set(" ".join(phrases))
    return words | {f"{word}s" for word in words} | {"s"}


_UNLIMITED_WORDS = CELL_WORDS["unlimited"]
_UNITS = single_words("unit") | words_of_concepts("editors", "users", "seats", "license", "tier")
_OF_JIRA = bare_word_set("jira software service desk core work management servicedesk jsw jsd jsm jwm")
_OF_CONFLUENCE = bare_word_set("confluence conf wiki")
_APPLICATIONS = _OF_JIRA | _OF_CONFLUENCE | {"server"}
APPLICATION_PATTERN = r"(?i)jira|conf|software|desk|core|management|jsw|js[dm]|jwm|wiki"
"""A pattern (RE2) that matches every text that may name an application."""

# Words of licenses that have no size: Atlassian writes them where others have a tier (domain.md §6).
_NO_SIZE_WORDS = single_words("no size")

_NUMBER = r"(?:[1-9][0-9]{0,2}(?P<%s>[,' .])[0-9]{3}(?:(?P=%s)[0-9]{3})*|[0-9]{1,9})(?:[.,]0{1,2}(?![0-9]))?|[0-9]{1,3}[.,][0-9](?= ?k)"
_SIZE = re.compile(
    rf"(?P<before>[^0-9]*)(?:(?P<low>{_NUMBER % ('low_mark', 'low_mark')}) ?(?:-|to|bis|bis zu|à|a|hasta|tot) ?)?"
    rf"(?P<number>{_NUMBER % ('mark', 'mark')})(?P<thousands> ?k(?![^\W_]))?(?P<open> ?\+)?(?P<after>[^0-9]*)"
)
# Babel's parse_decimal needs to be told the language; here one column mixes `2,000`, `2.000` and `2'000`.
_SIGNED = re.compile(r"(?:^|[^\w\s)]|\s)[-.,] ?$")
_ALLOWED_BESIDE = re.compile(r"[\w\s().,:/\[\]'<=≤-]*")
_UNLIMITED_NUMBER = re.compile(r"-1(?:\.0)?(?![0-9.,])")
# An open end from here on is Unlimited; below it, it names no tier (`10,000+`, domain.md §7).
_UNLIMITED_FROM = 10_000

_DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "∞": " unlimited "})
_NO_LIMIT = re.compile(
    r"(?<![^\W_])(?:no|without|ohne|sans|sin|senza|sem|zonder|geen) (?:limits?|begrenzung|beschränkung|limites?|límites?|limiti|limite|limiet)(?![^\W_])"
)
_MORE_THAN = re.compile(
    r"^(?:>|more than|over|above|über|mehr als|plus de|más de|più di|oltre|mais de|acima de|meer dan|超) ?(?=[0-9])([0-9.,' ]*[0-9])"
)
_NEGATIVE = re.compile(r"\( ?[0-9][0-9.,' ]*\)|[0-9][0-9.,' ]*-")
"""How bookkeepers write a number below zero."""

_TWO_LINES_OF_NUMBERS = re.compile(r"[0-9]\s*[\n\r\v\f\u2028\u2029]\s*[0-9]")
_BESIDE_SIZE_OF_HOST = _UNITS | _APPLICATIONS | bare_word_set("in on for en im auf für pour sur para per voor")
_DASH_AFTER_NAME = re.compile(r"(?<=[^\W\d])\s+[-–—]\s+(?=[0-9])")

# How people part the sizes of several applications: with a sign, a word, or nothing but the applications' names.
_BETWEEN_APPLICATIONS = (
    re.compile(r"\s*[/;|&·•\n\r]\s*|,\s+|\s\+\s|(?<=[0-9])\s+[-–—]\s+", re.IGNORECASE),
    re.compile(r"\s*[/;|&·•\n\r]\s*|,\s+|\s\+\s|\s(?:and|und|et|y|e|en)\s", re.IGNORECASE),
    re.compile(r"(?<=[0-9)])\s+(?=\(?(?:jira|conf))", re.IGNORECASE),
    re.compile(r"(?<=\w)\s+(?=[0-9]+ (?:jira|conf))", re.IGNORECASE),
)
# Digits of a plain number; a longer one is a mistake.
_LONGEST_PLAIN_NUMBER = 9


def read_size(text: str) -> Size | Misread | None:
    """The number of users a cell holds, at least 1; `UNLIMITED` for its many spellings.

    A range is its upper end (`1-10 users` is 10); `10,000+` and `-1` are Unlimited. Smaller open ends (`500+`), zero,
    fractions, bookkeepers' negatives and numbers in words are Misread `invalid_size`, because they name no one size; what
    says that the license is an evaluation is `no_size`.
    """
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PLAIN_NUMBER:
        if int(text):
            return Size(int(text))
        return invalid_size(text)
    cell = bare_value(text)
    if cell in BLANKS:
        return None
    folded = fold(cell)
    # Two numbers on lines of their own are two sizes, but folding would join them into one (`10⏎000`).
    if _TWO_LINES_OF_NUMBERS.search(text):
        return invalid_size(text)
    return size_in(folded, _UNITS) or unread_size(text)


def unread_size(text: str) -> Misread:
    """The refusal of a text without a size: one that says that the license has none, or one that cannot be read."""
    words = bare_word_set(text)
    if words and words <= _NO_SIZE_WORDS | _UNITS and not words.isdisjoint(_NO_SIZE_WORDS):
        return Misread(
            ProblemCode.NO_SIZE, f"{quote(text)} names no number of users. Enter the number, or leave the cell empty."
        )
    return invalid_size(text)


def read_host_size(text: str, ladder: Sequence[Size] = LADDER, product: Product | None = None) -> Size | Misread | None:
    """The users or tier of a server; like `read_size`, but names of applications may stand beside the number.

    Several applications of Jira (`Jira Software 50 / Service Desk 15`) are each rounded up to the ladder, then the highest
    counts (domain.md §3). Of several numbers each must name its application. Numbers of Jira's server and of Confluence's
    are told apart by the license's own product; without it, they are Misread `several_servers`.
    """
    whole = read_size(text)
    if not isinstance(whole, Misread):
        return whole
    sizes = sizes_of_applications(bare_value_in_lines(text))
    if not sizes:
        return whole
    own = sizes_of_own_server(sizes, product)
    if not own:
        return several_servers(text, product)
    return highest(own, ladder) if len(own) > 1 else own[0]


def sizes_of_applications(text: str) -> dict[str, Size]:
    """The size of each application by the folded text about it; none unless all of the text says so."""
    text = _DASH_AFTER_NAME.sub(": ", text)
    for separators in _BETWEEN_APPLICATIONS:
        parts = [fold(part) for part in separators.split(text) if part.strip()]
        sizes = {part: size for part in parts if (size := size_in(part, _BESIDE_SIZE_OF_HOST))}
        is_plain = len(parts) == 1 and separators is _BETWEEN_APPLICATIONS[0]
        if len(sizes) == len(parts) and (is_plain or (len(parts) > 1 and all(map(names_application, parts)))):
            return sizes
    return {}


def sizes_of_own_server(sizes: Mapping[str, Size], product: Product | None) -> list[Size]:
    """The sizes that may be those of the server of a license for this product, by the folded text of each."""
    if product in PLUGINS:
        return [size for part, size in sizes.items() if server_named(part) in (None, product)]
    is_one_server = len(set(map(server_named, sizes))) == 1
    return list(sizes.values()) if is_one_server else []


def bare_value_in_lines(text: str) -> str:
    """The text without the marks of programs, its lines kept apart."""
    return "\n".join(map(bare_value, text.splitlines()))


def several_servers(text: str, product: Product | None) -> Misread:
    """The refusal of a text that names another server than the license's."""
    own = PRODUCT_TITLES[product] if product in PLUGINS else "one product's server"
    message = f"{quote(text)} does not name the users of {own} alone. Write only the users of the license's own server."
    return Misread(ProblemCode.SEVERAL_SERVERS, message)


def names_application(folded: str) -> bool:
    """Whether a folded text mentions one of Jira's or Confluence's applications."""
    return not _APPLICATIONS.isdisjoint(bare_words(folded).split())


def server_named(folded: str) -> Product | None:
    """Whose server a folded text is about, if it names one."""
    words = frozenset(bare_words(folded).split())
    if not words.isdisjoint(_OF_CONFLUENCE):
        return Product.CONFLUENCE
    if words.isdisjoint(_OF_JIRA):
        return None
    return Product.JIRA


def invalid_size(text: str) -> Misread:
    """The refusal of a text that is no number of users."""
    advice = "Write a whole number such as 25, or Unlimited, or leave the cell empty."
    return Misread(ProblemCode.INVALID_SIZE, f"{quote(text)} is not a number of users. {advice}")


def fold(text: str) -> str:
    """The text with one case, one kind of dash, one word for "no limit"."""
    # Twice, because translating dashes may leave spaces that half_width takes away.
    plain_dashes = half_width(half_width(text).translate(_DASHES))
    return _MORE_THAN.sub(r"\1+", _NO_LIMIT.sub("unlimited", plain_dashes.casefold()))


def size_in(folded: str, words: frozenset[str]) -> Size | None:
    """The size in a folded text that has no other words."""
    if _NEGATIVE.fullmatch(folded):
        return None
    minus_one = _UNLIMITED_NUMBER.match(folded)
    if minus_one:
        if not has_only(folded[minus_one.end() :], words):
            return None
        return UNLIMITED
    numbered = _SIZE.fullmatch(folded)
    if numbered:
        return size_of_match(numbered, words)
    if says_unlimited(folded) and has_only(folded, words | _UNLIMITED_WORDS):
        return UNLIMITED
    return None


def size_of_match(match: re.Match[str], words: frozenset[str]) -> Size | None:
    """The size that a text with a number stands for."""
    beside = f"{match['before']} {match['after']}"
    number = parse_number(match["number"], in_thousands=bool(match["thousands"]))
    low = parse_number(match["low"] or "0", in_thousands=False)
    if _SIGNED.search(match["before"]) or low >= number or not has_only(beside, words | _UNLIMITED_WORDS):
        return None
    if match["open"]:
        return UNLIMITED if number >= _UNLIMITED_FROM else None
    if says_unlimited(beside) or number >= UNLIMITED:
        return None
    return Size(number)


def parse_number(digits: str, *, in_thousands: bool) -> int:
    """The value of `2,000` or, in thousands, of `2.5`."""
    whole = re.sub(r"[.,]0{1,2}$", "", digits)
    if not in_thousands:
        return int(re.sub(r"[^0-9]", "", whole))
    thousands, _, decimals = whole.replace(",", ".").partition(".")
    hundreds = int(decimals) if len(decimals) == 1 else 0
    return int(thousands) * 1000 + hundreds * 100


def has_only(beside: str, words: frozenset[str]) -> bool:
    """Whether only these words and punctuation stand beside a number."""
    return _ALLOWED_BESIDE.fullmatch(beside) is not None and words.issuperset(bare_words(beside).split())


def says_unlimited(folded: str) -> bool:
    """Whether a folded text has a word for Unlimited."""
    return not _UNLIMITED_WORDS.isdisjoint(bare_words(folded).split())
