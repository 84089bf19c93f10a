"""Corrections that were typed and not saved stay with their file until they are saved or the file goes."""

from sqlalchemy import Engine

from lib.checking.settings import Correction, Settings
from lib.importing import imports
from lib.store import batches, database
from lib.store.batches import Batch
from tests.actors import EDITOR

WHOLE_COLUMN = Correction("Product", "Wirefr", None)
CORRECTIONS = {Correction("Editors", "soon", "3"): "25", WHOLE_COLUMN: "Jira"}


def stored(engine: Engine, number: int) -> Batch:
    with database.reading(engine) as connection:
        return batches.batch(connection, number)


def test_typed_corrections_are_stored_with_their_file_and_deleted_with_it(engine: Engine) -> None:
    number = imports.add_file(engine, "file.csv", b"License Key,Product\nA1,Wirefr\n", Settings(), EDITOR)
    assert stored(engine, number).typed == {}
    with database.writing(engine) as connection:
        for correction, text in CORRECTIONS.items():
            batches.set_typed(connection, number, correction, text, EDITOR)
    assert stored(engine, number).typed == CORRECTIONS
    assert Settings.from_json(stored(engine, number).settings) == Settings(), "they do not count yet"
    with database.writing(engine) as connection:
        batches.set_typed(connection, number, WHOLE_COLUMN, "", EDITOR)
    assert WHOLE_COLUMN not in stored(engine, number).typed
    with database.writing(engine) as connection:
        batches.delete_files(connection, [number])
    assert stored(engine, number).typed == {}
