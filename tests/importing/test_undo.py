"""Taking an import back, and taking that back: a change of its own that never loses what came later."""

import pytest
from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.editing import change_reversal
from lib.importing import imports, reversal
from lib.store import batches, change_log, database, reverts
from lib.store.batches import BatchState
from tests.actors import editor
from tests.store.stories import POLICY, a_row, as_of, brought_in, checked, everything, imported, now, versions


def batch_of(engine: Engine, *rows: dict[str, str]) -> int:
    """The number of a batch of those rows, once imported."""
    number: int = imported(engine, *rows).batch
    return number


def editors(engine: Engine) -> dict[str, int]:
    return {key: row["editors"] for key, row in now(engine).items()}


def state_of(engine: Engine, number: int) -> BatchState:
    with database.reading(engine) as connection:
        return batches.batch(connection, number).state


def test_undoing_an_import_removes_what_it_added_and_restores_what_it_changed(engine: Engine) -> None:
    batch_of(engine, a_row("K-1"), a_row("K-2"))
    before = now(engine)
    second = batch_of(engine, a_row("K-1", editors="25"), a_row("K-3"))
    assert reversal.undo(engine, second, editor("bo"), "wrong file") == {"removed": 1, "restored": 1, "kept": 0}
    after = now(engine)
    assert {key: {**row, "since": 0} for key, row in after.items()} == {
        key: {**row, "since": 0} for key, row in before.items()
    }
    assert after["K-2"] == before["K-2"], "what the batch did not touch is not written again"
    assert state_of(engine, second) is BatchState.UNDONE


def test_undo_is_a_change_of_its_own_with_who_and_why(engine: Engine) -> None:
    number = batch_of(engine, a_row("K-1"))
    reversal.undo(engine, number, editor("bo"), "wrong file")
    with database.reading(engine) as connection:
        first, second = change_log.changes_of_batch(connection, number)
        last = change_log.last_change(connection)
    assert (first.kind, second.kind, second.by, second.reason) == ("import", "undo", "bo", "wrong file")
    assert second.counts == {"removed": 1, "restored": 0, "kept": 0}
    assert last == second


def test_undo_redo_undo_ends_where_the_first_undo_did(engine: Engine) -> None:
    batch_of(engine, a_row("K-1"))
    number = batch_of(engine, a_row("K-1", editors="25"), a_row("K-2"))
    imported_state = editors(engine)
    reversal.undo(engine, number, editor("ada"))
    undone_state = editors(engine)
    assert reversal.redo(engine, number, editor("ada")) == {"removed": 0, "restored": 2, "kept": 0}
    assert (editors(engine), state_of(engine, number)) == (imported_state, BatchState.IMPORTED)
    assert reversal.undo(engine, number, editor("ada")) == {"removed": 1, "restored": 1, "kept": 0}
    assert (editors(engine), state_of(engine, number)) == (undone_state, BatchState.UNDONE)


def test_undo_keeps_licenses_that_changed_since_and_says_which(engine: Engine) -> None:
    first = batch_of(engine, a_row("K-1"), a_row("K-2"), a_row("K-3"))
    batch_of(engine, a_row("K-2", editors="50"))
    assert change_reversal.licenses_changed_since_batch(engine, first)[0]["license_key"].tolist() == ["K-2"]
    assert reversal.undo(engine, first, editor("ada")) == {"removed": 2, "restored": 0, "kept": 1}
    assert editors(engine) == {"K-2": 50}


def test_redo_keeps_a_license_that_came_back_by_another_way(engine: Engine) -> None:
    first = batch_of(engine, a_row("K-1"), a_row("K-2"))
    reversal.undo(engine, first, editor("ada"))
    batch_of(engine, a_row("K-2", editors="50"))
    assert change_reversal.licenses_changed_since_batch(engine, first)[0]["license_key"].tolist() == ["K-2"]
    assert reversal.redo(engine, first, editor("ada")) == {"removed": 0, "restored": 1, "kept": 1}
    assert editors(engine) == {"K-1": 10, "K-2": 50}


def test_undoing_the_later_import_then_the_earlier_empties_the_store(engine: Engine) -> None:
    first = batch_of(engine, a_row("K-1"), a_row("K-2"))
    second = batch_of(engine, a_row("K-1", editors="25"), a_row("K-3"))
    reversal.undo(engine, second, editor("ada"))
    assert reversal.undo(engine, first, editor("ada")) == {"removed": 2, "restored": 0, "kept": 0}
    assert now(engine) == {}


def test_what_undo_would_do_is_what_it_does(engine: Engine) -> None:
    first = batch_of(engine, a_row("K-1"), a_row("K-2"), a_row("K-3"))
    second = batch_of(engine, a_row("K-1", editors="25"), a_row("K-4"), a_row("K-5"))
    batch_of(engine, a_row("K-2", editors="50"), a_row("K-5", editors="50"))
    for number in (second, first):
        with database.reading(engine) as connection:
            last = change_log.last_change_of_batch(connection, number)
            assert last is not None
            preview = reverts.preview_revert(connection, last.id).to_json()
        assert reversal.undo(engine, number, editor("ada")) == preview


def test_what_is_not_there_to_take_back_is_refused(engine: Engine) -> None:
    number = batch_of(engine, a_row("K-1"))
    same = batch_of(engine, a_row("K-1"))
    waiting = brought_in(engine, a_row("K-2"))
    before = everything(engine)
    with pytest.raises(RefusalError, match="changed nothing"):
        reversal.undo(engine, same, editor("ada"))
    with pytest.raises(RefusalError, match="not imported yet"):
        reversal.undo(engine, waiting, editor("ada"))
    with pytest.raises(RefusalError, match="imported"):
        reversal.redo(engine, number, editor("ada"))
    with pytest.raises(RefusalError, match="no import"):
        reversal.undo(engine, 99, editor("ada"))
    assert everything(engine) == before
    reversal.undo(engine, number, editor("ada"))
    with pytest.raises(RefusalError, match="undone"):
        reversal.undo(engine, number, editor("ada"))


def test_a_preview_made_before_an_undo_is_refused(engine: Engine) -> None:
    number = batch_of(engine, a_row("K-1"))
    waiting = brought_in(engine, a_row("K-1", editors="25"))
    base = checked(engine, waiting).base
    reversal.undo(engine, number, editor("bo"))
    with pytest.raises(RefusalError, match="undo of import #1 by bo"):
        imports.commit(engine, waiting, editor("ada"), POLICY, base=base)


def test_any_past_day_can_be_read(engine: Engine) -> None:
    first = batch_of(engine, a_row("K-1"))
    batch_of(engine, a_row("K-1", editors="25"), a_row("K-2"))
    reversal.undo(engine, first, editor("ada"))
    batch_of(engine, a_row("K-1", editors="100"))
    with database.reading(engine) as connection:
        newest = change_log.latest_change(connection)
        past = [{key: row["editors"] for key, row in as_of(connection, change).items()} for change in range(newest + 1)]
    assert past == [{}, {"K-1": 10}, {"K-1": 25, "K-2": 10}, {"K-1": 25, "K-2": 10}, {"K-1": 100, "K-2": 10}]


def test_versions_are_only_ever_added_and_closed(engine: Engine) -> None:
    first = batch_of(engine, a_row("K-1"))
    with database.reading(engine) as connection:
        before = versions(connection)
    batch_of(engine, a_row("K-1", editors="25"))
    reversal.undo(engine, first, editor("ada"))
    with database.reading(engine) as connection:
        after = versions(connection)
    assert {**after[0], "until": None} == before[0]
