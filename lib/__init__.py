"""The license migration dashboard: words, reading, keeping, doing, and the web on top (see README, *Change it*)."""

import os

# Arrow's memory goes back to the system at once, not some time later: the peak of a large import is a third lower.
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "0")
