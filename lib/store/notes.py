"""What people note of a customer, newest first; never changed, only added to."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, storable
from lib.store.schema import customer_notes

_n = customer_notes.c


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a customer, and who wrote it when."""

    id: int
    customer: str
    at: datetime
    by: str
    text: str


def add(connection: Connection, customer: str, text: str, actor: Actor) -> int:
    """Note something of a customer, line by line as it was written; gives the note's number. Raises RefusalError if the
    text is empty, or if the actor may not write notes."""
    require(actor, Action.WRITE_NOTE)
    lines = [clean(line) for line in storable(text).splitlines()]
    cleaned = "\n".join(lines).strip()
    if not cleaned:
        raise RefusalError("The note is empty. Write something first.")
    row = {"customer": customer, "at": datetime.now(UTC), "by": actor.name, "text": cleaned}
    number: int = connection.execute(insert(customer_notes).values(row).returning(_n.id)).scalar_one()
    return number


def page(connection: Connection, customer: str, *, start: int = 0, count: int = 50) -> tuple[list[Note], int]:
    """A page of the notes on a customer, the newest first, and how many there are in all."""
    own = _n.customer == customer
    total: int = connection.execute(select(func.count()).where(own)).scalar_one()
    asked = select(customer_notes).where(own).order_by(_n.id.desc()).offset(start).limit(count)
    return [Note(**row._asdict()) for row in connection.execute(asked)], total
