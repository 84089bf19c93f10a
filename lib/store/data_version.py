"""Numbers that grow with whatever is stored of the licenses and of the work on them."""

from sqlalchemy import Connection, func, select

from lib.store.schema import assignments, changes, comparisons, match_decisions

# One query, since each run of a page asks for them.
_NEWEST = select(
    *(
        select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
        for table in (changes, assignments, comparisons, match_decisions)
    )
)


def numbers(connection: Connection) -> tuple[int, int, int]:
    """The number of the newest change, that of the newest assignment, and how many findings and answers to them there were."""
    change, assignment, comparison, answer = connection.execute(_NEWEST).one()
    return change, assignment, comparison + answer
