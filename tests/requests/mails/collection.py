"""Mails of customers made by chance from phrases, with what each of them says."""

import html
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random
from typing import Any

from lib.documents.letters.templates import Language, template
from tests.requests.mails.phrases import Phrases

ASKED = ("server_confirmed", "match_agreed", "myatlassian_email", "holder_name", "company", "address", "expert")
"""What our letters ask, in their order."""

_EXPERT = "expert_email"
_WIDTH = 72
_COMPLETE_ADDRESS = 15
"""Letters of an address that quoting mail programs leave on one line."""


@dataclass(frozen=True, slots=True)
class Given:
    """A customer's answer to one item: its lines, and what it says by field (nothing where only a person can tell)."""

    lines: tuple[str, ...]
    says: Mapping[str, Any] = field(default_factory=dict)
    declines: bool = False


@dataclass(slots=True)
class Mail:
    """A mail as pasted or saved, and what it says: the values by field, whether it declines to match, the licenses."""

    name: str
    content: str | bytes = ""
    says: dict[str, Any] = field(default_factory=dict)
    declines: bool = False
    keys: tuple[str, ...] = ()


Lines = list[tuple[int, str]]
"""Lines and how deep each is quoted."""


class Writer:
    """Writes one mail of a collection, by chance."""

    def __init__(self, phrases: Phrases, seed: str) -> None:
        self.random = Random(seed)
        self.phrases = phrases
        self.language = self.random.choice(tuple(Language))
        self.mail = Mail(seed)
        self.domain = self.random.choice(phrases.domains)
        self.person = self.random.choice(phrases.people)

    def pick(self, texts: Mapping[str, tuple[str, ...]]) -> str:
        return self.random.choice(texts[self.language])

    def write(self) -> Mail:
        """A mail of one of the shapes, saved or pasted in one of the ways."""
        shape = self.random.choice(SHAPES)
        lines = shape(self)
        form = self.random.choice(FORMS)
        self.mail.name += f" {shape.__name__} {form.__name__} {self.language}"
        self.mail.content = form(self, lines)
        return self.mail

    def answers(self, chance: float = 0.85) -> dict[str, Given]:
        """Answers to some of what our letters ask; the mail says what they say."""
        chosen_answers = {item: self.answer(item) for item in ASKED if self.random.random() < chance}
        for answer in chosen_answers.values():
            self.mail.says |= answer.says
            self.mail.declines |= answer.declines
        return chosen_answers

    def answer(self, item: str) -> Given:
        if item == "match_agreed":
            return self.agreement()
        if item == "server_confirmed":
            return self.confirmation()
        if item == "expert":
            return self.expert()
        if self.random.random() < 0.1:
            return Given((self.pick(self.phrases.referrals),))
        return self.value(item)

    def agreement(self) -> Given:
        chance = self.random.random()
        if chance < 0.15:
            return Given((self.pick(self.phrases.declines),), declines=True)
        if chance < 0.5:
            return Given((self.pick(self.phrases.doubts),))
        return Given((self.pick(self.phrases.agrees),), {"match_agreed": True})

    def confirmation(self) -> Given:
        if self.random.random() < 0.25:
            return Given((self.pick(self.phrases.unsure),))
        return Given((self.pick(self.phrases.confirms),), {"server_confirmed": True})

    def expert(self) -> Given:
        if self.random.random() < 0.5:
            return Given((self.pick(self.phrases.no_expert),), {_EXPERT: ""})
        email = f"eva{self.random.randrange(9)}@partner.example"
        return Given((email,), {_EXPERT: email})

    def value(self, item: str) -> Given:
        if item == "myatlassian_email":
            email = f"it{self.random.randrange(99)}@{self.domain}"
            return Given((self.random.choice((email, email, f"<{email}>", f"{email}<mailto:{email}>")),), {item: email})
        if item == "holder_name":
            return self.holder()
        if item == "company":
            company = self.random.choice(self.phrases.companies)
            return Given((company,), {item: company})
        address = self.random.choice(self.phrases.addresses)
        lines = address.lines if self.random.random() < 0.5 else (", ".join(address.lines),)
        return Given(lines, {"address": address.address, "country": address.country})

    def holder(self) -> Given:
        if self.random.random() < 0.15:
            return Given((self.random.choice(self.phrases.no_people),))
        person = self.random.choice(self.phrases.people)
        return Given((person.text,), {"holder_first_name": person.first, "holder_last_name": person.last})

    def letter(self, answers: Mapping[str, Given]) -> Iterator[tuple[str, str]]:
        """Our letter, line by line, each with the item that it asks for (none for other lines)."""
        sections = template(self.language).sections
        keys = self.random.sample(self.phrases.keys, self.random.choice((1, 1, 2)))
        self.mail.keys = tuple(keys)
        yield sections["greeting"].replace("$contact", self.person.text), ""
        yield "", ""
        for key in keys:
            grows = sections["license_grows"].replace("$product", "Jira").replace("$from", "10").replace("$to", "50")
            yield grows.replace("$key", key), ""
        yield "", ""
        yield sections["asked"].split("\n", maxsplit=1)[0], ""
        yield "", ""
        for number, item in enumerate(answers, 1):
            yield f"{number}. {sections[item]}", item
        yield "", ""
        yield from ((line, "") for line in sections["body"].split("$asked")[1].strip().split("\n"))

    def top(self) -> Lines:
        greeting, intro = self.pick(self.phrases.greetings), self.pick(self.phrases.intros)
        return [(0, greeting), (0, ""), *[(0, line) for line in (intro, "") if intro]]

    def end(self) -> Lines:
        lines = ["", *self.pick(self.phrases.closings).format(self.person.text).split("\n")]
        if self.random.random() < 0.3:
            lines = ["", self.pick(self.phrases.remarks), *lines]
        return [(0, line) for line in (*lines, *self.pick(self.phrases.footers).split("\n"))]

    def own_attribution(self) -> Lines:
        return [(0, line) for line in self.pick(self.phrases.attributions).split("\n")]

    def head(self) -> Lines:
        return [(0, line) for line in (*self.pick(self.phrases.heads).split("\n"), "")]

    def older_head(self) -> list[str]:
        sender = f"{self.person.text} <it@{self.domain}>"
        return self.pick(self.phrases.older).format(sender).split("\n")

    def label(self, item: str) -> str:
        return self.random.choice(self.phrases.labels[self.language][item])


def inline_quoted(writer: Writer) -> Lines:
    """Answers between the lines of our quoted letter."""
    answers = writer.answers()
    is_wrapped, is_apart = writer.random.random() < 0.4, writer.random.random() < 0.3
    lines = writer.top() + writer.own_attribution()
    for text, item in writer.letter(answers):
        lines += [(1, part) for part in (textwrap.wrap(text, _WIDTH) if is_wrapped else [text]) or [""]]
        if item:
            lines += [(0, "")] * is_apart + [(0, line) for line in answers[item].lines] + [(0, "")] * is_apart
    return lines + writer.end()


def numbered_above(writer: Writer) -> Lines:
    """Numbered answers above our quoted letter."""
    answers = writer.answers()
    mark = writer.random.choice(("{}. {}", "{}) {}", "{}: {}", "({}) {}"))
    lines = writer.top()
    lines += [(0, mark.format(number, ", ".join(answer.lines))) for number, answer in enumerate(answers.values(), 1)]
    lines += [*writer.end(), (0, ""), *writer.own_attribution()]
    return lines + [(1, text) for text, _ in writer.letter(answers)]


def numbered_above_unmarked(writer: Writer) -> Lines:
    """Numbered answers above our letter, which has no quotation marks."""
    answers = writer.answers()
    lines = writer.top()
    lines += [(0, f"{number}. {', '.join(answer.lines)}") for number, answer in enumerate(answers.values(), 1)]
    return lines + writer.end() + [(0, "")] + writer.head() + [(0, text) for text, _ in writer.letter(answers)]


def inline_unmarked(writer: Writer) -> Lines:
    """Answers between the lines of our letter, which has no quotation marks."""
    answers = writer.answers()
    is_behind = writer.random.random() < 0.5
    lines = writer.top() + writer.end() + [(0, "")] + writer.head()
    for text, item in writer.letter(answers):
        if item and is_behind:
            lines.append((0, f"{text} {', '.join(answers[item].lines)}"))
        else:
            lines += [(0, line) for line in (text, *(answers[item].lines if item else ()))]
    return lines


def labels(writer: Writer) -> Lines:
    """Labels and values, without our letter."""
    answers = with_key(writer, writer.answers())
    mark = writer.random.choice(("{}: {}", "{} : {}", "- {}: {}", "*{}:* {}", "{}\t{}", "{} = {}", "{} - {}"))
    lines = writer.top()
    for item, answer in answers.items():
        lines.append((0, mark.format(writer.label(item), ", ".join(answer.lines))))
    return lines + writer.end()


def labels_above(writer: Writer) -> Lines:
    """Labels on lines above their values."""
    answers = with_key(writer, writer.answers())
    lines = writer.top()
    for item, answer in answers.items():
        lines += [(0, text) for text in (f"{writer.label(item)}:", *answer.lines, "")]
    return lines + writer.end()


def sentences(writer: Writer) -> Lines:
    """Sentences, one a line."""
    lines = writer.top()
    for item, sentence in writer.phrases.sentences[writer.language].items():
        text = writer.random.choice(sentence)
        answer = Given((), {item: True})
        if item == "license_key":
            key = writer.random.choice(writer.phrases.keys)
            writer.mail.keys = (key,)
            answer = Given((key,))
        elif "{}" in text:
            answer = writer.value(item)
        writer.mail.says |= answer.says
        lines.append((0, text.format(*answer.lines)))
    return lines + writer.end()


def thread_quoted(writer: Writer) -> Lines:
    """A correction above our second mail, above the customer's older answers, with quotation marks."""
    lines, older = correction(writer)
    lines += [*writer.end(), (0, ""), *writer.own_attribution()]
    lines += [(1, writer.pick(writer.phrases.greetings)), (1, "")]
    lines += [(1, line) for line in writer.older_head()]
    return lines + [(2, text) for text in older]


def thread_unmarked(writer: Writer) -> Lines:
    """The same without quotation marks."""
    lines, older = correction(writer)
    lines += [*writer.end(), (0, ""), *writer.head(), (0, writer.pick(writer.phrases.greetings)), (0, "")]
    return lines + [(0, text) for text in (*writer.older_head(), "", *older)]


def correction(writer: Writer) -> tuple[Lines, list[str]]:
    """The newest answers, under labels, and the lines of an older mail that says other things."""
    newest = with_key(writer, writer.answers(0.4))
    lines = writer.top()
    for item, answer in newest.items():
        lines.append((0, f"{writer.label(item)}: {', '.join(answer.lines)}"))
    elder = Writer(writer.phrases, f"{writer.mail.name} older")
    elder.language = writer.language
    older = [
        f"{writer.label(short(item))}: {', '.join(old_answer.lines)}" for item, old_answer in elder.answers().items()
    ]
    return lines, older


def short(item: str) -> str:
    return _EXPERT if item == "expert" else item


def with_key(writer: Writer, answers: Mapping[str, Given]) -> dict[str, Given]:
    """The answers with a license key before them, under the names of labels."""
    key = writer.random.choice(writer.phrases.keys)
    writer.mail.keys = (key,)
    return {"license_key": Given((key,)), **{short(item): answer for item, answer in answers.items()}}


def pasted(_writer: Writer, lines: Lines) -> str:
    return "\n".join(marked(*line) for line in lines)


def marked(depth: int, text: str) -> str:
    return f"{'>' * depth} {text}" if depth else text


def message(writer: Writer) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{writer.person.text.replace(',', '')} <it@{writer.domain}>"
    mail["To"] = "Balsamiq Sales <sales@balsamiq.example>"
    mail["Subject"] = "Re: Balsamiq"
    return mail


def quoted_printable(writer: Writer, lines: Lines) -> bytes:
    mail = message(writer)
    charset = "utf-8" if writer.random.random() < 0.5 else "cp1252"
    mail.set_content(pasted(writer, lines), charset=charset, cte="quoted-printable")
    return mail.as_bytes()


def base64(writer: Writer, lines: Lines) -> bytes:
    mail = message(writer)
    mail.set_content(pasted(writer, lines), cte="base64")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="order.pdf")
    return mail.as_bytes()


def raw_paste(writer: Writer, lines: Lines) -> str:
    """A saved mail, opened as text and copied."""
    return quoted_printable(writer, lines).decode("ascii")


def both_kinds(writer: Writer, lines: Lines) -> bytes:
    mail = message(writer)
    mail.set_content(pasted(writer, lines))
    mail.add_alternative(html_of(writer, lines), subtype="html")
    return mail.as_bytes()


def only_html(writer: Writer, lines: Lines) -> bytes:
    mail = message(writer)
    mail.set_content(html_of(writer, lines), subtype="html", cte=writer.random.choice(("base64", "quoted-printable")))
    return mail.as_bytes()


def html_of(writer: Writer, lines: Lines) -> str:
    """The lines as HTML of a mail program, quotations as blocks."""
    opening, closing = writer.random.choice(
        (("<div>", "</div>"), ('<p class="MsoNormal">', "<o:p></o:p></p>"), ("", "<br>"), ("<p><span>", "</span></p>"))
    )
    parts, depth = ["<html><head><style>p {margin: 0}</style><title>Mail: no</title></head><body>"], 0
    for line_depth, text in lines:
        parts += ["<blockquote>"] * (line_depth - depth) + ["</blockquote>"] * (depth - line_depth)
        depth = line_depth
        # Programs break their source where they like; there, a line break is a space.
        escaped = "\n".join(textwrap.wrap(html.escape(text), _WIDTH)) if len(text) > _WIDTH else html.escape(text)
        escaped = escaped.replace("\t", "&nbsp;&nbsp;&nbsp; ")
        parts.append(f"{opening}{escaped or '&nbsp;'}{closing}")
    return "\n".join([*parts, "</blockquote>" * depth, "</body></html>"])


SHAPES: tuple[Callable[[Writer], Lines], ...] = (
    inline_quoted,
    inline_quoted,
    numbered_above,
    numbered_above_unmarked,
    inline_unmarked,
    labels,
    labels_above,
    sentences,
    thread_quoted,
    thread_unmarked,
)
FORMS: tuple[Callable[[Writer, Lines], str | bytes], ...] = (
    pasted,
    pasted,
    pasted,
    quoted_printable,
    base64,
    raw_paste,
    both_kinds,
    only_html,
)


def mails(phrases: Phrases, name: str, count: int) -> list[Mail]:
    """A collection of mails, always the same for a name."""
    return [Writer(phrases, f"{name} {number}").write() for number in range(count)]
