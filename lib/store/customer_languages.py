"""The language of each customer's letters, where people chose one."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.store import audit, merges
from lib.store.audit import AuditAction
from lib.store.schema import customer_languages

_l = customer_languages.c


def chosen_languages(connection: Connection) -> dict[str, str]:
    """The chosen language by customer; customers without one are left out."""
    newest = select(func.max(_l.id)).group_by(_l.customer)
    rows = connection.execute(select(_l.customer, _l.language).where(_l.id.in_(newest), _l.language != ""))
    return {row.customer: row.language for row in rows}


def choose(connection: Connection, customer: str, language: str, actor: Actor) -> None:
    """Remember the language of a customer's letters; empty for that of its country.

    Raises RefusalError if nobody is called so.
    """
    require(actor, Action.CHOOSE_LANGUAGE)
    if not merges.is_customer(connection, customer):
        raise RefusalError(f'No licenses belong to a customer "{customer}". Look the customer up in the list.')
    row = {"customer": customer, "language": language, "by": actor.name, "at": datetime.now(UTC)}
    connection.execute(insert(customer_languages).values(row))
    audit.record(connection, AuditAction.CHANGE, actor, "Language of a customer's letters")
