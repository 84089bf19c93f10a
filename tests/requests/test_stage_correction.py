"""A stage is a deed: what older versions of the program took from files is corrected once, and that can be undone."""

from collections import Counter

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, and_, or_, select, update

from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.editing import change_reversal, edits
from lib.importing import reversal
from lib.judging.stages import REQUEST_FIELDS
from lib.measures.cut import Cut
from lib.requests import moves
from lib.requests.stage_correction import correct_once, correct_stages
from lib.store import change_counts, database, license_counts
from lib.store.schema import changes, license_versions, movements, tallies
from tests.actors import ADMIN, VIEWER, editor
from tests.store.complete import ASKED
from tests.store.stories import POLICY, a_row, everything, imported, now

_v = license_versions.c


def lived_in_before(engine: Engine) -> None:
    """A store of before, in which a file with items of a request made it received."""
    imported(
        engine,
        a_row("K-1", **ASKED),
        a_row("K-2", match_agreed="yes"),
        a_row("K-3"),
        a_row("K-4", match_agreed="no"),
        a_row("K-5", **ASKED, sen="SEN-5"),
        a_row("K-6", hosting="Cloud", myatlassian_email="it@acme.example"),
        a_row("K-7", **ASKED),
    )
    edits.edit(engine, "K-3", None, {"myatlassian_email": "it@acme.example"}, editor("bo"), "", POLICY)
    with database.writing(engine) as connection:
        has_item = or_(*(_v[name].is_not(None) & (_v[name] != "") for name in REQUEST_FIELDS if "email" in name))
        has_item = or_(has_item, _v.match_agreed.is_not(None))
        was_received = and_(has_item, _v.outcome == "upgrade_needed", _v.stage == "not_requested")
        connection.execute(update(license_versions).where(was_received).values(stage="received"))
        for table in (movements, tallies):
            connection.execute(table.delete())
        for number in connection.execute(select(changes.c.id).order_by(changes.c.id)).scalars().all():
            change_counts.count_change(connection, number)
    moves.move_requests(engine, ["K-7"], Stage.VERIFIED, editor("bo"), "", POLICY)
    upgrade_hashes(engine)


def upgrade_hashes(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(database.ROOT / "migrations"))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "0020")
        command.upgrade(config, "0021")
        command.stamp(config, "head")


def stages(engine: Engine) -> dict[str, str]:
    """The stages of the licenses, which are also those that are counted."""
    by_key = {key: row["stage"] for key, row in now(engine).items()}
    with database.reading(engine) as connection:
        counts = license_counts.count_by(connection, Cut(), ["stage"]).set_index("stage")["licenses"].to_dict()
    assert counts == Counter(by_key.values())
    return by_key


BEFORE = {
    "K-1": "received",
    "K-2": "received",
    "K-3": "received",
    "K-4": "declined",
    "K-5": "migrated",
    "K-6": "not_requested",
    "K-7": "verified",
}
CORRECTED = {**BEFORE, "K-1": "not_requested", "K-2": "not_requested"}


def test_one_change_corrects_what_files_made_received_and_nothing_that_people_did(engine: Engine) -> None:
    lived_in_before(engine)
    assert stages(engine) == BEFORE
    before = everything(engine)[-1]
    assert correct_once(engine, ADMIN) == 4
    assert stages(engine) == CORRECTED
    after = everything(engine)[-1]
    untouched = [row for row in before if row in after]
    assert len(before) - len(untouched) == 2, "of history, only two versions are closed"
    assert correct_once(engine, ADMIN) is None
    assert correct_stages(engine, ADMIN) is None


def test_the_correction_is_undone_and_then_not_made_again_by_itself(engine: Engine) -> None:
    lived_in_before(engine)
    change = correct_once(engine, ADMIN)
    assert change is not None
    undone = change_reversal.undo_change(engine, change, editor("cy"))
    assert stages(engine) == BEFORE
    assert correct_once(engine, ADMIN) is None
    change_reversal.undo_change(engine, undone, editor("cy"))
    assert stages(engine) == CORRECTED
    with pytest.raises(RefusalError, match="You may look at requests"):
        correct_stages(engine, VIEWER)


def test_imports_of_before_can_still_be_undone_and_come_back_corrected(engine: Engine) -> None:
    lived_in_before(engine)
    correct_once(engine, ADMIN)
    assert reversal.undo(engine, 1, editor("ada")) == {"removed": 5, "restored": 0, "kept": 2}
    assert stages(engine) == {key: CORRECTED[key] for key in ("K-3", "K-7")}
    reversal.redo(engine, 1, editor("ada"))
    assert stages(engine) == CORRECTED


def test_what_a_redo_brings_back_as_received_is_corrected_too(engine: Engine) -> None:
    lived_in_before(engine)
    reversal.undo(engine, 1, editor("ada"))
    assert correct_once(engine, ADMIN) is None
    reversal.redo(engine, 1, editor("ada"))
    assert stages(engine) == BEFORE
    correct_once(engine, ADMIN)
    assert stages(engine) == CORRECTED


def test_items_that_a_person_enters_and_a_reply_make_a_request_received_and_a_file_does_not(engine: Engine) -> None:
    imported(engine, *(a_row(f"K-{number}") for number in range(5)))
    imported(engine, a_row("K-0", **ASKED))
    edits.edit(engine, "K-1", None, {"notes": "called"}, editor("bo"), "", POLICY)
    edits.edit_many(engine, ["K-2"], {"match_agreed": "yes"}, editor("bo"), "", POLICY)
    moves.move_requests(engine, ["K-3", "K-4"], Stage.NEEDS_INFO, editor("bo"), "", POLICY)
    edits.edit(engine, "K-3", None, {"myatlassian_email": "it@acme.example"}, editor("bo"), "", POLICY)
    assert stages(engine) == {
        "K-0": "not_requested",
        "K-1": "not_requested",
        "K-2": "received",
        "K-3": "needs_info",
        "K-4": "needs_info",
    }
    result = edits.record_reply(engine, {"K-0": {}, "K-3": {}, "K-4": {"match_agreed": "no"}}, editor("bo"), "", POLICY)
    assert result.changed == ("K-0", "K-3", "K-4")
    assert [stages(engine)[key] for key in result.changed] == ["received", "received", "declined"]
    assert result.change is not None
    change_reversal.undo_change(engine, result.change, editor("bo"))
    assert [stages(engine)[key] for key in result.changed] == ["not_requested", "needs_info", "needs_info"]
