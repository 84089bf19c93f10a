"""The memory of this process."""

import ctypes
import gc
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


def spare_modules() -> None:
    """Exempt what is imported by now from garbage collection."""
    # It never goes away, but each collection walks over its half a million objects, a tenth of a second.
    gc.freeze()
