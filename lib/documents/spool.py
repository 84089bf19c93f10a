"""Long contents of files, held on disk instead of in this process's memory."""

from collections.abc import Iterable
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile

Content = bytes | memoryview
"""What a file holds; a view is read from disk where it is looked at."""


def spool(parts: Iterable[bytes]) -> memoryview:
    """The parts as one content in a file without a name, which goes when nobody looks at it any more."""
    with TemporaryFile() as file:
        file.writelines(parts)
        file.flush()
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
