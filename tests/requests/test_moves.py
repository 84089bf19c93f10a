"""People move requests of many licenses in one change: it is told, taken back, and kept by files that come later."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, select

from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES, Stage
from lib.editing import change_reversal, edits
from lib.editing.history import license_events
from lib.importing import reversal
from lib.judging.content_hash import CONTENT_COLUMNS, content_hashes
from lib.judging.stages import STAGE_INPUTS, hashes_at_stages, stages_from_fields
from lib.judging.stored import stored_column
from lib.measures.cut import Cut
from lib.requests import moves, sens
from lib.requests.moves import MoveResult
from lib.store import change_log, database, license_counts, license_queries, versions
from lib.store import request_moves as store
from lib.store.license_profiles import ITEM_BITS, MISSING
from lib.store.schema import license_versions
from tests.actors import ADMIN, EDITOR, VIEWER, admin, editor, viewer
from tests.store.complete import ASKED, came_in
from tests.store.stories import POLICY, a_row, everything, imported, now


def move(engine: Engine, to: str, *keys: str, note: str = "") -> MoveResult:
    """What came of moving these licenses' requests."""
    return moves.move_requests(engine, keys, Stage(to), editor("bo"), note, POLICY)


def stage_of(engine: Engine) -> dict[str, str]:
    """The stage of each license that stands."""
    return {key: row["stage"] for key, row in now(engine).items()}


def assert_told_by_its_contents(engine: Engine) -> None:
    """Each content hash is the one that the fields and the stage come to, and counts are those of the versions."""
    with database.reading(engine) as connection:
        rows = versions.current(connection, list(now(engine)))
        columns: dict[str, Any] = {
            name: stored_column(name, rows[name]) for name in {*CONTENT_COLUMNS, *STAGE_INPUTS, "stage", "stage_since"}
        }
        expected = hashes_at_stages(content_hashes(columns), columns["stage"], stages_from_fields(columns)).tolist()
        counts = license_counts.count_by(connection, Cut(), ["stage"]).set_index("stage")["licenses"].to_dict()
    assert rows["content"].tolist() == expected
    assert counts == Counter(rows["stage"])


def test_many_are_moved_in_one_change_and_those_that_may_not_be_are_told(engine: Engine) -> None:
    imported(
        engine,
        a_row("K-1", **ASKED),
        a_row("K-2", **ASKED),
        a_row("K-3", match_agreed="yes", address="", country=""),
        a_row("K-4"),
        a_row("K-5", hosting="Cloud", maintenance_end="2016-05-01"),
    )
    move(engine, "received", "K-1", "K-2", "K-3")
    before = now(engine)
    done = move(engine, "verified", "K-2", "K-1", "K-4", "K-9", "K-5", "K-1", "K-3", note=" they \n called ")
    assert (done.keys, done.change, done.to) == (("K-2", "K-1", "K-3"), 3, "verified")
    assert done.refused == {
        "K-4": 'From "Not requested" a request cannot go to "Verified", '
        'only to "Received", "Waiting for the customer", "Declined", "Cancelled".',
        "K-9": 'No license has the key "K-9".',
        "K-5": "It is a Cloud license: those need no request.",
    }
    after = now(engine)
    for key in done.keys:
        values = {"stage": "verified", "stage_since": 3, "since": 3, "content": after[key]["content"]}
        assert after[key] == {**before[key], **values}
        assert after[key]["content"] != before[key]["content"]
    assert all(after[key] == before[key] for key in ("K-4", "K-5"))
    with database.reading(engine) as connection:
        last = change_log.last_change(connection)
    assert last is not None
    assert (last.kind, last.by, last.reason, last.counts) == ("stage", "bo", "they called", {"changed": 3})
    assert_told_by_its_contents(engine)
    done = move(engine, "submitted", "K-1", "K-2", "K-3")
    assert (done.keys, list(done.refused)) == (("K-1", "K-2"), ["K-3"])
    assert done.refused["K-3"] == (
        "It lacks: Confirmation of Server, myAtlassian email, Holder's first and last name, Company, "
        "Full address with country."
    )
    assert stage_of(engine)["K-1"] == "submitted"
    assert_told_by_its_contents(engine)


def test_a_preview_says_the_same_and_writes_nothing(engine: Engine) -> None:
    imported(engine, a_row("K-1", match_agreed="yes"), a_row("K-2"))
    move(engine, "received", "K-1")
    before = everything(engine)
    with database.reading(engine) as connection:
        preview = moves.preview_move(connection, ["K-1", "K-2"], Stage.VERIFIED, EDITOR, POLICY)
        refused_preview = moves.preview_move(connection, ["K-1"], Stage.VERIFIED, VIEWER, POLICY)
    assert (preview.keys, list(preview.refused), preview.change) == (("K-1",), ["K-2"], None)
    assert (refused_preview.keys, list(refused_preview.refused)) == ((), ["K-1"])
    assert move(engine, "verified", "K-2").change is None, "where none may be moved, there is no change"
    assert move(engine, "verified").keys == ()
    with pytest.raises(RefusalError) as refusal:
        moves.move_requests(engine, ["K-1"], Stage.VERIFIED, VIEWER, "", POLICY)
    assert refused_preview.refused == {"K-1": str(refusal.value)}
    assert everything(engine) == before
    done = move(engine, "verified", "K-1", "K-2")
    assert (done.keys, done.refused) == (preview.keys, preview.refused)


def test_a_license_matches_once_it_has_a_sen_and_reaches_the_servers_tier(engine: Engine) -> None:
    imported(
        engine, a_row("K-1", sen="SEN-1"), a_row("K-2", sen="SEN-2", editors="unlimited"), a_row("K-3", sen="SEN-3")
    )
    edits.edit(engine, "K-3", None, {"host_tier": ""}, editor("bo"), "", POLICY)
    done = move(engine, "matched", "K-1", "K-2", "K-3")
    assert (done.keys, sorted(done.refused)) == (("K-2",), ["K-1", "K-3"])
    edits.edit(engine, "K-2", None, {"company": "Acme"}, editor("bo"), "", POLICY)
    assert stage_of(engine) == {"K-1": "migrated", "K-2": "matched", "K-3": "migrated"}
    assert_told_by_its_contents(engine)


def test_a_file_that_comes_again_changes_nothing_and_keeps_what_people_moved(engine: Engine) -> None:
    rows = [a_row("K-1", **ASKED), a_row("K-2"), a_row("K-3", **ASKED)]
    imported(engine, *rows)
    move(engine, "received", "K-1", "K-3")
    move(engine, "verified", "K-1")
    move(engine, "declined", "K-2")
    before = now(engine)
    receipt = imported(engine, *rows)
    assert (receipt.counts.unchanged, receipt.counts.changed, receipt.change) == (3, 0, None)
    assert now(engine) == before
    changed = imported(engine, *({**row, "reseller": "Partner Ltd"} for row in rows))
    assert changed.counts.changed == 3
    assert stage_of(engine) == {"K-1": "verified", "K-2": "declined", "K-3": "received"}
    assert [row["stage_since"] for row in now(engine).values()] == [3, 4, 2]
    assert_told_by_its_contents(engine)
    again = imported(engine, *({**row, "reseller": "Partner Ltd"} for row in rows))
    assert again.counts.unchanged == 3
    imported(engine, {**rows[0], "sen": "SEN-1"}, {**rows[1], "match_agreed": "yes"})
    assert stage_of(engine) == {"K-1": "migrated", "K-2": "declined", "K-3": "received"}
    assert_told_by_its_contents(engine)


def test_undoing_an_older_import_leaves_what_was_moved_since_and_says_because_of_whom(engine: Engine) -> None:
    first = imported(engine, a_row("K-1", **ASKED), a_row("K-2", **ASKED))
    second = imported(engine, *(a_row(key, **{**ASKED, "editors": "25"}) for key in ("K-1", "K-2", "K-3")))
    move(engine, "received", "K-1", "K-3")
    change = move(engine, "verified", "K-1", "K-3").change
    (keeper,) = change_reversal.later_changes_of_batch(engine, second.batch)
    assert (keeper.change, keeper.by, keeper.kind, keeper.licenses) == (change, "bo", "stage", 2)
    assert change_reversal.describe_later_changes([keeper], "UTC").startswith("move of requests by bo on ")
    licenses, total = change_reversal.licenses_changed_since_batch(engine, second.batch)
    assert (licenses["license_key"].tolist(), total) == (["K-1", "K-3"], 2)
    assert reversal.undo(engine, second.batch, editor("ada")) == {"removed": 0, "restored": 1, "kept": 2}
    assert {key: (row["editors"], row["stage"]) for key, row in now(engine).items()} == {
        "K-1": (25, "verified"),
        "K-2": (10, "not_requested"),
        "K-3": (25, "verified"),
    }
    assert reversal.undo(engine, first.batch, editor("ada"))["kept"] == 1
    assert_told_by_its_contents(engine)


def test_a_move_is_taken_back_and_made_again_and_then_the_import_before_it_can_be_undone(engine: Engine) -> None:
    came_in(engine, a_row("K-1", **ASKED), a_row("K-2", **ASKED))
    before = now(engine)
    change = move(engine, "verified", "K-1", "K-2").change
    assert change is not None
    after = now(engine)
    back = change_reversal.undo_change(engine, change, editor("cy"), "a mistake")
    assert now(engine) == {key: {**row, "since": back} for key, row in before.items()}
    again = change_reversal.undo_change(engine, back, admin("cy"))
    assert now(engine) == {key: {**row, "since": again} for key, row in after.items()}
    change_reversal.undo_change(engine, again, admin("cy"))
    with pytest.raises(RefusalError, match="already undone by cy on"):
        change_reversal.undo_change(engine, change, admin("cy"))
    with database.reading(engine) as connection:
        changes = [change_log.change(connection, number) for number in (back, again)]
        story = license_events(license_queries.history(connection, "K-1"))
    assert [(one.kind, one.reason, one.counts["restored"]) for one in changes if one] == [
        ("stage_undo", "a mistake", 2),
        ("stage_redo", "", 2),
    ]
    assert [(event.title, event.by, event.why, event.changes) for event in story] == [
        ("Undo of a move of requests", "cy", "", ("Stage: Verified → Received",)),
        ("Redo of a move of requests", "cy", "", ("Stage: Received → Verified",)),
        ("Undo of a move of requests", "cy", "a mistake", ("Stage: Verified → Received",)),
        ("Move of requests", "bo", "", ("Stage: Received → Verified",)),
        ("Move of requests", "ada", "", ("Stage: Not requested → Received",)),
        ("Import #1", "ada", "", ("Imported",)),
    ]
    change_reversal.undo_change(engine, 2, editor("ada"))
    assert reversal.undo(engine, 1, editor("ada")) == {"removed": 2, "restored": 0, "kept": 0}


def test_taking_a_move_back_leaves_licenses_that_changed_since_and_is_refused_where_all_did(engine: Engine) -> None:
    came_in(engine, *(a_row(f"K-{number}", **ASKED) for number in range(3)))
    change = move(engine, "verified", "K-0", "K-1", "K-2").change
    assert change is not None
    move(engine, "submitted", "K-0")
    edited = edits.edit(engine, "K-1", None, {"notes": "called"}, editor("dee"), "", POLICY)
    licenses, total = change_reversal.licenses_changed_since(engine, change)
    assert (licenses["license_key"].tolist(), licenses["kind"].tolist(), total) == (
        ["K-0", "K-1"],
        ["stage", "edit"],
        2,
    )
    back = change_reversal.undo_change(engine, change, admin("cy"))
    assert stage_of(engine) == {"K-0": "submitted", "K-1": "verified", "K-2": "received"}
    with database.reading(engine) as connection:
        entry = change_log.change(connection, back)
    assert entry is not None
    assert entry.counts == {"removed": 0, "restored": 1, "kept": 2}
    later = move(engine, "declined", "K-0", "K-1").change
    assert later is not None
    move(engine, "received", "K-0", "K-1")
    with pytest.raises(RefusalError, match=r"The license was changed since: move of requests by bo"):
        change_reversal.undo_change(engine, edited, admin("cy"))
    with pytest.raises(RefusalError, match=r"All 2 licenses were changed since: move of requests by bo on .* UTC"):
        change_reversal.undo_change(engine, later, admin("cy"))
    assert_told_by_its_contents(engine)


def test_only_an_administrator_takes_back_what_has_migrated(engine: Engine) -> None:
    imported(engine, a_row("K-1", **ASKED), a_row("K-2", sen="SEN-2", editors="100"))
    recorded = edits.edit(engine, "K-1", None, {"sen": "SEN-1"}, editor("bo"), "", POLICY)
    matched = move(engine, "matched", "K-2").change
    assert matched is not None
    before = everything(engine)
    with pytest.raises(RefusalError, match="only an administrator"):
        change_reversal.undo_change(engine, recorded, editor("cy"))
    with pytest.raises(RefusalError, match="You may look"):
        change_reversal.undo_change(engine, matched, viewer("cy"))
    assert everything(engine) == before
    change_reversal.undo_change(engine, matched, editor("cy"))
    change_reversal.undo_change(engine, recorded, admin("cy"))
    assert stage_of(engine) == {"K-1": "not_requested", "K-2": "migrated"}


def test_an_editor_who_pasted_a_sen_cannot_undo_that_it_has_migrated(engine: Engine) -> None:
    came_in(engine, a_row("K-1", **ASKED))
    change = sens.record_sens(engine, sens.read_sen_lines("K-1 SEN-21"), EDITOR, "", POLICY).change
    assert change is not None
    before = everything(engine)
    with pytest.raises(RefusalError, match="only an administrator"):
        change_reversal.undo_change(engine, change, EDITOR)
    assert everything(engine) == before
    change_reversal.undo_change(engine, change, ADMIN)
    assert stage_of(engine) == {"K-1": "received"}


def test_what_a_request_lacks_is_what_the_counts_say(engine: Engine) -> None:
    imported(
        engine,
        a_row("K-0", **ASKED),
        *(a_row(f"K-{number}", **{**ASKED, name: ""}) for number, name in enumerate(ASKED, 1)),
        a_row("L-1", hosting="", **ASKED),
        a_row("L-2", host_tier="", editors=""),
    )
    keys = list(now(engine))
    with database.reading(engine) as connection:
        frame = store.current(connection, keys)
        facts = moves.deciding_facts(frame)
        rows = [dict(zip(facts.columns, row, strict=True)) for row in facts.itertuples(index=False)]
        own = {key: moves.build_request(row, POLICY) for key, row in zip(frame["license_key"], rows, strict=True)}
        query = select(license_versions.c.license_key, MISSING).where(license_versions.c.until.is_(None))
        for key, bits in connection.execute(query):
            assert own[key].missing_items == tuple(item for item in ITEM_TITLES if bits & ITEM_BITS[item]), key
    assert {len(request.missing_items) for request in own.values()} >= {0, 1}
