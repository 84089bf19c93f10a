"""Licenses of one name that are not one customer's: a person parts some, and can undo that.

A decision on a license holds for its key, so that the same license in a later file stays parted.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.customers import MergeState, numbered_customer
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.editing.customer_merges import refuse_same, refuse_unknown
from lib.store import change_log, customer_aliases, customer_queries, database, merges, parts, policies


def part(
    engine: Engine, license_keys: Sequence[str], to_customer: str | None, actor: Actor, reason: str = ""
) -> tuple[int, str]:
    """Give licenses of one customer to another, or to a new one; gives the change and the customer's key.

    Raises RefusalError for no or unknown licenses, those of several customers, or if nothing would be parted.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    keys = sorted(set(license_keys))
    with database.writing(engine) as connection:
        customer = customer_to_part(connection, keys)
        if to_customer is None:
            refuse_all(connection, customer, keys)
            to_customer = numbered_customer(customer, parts.customers_ever_parted(connection))
        else:
            # The other may have been merged: the licenses go to the customer that it is known as.
            to_customer = customer_aliases.all_aliases(connection).get(to_customer, to_customer)
            refuse_same(customer, to_customer)
            refuse_unknown(connection, to_customer)
        change = change_log.begin_change(connection, actor=actor, kind=ChangeKind.PART, reason=reason)
        parts.add(connection, keys, to_customer, actor, reason, change)
        merges.count_moved(connection, change, parts.move_to_owners(connection, keys, change))
    return change, to_customer


def undo_part(engine: Engine, number: int, actor: Actor, reason: str = "") -> int:
    """Undo a part, by the number of its change; gives the number of the new change.

    Raises RefusalError if there is no such part, or if it was undone already.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        keys = parts.keys_of_part(connection, number, MergeState.CONFIRMED)
        if not keys:
            refuse_not_in_force(connection, number)
        parts.set_undone(connection, number)
        change = change_log.begin_change(
            connection, actor=actor, kind=ChangeKind.UNDO_PART, reason=reason, undoes=number
        )
        merges.count_moved(connection, change, parts.move_to_owners(connection, keys, change))
    return change


def customer_to_part(connection: Connection, license_keys: Sequence[str]) -> str:
    """The one customer of some licenses. Raises RefusalError if none, unknown, or of several."""
    if not license_keys:
        raise RefusalError("No license is selected. Select the licenses that are another customer's.")
    customers = merges.customers_of(connection, license_keys)
    unknown = [key for key in license_keys if key not in customers]
    if unknown:
        raise RefusalError(f'There is no license "{unknown[0]}". Look up its key in the list.')
    several = sorted(set(customers.values()))
    if len(several) > 1:
        raise RefusalError(
            f'These licenses are of several customers, "{several[0]}" and "{several[1]}" among them. '
            "Split those of one customer at a time."
        )
    if not several[0]:
        raise RefusalError("Licenses without an organization belong to no customer. Edit them to say whose they are.")
    return several[0]


def refuse_all(connection: Connection, customer: str, license_keys: Sequence[str]) -> None:
    """Raises RefusalError if a customer would be left without licenses."""
    if len(customer_queries.current_licenses(connection, customer)) == len(license_keys):
        raise RefusalError(
            f'These are all licenses of "{customer}". Leave it at least one, or choose another customer.'
        )


def refuse_not_in_force(connection: Connection, number: int) -> None:
    """Raises RefusalError: no part of that number is in force."""
    if not parts.keys_of_part(connection, number, MergeState.UNDONE):
        raise RefusalError(
            f"Change {number} split no licenses off, so there is nothing to undo. Look it up with parts."
        )
    reversal = change_log.reversal_of(connection, number)
    assert reversal is not None
    when = policies.time_in_words(connection, reversal.at)
    raise RefusalError(f"Part {number} was already undone by {reversal.by} on {when}.")
