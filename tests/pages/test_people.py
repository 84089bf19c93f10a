"""Administrators say who may do what, and see what was done."""

import csv
import io

import pytest
from sqlalchemy import Engine

from lib.domain.roles import Actor, Role
from lib.measures.cut import Cut
from lib.store import audit, customer_lists, customer_queries, database
from lib.store.audit import AuditAction
from lib.web import audit_list
from lib.web.session import User
from tests.pages.visit import fine, texts_on, visited_by
from tests.web.signing import configure

ADA, EVA, PAT = "ada@example.com", "eva@example.com", "pat@example.com"


@pytest.fixture(autouse=True)
def sign_in(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """People sign in."""
    configure(monkeypatch)


def test_an_administrator_gives_a_role_that_counts_on_the_next_click_in_an_open_tab(engine: Engine) -> None:
    of_eva = visited_by("import_batch", EVA)
    assert of_eva.title[0].value == "Import"
    of_ada = visited_by("people", ADA)
    of_ada.text_input(key="role_email").set_value("EVA@Example.com ")
    of_ada.selectbox(key="role_of_email").set_value("Viewer")
    of_ada.button(key="save_role").click().run()
    assert fine(of_ada).info[0].value.replace("\u200b", "").replace("\\", "") == f"{EVA} now has the role “Viewer”."
    table = of_ada.dataframe[0].value.set_index("Email address")
    assert table.loc[EVA, "Role"] == "Viewer"
    assert table.loc["vic@example.com", "From"] == "The server's configuration"
    assert fine(of_eva.run()).title[0].value == "Sign in again"


@pytest.mark.parametrize("email", ["nobody", ADA])
def test_what_cannot_be_is_said_and_nothing_changes(engine: Engine, email: str) -> None:
    app = visited_by("people", ADA)
    app.text_input(key="role_email").set_value(email)
    app.button(key="save_role").click().run()
    assert "another administrator" in texts_on(app) or "is not an email address" in texts_on(app)
    assert list(app.dataframe[0].value["From"].unique()) == ["The server's configuration"]


@pytest.mark.parametrize("page", ["people", "audit"])
def test_only_administrators_come_here(engine: Engine, page: str) -> None:
    assert visited_by(page, EVA).title[0].value == "No access"


def test_the_log_is_shown_narrowed_and_exported_without_formulas(engine: Engine) -> None:
    with database.writing(engine) as connection:
        audit.record(connection, AuditAction.DOWNLOAD, Actor("=1+1", Role.VIEWER, origin="192.0.2.7"), "a file")
    app = visited_by("audit", ADA)
    assert app.dataframe[0].value["What"].tolist() == ["Sign-in", "Download"]
    app.selectbox(key="audit_action").set_value("download").run()
    assert app.dataframe[0].value["Who"].tolist() == ["=1+1"]
    text = audit_list.file(User("ann", Role.ADMIN, local=True), {"who": "", "action": "download"}).decode("utf-8-sig")
    *_, row = csv.DictReader(io.StringIO(text))
    assert (row["Who"], row["From"]) == ("'=1+1", "192.0.2.7")
    with database.reading(engine) as connection:
        newest = audit.page(connection, Actor("ann", Role.ADMIN))[0][0]
    assert (newest.who, newest.detail) == ("ann", "audit log")


def test_an_administrator_erases_contacts_after_seeing_what_it_reaches_and_typing_the_name(sample: Engine) -> None:
    with database.reading(sample) as connection:
        key = customer_lists.listed_keys(connection, Cut())[0]
        name = customer_queries.customer_name(connection, key) or ""
    app = visited_by("customers", ADA, customer=key)
    app.button(key="erase_preview").click().run()
    assert any("kept files are deleted" in element.value for element in app.markdown)
    assert app.button(key="erase_contacts").disabled
    app.text_input(key="erase_name").set_value(name).run()
    app.button(key="erase_contacts").click().run()
    assert "are erased, as change 2" in fine(app).info[0].value
    with database.reading(sample) as connection:
        emails = customer_queries.current_licenses(connection, key)["contact_email"]
    assert not emails.any()
    assert [
        button for button in visited_by("customers", EVA, customer=key).button if button.key == "erase_preview"
    ] == []
