"""How well mails are read: what is wrong, and how much of what they say is found."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lib.domain.licenses import COLUMNS
from lib.reading.column_readers import reader_for
from lib.requests.replies import read_mail, read_reply, saved_mail
from tests.requests.mails.collection import Mail


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
        self.items += len(mail.says) + mail.declines
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
