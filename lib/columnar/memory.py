"""The memory of this process."""

import ctypes
import gc
from collections.abc import Callable

import pyarrow as pa

_library = ctypes.CDLL(None)
_trim: Callable[[int], int] | None = getattr(_library, "malloc_trim", None)

# Each thread that asks for memory gets a part of its own, up to 8 for each processor, and what is free in one serves no other.
_M_ARENA_MAX, _MOST_PARTS = -8, 4
if hasattr(_library, "mallopt"):
    _library.mallopt(_M_ARENA_MAX, _MOST_PARTS)

# Arrow's own allocator hands freed memory to the system at once, and asks for it again for the next column: a sixth of the
# time that an import keeps a processor busy.
pa.set_memory_pool(pa.system_memory_pool())


def release_memory() -> None:
    """Give freed memory back to the system."""
    # C's library keeps it otherwise. Each step of an import needs pieces of other sizes than the one before it, so that the
    # memory of both would add up.
    if _trim:
        _trim(0)


def spare_modules() -> None:
    """Exempt what is imported by now from garbage collection."""
    # It never goes away, but each collection walks over its half a million objects, a tenth of a second.
    gc.freeze()
