"""The version of the data grows with changes, assignments and findings, each by its own number."""

from datetime import UTC, datetime

from sqlalchemy import Engine, insert

from lib.store import assignments, data_version, database, findings
from lib.store.schema import match_decisions
from tests.actors import EDITOR
from tests.store.stories import a_row, imported


def numbers(engine: Engine) -> tuple[int, int, int]:
    with database.reading(engine) as connection:
        return data_version.numbers(connection)


def test_each_number_grows_with_its_own_kind_of_work(engine: Engine) -> None:
    assert numbers(engine) == (0, 0, 0)
    imported(engine, a_row("K-1"))
    assert numbers(engine) == (1, 0, 0)
    with database.writing(engine) as connection:
        assignments.assign(connection, ["K-1"], "ann", EDITOR)
    assert numbers(engine) == (1, 1, 0)
    answer = {"license_key": "K-1", "marketplace_id": "M-1", "state": "confirmed", "by": "ann", "at": datetime.now(UTC)}
    with database.writing(engine) as connection:
        connection.execute(insert(match_decisions).values(answer))
        assert data_version.numbers(connection) == (1, 1, findings.revision(connection)) == (1, 1, 1)
