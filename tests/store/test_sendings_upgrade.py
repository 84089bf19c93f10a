"""What was sent before sendings were stored by customer is there after the upgrade, and can still be undone and redone."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from lib.editing import change_reversal
from lib.requests import sendings
from lib.store import database
from lib.store import sendings as stored
from tests.actors import admin, editor

DOWNLOAD = """INSERT INTO downloads (id, at, "by", kind, cut, change, counts, size, sha256, sent_at, sent_by)
VALUES (:id, '2026-01-01', 'ann', 'xlsx', '{}', 1, '{}', 1, 'a', :sent_at, :sent_by)"""
CUSTOMER = "INSERT INTO download_customers (customer, download_id) VALUES (:customer, :id)"
CHANGE = """INSERT INTO changes (id, at, "by", kind, undoes, reason, counts)
VALUES (:id, '2026-01-01', 'bo', :kind, :undoes, '', :counts)"""
SENT: dict[str, Any] = {"sent_at": "2026-01-02", "sent_by": "bo"}
NOT_SENT: dict[str, Any] = {"sent_at": None, "sent_by": None}


def test_files_that_were_sent_before_are_sendings_after_the_upgrade(database_url: str) -> None:
    engine, config = database.connect(database_url), Config()
    config.set_main_option("script_location", str(database.ROOT / "migrations"))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0017")
        for number, sent in ((3, SENT), (4, NOT_SENT), (5, NOT_SENT)):
            connection.execute(text(DOWNLOAD), {"id": number, **sent})
            connection.execute(text(CUSTOMER), {"customer": f"acme {number}", "id": number})
        connection.execute(text(CUSTOMER), {"customer": "bolt", "id": 3})
        kinds = ((7, "stage", None, 3), (8, "stage", None, 4), (9, "stage_undo", 8, 4), (10, "stage", None, None))
        for change, kind, undoes, download in kinds:
            counts = '{"changed": 1}' if download is None else f'{{"changed": 1, "download": {download}}}'
            connection.execute(text(CHANGE), {"id": change, "kind": kind, "undoes": undoes, "counts": counts})
        command.upgrade(config, "head")
    with database.writing(engine) as connection:
        three, four = stored.sending(connection, 3), stored.sending(connection, 4)
        assert (three.by, three.customers, three.withdrawn_at, three.download_id) == ("bo", 2, None, 3)
        assert four.withdrawn_by == "ann"
        assert (stored.last_marking(connection, 3), stored.last_marking(connection, 4)) == (7, 9)
        assert stored.customers_of(connection, 3) == ["acme 3", "bolt"]
        assert stored.add(connection, ["coil"], change=9, actor=editor("cy")) == 5
    sendings.unmark_sent(engine, 3, editor("bo"))
    change_reversal.undo_change(engine, 9, admin("dee"))
    with database.reading(engine) as connection:
        assert stored.sending(connection, 3).withdrawn_by == "bo"
        assert stored.sending(connection, 4).withdrawn_at is None
    engine.dispose()
