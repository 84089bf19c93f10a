"""A line of a file is found again as it stood, whatever the file's encoding, line ends and size."""

import pytest
from sqlalchemy import Engine

from lib.checking.settings import Settings
from lib.importing import imports
from lib.importing.original_lines import original_line
from lib.store import batches, database
from tests.actors import EDITOR, editor
from tests.store.stories import POLICY, a_file, a_row, brought_in

TEXT = "License Key,Product,Hosting,Company\nK-1,Jira,Server,Größe\nK-2,Jira,Server,Ärzte\n"


def lines(engine: Engine, content: bytes, *numbers: int) -> list[str | None]:
    batch = imports.import_file(engine, "licenses.csv", content, Settings(), editor("ada"), POLICY).batch
    with database.reading(engine) as connection:
        return [original_line(connection, batches.batch(connection, batch), number, EDITOR) for number in numbers]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_is_told_as_it_stood(engine: Engine, encoding: str, end: str) -> None:
    content = TEXT.replace("\n", end).encode(encoding)
    assert lines(engine, content, 0, 2, 3, 4) == [None, "K-1,Jira,Server,Größe", "K-2,Jira,Server,Ärzte", None]


@pytest.mark.parametrize("part", [1, 7, 16])
def test_a_line_may_lie_in_several_parts_of_the_file(
    engine: Engine, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_PART", part)
    content = TEXT.replace("\n", "\r\n").removesuffix("\r\n").encode("utf-16")
    assert lines(engine, content, 1, 2, 3, 4) == [*TEXT.splitlines(), None]


def test_a_file_that_was_not_imported_or_let_go_has_no_lines_to_tell(engine: Engine) -> None:
    waiting = brought_in(engine, a_row())
    done = imports.import_file(engine, "a.csv", a_file(a_row("K-7")), Settings(), editor("ada"), POLICY).batch
    with database.writing(engine) as connection:
        assert original_line(connection, batches.batch(connection, waiting), 2, EDITOR) is None
        batch = batches.batch(connection, done)
        assert original_line(connection, batch, 2, EDITOR) == 'K-7,Mockups for JIRA,Server,10,100,"Ring 5, Berlin",DE'
        batches.purge(connection, batch.created_at.replace(year=2999))
        assert original_line(connection, batch, 2, EDITOR) is None
