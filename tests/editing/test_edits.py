"""A person edits one license: a change of its own, judged anew, taken back by itself, and never lost with an import."""

from typing import Any

import pytest
from sqlalchemy import Engine

from lib.checking.settings import Settings
from lib.domain.refusal import RefusalError
from lib.editing import change_reversal, edits
from lib.editing.history import license_events, value_origins
from lib.editing.revision import UnreadableError
from lib.importing import imports, reversal
from lib.store import change_log, database, later_changes, license_queries
from tests.actors import admin, editor
from tests.store.stories import POLICY, a_file, a_row, as_of, change_of, everything, imported, now, versions

OF_CHANGES = ("since", "until", "batch_id", "line", "edited")


def edited(engine: Engine, key: str = "K-1", by: str = "bo", since: int | None = None, **texts: str) -> int:
    """The change that a person made by editing these fields."""
    return edits.edit(engine, key, since, texts, editor(by), "a call", POLICY)


def without(version: dict[str, Any]) -> dict[str, Any]:
    """What a version says of its license, whatever change it is of."""
    return {name: value for name, value in version.items() if name not in OF_CHANGES}


def test_an_edit_changes_the_fields_and_the_verdict_and_nothing_else(engine: Engine) -> None:
    imported(engine, a_row(company="Acme"), a_row("K-2"))
    before = now(engine)
    change = edited(engine, editors="100 Editors")
    after = now(engine)
    assert after["K-2"] == before["K-2"]
    assert (after["K-1"]["editors"], after["K-1"]["outcome"], after["K-1"]["reason"]) == (100, "eligible", "matched")
    assert (before["K-1"]["outcome"], after["K-1"]["to_tier"]) == ("upgrade_needed", None)
    assert (after["K-1"]["since"], after["K-1"]["edited"], after["K-1"]["line"]) == (change, "editors", 2)
    with database.reading(engine) as connection:
        last = change_log.last_change(connection)
    assert last is not None
    assert (last.id, last.kind, last.by, last.reason, last.batch_id) == (change, "edit", "bo", "a call", None)


def test_an_edited_license_is_stored_as_if_a_file_had_said_so(engine: Engine) -> None:
    cells = {
        "company": "  Größe GmbH ",
        "product": "Wireframes for Confluence",
        "hosting": "cloud",
        "editors": "unlimited",
        "host_tier": "87",
        "maintenance_end": "3 Mar 2016",
        "purchase_date": "",
        "country": "Deutschland",
        "contact_email": "Ada <ada@ACME.example>",
        "match_agreed": "ja",
        "server_confirmed": "no",
        "sen": "SEN-123",
        "license_type": "Academic",
        "notes": "N/A",
    }
    usual = {**dict.fromkeys(cells, ""), **a_row(purchase_date="2015-01-01", company="Old", country=""), "Shelf": "7"}
    imported(engine, usual, {**usual, **cells, "license_key": "K-2", "sen": "SEN-124"})
    edits.edit(engine, "K-1", None, cells, editor("bo"), "", POLICY)
    one, two = now(engine).values()
    own = {"license_key": "", "sen": "", "content": 0, "stage_since": 0}
    assert without(one) | own == without(two) | own
    assert (one["stage"], one["stage_since"], two["stage_since"]) == ("migrated", 2, 1)
    assert one["edited"].split(",") == sorted(set(cells) - {"notes"})
    same = imports.import_file(
        engine, "same.csv", a_file({**usual, **cells, "license_key": "K-1"}), Settings(), editor("ada"), POLICY
    )
    assert same.counts.unchanged == 1, "the content hash is the one that imports compute"


def test_every_text_that_cannot_be_read_is_refused_with_its_sentence(engine: Engine) -> None:
    imported(engine, a_row())
    before = everything(engine)
    with pytest.raises(UnreadableError) as error:
        edited(engine, editors="many", maintenance_end="31/02/2018", purchase_date="03/04/2018", company="Acme")
    assert sorted(error.value.sentences) == ["editors", "maintenance_end", "purchase_date"]
    assert '"many" is not a number of users' in error.value.sentences["editors"]
    assert str(error.value).startswith('Editors: "many" is not a number of users.')
    with pytest.raises(UnreadableError, match="product cannot be blank"):
        edited(engine, product=" ")
    with pytest.raises(RefusalError, match="license key cannot be edited"):
        edited(engine, license_key="K-9")
    with pytest.raises(RefusalError, match='no field "colour"'):
        edited(engine, colour="red")
    with pytest.raises(RefusalError, match='No license has the key "k-1"'):
        edited(engine, "k-1", company="Acme")
    with pytest.raises(RefusalError, match="is already stored"):
        edited(engine, editors=" 10 ", hosting="On-prem", reseller="")
    assert everything(engine) == before


def test_an_edit_of_a_license_that_changed_meanwhile_is_refused_with_who_and_when(engine: Engine) -> None:
    imported(engine, a_row())
    base = now(engine)["K-1"]["since"]
    first = edited(engine, since=base, company="Acme")
    with pytest.raises(RefusalError, match=r"changed meanwhile: edit by bo on .* UTC"):
        edited(engine, since=base, editors="25")
    assert edited(engine, since=first, editors="25") == now(engine)["K-1"]["since"]
    assert now(engine)["K-1"]["edited"] == "company,editors"


def test_a_country_we_do_not_know_can_be_corrected_but_not_written(engine: Engine) -> None:
    imported(engine, a_row(country="Atlantis"))
    with pytest.raises(UnreadableError, match="not a country we know"):
        edited(engine, country="Lemuria")
    edited(engine, country="Greece")
    assert (now(engine)["K-1"]["country"], now(engine)["K-1"]["country_text"]) == ("GR", "Greece")
    with pytest.raises(RefusalError, match="already stored"):
        edited(engine, country="Griechenland")
    edited(engine, country="")
    assert (now(engine)["K-1"]["country"], now(engine)["K-1"]["country_text"]) == ("", "")


def test_an_edit_is_undone_redone_and_undone_again(engine: Engine) -> None:
    imported(engine, a_row())
    before = now(engine)["K-1"]
    change = edited(engine, editors="100", company="Acme")
    after = now(engine)["K-1"]
    undone = change_reversal.undo_change(engine, change, admin("cy"), "a mistake")
    assert now(engine)["K-1"] == {**before, "since": undone}
    redone = change_reversal.undo_change(engine, undone, admin("cy"))
    assert now(engine)["K-1"] == {**after, "since": redone}
    with pytest.raises(RefusalError, match="already undone by cy on"):
        change_reversal.undo_change(engine, change, admin("cy"))
    last = change_reversal.undo_change(engine, redone, admin("cy"))
    assert now(engine)["K-1"] == {**before, "since": last}
    with database.reading(engine) as connection:
        entries = [change_log.change(connection, number) for number in (undone, redone, last)]
    assert [(t.kind, t.reason, t.batch_id) for t in entries if t] == [
        ("undo", "a mistake", None),
        ("redo", "", None),
        ("undo", "", None),
    ]


def test_what_is_no_edit_or_changed_since_is_not_undone_as_one(engine: Engine) -> None:
    receipt = imported(engine, a_row())
    change = edited(engine, editors="100")
    imported(engine, a_row(editors="", company="Acme"), by="dee")
    before = everything(engine)
    with pytest.raises(RefusalError, match=r"changed since: import #2 by dee on .* UTC"):
        change_reversal.undo_change(engine, change, admin("cy"))
    with pytest.raises(RefusalError, match="not an edit"):
        change_reversal.undo_change(engine, change_of(receipt), admin("cy"))
    with pytest.raises(RefusalError, match="not an edit"):
        change_reversal.undo_change(engine, 99, admin("cy"))
    assert everything(engine) == before


def test_undoing_an_import_keeps_what_was_edited_since_and_says_because_of_whom(engine: Engine) -> None:
    imported(engine, a_row(), a_row("K-0"))
    second = imported(engine, a_row(editors="25"), a_row("K-0", editors="25"), a_row("K-2"), a_row("K-3"))
    change = edited(engine, editors="100")
    undone = edited(engine, "K-2", editors="100", by="cy")
    change_reversal.undo_change(engine, undone, admin("cy"))
    with database.reading(engine) as connection:
        page, total = later_changes.licenses_changed_since(connection, change_of(second))
        (keeper,) = later_changes.changes_since(connection, change_of(second))
    assert (page["license_key"].tolist(), total) == (["K-1"], 1)
    assert (page["by"].item(), page["kind"].item(), page["change"].item()) == ("bo", "edit", change)
    assert (keeper.change, keeper.by, keeper.kind, keeper.licenses, keeper.file) == (change, "bo", "edit", 1, None)
    assert reversal.undo(engine, second.batch, editor("ada"), "wrong file") == {
        "removed": 2,
        "restored": 1,
        "kept": 1,
    }
    assert {key: row["editors"] for key, row in now(engine).items()} == {"K-0": 10, "K-1": 100}
    assert now(engine)["K-1"]["edited"] == "editors"


def test_kept_licenses_are_told_page_by_page_with_what_came_later(engine: Engine) -> None:
    rows = [a_row(f"K-{number}") for number in range(6)]
    first = imported(engine, *rows)
    second = imported(engine, *({**row, "editors": "25"} for row in rows[:3]), a_row("L-1"), by="dee")
    edited(engine, "K-4", editors="50")
    for editors in ("50", ""):
        imported(engine, a_row("K-5", editors=editors, company=editors))
    with database.reading(engine) as connection:
        whole, total = later_changes.licenses_changed_since(connection, change_of(first))
        page, _ = later_changes.licenses_changed_since(connection, change_of(first), start=1, count=2)
        later = later_changes.changes_since(connection, change_of(first))
    assert whole["license_key"].tolist() == ["K-0", "K-1", "K-2", "K-4", "K-5"]
    assert (total, page["license_key"].tolist()) == (5, ["K-1", "K-2"])
    assert whole["file"].tolist() == ["licenses.csv"] * 3 + [None, "licenses.csv"]
    assert [(keeper.by, keeper.kind, keeper.licenses) for keeper in later] == [
        ("ada", "import", 1),
        ("bo", "edit", 1),
        ("dee", "import", 3),
    ]
    assert sum(keeper.licenses for keeper in later) == reversal.undo(engine, first.batch, editor("ada"))["kept"]
    assert second.batch == later[2].batch_id


def test_a_license_that_is_gone_is_kept_gone_because_of_the_change_that_took_it(engine: Engine) -> None:
    first = imported(engine, a_row(company="Acme"))
    second = imported(engine, a_row(editors="25"))
    reversal.undo(engine, first.batch, editor("ada"))
    edited(engine, editors="50", by="bo")
    reversal.undo(engine, second.batch, editor("cy"))
    with database.reading(engine) as connection:
        assert [keeper.by for keeper in later_changes.changes_since(connection, change_of(second))] == ["bo"]
    third = imported(engine, a_row("K-9"))
    change = edited(engine, "K-9", company="Bolt", by="bo")
    change_reversal.undo_change(engine, change, admin("bo"))
    reversal.undo(engine, third.batch, editor("cy"))
    with database.reading(engine) as connection:
        page, total = later_changes.licenses_changed_since(connection, change)
    assert (total, page["by"].tolist(), page["kind"].tolist()) == (1, ["cy"], ["undo"])
    with pytest.raises(RefusalError, match="No license has the key"):
        edited(engine, "K-9", company="Bolt")


def test_a_later_file_does_not_overwrite_what_was_edited(engine: Engine) -> None:
    imported(engine, a_row())
    edited(engine, editors="100")
    receipt = imported(engine, a_row(editors="10", company="Acme"))
    assert receipt.counts.edited == 1
    license = now(engine)["K-1"]
    assert (license["editors"], license["company"], license["edited"]) == (100, "Acme", "editors")


def test_history_tells_edits_old_and_new_and_where_values_are_from(engine: Engine) -> None:
    imported(engine, a_row(country="Atlantis"))
    change = edited(engine, editors="100", country="Greece")
    change_reversal.undo_change(
        engine, change_reversal.undo_change(engine, change, admin("cy"), "a mistake"), admin("cy")
    )
    imported(engine, a_row(company="Acme"))
    with database.reading(engine) as connection:
        story = license_queries.history(connection, "K-1")
    events = license_events(story)
    assert [(event.title, event.by, event.why, event.batch, event.line) for event in events] == [
        ("Import #2", "ada", "", 2, 2),
        ("Redo of an edit", "cy", "", None, None),
        ("Undo of an edit", "cy", "a mistake", None, None),
        ("Edit", "bo", "a call", None, None),
        ("Import #1", "ada", "", 1, 2),
    ]
    assert events[3].changes == (
        "Outcome: Upgrade needed → Eligible",
        "Editors: 10 → 100",
        "Country: Atlantis → GR",
    )
    origins = value_origins(story, ["editors", "host_tier", "country", "company"])
    assert {name: str(origin) for name, origin in origins.items()} == {
        "editors": "edited by cy",
        "host_tier": "line 2, import #1",
        "country": "edited by cy",
        "company": "line 2, import #2",
    }


def test_the_day_before_an_edit_can_still_be_read(engine: Engine) -> None:
    imported(engine, a_row())
    change = edited(engine, editors="25")
    with database.reading(engine) as connection:
        past = [as_of(connection, day)["K-1"]["editors"] for day in (change - 1, change)]
        first, second = versions(connection)
        newest = change_log.latest_change(connection)
    assert (past, first["until"], second["since"], newest) == ([10, 25], change, change, change)


def test_many_licenses_are_edited_in_one_change_judged_anew_and_taken_back_together(engine: Engine) -> None:
    imported(engine, a_row(), a_row("K-2", company="Acme", host_tier="10"), a_row("K-3", company="Bolt"), a_row("K-4"))
    before = now(engine)
    keys = ["K-4", "K-2", "K-9", "K-3", "K-4"]
    done = edits.edit_many(engine, keys, {"company": "Acme", "host_tier": "10"}, editor("bo"), " a\ncall ", POLICY)
    assert (done.changed, done.unchanged, done.change) == (("K-4", "K-3"), ("K-2",), 2)
    assert done.refused == {"K-9": 'No license has the key "K-9".'}
    after = now(engine)
    assert {key: (row["company"], row["outcome"], row["edited"]) for key, row in after.items()} == {
        "K-1": ("", "upgrade_needed", None),
        "K-2": ("Acme", "eligible", None),
        "K-3": ("Acme", "eligible", "company,host_tier"),
        "K-4": ("Acme", "eligible", "company,host_tier"),
    }
    assert after["K-3"]["customer"] == after["K-4"]["customer"] == after["K-2"]["customer"]
    with database.reading(engine) as connection:
        last = change_log.last_change(connection)
    assert last is not None
    assert (last.kind, last.by, last.reason, last.counts) == ("edit", "bo", "a call", {"changed": 2})
    one = edits.edit(engine, "K-1", None, {"company": "Acme", "host_tier": "10"}, editor("bo"), "", POLICY)
    own = {"license_key": "", "content": 0}
    assert without(now(engine)["K-1"]) | own == without(after["K-4"]) | own, "many are edited as one is"
    change_reversal.undo_change(engine, one, admin("cy"))
    back = change_reversal.undo_change(engine, 2, admin("cy"))
    assert now(engine) == {key: {**row, "since": {"K-1": 4, "K-2": 1}.get(key, back)} for key, row in before.items()}
    same = edits.edit_many(engine, ["K-2", "K-9"], {"company": "Acme"}, editor("bo"), "", POLICY)
    assert (same.changed, same.unchanged, same.change) == ((), ("K-2",), None)


def test_a_sen_of_another_license_is_refused_naming_that_license(engine: Engine) -> None:
    imported(engine, a_row(), a_row("K-2", sen="SEN-2"), a_row("K-3"))
    before = everything(engine)
    with pytest.raises(UnreadableError, match='SEN-2 is that of license "K-2"') as error:
        edited(engine, sen="sen-2")
    assert list(error.value.sentences) == ["sen"]
    done = edits.edit_many(engine, ["K-1", "K-3"], {"sen": "SEN-7"}, editor("bo"), "", POLICY)
    assert (done.changed, done.change) == ((), None)
    assert done.refused["K-1"].startswith('SEN: SEN-7 is that of license "K-3"')
    assert done.refused["K-3"].startswith('SEN: SEN-7 is that of license "K-1"')
    assert everything(engine) == before
    edited(engine, "K-2", sen="SEN-2", notes="it keeps its own")
    cleared = edited(engine, "K-2", sen="")
    edited(engine, sen="SEN-2")
    with pytest.raises(RefusalError, match=r'License "K-2" would have its SEN back\. SEN-2 is that of license "K-1"'):
        change_reversal.undo_change(engine, cleared, admin("cy"))


def test_an_undo_does_not_mind_a_sen_that_two_licenses_had_all_along(engine: Engine) -> None:
    imported(engine, a_row(sen="SEN-1"), a_row("K-2", sen="SEN-1"))
    change = edited(engine, company="Acme")
    change_reversal.undo_change(engine, change, admin("cy"))
    assert (now(engine)["K-1"]["company"], now(engine)["K-1"]["sen"]) == ("", "SEN-1")


@pytest.mark.parametrize("other", ["myatlassian_email", "contact_email"])
def test_the_expert_is_never_the_customer(engine: Engine, other: str) -> None:
    imported(engine, a_row(), a_row("K-2", **{other: "ada@acme.example"}))
    with pytest.raises(UnreadableError, match="An Expert is the partner") as error:
        edited(engine, "K-2", expert_email="Ada@ACME.example")
    assert list(error.value.sentences) == ["expert_email"]
    done = edits.edit_many(engine, ["K-1", "K-2"], {"expert_email": "ada@acme.example"}, editor("bo"), "", POLICY)
    assert (done.changed, list(done.refused)) == (("K-1",), ["K-2"])
    with pytest.raises(UnreadableError) as error:
        edits.edit(engine, "K-1", None, {other: "ada@acme.example"}, editor("bo"), "", POLICY)
    assert list(error.value.sentences) == [other]
    edits.edit(engine, "K-1", None, {other: "ada@acme.example", "expert_email": ""}, editor("bo"), "", POLICY)
