"""Skipped rows of an import that come in as a file of their own, once somebody has corrected them."""

import re

from sqlalchemy import Connection, Engine

from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.importing import imports
from lib.importing.held_rows import held_rows_csv
from lib.store import batches, database
from lib.store.batches import Batch, BatchState

_NAME = re.compile(r"(?:skipped_rows_of_import|held_rows_of_batch)_(\d{1,9})(?!\d)")


def file_stem(number: int) -> str:
    """What the file with an import's skipped rows is called, without its suffix; a corrected one is recognised by it."""
    return f"skipped_rows_of_import_{number}"


def corrected_import(name: str) -> int | None:
    """The import whose skipped rows a file of this name has, if any."""
    match = _NAME.search(name)
    return int(match[1]) if match else None


def files_with_corrections(connection: Connection, number: int) -> list[Batch]:
    """The files that brought skipped rows of an import back and are open or imported, newest first."""
    states = [BatchState.OPEN, BatchState.IMPORTED]
    candidates, _ = batches.page(connection, states=states, search=f"_{number}", count=None)
    return [batch for batch in candidates if batch.id > number and corrected_import(batch.name) == number]


def open_skipped_rows(engine: Engine, number: int, actor: Actor, policy: Policy) -> int:
    """The number of an open batch with the skipped rows of an import. Raises RefusalError if none was skipped."""
    require(actor, Action.IMPORT)
    content = b"".join(held_rows_csv(engine, number, actor, policy))
    if content.count(b"\n") < 2:
        raise RefusalError(f"No row of import #{number} was skipped.")
    with database.reading(engine) as connection:
        existing = batches.newest_open(connection, batches.fingerprint(content))
    if existing:
        return existing.id
    return imports.add_file(engine, f"{file_stem(number)}.csv", content, Settings(), actor)
