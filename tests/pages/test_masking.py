"""What a viewer is shown of people: nothing, wherever they look and however they got there."""

import pytest
from google.protobuf.text_format import MessageToString
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.editing import edits
from lib.importing import imports
from lib.store import audit, database
from tests.actors import ADMIN, editor
from tests.pages.visit import add_file, checked, fine, visited_by
from tests.web.signing import configure

SECRETS = {
    "License Key": "KEY-OF-ACME-7731",
    "License Name": "Petra Lizenz",
    "Contact": "Carla Kontakt",
    "First Name": "Fritz",
    "Last Name": "Nachname",
    "Email": "carla@acme.example",
    "Address": "Geheimweg 5",
    "myAtlassian Email": "konto@acme.example",
    "Holder First Name": "Hanna",
    "Holder Last Name": "Halter",
    "Expert Email": "experte@partner.example",
    "Notes": "calls her mother",
    "Nickname": "Bärchen",
}
"""Cells of the one license that are about a person, by heading; the last is a column that is no field."""

CHANGED = "carla.neu@acme.example"
REASON = "asked Carla on the phone"
OTHERS = {"Company": "Acme", "Product": "Jira", "Hosting": "Server", "Editors": "10", "Server tier": "100"}


@pytest.fixture
def licenses(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The store with one license, edited once; people sign in."""
    cells = {**SECRETS, **OTHERS}
    imports.commit(
        engine, add_file(engine, f"{','.join(cells)}\n{','.join(cells.values())}\n"), editor("ann"), Policy()
    )
    edits.edit(engine, "KEY-OF-ACME-7731", None, {"contact_email": CHANGED}, editor("ann"), REASON, Policy())
    configure(monkeypatch)
    return engine


def everything_on(app: AppTest) -> str:
    """All that is sent to the browser, tables and labels included."""
    tables = [element.value.to_csv() for element in (*app.dataframe, *app.table)]
    elements = [
        MessageToString(element.proto, as_utf8=True)
        for element in (*app.main, *app.sidebar)
        if hasattr(element, "proto") and element.proto is not None
    ]
    # Texts are escaped against Markdown, by backslashes and by a character that takes no room.
    return "\n".join([*tables, *elements, str(dict(app.query_params))]).replace("\\", "").replace("\u200b", "")


def secrets_in(text: str) -> list[str]:
    return [value for value in (*SECRETS.values(), CHANGED, REASON) if value in text]


NEWER = {**SECRETS, "Contact": "Klara Neumann", "Expert Email": "kein Experte", "Nickname": "Mäuschen"}
"""The same license in a later file, with one cell that is no email address."""

IN_FILES = tuple({*SECRETS.values(), *NEWER.values()} - {SECRETS["License Key"], SECRETS["License Name"]})
"""What is hidden in files that are being imported: not the key, nor the name that a license goes by."""


def file_secrets_on(app: AppTest) -> list[str]:
    return [value for value in IN_FILES if value in everything_on(app)]


@pytest.mark.parametrize("step", ["file", "columns", "check", "preview"])
def test_contacts_in_a_file_are_hidden_until_a_click_that_is_logged(licenses: Engine, step: str) -> None:
    cells = {**NEWER, **OTHERS}
    lines = [cells.values(), {**cells, "License Key": "KEY-OF-ACME-7732", "Notes": "x"}.values()]
    rows = "\n".join(map(",".join, lines)).replace(",kein Experte", ",experte@partner.example", 1)
    number = checked(licenses, f"{','.join(cells)}\n{rows}\n{rows.replace('calls', 'calls often')}\n")
    app = visited_by("import_batch", "ivo@example.com", batch=str(number), step=step)
    assert file_secrets_on(app) == []
    app.button(key="reveal_file").click().run()
    assert file_secrets_on(fine(app)) != []
    app.button(key="hide_file").click().run()
    assert file_secrets_on(app) == []
    with database.reading(licenses) as connection:
        entries, _ = audit.page(connection, ADMIN, action="reveal")
    assert [(entry.who, entry.detail) for entry in entries] == [
        ("ivo@example.com", f"contacts in the file of import #{number}")
    ]


def test_what_a_receipt_says_of_wrong_cells_is_without_contacts_until_they_are_revealed(licenses: Engine) -> None:
    cells = {**NEWER, **OTHERS}
    number = checked(licenses, f"{','.join(cells)}\n{','.join(cells.values())}\n")
    imports.commit(licenses, number, editor("ann"), Policy())
    app = visited_by("import_batch", "ivo@example.com", batch=str(number))
    app.session_state[f"kept_problems_{number}_invalid_email_Expert Email"] = True
    assert file_secrets_on(fine(app.run())) == []
    assert "•••" in everything_on(app)
    app.button(key="reveal_file").click().run()
    assert file_secrets_on(app) == ["kein Experte"]


def test_what_a_mail_would_change_is_without_stored_contacts_until_they_are_revealed(licenses: Engine) -> None:
    app = visited_by("requests", "eva@example.com", dialog="reply")
    app.text_area(key="reply_text").set_value("License key: KEY-OF-ACME-7731\nAddress: Neuer Weg 7, Bonn\n").run()
    texts = [element.value for element in fine(app).text]
    assert ("Geheimweg 5" in texts, "•••" in texts, "Neuer Weg 7, Bonn" in texts) == (False, True, True)
    app.button(key="reveal_reply").click().run()
    assert "Geheimweg 5" in [element.value for element in fine(app).text]


@pytest.mark.parametrize("page", ["progress", "cloud", "licenses"])
def test_no_page_shows_a_viewer_anything_of_a_person(licenses: Engine, page: str) -> None:
    assert secrets_in(everything_on(visited_by(page, "vic@example.com"))) == []


def test_the_story_of_a_license_is_without_people_until_they_are_revealed(licenses: Engine) -> None:
    link = {"license": "KEY-OF-ACME-7731"}
    of_viewer = visited_by("licenses", "vic@example.com", **link)
    assert of_viewer.header[0].value == "Upgrade needed"
    assert secrets_in(everything_on(of_viewer).replace(str(dict(of_viewer.query_params)), "")) == []
    assert "•••7731" in everything_on(of_viewer)
    of_editor = everything_on(visited_by("licenses", "eva@example.com", **link))
    assert secrets_in(of_editor) == ["KEY-OF-ACME-7731", REASON]
    assert "Contact email: ••• → •••" in of_editor


def test_contacts_are_revealed_by_a_click_that_is_logged_and_to_viewers_never(licenses: Engine) -> None:
    link = {"license": "KEY-OF-ACME-7731"}
    of_viewer = visited_by("licenses", "vic@example.com", **link)
    assert [button.key for button in of_viewer.button if button.key == "reveal_license"] == []
    assert "You may not see contacts" in everything_on(of_viewer)
    app = visited_by("licenses", "lea@example.com", **link)
    assert "Carla Kontakt" not in everything_on(app)
    app.button(key="reveal_license").click().run()
    assert {"Carla Kontakt", "Hanna", "calls her mother"} <= set(secrets_in(everything_on(app)))
    assert CHANGED in everything_on(app)
    app.button(key="hide_license").click().run()
    assert "Carla Kontakt" not in everything_on(app)
    with database.reading(licenses) as connection:
        entries, _ = audit.page(connection, ADMIN, action="reveal")
    assert [(entry.who, entry.detail) for entry in entries] == [("lea@example.com", "contacts of •••7731")]


def test_the_form_of_an_edit_hides_contacts_until_they_are_revealed_and_saves_what_is_typed_over(
    licenses: Engine,
) -> None:
    app = visited_by("licenses", "eva@example.com", license="KEY-OF-ACME-7731")
    app.button(key="edit").click().run()
    hidden = next(field for field in app.text_input if field.label == "Holder first name")
    assert hidden.value == ""
    assert "Geheimweg 5" not in everything_on(app)
    hidden.set_value("Greta")
    app.button(key="save_edit").click().run()
    app.button(key="reveal_license").click().run()
    app.button(key="edit").click().run()
    values = {field.label: field.value for field in fine(app).text_input}
    assert (values["Holder first name"], values["Address"], values["Notes"]) == (
        "Greta",
        "Geheimweg 5",
        "calls her mother",
    )


def test_a_letter_hides_whom_it_is_to_until_a_click_that_is_logged_and_can_be_sent_before(licenses: Engine) -> None:
    link = {"customer": "acme @acme.example", "show": "Letter"}
    contacts = {"Carla Kontakt", CHANGED}
    of_viewer = visited_by("customers", "vic@example.com", **link)
    assert contacts.isdisjoint(secrets_in(everything_on(of_viewer)))
    app = visited_by("customers", "lea@example.com", **link)
    assert contacts.isdisjoint(secrets_in(everything_on(app)))
    assert app.code[1].value.startswith("Dear •••,")
    assert [button.proto.label for button in app.get("download_button")][-2:] == ["Draft email", "PDF"]
    app.button(key="reveal_letter").click().run()
    assert contacts <= set(secrets_in(everything_on(fine(app))))
    app.button(key="hide_letter").click().run()
    assert contacts.isdisjoint(secrets_in(everything_on(app)))
    with database.reading(licenses) as connection:
        entries, _ = audit.page(connection, ADMIN, action="reveal")
    assert [(entry.who, entry.detail) for entry in entries] == [("lea@example.com", "contacts of •••7731")]


def test_a_viewer_opens_a_license_without_its_key_in_the_address(licenses: Engine) -> None:
    app = visited_by("licenses", "vic@example.com")
    box = app.selectbox[0]
    assert [option for option in box.options if "KEY-OF" in option] == []
    box.set_value("KEY-OF-ACME-7731").run()
    assert app.header[0].value == "Upgrade needed"
    assert secrets_in(everything_on(app)) == []
    app.button(key="close").click().run()
    assert len(app.header) == 0


@pytest.mark.parametrize(("search", "matching"), [("neu@acme", 0), ("KEY-OF", 0), ("Petra", 0), ("acm", 1)])
def test_a_viewer_finds_companies_but_nobody_by_name_key_or_email(licenses: Engine, search: str, matching: int) -> None:
    count = f"**{matching} of 1 licenses**"
    assert count in [element.value for element in visited_by("licenses", "vic@example.com", search=search).markdown]
    app = visited_by("licenses", "vic@example.com")
    app.text_input(key="filter_search").set_value(search).run()
    assert count in [element.value for element in fine(app).markdown]
    everything = "**1 of 1 licenses**"
    assert everything in [
        element.value for element in visited_by("licenses", "eva@example.com", search=search).markdown
    ]


def test_a_viewer_is_offered_no_file_of_licenses(licenses: Engine) -> None:
    assert len(visited_by("licenses", "vic@example.com").get("download_button")) == 0
    assert len(visited_by("licenses", "eva@example.com").get("download_button")) == 1
