"""What a run of a page looks up once, so that all of the page is of one moment."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_MEMORY: ContextVar[dict[Hashable, Any] | None] = ContextVar("run_memory", default=None)
"""What the run of a whole page has looked up; None in callbacks, downloads, and fragments that run alone."""


@contextmanager
def remembering() -> Iterator[None]:
    """Remember what is looked up meanwhile."""
    token = _MEMORY.set({})
    try:
        yield
    finally:
        _MEMORY.reset(token)


def once(name: Hashable, look_up: Callable[[], T]) -> T:
    """What looking this up gives, or gave in this run; outside of runs of whole pages it is looked up each time."""
    memory = _MEMORY.get()
    if memory is None:
        return look_up()
    if name not in memory:
        memory[name] = look_up()
    answer: T = memory[name]
    return answer
