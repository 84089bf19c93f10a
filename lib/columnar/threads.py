"""Threads beside the one that asks: they pay for many rows only, since all of them share Python's lock."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

MANY = 50_000
"""Rows from which on a thread gains more than it waits for Python's lock."""


class AtOnce(Executor):
    """Does each piece of work where it is asked for, without a thread."""

    def submit(self, function: Callable[..., Any], /, *values: Any, **options: Any) -> Future[Any]:
        """The result of the work, which is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*values, **options))
        except BaseException as error:
            future.set_exception(error)
        return future


def threads_for(rows: int, most: int | None = None) -> Executor:
    """Threads, at `most` so many, for work on a batch of rows."""
    if rows < MANY:
        return AtOnce()
    return ThreadPoolExecutor(most)
