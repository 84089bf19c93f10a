"""A mail's text as lines: how deep each is quoted, its number or bullet, and what it says."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lib.domain.text import INVISIBLE, bare_words

_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|#\d{2,5}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d|blockquote)\s*>", re.IGNORECASE)
_TAGS = re.compile(
    r"</?(?:html|body|head|p|div|span|b|i|u|em|strong|font|ol|ul|li|table|tbody|thead|tr|td|th|h\d|a|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
_CELLS = re.compile(r"</t[dh]>\s*<t[dh][^<>]*>", re.IGNORECASE)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_QUOTED = re.compile(r"\s*((?:>\s?)+)")
_NUMBER = re.compile(
    r"(?:(?:item|punkt|point|punto|zu|ad|re|question|frage|pregunta|nr|no|n[°º])\.?\s*)?"
    r"(?:[(\[]?(\d{1,2})\s?(?:[.)\]:](?!\d)[)\]]?|[-–]\s)\s*)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*•·–—▪●◦‣]|->|=+>|→)\s+")
_PREFIX = re.compile(r"(?:a|answer|antwort|r[ée]ponse|respuesta|r)\s?:\s*", re.IGNORECASE)
_HEADER = re.compile(
    r"(?:from|von|de|to|an|à|para|sent|gesendet|envoy[ée]|enviado|date|datum|fecha|cc|subject|betreff|objet|asunto)\s?:\s",
    re.IGNORECASE,
)
_RULED = re.compile(r"--\s*|-{3,}.*|[_=*]{3,}|.*\b(?:wrote|schrieb|a écrit|escribió)\b.*:\s*")
_WIDEST = 200
"""Letters of a line that say whether answers end at it."""

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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail that says something: its place (from 1), how often it is quoted, the number before it, its `text`
    without all that, `said` with its number; `whole` is what stands there. `gap` says that an empty line is before it."""

    place: int
    depth: int
    number: int | None
    text: str
    said: str
    whole: str
    gap: bool

    @property
    def is_end(self) -> bool:
        """Whether answers end here: a closing, the rule above a signature, or the head of an older mail."""
        text = self.text.strip()[:_WIDEST]
        return bool(_RULED.fullmatch(text) or _HEADER.match(text) or bare_words(text) in _CLOSINGS)


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a mail that say something, as people see them."""
    gap = False
    for place, line in enumerate(plain_text(text).split("\n"), 1):
        quoted = _QUOTED.match(line)
        depth, content = (quoted[1].count(">"), line[quoted.end() :]) if quoted else (0, line)
        if content.strip():
            yield Line(place, depth, *_without_marks(content), line.strip(), gap)
        gap = not content.strip()


def plain_text(text: str) -> str:
    """The text with plain spaces and line ends, and without what is left of HTML."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _TAGS.sub("", _BREAKS.sub("\n", _CELLS.sub("\t", text)))
    text = html.unescape(text) if _ENTITY.search(text) else text
    return INVISIBLE.sub("", _SPACES.sub(" ", text.replace("\x0b", "\n").replace("\x0c", "\n")))


def _without_marks(content: str) -> tuple[int | None, str, str]:
    """The number before a line, what it says, and the same with its number."""
    bullet = _BULLET.match(content)
    said = (content[bullet.end() :] if bullet else "") or content.strip()
    found = _NUMBER.match(said)
    number, rest = (int(found[1]), said[found.end() :]) if found else (None, said)
    prefix = _PREFIX.match(rest)
    return number, rest[prefix.end() :] if prefix else rest, said
