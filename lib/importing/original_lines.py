"""The lines of a file as they were when it was imported."""

import codecs
from collections.abc import Iterator

from sqlalchemy import Connection

from lib.domain.roles import Action, Actor, require
from lib.store import batches
from lib.store.batches import Batch


def original_line(connection: Connection, batch: Batch, number: int, actor: Actor) -> str | None:
    """A physical line of an imported text file, counted from 1.

    None if there is no such line, for a workbook, and for a file that is no longer stored. The file is never in memory as
    a whole. Raises RefusalError if the actor may not see it.
    """
    require(actor, Action.SEE_FILE)
    if batch.receipt is None or batch.receipt.encoding is None or number < 1:
        return None
    first, rest = 1, ""
    for text in decoded_parts(connection, batch, batch.receipt.encoding):
        *lines, rest = (rest + text).split("\n")
        if number < first + len(lines):
            return lines[number - first]
        first += len(lines)
    # A file may end without a line end, and then its last line is the rest.
    if rest and number == first:
        return rest
    return None


def decoded_parts(connection: Connection, batch: Batch, encoding: str) -> Iterator[str]:
    """The file part by part, with every kind of line end as `\\n`."""
    decoder = decoder_of(encoding)
    pending = ""
    for part in batches.parts(connection, batch.id):
        text = pending + decoder.decode(part.to_pybytes())
        # The next part may start with the other half of a line end.
        pending = "\r" if text.endswith("\r") else ""
        yield unify_line_ends(text.removesuffix(pending))
    yield unify_line_ends(pending + decoder.decode(b"", True))


def decoder_of(encoding: str) -> codecs.IncrementalDecoder:
    """A decoder that takes bytes part by part and replaces what it cannot decode."""
    try:
        return codecs.getincrementaldecoder(encoding)(errors="replace")
    # A file of mixed encodings has a name that Python does not know.
    except LookupError:
        return codecs.getincrementaldecoder("utf-8")(errors="replace")


def unify_line_ends(text: str) -> str:
    """The text with every kind of line end as `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
