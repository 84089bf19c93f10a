"""Licenses that stand with another customer than today's rules give: looked at first, then moved as one change.

A store that was filled by older rules keeps its customers until a person regroups them.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.store import change_log, customer_aliases, database, merges, misplaced_licenses, policies, reverts, versions
from lib.store.change_log import Change
from lib.store.schema import license_versions

_v = license_versions.c


@dataclass(frozen=True, slots=True)
class Departure:
    """Licenses that would go from one customer to another; both are customer keys, empty for no organization."""

    customer: str
    into: str
    license_keys: tuple[str, ...]


def departures(engine: Engine) -> list[Departure]:
    """Which licenses a regrouping would move, by the customer that they leave."""
    with database.reading(engine) as connection:
        decisions = customer_aliases.customer_decisions(connection)
        licenses = misplaced_licenses.misplaced(connection, decisions, versions.ALL_CURRENT)
    by_move: dict[tuple[str, str], list[str]] = {}
    for key, customer, into in licenses.sort_values(["into", "customer"]).itertuples(index=False):
        by_move.setdefault((customer, into), []).append(key)
    return [Departure(customer, into, tuple(keys)) for (customer, into), keys in by_move.items()]


def regroup(engine: Engine, actor: Actor, reason: str = "") -> int:
    """Give each license the customer of today's rules; gives the number of the change.

    Raises RefusalError if all stand right already.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        change = change_log.begin_change(connection, actor=actor, kind=ChangeKind.REGROUP, reason=reason)
        decisions = customer_aliases.customer_decisions(connection)
        count = misplaced_licenses.move(connection, change, decisions, versions.ALL_CURRENT)
        if not count:
            # The transaction takes the change back.
            raise RefusalError("All licenses are already with the right customer.")
        merges.count_moved(connection, change, count)
    return change


def undo_regrouping(engine: Engine, number: int, actor: Actor, reason: str = "") -> int:
    """Give licenses their customers from before a regrouping; gives the number of the new change.

    Licenses that changed since are left alone. Raises RefusalError if it is no regrouping, or was undone already.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        refuse_if_not_in_force(connection, change_log.change(connection, number), number)
        change = change_log.begin_change(
            connection, actor=actor, kind=ChangeKind.UNDO_REGROUP, reason=reason, undoes=number
        )
        change_log.set_counts(connection, change, reverts.revert(connection, number, change).to_json())
    return change


def refuse_if_not_in_force(connection: Connection, change: Change | None, number: int) -> None:
    """Raises RefusalError unless a change is a regrouping in force."""
    if change is None or change.kind is not ChangeKind.REGROUP:
        raise RefusalError(f"Change {number} is not a regrouping of customers, so there is nothing to undo.")
    reversal = change_log.reversal_of(connection, number)
    if reversal:
        when = policies.time_in_words(connection, reversal.at)
        raise RefusalError(f"Change {number} was already undone by {reversal.by} on {when}.")
