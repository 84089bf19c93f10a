"""Licenses that stand with another customer than today's rules give: looked at first, then moved as one change.

A store that was filled by older rules keeps its customers until a person regroups them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from lib.domain.changes import ChangeKind
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import format_time
from lib.store import bulk, change_log, customer_aliases, database, merges, reverts
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
        misplaced = misplaced_licenses(connection)
        keys = [key for own in misplaced.values() for key in own]
        stored = merges.customers_of(connection, keys)
    moves = []
    for into, moving in sorted(misplaced.items()):
        groups = sorted(group_by_customer(moving, stored).items())
        moves += [Departure(customer, into, tuple(own)) for customer, own in groups]
    return moves


def regroup(engine: Engine, actor: Actor, reason: str = "") -> int:
    """Give each license the customer of today's rules; gives the number of the change.

    Raises RefusalError if all stand right already.
    """
    require(actor, Action.MERGE_CUSTOMERS)
    with database.writing(engine) as connection:
        misplaced = misplaced_licenses(connection)
        if not misplaced:
            raise RefusalError("Each license is with the customer that the rules give already.")
        change = change_log.begin_change(connection, actor=actor, kind=ChangeKind.REGROUP, reason=reason)
        count = sum(move(connection, keys, into, change) for into, keys in misplaced.items())
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


def misplaced_licenses(connection: Connection) -> dict[str, list[str]]:
    """The keys of current licenses that stand wrong, by the customer that they belong to."""
    decisions = customer_aliases.customer_decisions(connection)
    return customer_aliases.misplaced_keys(connection, decisions, _v.until.is_(None))


def group_by_customer(license_keys: Sequence[str], customers: Mapping[str, str]) -> dict[str, list[str]]:
    """License keys by the customer that each stands with."""
    groups: dict[str, list[str]] = {}
    for key in license_keys:
        groups.setdefault(customers[key], []).append(key)
    return groups


def move(connection: Connection, license_keys: Sequence[str], into: str, change: int) -> int:
    """Move licenses to a customer; returns their number."""
    return merges.move_licenses(connection, bulk.is_one_of(connection, _v.license_key, license_keys), into, change)


def refuse_if_not_in_force(connection: Connection, change: Change | None, number: int) -> None:
    """Raises RefusalError unless a change is a regrouping in force."""
    if change is None or change.kind is not ChangeKind.REGROUP:
        raise RefusalError(f"Change {number} is no regrouping of customers, so there is nothing to undo.")
    reversal = change_log.reversal_of(connection, number)
    if reversal:
        raise RefusalError(f"Change {number} was undone already, by {reversal.by} at {format_time(reversal.at)}.")
