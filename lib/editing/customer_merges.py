"""Two customers that are one, said and taken back by a person: their licenses stand under one key, now and in files to come.

Which customer a license is of follows from its own names and the merges that hold, whatever was done in between: after each
change, each standing license is of the customer that its names are known as (`store.customer_aliases`).
"""

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.customers import MergeState
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import format_time
from lib.store import change_counts, change_log, customer_aliases, database, merges
from lib.store.merges import Merge


def merge(engine: Engine, customer: str, into: str, actor: Actor, reason: str = "") -> int:
    """Say that a customer is the same as another, whose licenses its own become; gives the number of the merge.

    Both are keys of customers. Raises RefusalError if they are one already, or if no license is of either.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        into = customer_aliases.all_aliases(connection).get(into, into)
        _refuse_same(customer, into)
        _refuse_merged(connection, customer)
        for one in (customer, into):
            _refuse_unknown(connection, one)
        change = change_log.begin_change(connection, by=actor.name, kind=ChangeKind.MERGE, reason=reason)
        given = merges.move_all(connection, customer, into, change)
        _count(connection, change, given)
        told = {"customer": customer, "into": into, "by": actor.name, "reason": reason}
        return merges.add(connection, **told, state=MergeState.CONFIRMED, change=change)


def undo_merge(engine: Engine, number: int, actor: Actor, reason: str = "") -> int:
    """Take a merge back: the licenses that are of the customer by their own names, those that came or changed since
    included, are its own again. Gives the number of the change.

    Raises RefusalError if there is no such merge, or if it was taken back already.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        told = _merge_standing(connection, number)
        known_as = customer_aliases.all_aliases(connection)[told.customer]
        merges.set_state(connection, number, MergeState.UNDONE)
        change = change_log.begin_change(
            connection, by=actor.name, kind=ChangeKind.UNDO_MERGE, reason=reason, undoes=told.change
        )
        _count(connection, change, merges.move_back(connection, known_as, change))
    return change


def dismiss(engine: Engine, customer: str, into: str, actor: Actor, reason: str = "") -> int:
    """Say that two customers are two, so that nobody is asked again; gives the number of what was said.

    Raises RefusalError if they are one by now.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        known = customer_aliases.all_aliases(connection)
        _refuse_same(known.get(customer, customer), known.get(into, into))
        said = merges.dismissal_of(connection, customer, into)
        told = {"customer": customer, "into": into, "by": actor.name, "reason": reason}
        return said.id if said else merges.add(connection, **told, state=MergeState.DISMISSED)


def undismiss(engine: Engine, number: int, actor: Actor) -> None:
    """Take back that two customers are two. Raises RefusalError if that does not hold."""
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        said = merges.merge(connection, number)
        if said is None or said.state is not MergeState.DISMISSED:
            raise RefusalError(f"Number {number} does not say that two customers are two, so there is nothing to undo.")
        merges.set_state(connection, number, MergeState.UNDONE)


def _count(connection: Connection, change: int, given: int) -> None:
    change_log.set_counts(connection, change, {"changed": given})
    change_counts.count_change(connection, change)


def _merge_standing(connection: Connection, number: int) -> Merge:
    told = merges.merge(connection, number)
    if told is None or told.change is None:
        raise RefusalError(f"There is no merge {number}. Look it up in the list of merges.")
    if told.state is not MergeState.CONFIRMED:
        after = change_log.reversal_of(connection, told.change)
        when = f", by {after.by} at {format_time(after.at)}" if after else ""
        raise RefusalError(f"Merge {number} was taken back already{when}.")
    return told


def _refuse_same(customer: str, into: str) -> None:
    if customer == into:
        raise RefusalError(f'These are one customer already: "{into}". Choose two different ones.')


def _refuse_merged(connection: Connection, customer: str) -> None:
    if told := merges.merge_of(connection, customer):
        raise RefusalError(
            f'"{customer}" was merged into "{told.into}" already, by {told.by} at {format_time(told.at)}. '
            f"Undo merge {told.id} first, or merge the other customer."
        )


def _refuse_unknown(connection: Connection, customer: str) -> None:
    if not customer:
        raise RefusalError("Licenses without an organization are of no customer. Edit them to say whose they are.")
    if not merges.is_customer(connection, customer):
        raise RefusalError(f'No license is of a customer "{customer}" now. Look the customer up in the list.')
