"""Every change of any kind is listed with what became of it, and undone from there if it can be undone at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from lib.domain.changes import ChangeGroup, ChangeKind
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Actor, Role
from lib.editing import activity, customer_merges, customer_parts, edits, erasures
from lib.importing import reversal
from lib.policies import saving
from lib.requests import moves, packs
from lib.store import change_list, database
from lib.store.change_list import Activity, ActivityFilters
from lib.store.schema import changes
from tests.actors import ADMIN, EDITOR, VIEWER, editor
from tests.store.complete import ready, verify
from tests.store.stories import POLICY, a_row, imported, now

IMPORTER = Actor("ira", Role.IMPORTER)
DAY = date(2026, 11, 1)


def lived_in(engine: Engine) -> None:
    """A store with a change of every kind that people make."""
    imported(engine, ready("K-1"), ready("K-2", company="Bolt"), ready("K-3", company="Bolt"), by="ada")
    edits.edit(engine, "K-3", None, {"notes": "called"}, editor("bo"), "a call about tiers", POLICY)
    verify(engine, ["K-1"], editor("cy"))
    packs.submit_pack(engine, ["K-1"], editor("cy"), POLICY, DAY)
    customer_merges.merge(engine, "acme @acme.example", "bolt @acme.example", editor("bo"))
    customer_parts.part(engine, ["K-2"], None, editor("bo"))
    saving.save(engine, {"round_editors_up": True}, ADMIN, "be lenient")
    erasures.erase(engine, "bolt @acme.example", ADMIN)


def listed(engine: Engine, **filters: object) -> list[Activity]:
    with database.reading(engine) as connection:
        listed_changes, total = change_list.page(connection, ActivityFilters(**filters))  # type: ignore[arg-type]
    assert total == len(listed_changes)
    return listed_changes


def kinds(engine: Engine, **filters: object) -> list[str]:
    return [change.kind for change in listed(engine, **filters)]


def test_changes_of_every_kind_are_listed_and_found(engine: Engine) -> None:
    lived_in(engine)
    everything = ["erase", "policy", "part", "merge", "stage", "stage", "stage", "edit", "import"]
    assert kinds(engine) == everything
    by_group = {
        ChangeGroup.IMPORTS: ["import"],
        ChangeGroup.EDITS: ["edit"],
        ChangeGroup.REQUESTS: ["stage"] * 3,
        ChangeGroup.PACKS: ["stage"],
        ChangeGroup.CUSTOMERS: ["part", "merge"],
        ChangeGroup.RECONCILE: [],
        ChangeGroup.POLICY: ["policy"],
        ChangeGroup.ERASURES: ["erase"],
    }
    assert {group: kinds(engine, groups=(group,)) for group in ChangeGroup} == by_group
    assert kinds(engine, by="ada") == ["import"]
    assert kinds(engine, search="LENIENT") == ["policy"]
    assert kinds(engine, search="licenses.csv") == ["import"]
    assert kinds(engine, search="#2") == ["edit"]
    assert "stage" in kinds(engine, search="K-1")
    assert "edit" not in kinds(engine, search="K-1")
    today = datetime.now(UTC).date()
    assert kinds(engine, since=today - timedelta(days=1), until=today) == everything
    assert kinds(engine, until=today - timedelta(days=2)) == []
    with database.reading(engine) as connection:
        assert change_list.people(connection) == ["ada", "ann", "bo", "cy"]
        titles = {activity.title(change) for change in listed(engine)}
        pack = next(change for change in listed(engine) if activity.title(change) == "Pack #1")
        assert activity.sentence(connection, pack) == "Pack #1: 1 request moved to “Submitted”."
        pairs, total = change_list.licenses(connection, pack.id)
    assert titles >= {"Import #1", "Edit", "Move of requests", "New policy", "Merge of customers"}
    ((before, after),) = pairs
    assert total == 1
    assert before is not None
    assert after is not None
    assert (before["stage"], after["stage"]) == ("verified", "submitted")


DEEDS: dict[str, Callable[[Engine], object]] = {
    "edit": lambda engine: edits.edit(engine, "K-1", None, {"notes": "a"}, EDITOR, "", POLICY),
    "stage": lambda engine: moves.move_requests(engine, ["K-1"], Stage.RECEIVED, EDITOR, "", POLICY),
    "merge": lambda engine: customer_merges.merge(engine, "acme @acme.example", "bolt @acme.example", EDITOR),
    "part": lambda engine: customer_parts.part(engine, ["K-2"], None, EDITOR),
    "policy": lambda engine: saving.save(engine, {"round_editors_up": True}, ADMIN, "be lenient"),
    "import": lambda engine: imported(engine, a_row("K-1", editors="50")),
}


@pytest.mark.parametrize("name", DEEDS)
def test_what_can_be_undone_anywhere_is_undone_by_its_number(engine: Engine, name: str) -> None:
    imported(engine, ready("K-1"), ready("K-2", company="Bolt"), ready("K-3", company="Bolt"))
    before = {key: (row["content"], row["customer"], row["stage"]) for key, row in now(engine).items()}
    DEEDS[name](engine)
    (change, *_) = listed(engine)
    assert change.kind == name
    assert activity.refusal_to_undo(change, VIEWER, "UTC")
    with pytest.raises(RefusalError):
        activity.undo(engine, change.id, VIEWER)
    activity.undo(engine, change.id, ADMIN, "a mistake")
    assert {key: (row["content"], row["customer"], row["stage"]) for key, row in now(engine).items()} == before
    undone = next(each for each in listed(engine) if each.id == change.id)
    assert undone.reversal is not None
    assert (undone.reversal.by, listed(engine)[0].reason) == (ADMIN.name, "a mistake")
    with pytest.raises(RefusalError, match="Undone by ann"):
        activity.undo(engine, change.id, ADMIN)


def test_an_undo_is_refused_with_a_sentence_where_later_changes_stand_on_it(engine: Engine) -> None:
    imported(engine, ready("K-1"))
    edits.edit(engine, "K-1", None, {"notes": "a"}, EDITOR, "", POLICY)
    edits.edit(engine, "K-1", None, {"notes": "b"}, EDITOR, "", POLICY)
    with pytest.raises(RefusalError, match="The license was changed since: edit by eddie"):
        activity.undo(engine, 2, EDITOR)
    with pytest.raises(RefusalError, match="There is no change #99"):
        activity.undo(engine, 99, EDITOR)


def test_who_may_undo_what_is_told_before_and_kept(engine: Engine) -> None:
    lived_in(engine)
    refused = {
        change.kind: bool(activity.refusal_to_undo(change, IMPORTER, "UTC"))
        for change in listed(engine)
        if not change.undoes
    }
    assert refused == dict.fromkeys(("erase", "policy", "part", "merge", "stage", "edit"), True) | {"import": False}
    for_editors = {change.kind for change in listed(engine) if not activity.refusal_to_undo(change, EDITOR, "UTC")}
    assert for_editors == {"part", "merge", "stage", "edit", "import"}
    erase = listed(engine)[0]
    assert activity.refusal_to_undo(erase, ADMIN, "UTC") == "An erasure is for good: nothing brings the contacts back."
    assert Policy().version == 1


def test_an_import_is_redone_by_the_number_of_its_undo(engine: Engine) -> None:
    imported(engine, ready("K-1"))
    reversal.undo(engine, 1, EDITOR)
    undo = listed(engine)[0]
    assert (undo.kind, activity.is_redo(undo)) == (ChangeKind.UNDO, True)
    activity.undo(engine, undo.id, IMPORTER)
    assert set(now(engine)) == {"K-1"}


def test_a_page_of_thousands_of_changes_comes_from_the_database(engine: Engine) -> None:
    row = {"by": "ann", "kind": "edit", "reason": "a call", "counts": {"changed": 1}, "at": datetime.now(UTC)}
    with database.writing(engine) as connection:
        connection.execute(insert(changes), [row] * 5000)
        newest = connection.execute(select(changes.c.id).order_by(changes.c.id.desc()).limit(1)).scalar_one()
        connection.execute(insert(changes), [{**row, "kind": "undo", "undoes": newest}])
    with database.reading(engine) as connection:
        listed_changes, total = change_list.page(connection, ActivityFilters(search="call"), start=4990, count=20)
        first, _ = change_list.page(connection, ActivityFilters(), count=2)
    assert (len(listed_changes), total) == (11, 5001)
    assert [change.reversal.change if change.reversal else None for change in first] == [None, first[0].id]
