"""How well mails are read: what is wrong, and how much of what they say is found."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lib.domain.licenses import COLUMNS
from lib.reading.column_readers import reader_for
from lib.requests.replies import mentions_in, read_mail, read_reply, saved_mail
from lib.requests.sen_lines import SenLine, read_sen_lines
from lib.requests.sens import SenOutcome, compare_lines, match_line
from tests.requests.mails.collection import Mail
from tests.requests.mails.pastes import KEYS, Paste


@dataclass(slots=True)
class Score:
    """The names of mails with wrong refusals and values, and how many of the items are found."""

    wrong_refusals: list[str] = field(default_factory=list)
    wrong_values: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    items: int = 0

    @property
    def share(self) -> float:
        return 1 - len(self.missing) / self.items

    def add(self, mail: Mail) -> None:
        content = mail.content
        text = saved_mail(content) if isinstance(content, bytes) else read_mail(content)
        assert text
        reply = read_reply(text.text)
        values = {name: reader_for(COLUMNS[name])(text) for name, text in reply.texts_for(*mail.keys).items()}
        if reply.refusals and not mail.declines:
            self.wrong_refusals.append(f"{mail.name}: {reply.refusals[0].text}")
        for name, value in values.items():
            if name not in mail.says or is_other(value, mail.says[name]):
                self.wrong_values.append(f"{mail.name}: {name} {value!r}, not {mail.says.get(name)!r}")
        mentions = mentions_in(text.text)
        self.items += len(mail.says) + mail.declines + len(mail.keys)
        words = {*reply.keys, *mentions.words, *mentions.quoted_words}
        self.missing += [f"{mail.name}: {key}" for key in mail.keys if key not in words]
        self.missing += [f"{mail.name}: {name} {value!r}" for name, value in mail.says.items() if name not in values]
        if mail.declines and not reply.refusals:
            self.missing.append(f"{mail.name}: declines")


def is_other(value: object, truth: object) -> bool:
    """Whether a value is not the true one; a full stop at its end may be of an abbreviation or of a sentence."""
    if isinstance(value, str) and isinstance(truth, str):
        return value.rstrip(".") != truth.rstrip(".")
    return value != truth


def score(mails: Iterable[Mail]) -> Score:
    """What comes of reading mails."""
    result = Score()
    for mail in mails:
        result.add(mail)
    return result


def score_pastes(collection: Iterable[Paste]) -> Score:
    """What comes of reading pastes: SENs of other licenses are wrong values, lines that are nowhere are missing items."""
    result = Score()
    for paste in collection:
        lines = read_sen_lines(paste.text)
        matches = compare_lines([match_line(line, {key: key for key in KEYS}) for line in lines])
        sens = {match.key: match.sen for match in matches if match.outcome is SenOutcome.RECORDED}
        result.items += len(paste.sens)
        result.wrong_values += [f"{paste.name}: {key} {sen}" for key, sen in sens.items() if paste.sens.get(key) != sen]
        result.missing += [f"{paste.name}: {key}" for key in paste.sens if key not in sens]
        if paste.has_lines and not has_each_line_once(paste.text, lines):
            result.wrong_values.append(f"{paste.name}: lines")
    return result


def has_each_line_once(text: str, lines: Iterable[SenLine]) -> bool:
    """Whether each line that says anything is in what was read, once."""
    filled = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return filled == sorted(number for line in lines for number in (line.line, *line.more_lines))
