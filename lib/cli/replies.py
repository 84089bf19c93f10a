"""A customer's answer by email, read and entered."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.cli.commands import CommandError, main, with_store
from lib.cli.files import read_text_file
from lib.cli.options import actor_option, file_argument, note_option
from lib.cli.output import log_printing, print_lines
from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS
from lib.domain.requests import ITEM_TITLES
from lib.domain.roles import Actor
from lib.domain.text import quote
from lib.editing import edits
from lib.requests.mail_licenses import licenses_of_mail
from lib.requests.replies import (
    REFUSAL,
    Answer,
    Reply,
    differences,
    read_mail,
    read_reply,
    refusals,
    saved_mail,
    texts_by_license,
)
from lib.store import database, license_queries, policies

_TITLES: dict[Any, str] = {**ITEM_TITLES, "license_key": "License key", "expert_email": "Expert email"}


@main.command()
@click.argument("key")
@file_argument
@click.option("--dry-run", is_flag=True, help="List the answers in the email, and change nothing.")
@click.option("--confirm-decline", is_flag=True, help="Store also that the customer declines to match.")
@actor_option
@note_option
@with_store
def reply(engine: Engine, key: str, file: Path, dry_run: bool, confirm_decline: bool, actor: Actor, note: str) -> None:
    """Enter the answers of a customer's mail for a license.

    FILE is its text, or the mail as a mail program saves it. What cannot be read, contradicts itself or answers nothing is
    listed. That a customer declines to match is stored only once you confirm the sentence that says so.
    """
    content = saved_mail(file.read_bytes()) or read_mail(read_text_file(file))
    mail = read_reply(content.text)
    with database.reading(engine) as connection:
        record = license_queries.license(connection, key)
        about = licenses_of_mail(connection, content, mail)
    if record is None:
        raise CommandError(f'No license has the key "{key}".')
    declining = [answer for answer, _ in refusals(mail, [record])]
    texts = texts_by_license(differences(mail, [record])).get(key, {})
    summary = [*reply_in_words(mail), *changes_in_words(mail, record)]
    if declining and confirm_decline:
        texts |= REFUSAL
    elif declining:
        summary += map(unconfirmed_refusal, declining)
    log_printing(engine, "stored answers beside a mail", actor)
    if dry_run:
        print_lines(summary)
        return
    mail_keys = [*about.named, *about.quoted, *about.unknown]
    if mail_keys and key not in mail_keys:
        other = f"The email is about {', '.join(mail_keys)}, not {key}. Nothing was changed."
        raise CommandError("\n".join([*summary, other]))
    if not texts and not mail.texts_for(key):
        raise CommandError("\n".join([*summary, "Nothing in the email can be applied."]))
    result = edits.record_reply(engine, {key: texts}, actor, note or "The customer's answer", policies.in_force(engine))
    if result.change is None:
        sentence = result.refused.get(key, "Everything in the email is already stored.")
        raise CommandError("\n".join([*summary, sentence]))
    print_lines([*summary, f"License {key} is edited, as change {result.change}."])


def changes_in_words(mail: Reply, record: Mapping[str, Any]) -> Iterator[str]:
    """What the mail says otherwise than the store."""
    for difference in differences(mail, [record]):
        title = COLUMNS[difference.field].title
        yield f"{title}: stored {difference.stored or 'nothing'}, the email says {difference.text or 'none'}"


def unconfirmed_refusal(answer: Answer) -> str:
    """A sentence that seems to decline, which nobody has confirmed yet."""
    return (
        f"Line {answer.line} seems to decline to match: {quote(answer.text)}. Nothing of that is stored. "
        "If the customer declines, say so with --confirm-decline."
    )


def reply_in_words(mail: Reply) -> Iterator[str]:
    """The answers of a mail, what it leaves open, and the lines that answer nothing."""
    yield from map(line_of_answer, mail.answers)
    for name in mail.contradictions:
        yield f"{COLUMNS[name].title}: the email says different things. Enter what is right."
    for item in mail.unanswered:
        yield f"{_TITLES[item]}: not answered"
    for line in mail.unrecognised:
        yield f"Line {line.line} was not recognised: {line.text}"


def line_of_answer(answer: Answer) -> str:
    """An answer as a line of a list; an older one is not taken over."""
    values = ", ".join(display_text(name, value) or "none" for name, value in answer.values.items())
    text = ". ".join(filter(None, (values, answer.problem)))
    place = f"line {answer.line}, quoted" if answer.quoted else f"line {answer.line}"
    return f"{_TITLES[answer.item]} ({place}): {text}"
