"""Licenses that older versions of this program called received because a file held an item of their request.

A stage is a deed (domain.md §5): one change makes them not requested, and can be undone. History stays as it was.
"""

from sqlalchemy import Engine

from lib.domain.changes import ChangeKind
from lib.domain.roles import Action, Actor, require
from lib.store import change_log, database, request_moves, versions

REASON = (
    "Nobody had asked for them: a file held details of their requests, which makes those more complete, not received."
)


def correct_stages(engine: Engine, actor: Actor) -> int | None:
    """Make licenses that a file made received not requested; gives the number of the change, None if there are none."""
    require(actor, Action.MOVE_REQUEST)
    with database.writing(engine) as connection:
        if not request_moves.has_received_by_file(connection):
            return None
        change = change_log.begin_change(connection, kind=ChangeKind.CORRECTION, actor=actor, reason=REASON)
        number = request_moves.withdraw_received_by_file(connection, change)
        change_log.set_counts(connection, change, {"changed": number})
        versions.refresh_statistics(connection, number)
    return change


def correct_once(engine: Engine, actor: Actor) -> int | None:
    """The same, unless somebody undid such a correction: then it is not made again by itself."""
    with database.reading(engine) as connection:
        is_due = request_moves.has_received_by_file(connection)
        if not is_due or change_log.any_reverted(connection, ChangeKind.CORRECTION):
            return None
    return correct_stages(engine, actor)
