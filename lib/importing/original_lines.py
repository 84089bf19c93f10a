"""The lines of a file as they stood when it was brought in."""

import codecs
from collections.abc import Iterator

from sqlalchemy import Connection

from lib.domain.roles import Action, Actor, require
from lib.store import batches
from lib.store.batches import Batch


def line_of(connection: Connection, batch: Batch, number: int, actor: Actor) -> str | None:
    """A physical line of an imported text file, counted from 1; None of a workbook, of a file that was let go, and if there
    is no such line. The file is never held as a whole. Raises RefusalError if the actor may not see it."""
    require(actor, Action.SEE_FILE)
    if not batch.receipt.get("encoding") or number < 1:
        return None
    passed = 1
    rest = ""
    for text in _texts(connection, batch):
        *lines, rest = (rest + text).split("\n")
        if number < passed + len(lines):
            return lines[number - passed]
        passed += len(lines)
    return rest if rest and number == passed else None


def _texts(connection: Connection, batch: Batch) -> Iterator[str]:
    """The file part by part, with every kind of line end as `\\n`."""
    try:
        decoder = codecs.getincrementaldecoder(batch.receipt["encoding"])(errors="replace")
    except LookupError:  # a mixture has a name of its own
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    held = ""
    for part in batches.parts(connection, batch.id):
        text = held + decoder.decode(part.to_pybytes())
        held = "\r" if text.endswith("\r") else ""  # the part that follows may begin with the other half of a line end
        yield _unified(text.removesuffix("\r") if held else text)
    yield _unified(held + decoder.decode(b"", True))


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
