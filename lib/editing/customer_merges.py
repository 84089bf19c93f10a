"""Two customers that are one: a person merges them, and can undo that; the same for customers that are not.

Whose a license is follows from its own names and the merges in force, whatever was done in between: after each change,
each current license belongs to the customer that its names are known as (`store.customer_aliases`).
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.customers import MergeState
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.editing.customer_confirmations import confirm_after_merge
from lib.judging.similar_customers import Suggestion
from lib.measures.cut import Cut
from lib.store import audit, change_log, customer_aliases, customer_confirmations, database, merges, policies
from lib.store.audit import AuditAction
from lib.store.change_log import Change
from lib.store.merges import Merge


def merge(engine: Engine, customer: str, into: str, actor: Actor, reason: str = "") -> int:
    """Merge a customer into another, which gets its licenses; gives the number of the merge.

    Both are customer keys. Raises RefusalError if they are one already, or if either has no license.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        # The other may have been merged itself: the licenses go to the customer that it is known as.
        into = customer_aliases.all_aliases(connection).get(into, into)
        refuse_same(customer, into)
        refuse_merged(connection, customer)
        for key in (customer, into):
            refuse_unknown(connection, key)
        is_doubtful = customer_confirmations.doubtful_customers(connection, Cut(customer=(customer, into)))
        change = change_log.begin_change(connection, actor=actor, kind=ChangeKind.MERGE, reason=reason)
        merges.count_moved(connection, change, merges.move_all(connection, customer, into, change))
        # Who merges two says that they are one, but nothing of doubts that either had before.
        if not is_doubtful:
            confirm_after_merge(connection, into, actor, reason, change)
        return merges.add(
            connection,
            customer=customer,
            into=into,
            actor=actor,
            reason=reason,
            state=MergeState.CONFIRMED,
            change=change,
        )


def merge_strong(engine: Engine, suggestions: Iterable[Suggestion], actor: Actor, reason: str = "") -> tuple[int, int]:
    """Merge each suggested pair that is strong; gives how many were merged, and how many were not for another decision.

    Each pair is a merge of its own, with its own undo.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    merged = refusals = 0
    for pair in suggestions:
        if not pair.is_strong:
            continue
        try:
            merge(engine, pair.customer, pair.into, actor, reason)
            merged += 1
        except RefusalError:  # somebody decided on one of them since
            refusals += 1
    return merged, refusals


def undo_merge(engine: Engine, number: int, actor: Actor, reason: str = "") -> int:
    """Undo a merge; gives the number of the change.

    The licenses that belong to the customer by their own names become its own again, with those that came or changed
    since. Raises RefusalError if there is no such merge, or if it was undone already.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        merge, original = merge_in_force(connection, number)
        # Looked up before the merge is undone: afterwards the customer is known as itself.
        known_as = customer_aliases.all_aliases(connection)[merge.customer]
        merges.set_state(connection, number, MergeState.UNDONE)
        change = change_log.begin_change(
            connection, actor=actor, kind=ChangeKind.UNDO_MERGE, reason=reason, undoes=original
        )
        merges.count_moved(connection, change, merges.move_back(connection, known_as, change))
        customer_confirmations.withdraw_by_merge(connection, original, actor)
    return change


def dismiss(engine: Engine, customer: str, into: str, actor: Actor, reason: str = "") -> int:
    """Remember that two customers are two, so that nobody is asked again; gives the number of the dismissal.

    Raises RefusalError if they are one by now.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        names = customer_aliases.all_aliases(connection)
        refuse_same(names.get(customer, customer), names.get(into, into))
        earlier = merges.dismissal_of(connection, customer, into)
        if earlier:
            return earlier.id
        number = merges.add(
            connection, customer=customer, into=into, actor=actor, reason=reason, state=MergeState.DISMISSED
        )
        audit.record(connection, AuditAction.CHANGE, actor, f"Customers kept apart, number {number}")
        return number


def undismiss(engine: Engine, number: int, actor: Actor) -> None:
    """Forget that two customers are two. Raises RefusalError if unknown."""
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        dismissal = merges.merge(connection, number)
        if dismissal is None or dismissal.state is not MergeState.DISMISSED:
            raise RefusalError(f"Number {number} does not say that two customers are two, so there is nothing to undo.")
        merges.set_state(connection, number, MergeState.UNDONE)
        audit.record(connection, AuditAction.CHANGE, actor, f"Customers no longer kept apart, number {number}")


def merge_in_force(connection: Connection, number: int) -> tuple[Merge, int]:
    """A merge in force and its change. Raises RefusalError for others."""
    merge = merges.merge(connection, number)
    if merge is None or merge.change is None:
        raise RefusalError(f"There is no merge {number}. Look it up in the list of merges.")
    if merge.state is not MergeState.CONFIRMED:
        reversal = change_log.reversal_of(connection, merge.change)
        raise RefusalError(f"Merge {number} was already undone{by_whom(connection, reversal)}.")
    return merge, merge.change


def by_whom(connection: Connection, reversal: Change | None) -> str:
    """Who reverted a merge, and when; empty if that is not recorded."""
    if reversal is None:
        return ""
    return f" by {reversal.by} on {policies.time_in_words(connection, reversal.at)}"


def refuse_same(customer: str, into: str) -> None:
    """Raises RefusalError if two customers are one."""
    if customer == into:
        raise RefusalError(f'These are already one customer: "{into}". Choose two different ones.')


def refuse_merged(connection: Connection, customer: str) -> None:
    """Raises RefusalError if a customer was merged into another."""
    earlier = merges.merge_of(connection, customer)
    if earlier:
        when = policies.time_in_words(connection, earlier.at)
        raise RefusalError(
            f'"{customer}" was merged into "{earlier.into}" by {earlier.by} on {when}. '
            f"Undo merge {earlier.id} first, or merge the other customer."
        )


def refuse_unknown(connection: Connection, customer: str) -> None:
    """Raises RefusalError if no license belongs to a customer."""
    if not customer:
        raise RefusalError("Licenses without an organization belong to no customer. Edit them to say whose they are.")
    if not merges.is_customer(connection, customer):
        raise RefusalError(f'No licenses belong to a customer "{customer}". Look the customer up in the list.')
