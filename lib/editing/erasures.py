"""A customer's contacts erased for good: previewed by doing it and taking it back, then done."""

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.store import change_log, database, erasure, merges
from lib.store.erasure import Reach
from lib.store.redaction import ERASED


class _PreviewEndError(Exception):
    """Takes back what a preview did."""


def preview(engine: Engine, customer: str, actor: Actor) -> Reach:
    """What erasing a customer's contacts would reach. Raises RefusalError if there is no such customer."""
    reached: list[Reach] = []
    try:
        with database.writing(engine) as connection:
            reached.append(erase_in_transaction(connection, customer, actor)[1])
            raise _PreviewEndError
    except _PreviewEndError:
        return reached[0]


def erase(engine: Engine, customer: str, actor: Actor) -> tuple[int, Reach]:
    """Erase a customer's contacts; gives the number of the change and what it reached. Nothing brings them back."""
    with database.writing(engine) as connection:
        database.overwrite_deleted(connection)
        result = erase_in_transaction(connection, customer, actor)
    database.clear_remains(engine)
    return result


def erase_in_transaction(connection: Connection, customer: str, actor: Actor) -> tuple[int, Reach]:
    """Erase within a transaction that somebody else ends."""
    require(actor, Action.ERASE_CONTACTS)
    if not customer or not merges.is_customer(connection, customer):
        raise RefusalError("No licenses for this customer. Look the customer up in the list.")
    change = change_log.begin_change(connection, actor=actor, kind=ChangeKind.ERASE)
    reach = erasure.erase(connection, customer, change)
    counts = {"licenses": reach.licenses, "versions": reach.versions, "files": reach.files, "packs": reach.packs}
    change_log.set_counts(connection, change, {**counts, "notes": reach.notes, "texts": reach.texts})
    return change, reach


def sentences(reach: Reach) -> list[str]:
    """What an erasure reaches, for people."""
    return [
        f"Names, email addresses, addresses, notes and other columns of {reach.licenses:,} licenses, in {reach.versions:,} "
        "versions. Outcomes and counts stay.",
        f"{reach.files:,} kept files are deleted, with those of their rows that were held.",
        f"The files of {reach.packs:,} packs are deleted.",
        f"{reach.notes:,} notes on the customer, and the reasons given for changes of its licenses, are blanked.",
        f"{reach.texts:,} other texts name these people; there they are replaced by {ERASED}.",
    ]
