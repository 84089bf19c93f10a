"""The memory of this process."""

import ctypes
from collections.abc import Callable

import pyarrow as pa

_trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)


def release_memory() -> None:
    """Give memory that was freed back to the system, which C's library and Arrow otherwise keep for what comes next.

    A step of an import needs pieces of other sizes than the one before it, so that without this both would add up.
    """
    pa.default_memory_pool().release_unused()
    if _trim:
        _trim(0)
