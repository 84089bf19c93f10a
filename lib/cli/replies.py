"""A customer's answer by email, read and entered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from lib.cli.commands import POLICY, CommandError, main, with_store
from lib.cli.files import read_text_file
from lib.cli.options import actor_option, file_argument, note_option
from lib.cli.output import print_lines
from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS
from lib.domain.requests import ITEM_TITLES
from lib.domain.roles import Actor
from lib.editing import edits
from lib.requests.replies import Answer, Reply, read_reply, saved_mail_text

_TITLES: dict[Any, str] = {**ITEM_TITLES, "license_key": "License key", "expert_email": "Expert email"}


@main.command()
@click.argument("key")
@file_argument
@click.option("--dry-run", is_flag=True, help="List the answers in the mail, and change nothing.")
@actor_option
@note_option
@with_store
def reply(engine: Engine, key: str, file: Path, dry_run: bool, actor: Actor, note: str) -> None:
    """Enter the answers of a customer's mail for a license.

    FILE is its text, or the mail as a mail program saves it. What cannot be read, contradicts itself or answers nothing is
    listed.
    """
    text = saved_mail_text(file.read_bytes()) or read_text_file(file)
    mail = read_reply(text)
    summary = list(reply_in_words(mail))
    if dry_run:
        print_lines(summary)
        return
    if mail.keys and key not in mail.keys:
        other = f"The mail is about {', '.join(mail.keys)}, not {key}. Nothing was changed."
        raise CommandError("\n".join([*summary, other]))
    texts = mail.texts_for(key)
    if not texts:
        raise CommandError("\n".join([*summary, "Nothing in the mail can be taken over."]))
    change = edits.edit(engine, key, None, texts, actor, note or "The customer's answer", POLICY)
    print_lines([*summary, f"License {key} is edited, as change {change}."])


def reply_in_words(mail: Reply) -> Iterator[str]:
    """The answers of a mail, what it leaves open, and the lines that answer nothing."""
    yield from map(line_of_answer, mail.answers)
    for name in mail.contradictions:
        yield f"{COLUMNS[name].title}: the mail says different things. Enter what is right."
    for item in mail.unanswered:
        yield f"{_TITLES[item]}: not answered"
    for line in mail.unrecognised:
        yield f"Line {line.line} was not recognised: {line.text}"


def line_of_answer(answer: Answer) -> str:
    """An answer as a line of a list."""
    values = ", ".join(display_text(name, value) or "none" for name, value in answer.values.items())
    text = ". ".join(filter(None, (values, answer.problem)))
    return f"{_TITLES[answer.item]} (line {answer.line}): {text}"
