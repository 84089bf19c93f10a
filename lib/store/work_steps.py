"""The steps of long work, and how it reports them."""

from collections.abc import Callable

READING, CHECKING, COMPARING = "Reading the file", "Checking every cell", "Comparing with the licenses"
STORING, WRITING = "Saving results", "Writing"
"""The steps of the work. A job that has come to `WRITING` can no longer be cancelled."""

ProgressReporter = Callable[[str, int, int], None]
"""Called with the step under way, how much of it is done and how much there is; it may raise to end the work."""


def no_progress(step: str, done: int, total: int) -> None:
    """Report to nobody."""
