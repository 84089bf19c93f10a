"""What a page's buttons do is limited by the role that a person has when they press them, not when the page was drawn."""

import time

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.importing import imports
from lib.store import database, license_queries
from tests.actors import editor
from tests.pages.visit import ROOT, fine, kept, said

EVA = "eva@example.com"
SIGN_IN = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "only for these tests"}
FILE = (
    "License Key,Company,Product,Hosting,Editors,Host tier,Address,Country,Confirmed Server,Agrees to Match,"
    "myAtlassian Email,Holder First Name,Holder Last Name,Maintenance Expires\n"
    "K1,Acme,Jira,Server,10,100,Main Street 1,US,yes,yes,it@acme.example,Eva,Doe,2017-01-31\n"
)


@pytest.fixture
def licenses(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The store with one license that is ready to be moved; Eva signs in as an editor."""
    imports.commit(engine, kept(engine, FILE), editor("ann"), Policy())
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_EDITORS", EVA)
    return engine


def visited(page: str, **query: str) -> AppTest:
    """A page as Eva sees it, signed in."""
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    app.secrets["auth"] = SIGN_IN
    app.user = {"is_logged_in": True, "email": EVA, "iat": time.time() - 60}
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    for name, value in query.items():
        app.query_params[name] = value
    return fine(app.run())


def stage_of(engine: Engine) -> str:
    with database.reading(engine) as connection:
        return str((license_queries.license(connection, "K1") or {})["stage"])


def test_an_editor_cannot_undo_what_has_migrated_where_the_sen_was_recorded(licenses: Engine) -> None:
    app = visited("requests", requests_as="Paste SENs")
    app.text_area(key="sens_text").set_value("K1 SEN-21").run()
    app.button(key="record_sens").click().run()
    assert stage_of(licenses) == "migrated"
    next(button for button in app.button if button.label == "Undo").click().run()
    assert stage_of(licenses) == "migrated"
    assert "only an administrator" in fine(app).success[0].value


def test_an_editor_cannot_undo_an_edit_that_recorded_a_sen_where_the_license_is_shown(licenses: Engine) -> None:
    app = visited("licenses", license="K1")
    app.button(key="edit").click().run()
    next(field for field in app.text_input if (field.key or "").startswith("edit_sen_")).set_value("SEN-21")
    app.button(key="save_edit").click().run()
    assert stage_of(licenses) == "migrated"
    next(button for button in app.button if button.label == "Undo this edit").click().run()
    assert stage_of(licenses) == "migrated"
    assert "only an administrator" in said(fine(app))
