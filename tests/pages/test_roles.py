"""What a page's buttons do is limited by the role that a person has when they press them, not when the page was drawn."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.editing import edits
from lib.importing import imports
from lib.measures.cut import Cut
from lib.requests import downloads, packs
from lib.requests.packs import import_id
from lib.store import customer_lists, database, license_queries
from lib.store.schema import metadata
from tests.actors import ADMIN, editor
from tests.pages.visit import ROOT, add_file, checked, fine, texts_on
from tests.store.complete import verify
from tests.web.signing import claims

EVA = "eva@example.com"
SIGN_IN = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "only for these tests"}
FILE = (
    "License Key,Company,Product,Hosting,Editors,Server tier,Address,Country,Confirmed Server,Agrees to Match,"
    "myAtlassian Email,Holder First Name,Holder Last Name,Maintenance Expires\n"
    "K1,Acme,Jira,Server,10,100,Main Street 1,US,yes,yes,it@acme.example,Eva,Doe,2017-01-31\n"
)


@pytest.fixture
def licenses(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The store with one license that is ready to be moved; Eva signs in as an editor."""
    imports.commit(engine, add_file(engine, FILE), editor("ann"), Policy())
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_EDITORS", EVA)
    return engine


def visited(page: str, **query: str) -> AppTest:
    """A page as Eva sees it, signed in."""
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    app.secrets["auth"] = SIGN_IN
    app.user = claims(EVA)
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    for name, value in query.items():
        app.query_params[name] = value
    return fine(app.run())


def stage_of(engine: Engine) -> str:
    with database.reading(engine) as connection:
        return str((license_queries.license(connection, "K1") or {})["stage"])


def test_an_editor_cannot_undo_what_has_migrated_where_the_sen_was_recorded(licenses: Engine) -> None:
    app = visited("requests", dialog="sens")
    app.text_area(key="sens_text").set_value("K1 SEN-21").run()
    app.button(key="record_sens").click().run()
    assert stage_of(licenses) == "migrated"
    next(button for button in app.button if button.label == "Undo").click().run()
    assert stage_of(licenses) == "migrated"
    assert "only an administrator" in fine(app).error[0].value


def test_an_editor_cannot_undo_an_edit_that_recorded_a_sen_where_the_license_is_shown(licenses: Engine) -> None:
    app = visited("licenses", license="K1")
    app.button(key="edit").click().run()
    next(field for field in app.text_input if (field.key or "").startswith("edit_sen_")).set_value("SEN-21")
    app.button(key="save_edit").click().run()
    assert stage_of(licenses) == "migrated"
    next(button for button in app.button if button.label == "Undo this edit").click().run()
    assert stage_of(licenses) == "migrated"
    assert "only an administrator" in texts_on(fine(app))


def everything(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables but the log of what was done, which has refusals, too."""
    tables = {name: table for name, table in metadata.tables.items() if name != "audit_log"}
    with database.reading(engine) as connection:
        return {name: list(connection.execute(select(table))) for name, table in tables.items()}


def a_chosen_request(engine: Engine) -> AppTest:
    app = visited("requests", stage="not_requested")
    table = app.dataframe[0]
    app.session_state[str(table.key)] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    return fine(app.run())


def items(engine: Engine) -> AppTest:
    app = a_chosen_request(engine)
    app.text_input(key="item_address").set_value("Main Street 5")
    return app


def sens_to_record(engine: Engine) -> AppTest:
    app = visited("requests", dialog="sens")
    return app.text_area(key="sens_text").set_value("K1 SEN-21").run()


def a_reply(engine: Engine) -> AppTest:
    app = visited("requests", dialog="reply")
    mail = "> 1. License Key:\nK1\n> 3. The first and last name of the holder of the myAtlassian account:\nSam Beta\n"
    return app.text_area(key="reply_text").set_value(mail).run()


def a_pack(engine: Engine) -> AppTest:
    verify(engine, ["K1"], ADMIN)
    return visited("requests", requests_as="Packs")


def an_answer(engine: Engine) -> AppTest:
    verify(engine, ["K1"], ADMIN)
    packs.submit_pack(engine, ["K1"], ADMIN, Policy(), date(2023, 6, 1))
    app = visited("requests", requests_as="Packs")
    return app.text_area(key="answer_text").set_value(f'[{{"id": "{import_id("K1")}", "sen": "SEN-21"}}]').run()


def an_edit(engine: Engine) -> AppTest:
    app = visited("licenses", license="K1")
    app.button(key="edit").click().run()
    next(field for field in app.text_input if (field.key or "").startswith("edit_sen_")).set_value("SEN-21")
    return app


def a_change_to_undo(engine: Engine) -> AppTest:
    edits.edit(engine, "K1", None, {"notes": "called"}, ADMIN, "", Policy())
    return visited("licenses", license="K1")


def a_download(engine: Engine) -> AppTest:
    with database.reading(engine) as connection:
        (customer,) = customer_lists.listed_keys(connection, Cut())
    downloads.log(engine, kind="csv", cut=Cut(), change=1, counts={}, content=b"a", customers=[customer], actor=ADMIN)
    return visited("customers", customer=customer, show="Files")


def a_note(engine: Engine) -> AppTest:
    with database.reading(engine) as connection:
        (customer,) = customer_lists.listed_keys(connection, Cut())
    app = visited("customers", customer=customer, show="Notes")
    app.text_area(key="note_text").set_value("Called.")
    return app


def an_open_batch(engine: Engine) -> AppTest:
    number = checked(engine, FILE.replace("K1", "K2"))
    return visited("import_batch", batch=str(number), step="preview")


@pytest.mark.parametrize(
    ("draw", "button"),
    [
        (a_chosen_request, "move"),
        (a_chosen_request, "assign"),
        (items, "save_items"),
        (sens_to_record, "record_sens"),
        (a_reply, "take_over"),
        (a_pack, "submit_pack"),
        (an_answer, "record_answer"),
        (an_edit, "save_edit"),
        (a_change_to_undo, "take_back_"),
        (a_download, "sent_1"),
        (a_note, "add_note"),
        (an_open_batch, "commit"),
    ],
)
def test_a_button_that_an_editor_saw_does_nothing_once_they_only_view(
    licenses: Engine, monkeypatch: pytest.MonkeyPatch, draw: Callable[[Engine], AppTest], button: str
) -> None:
    app = draw(licenses)
    assert not app.exception
    pressed = next(each for each in [*app.button, *app.download_button] if (each.key or "").startswith(button))
    assert not pressed.disabled
    before = everything(licenses)
    monkeypatch.setenv("APP_EDITORS", "")
    monkeypatch.setenv("APP_VIEWERS", EVA)
    pressed.click().run()
    assert everything(licenses) == before
    assert re.search(
        "This page needs the role “(editor|importer|lister)”; yours is “viewer”.|You may look at", texts_on(fine(app))
    )
