"""A mail's text as lines: how deep each is quoted, its number or bullet, and its words."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lib.domain.text import INVISIBLE, bare_words

# Pasted mails are plain text with leftovers of HTML. A real HTML parser would swallow `<it@acme.example>` as a tag,
# and some versions drop everything after an unclosed `<`; so only well-known tags are removed.
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|#\d{2,5}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d|blockquote)\s*>", re.IGNORECASE)
_TAGS = re.compile(
    r"</?(?:html|body|head|p|div|span|b|i|u|em|strong|font|ol|ul|li|table|tbody|thead|tr|td|th|h\d|a|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
_CELLS = re.compile(r"</t[dh]>\s*<t[dh][^<>]*>", re.IGNORECASE)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")

_QUOTE_MARKS = re.compile(r"\s*((?:>\s?)+)")
_NUMBER = re.compile(
    r"(?:(?:item|punkt|point|punto|zu|ad|re|question|frage|pregunta|nr|no|n[°º])\.?\s*)?"
    r"(?:[(\[#]?(\d{1,2})\s?(?:[.)\]:°](?!\d)[)\]:]?(?:[-–](?!\d))?|[-–/]\s)\s*)",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(r"(?<!\S)\(?(\d{1,2})[.)]\s")
_FEWEST_MARKS = 3
"""Numbers that make a line an enumeration."""

_BULLET = re.compile(r"\s*(?:[-*•·–—▪●◦‣]|->|=+>|→)\s+")
_PREFIX = re.compile(r"(?:a|answer|antwort|r[ée]ponse|respuesta|r)\s?:\s*", re.IGNORECASE)
_MAIL_HEADER = re.compile(
    r"(?:from|von|de|to|an|à|para|sent|gesendet|envoy[ée]|enviado|date|datum|fecha|cc|subject|betreff|objet|asunto)\s?:\s",
    re.IGNORECASE,
)
_RULE = re.compile(r"--\s*|-{3,}.*|[_=*]{3,}|.*\b(?:wrote|schrieb|geschrieben|a écrit|escribió)\b.*:\s*")
_LONGEST_END = 200
"""Letters of a line that decide whether answers end at it."""

_CLOSINGS = frozenset(
    map(
        bare_words,
        "regards|best regards|kind regards|best|thanks|thank you|many thanks|cheers|sincerely|yours sincerely|best wishes|thanks in advance"
        "|mit freundlichen grüßen|mit freundlichem gruß|viele grüße|beste grüße|freundliche grüße|mfg|vielen dank|danke|gruß|lg"
        "|cordialement|bien cordialement|merci|merci d'avance|salutations|bien à vous|sincères salutations"
        "|saludos|un saludo|un cordial saludo|saludos cordiales|atentamente|gracias|muchas gracias|balsamiq sales".split(
            "|"
        ),
    )
)
_THANKS = frozenset(
    map(bare_words, "thanks|thank you|many thanks|danke|vielen dank|merci|gracias|muchas gracias|best".split("|"))
)
# Closings that end a mail; people thank at its beginning too.
_REGARDS = _CLOSINGS - _THANKS


@dataclass(frozen=True, slots=True)
class Line:
    """A filled line of a mail.

    `place` counts lines from 1, `depth` quotation marks. `text` comes without quotation marks, bullet and `number`,
    `numbered_text` with its number; `source` is the whole line. `follows_gap` if the line before is empty, `is_quoted` if
    it is not of the newest mail.
    """

    place: int
    depth: int
    number: int | None
    text: str
    numbered_text: str
    source: str
    follows_gap: bool
    is_quoted: bool = False
    more_places: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """All lines that it stands on: a sentence may be broken into several."""
        return (self.place, *self.more_places)

    @property
    def is_closing(self) -> bool:
        """Whether a signature begins here."""
        text = self.text.strip()[:_LONGEST_END]
        return text == "--" or bare_words(text) in _REGARDS

    @property
    def is_end(self) -> bool:
        """Whether answers end here: a closing, a rule above a signature, or the head of an older mail."""
        text = self.text.strip()[:_LONGEST_END]
        return bool(_RULE.fullmatch(text) or _MAIL_HEADER.match(text) or bare_words(text) in _CLOSINGS)


def lines_of(text: str) -> Iterator[Line]:
    """The filled lines of a mail, as people see them."""
    follows_gap = False
    for place, line in enumerate(plain_text(text).split("\n"), 1):
        depth, content = split_quote_marks(line)
        for part in split_enumeration(content):
            yield Line(place, depth, *split_number(part), line.strip(), follows_gap)
        follows_gap = not content.strip()


def plain_text(text: str) -> str:
    """The text with plain spaces and line ends, without HTML."""
    text = _LINE_ENDS.sub("\n", text)
    text = _CELLS.sub("\t", text)
    text = _BREAKS.sub("\n", text)
    text = _TAGS.sub("", text)
    # Most mails have no entities; a link such as `?a=1&copy=2` must keep its ampersand.
    if _ENTITY.search(text):
        text = html.unescape(text)
    text = text.replace("\x0b", "\n").replace("\x0c", "\n")
    return INVISIBLE.sub("", _SPACES.sub(" ", text))


def split_quote_marks(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and the rest of it."""
    marks = _QUOTE_MARKS.match(line)
    if marks is None:
        return 0, line
    return marks[1].count(">"), line[marks.end() :]


def split_number(content: str) -> tuple[int | None, str, str]:
    """The number at the start of a line, the text after it, and both together without a bullet."""
    numbered_text = strip_start(_BULLET, content).strip() or content.strip()
    number = _NUMBER.match(numbered_text)
    if number is None:
        return None, strip_start(_PREFIX, numbered_text), numbered_text
    text = numbered_text[number.end() :]
    return int(number[1]), strip_start(_PREFIX, text), numbered_text


def split_enumeration(content: str) -> list[str]:
    """The parts of a line such as `1. yes 2. yes 3. none`; any other filled line as it is."""
    marks = list(_ENUMERATION.finditer(content))
    numbers = [int(mark[1]) for mark in marks]
    is_enumeration = (
        len(marks) >= _FEWEST_MARKS
        and not content[: marks[0].start()].strip()
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )
    if not is_enumeration:
        return [content] if content.strip() else []
    ends = [*(mark.start() for mark in marks[1:]), len(content)]
    return [content[mark.start() : end].rstrip(" ,;") for mark, end in zip(marks, ends, strict=True)]


def strip_start(pattern: re.Pattern[str], text: str) -> str:
    """The text without what the pattern matches at its start."""
    match = pattern.match(text)
    if match is None:
        return text
    return text[match.end() :]
