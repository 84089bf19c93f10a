"""Activity: every change with its undo, there after a reload, for those who may; old links to imports lead here."""

import pytest
from sqlalchemy import Engine

from lib.domain.policy import Policy
from lib.domain.requests import Stage
from lib.editing import edits
from lib.importing import imports
from lib.requests import moves
from lib.store import database, license_queries
from tests.actors import editor
from tests.pages.visit import HEADER, add_file, fine, opened, texts_on

WORD_JOINER = "\u2060"  # makes labels of different rows differ
ROWS = "K1,Jira,Server,10,100,\nK2,Jira,Server,10,10,\n"


@pytest.fixture
def lived_in(engine: Engine) -> Engine:
    imports.commit(engine, add_file(engine, HEADER + ROWS), editor("ann"), Policy())
    edits.edit(engine, "K1", None, {"notes": "a"}, editor("bo"), "a call", Policy())
    moves.move_requests(engine, ["K1", "K2"], Stage.RECEIVED, editor("cy"), "", Policy())
    return engine


def stage_of(engine: Engine, key: str) -> str:
    with database.reading(engine) as connection:
        return str((license_queries.license(connection, key) or {})["stage"])


def test_all_changes_are_listed_newest_first_and_found_by_link(lived_in: Engine) -> None:
    frame = opened("activity").dataframe[0].value
    assert frame["What"].tolist() == ["Move of requests", "Edit", "Import #1"]
    assert frame[["Licenses", "Who", "Why"]].iloc[1].tolist() == [1, "bo", "a call"]
    assert [label.rstrip(WORD_JOINER) for label in frame["Undo"]] == ["Undo"] * 3
    app = opened("activity", find="call")
    assert app.dataframe[0].value["What"].tolist() == ["Edit"]
    assert "**1 of 3 changes**" in [element.value for element in app.markdown]
    assert opened("activity", kind="Imports").dataframe[0].value["What"].tolist() == ["Import #1"]
    assert opened("activity", by="bo").dataframe[0].value["What"].tolist() == ["Edit"]
    assert "No matching changes" in texts_on(opened("activity", find="nowhere"))


def test_a_change_opens_with_its_licenses_and_is_undone_there(lived_in: Engine) -> None:
    app = opened("activity", change="3")
    assert app.dataframe[0].value.to_numpy().tolist() == [
        ["K1", "", "Stage: Not requested → Received"],
        ["K2", "", "Stage: Not requested → Received"],
    ]
    fine(app.button(key="undo_change_button").click().run())
    assert "2 licenses will be restored to their earlier values." in texts_on(app)
    asked = opened("activity", undo="3")
    assert "2 licenses will be restored to their earlier values." in texts_on(asked)
    assert "undo" not in asked.query_params, "a reload does not ask again"
    assert "There is no change #9" in texts_on(opened("activity", change="9"))


def test_the_link_of_a_deed_tells_of_it_after_a_reload_and_undoes_it(lived_in: Engine) -> None:
    app = opened("activity", done="3")
    assert app.success[0].value == "2 requests moved to “Received”\\."
    app.button(key="undo_3").click().run()
    assert stage_of(lived_in, "K1") == "not_requested"
    assert fine(app).success[0].value == "Undone\\."
    assert app.query_params["done"] == "4"
    app.button(key="undo_4").click().run()
    assert stage_of(lived_in, "K1") == "received"


def test_old_links_to_imports_lead_to_their_receipts(lived_in: Engine) -> None:
    app = opened("batches", batch="1")
    assert (app.title[0].value, "imported by ann" in texts_on(app)) == ("Activity", True)
    assert opened("batches").dataframe[0].value["Batch"].tolist() == [1]
