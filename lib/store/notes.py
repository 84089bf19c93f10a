"""Notes on customers: added, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean, storable
from lib.store import audit
from lib.store.audit import AuditAction
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
    """Add a note with its line breaks; returns its number. Raises RefusalError if it is empty."""
    require(actor, Action.WRITE_NOTE)
    lines = [clean(line) for line in storable(text).splitlines()]
    cleaned = "\n".join(lines).strip()
    if not cleaned:
        raise RefusalError("The note is empty. Write something first.")
    row = {"customer": customer, "at": datetime.now(UTC), "by": actor.name, "text": cleaned}
    number: int = connection.execute(insert(customer_notes).values(row).returning(_n.id)).scalar_one()
    audit.record(connection, AuditAction.CHANGE, actor, f"Note {number} on a customer")
    return number


def page(connection: Connection, customer: str, *, start: int = 0, count: int = 50) -> tuple[list[Note], int]:
    """A page of a customer's notes, newest first, and their total."""
    is_of_customer = _n.customer == customer
    total: int = connection.execute(select(func.count()).where(is_of_customer)).scalar_one()
    query = select(customer_notes).where(is_of_customer).order_by(_n.id.desc()).offset(start).limit(count)
    return [Note(**row._asdict()) for row in connection.execute(query)], total
