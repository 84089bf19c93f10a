"""Batches: every import can be found again, with its receipt, its problems, its history and its undo."""

import json

import pytest
from sqlalchemy import Engine

from lib.domain.policy import Policy
from lib.importing import imports, reversal
from lib.importing.receipts import receipt_document
from lib.store import batches, change_log, database
from tests.actors import editor
from tests.pages.visit import HEADER, SAMPLE, add_file, counts, fine, licenses, opened, stored, texts_on

SAMPLE_TEXT = SAMPLE.read_bytes().decode()


def imported(engine: Engine, text: str, name: str = "file.csv") -> int:
    number = add_file(engine, text, name)
    imports.commit(engine, number, editor("bob"), Policy())
    return number


def test_an_empty_store_offers_to_import(engine: Engine) -> None:
    app = opened("activity", files="all")
    assert app.header[0].value == "Nothing imported yet"
    app.button(key="empty_state_action").click().run()
    assert fine(app).title[0].value == "Import"


def test_the_list_tells_each_batch_newest_first(engine: Engine) -> None:
    imported(engine, SAMPLE_TEXT, "sample.csv")
    add_file(engine, HEADER + "A1,Jira,Server,10,10,\n", "waiting.csv")
    listed = opened("activity", files="all").dataframe[0].value
    assert listed["Batch"].tolist() == [2, 1]
    assert listed["File"].tolist() == ["waiting.csv", "sample.csv"]
    assert listed["State"].tolist() == ["Not imported yet", "Imported"]
    assert listed.iloc[1][["Rows", "New", "Changed", "Unchanged", "Skipped"]].tolist() == [12, 11, 0, 0, 0]
    assert listed.iloc[1]["Effect"] == "+4 −0 ready"
    assert listed.iloc[1]["By"] == "bob"
    assert listed.iloc[1]["Uploaded"].endswith(" UTC")


@pytest.mark.parametrize(
    ("query", "batches"),
    [({"state": "Not imported yet"}, [2]), ({"find": "SAMPLE"}, [1]), ({"find": "#2\0"}, [2]), ({}, [2, 1])],
)
def test_filters_come_with_the_link(engine: Engine, query: dict[str, str], batches: list[int]) -> None:
    imported(engine, SAMPLE_TEXT, "sample.csv")
    add_file(engine, HEADER + "A1,Jira,Server,10,10,\n", "waiting.csv")
    assert opened("activity", files="all", **query).dataframe[0].value["Batch"].tolist() == batches


def test_filters_that_let_nothing_through_say_so(engine: Engine) -> None:
    imported(engine, SAMPLE_TEXT, "sample.csv")
    assert "No matching imports" in texts_on(opened("activity", files="all", find="nowhere"))


def test_fifty_batches_fill_a_page(engine: Engine) -> None:
    for number in range(51):
        add_file(engine, f"{HEADER}A{number},Jira,Server,10,10,\n")
    app = opened("activity", files="all")
    assert "51 imports" in texts_on(app)
    assert len(app.dataframe[0].value) == 50


def test_an_open_batch_leads_back_to_the_import(engine: Engine) -> None:
    number = add_file(engine, HEADER + "A1,Jira,Server,10,10,\n")
    app = opened("activity", batch=str(number))
    assert "nothing has been imported yet" in texts_on(app)
    assert not app.metric
    assert len(app.get("page_link")) == 1


def test_the_receipt_tells_counts_effect_and_problems(engine: Engine) -> None:
    number = imported(engine, HEADER + "A1,Jira,Server,10,10,\nA2,Jira,Server,x,10,\nA3,Jira,Cloud,,,soon\n")
    app = opened("activity", batch=str(number))
    assert counts(app) == (1, 0, 0, 2, 0)
    assert "1 becomes ready" in texts_on(app)
    assert [group.label.replace("\\", "") for group in app.expander] == [
        "1 × Editors: not a number of users",
        "1 × Maintenance Expires: not a date",
    ]
    labels = [str(getattr(button, "label", "")) for button in app.get("download_button")]
    assert "Download 2 skipped rows to correct (CSV)" in labels


def test_the_receipt_tells_how_the_file_was_read(engine: Engine) -> None:
    number = imported(engine, SAMPLE_TEXT, "sample.csv")
    app = opened("activity", batch=str(number), part="File and columns")
    facts = dict(app.dataframe[0].value.to_numpy().tolist())
    assert facts["File"] == f"sample.csv ({SAMPLE.stat().st_size:,} bytes)"
    assert facts["SHA-256"] == batches.fingerprint(SAMPLE.read_bytes())
    assert (facts["Encoding"], facts["Separator"], facts["Header line"]) == ("utf-8", "comma", "1")
    mapping = dict(app.dataframe[1].value.to_numpy().tolist())
    assert mapping["Atlassian Users"] == "Server tier"


def test_the_history_tells_who_did_what_and_why(engine: Engine) -> None:
    number = imported(engine, SAMPLE_TEXT)
    reversal.undo(engine, number, editor("eve"), "The wrong export.")
    app = opened("activity", batch=str(number), part="History")
    history = app.dataframe[0].value
    assert history[["What", "Who", "Licenses", "Why"]].to_numpy().tolist() == [
        ["Imported", "bob", "11 new, 0 changed", ""],
        ["Undone", "eve", "11 removed, 0 restored, 0 kept", "The wrong export."],
    ]


def test_undo_first_tells_the_consequence_and_which_licenses_it_keeps(engine: Engine) -> None:
    rows = [f"A{number},Jira,Server,10,10,\n" for number in range(3)]
    first = imported(engine, HEADER + "".join(rows))
    imported(engine, HEADER + rows[1].replace(",10,10", ",10,25"))
    app = opened("activity", batch=str(first))
    app.button(key="undo").click().run()
    assert "2 licenses will be removed. 1 license changed since and will be kept: import #2 by bob on " in texts_on(
        fine(app)
    )
    assert app.dataframe[0].value.to_numpy().tolist()[0][:3] == ["A1", "Import #2", "bob"]
    assert licenses(engine) == 3, "nothing happens before it is confirmed"


def test_redo_tells_its_consequence_too(engine: Engine) -> None:
    number = imported(engine, SAMPLE_TEXT)
    reversal.undo(engine, number, editor("eve"), "The wrong export.")
    app = opened("activity", batch=str(number))
    assert "undo" not in {button.key for button in app.button}
    app.button(key="redo").click().run()
    assert "11 licenses will be imported again." in texts_on(fine(app))


def test_a_batch_that_changed_nothing_has_nothing_to_undo(engine: Engine) -> None:
    imported(engine, SAMPLE_TEXT)
    again = imported(engine, SAMPLE_TEXT)
    app = opened("activity", batch=str(again), part="History")
    assert "importing it changed nothing" in texts_on(app)
    assert not {"undo", "redo", "see"} & {button.key for button in app.button}


def test_a_receipt_to_keep_is_whole(engine: Engine) -> None:
    number = imported(engine, SAMPLE_TEXT, "sample.csv")
    reversal.undo(engine, number, editor("eve"), "The wrong export.")
    with database.reading(engine) as connection:
        document = json.loads(
            json.dumps(receipt_document(stored(engine, number), change_log.changes_of_batch(connection, number)))
        )
    assert document["file"]["sha256"] == batches.fingerprint(SAMPLE.read_bytes())
    assert document["counts"]["new"] == 11
    assert document["mapping"]["Editors"] == "editors"
    assert document["settings"]["date_orders"] == {}
    assert [(change["did"], change["by"]) for change in document["history"]] == [("import", "bob"), ("undo", "eve")]
    assert all(change["at"].endswith("+00:00") for change in document["history"])


def test_a_link_to_no_batch_says_so(engine: Engine) -> None:
    assert "There is no import #9" in texts_on(opened("activity", batch="9"))


def test_a_link_to_a_line_shows_it_as_it_stood_in_the_file(engine: Engine) -> None:
    number = imported(engine, HEADER + "A1,# *Jira*,Server,10,10,\nA2,Jira,Server,10,10,\n")
    app = opened("activity", batch=str(number), line="2")
    assert [element.value for element in app.code] == ["A1,# *Jira*,Server,10,10,"]
    assert not opened("activity", batch=str(number)).code
    assert "cannot be shown as text" in texts_on(opened("activity", batch=str(number), line="99"))
