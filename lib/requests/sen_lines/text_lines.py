"""Lines of license keys and SENs as people type them: in any order, however separated, on one line or on several."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from lib.domain.licenses import field_for_heading
from lib.domain.text import bare_words
from lib.reading.sen_numbers import SenKind, read_sen, sen_kind
from lib.requests.replies.mentions import may_be_key, spellings
from lib.requests.replies.sentence_words import SENTENCE_WORDS
from lib.requests.sen_lines.fields import IDS, is_sen
from lib.requests.sen_lines.line import OTHER_NUMBERS, SenCode, SenLine, check_line, only

_SEN = re.compile(r"(?<![\w-])[SＳ][EＥ][NＮ][-–‑－][LＬ]?\d+(?![\w-])", re.IGNORECASE)
# A SEN, with the sign that links it to the key before it; a key may itself end in `=`.
_SEN_AND_LINK = re.compile(rf"(?:=|\s*:\s*)?{_SEN.pattern}", re.IGNORECASE)

_SEPARATORS = re.compile(r"[\s,;|\"()\[\]<>]+")
_AROUND = ":>*•–—'“”"
_LINKS = "/&-–—→>+#`*"
_MARKS = re.compile(r"[\W_]+")
_LABELLED = re.compile(r"\W*(?:\d{1,2}[.)]\s*)?([^:=\t]{2,40}?)\s*[:=\t]+\s*(\S.*)")
_LABEL_WORDS = frozenset(
    "id import key keys license licence licenses sen sens number no nr support entitlement new neue lizenz lizenzschlussel schlussel cle clave licencia "
    "nummer numero".split()
)
_KEY_LABELS = frozenset(("license", "licence", "lizenz", "licencia", "key", "our key", "your key", "schlussel"))


class LineKind(Enum):
    """What a line has."""

    BOTH = auto()
    SEN = auto()
    KEY = auto()
    LABEL = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a list: the SENs on it, the words that may be license keys, and the key that a label names.

    `weak_words` are words of labels and sentences, which keys may be where nothing else is.
    """

    number: int
    text: str
    kind: LineKind
    sens: tuple[str, ...]
    words: tuple[str, ...]
    key: str = ""
    weak_words: tuple[str, ...] = ()

    @property
    def labels_key(self) -> bool:
        """Whether it only says that a license key follows."""
        return self.kind is LineKind.LABEL and is_key_label(self.text)

    @property
    def is_bare_key(self) -> bool:
        """Whether it is one word that may be a key: one without digits may be a greeting, a short number counts something."""
        is_one = self.kind is LineKind.OTHER and len(self.words) == 1
        return is_one and any(map(str.isdigit, self.words[0])) and may_be_key(self.words[0])


def read_text_line(number: int, text: str) -> SenLine:
    """The key and the SEN on a line by itself."""
    return read_line(parse_line(number, text))


def parse_line(number: int, text: str) -> TextLine:
    """What a line has."""
    sens = tuple(dict.fromkeys(str(read_sen(sen)) for sen in _SEN.findall(text)))
    rest = _SEN_AND_LINK.sub(" ", text)
    all_words = words_of(rest)
    words = tuple(word for word in all_words if not is_label(word) and bare_words(word) not in SENTENCE_WORDS)
    weak_words = tuple(word for word in all_words if bare_words(word) != "sen" and f"{word}:" not in text)
    if sens:
        kind = LineKind.BOTH if words else LineKind.SEN
        return TextLine(number, text, kind, sens, words, weak_words=weak_words)
    if is_label(text):
        return TextLine(number, text, LineKind.LABEL, (), ())
    labelled = _LABELLED.match(text)
    if labelled and is_key_label(labelled[1]):
        return TextLine(number, text, LineKind.KEY, (), words, labelled[2].strip())
    return TextLine(number, text, LineKind.OTHER, (), words, weak_words=weak_words)


def read_line(line: TextLine) -> SenLine:
    """The key and the SEN of a line by itself."""
    if line.kind is LineKind.LABEL:
        return SenLine(line.number, problem=SenCode.HEADING)
    if not line.sens:
        return line_without_sen(line)
    if len(line.sens) > 1:
        return SenLine(line.number, problem=SenCode.TWO_SENS)
    words = line.words or line.weak_words
    candidates = candidates_of(_SEN_AND_LINK.sub(" ", line.text)) if words else ()
    return check_line(SenLine(line.number, only(list(words)), line.sens[0], candidates=candidates))


def words_of(text: str) -> list[str]:
    """The words of a line, without marks between them and around them; a key may end in `=`."""
    words = (part.lstrip(f"={_AROUND}").rstrip(_AROUND) for part in _SEPARATORS.split(text))
    return [word for word in dict.fromkeys(words) if word and not _MARKS.fullmatch(word)]


def candidates_of(text: str) -> tuple[str, ...]:
    """The texts of a line without its SEN that may be the license key."""
    whole = " ".join(text.split()).strip(" ,;|\t")
    words = [word for word in spellings(text) if word]
    return tuple(dict.fromkeys([whole, *words, *(word.lstrip("=:").strip(_LINKS) for word in words)]))


def is_label(text: str) -> bool:
    """Whether a text is a mere label: `SEN:`, `Key / SEN`."""
    words = bare_words(text)
    return bool(words) and (_LABEL_WORDS.issuperset(words.split()) or is_key_label(text) or is_sen(text))


def is_key_label(text: str) -> bool:
    """Whether a text names a license key, or the id of one in a pack."""
    words = bare_words(text)
    return words in _KEY_LABELS or words in IDS or field_for_heading(words) == "license_key"


def line_without_sen(line: TextLine) -> SenLine:
    """A line without a SEN, with the number that was taken for one, if any."""
    parts = words_of(line.text)
    for part in reversed(parts):
        problem = OTHER_NUMBERS.get(sen_kind(part) or SenKind.OTHER)
        if problem:
            others = [word for word in line.words if word != part] or [word for word in line.weak_words if word != part]
            return SenLine(line.number, only(others), part, problem)
    return SenLine(line.number, line.key or only(list(line.words or line.weak_words)), problem=SenCode.NO_SEN)
