"""The memory of this process."""

import ctypes
from collections.abc import Callable

import pyarrow as pa

_trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)


def release_memory() -> None:
    """Give freed memory back to the system."""
    # C's library and Arrow keep it otherwise. Each step of an import needs pieces of other sizes than the one before it,
    # so that the memory of both would add up.
    pa.default_memory_pool().release_unused()
    if _trim:
        _trim(0)
