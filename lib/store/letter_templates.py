"""Letters as administrators worded them, version by version; what the code says stands where there is none."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, format_time, storable
from lib.store.schema import letter_templates

_t = letter_templates.c


@dataclass(frozen=True, slots=True)
class Template:
    """A version of the letter in a language, counted from 1, and who worded it when."""

    language: str
    version: int
    subject: str
    body: str
    by: str
    at: datetime


def newest(connection: Connection, language: str) -> Template | None:
    """The newest version of a language's letter; None if nobody worded one."""
    asked = select(letter_templates).where(_t.language == language).order_by(_t.version.desc()).limit(1)
    row = connection.execute(asked).one_or_none()
    return Template(**row._asdict()) if row else None


def versions(connection: Connection, language: str) -> list[Template]:
    """Every version of a language's letter, the newest first."""
    asked = select(letter_templates).where(_t.language == language).order_by(_t.version.desc())
    return [Template(**row._asdict()) for row in connection.execute(asked)]


def add(connection: Connection, language: str, subject: str, body: str, actor: Actor, *, seen: int) -> int:
    """Word a language's letter anew; gives the number of that version. To be called while nobody else writes.

    `seen` is the version that the person saw, 0 if there was none. Raises RefusalError if there is a newer one, or if the
    subject or the body is empty.
    """
    require(actor, Action.WORD_LETTERS)
    last = newest(connection, language)
    if last is not None and last.version != seen:
        raise RefusalError(
            f"This letter was worded anew meanwhile, by {last.by} at {format_time(last.at)}. "
            "Look at that version before you save yours."
        )
    told = {"subject": clean(storable(subject)), "body": storable(body).strip()}
    if empty := [name for name, text in told.items() if not text]:
        raise RefusalError(f"The letter's {empty[0]} is empty. Write one first.")
    number = last.version + 1 if last else 1
    row = {"language": language, "version": number, **told, "by": actor.name, "at": datetime.now(UTC)}
    connection.execute(insert(letter_templates).values(row))
    return number
