"""Letters as administrators worded them, version by version; the code has one for each language without."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, storable
from lib.store import audit, policies
from lib.store.audit import AuditAction
from lib.store.schema import letter_templates

_t = letter_templates.c


@dataclass(frozen=True, slots=True)
class Template:
    """A version, from 1 on, of the letter in a language."""

    language: str
    version: int
    subject: str
    body: str
    by: str
    at: datetime


def newest(connection: Connection, language: str) -> Template | None:
    """The newest version of a language's letter, if there is one."""
    query = select(letter_templates).where(_t.language == language).order_by(_t.version.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Template(**row._asdict()) if row else None


def versions(connection: Connection, language: str) -> list[Template]:
    """Every version of a language's letter, the newest first."""
    query = select(letter_templates).where(_t.language == language).order_by(_t.version.desc())
    return [Template(**row._asdict()) for row in connection.execute(query)]


def add(connection: Connection, language: str, subject: str, body: str, actor: Actor, *, based_on: int) -> int:
    """Add a version of a language's letter, in a transaction that no other writer runs beside; returns its number.

    `based_on` is the version that the person saw, 0 if there was none. Raises RefusalError if there is a newer one, or if
    the subject or the body is empty.
    """
    require(actor, Action.WORD_LETTERS)
    last = newest(connection, language)
    if last is not None and last.version != based_on:
        when = policies.time_in_words(connection, last.at)
        raise RefusalError(
            f"This letter was reworded meanwhile by {last.by} on {when}. Look at that version before you save yours."
        )
    texts = {"subject": clean(storable(subject)), "body": storable(body).strip()}
    if empty := [name for name, text in texts.items() if not text]:
        raise RefusalError(f"The letter's {empty[0]} is empty. Write one first.")
    number = last.version + 1 if last else 1
    row = {"language": language, "version": number, **texts, "by": actor.name, "at": datetime.now(UTC)}
    connection.execute(insert(letter_templates).values(row))
    audit.record(connection, AuditAction.CHANGE, actor, f"Letter in {language}, version {number}")
    return number
