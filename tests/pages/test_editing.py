"""Editing a license on its page: who may, what is asked, what is refused, what came of it, and taking it back."""

from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.policy import Policy
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES
from lib.editing import change_reversal, edits
from lib.editing.revision import FIELDS, parse_values
from lib.importing import imports
from lib.store import database, license_queries
from lib.web import edit_form
from tests.actors import admin, editor
from tests.pages.visit import HEADER, ROOT, add_file, fine, history, opened, rules, texts_on
from tests.web.signing import claims

KEY = "BMQ-SYN-0005"
WHY = "Note (optional, shown in history)"


def stored(engine: Engine) -> dict[str, Any]:
    with database.reading(engine) as connection:
        license = license_queries.license(connection, KEY)
    assert license
    return license


def at_the_form() -> AppTest:
    app = opened("licenses", license=KEY)
    return fine(app.button(key="edit").click().run())


def field(app: AppTest, title: str) -> Any:
    return next(element for element in (*app.text_input, *app.selectbox) if element.label == title)


def saved(app: AppTest, texts: dict[str, str]) -> AppTest:
    """The form, given by title what is written anew, after it was saved."""
    for title, text in texts.items():
        element = field(app, title)
        (element.select if hasattr(element, "options") else element.input)(text)
    return fine(app.button(key="save_edit").click().run())


def turned(app: AppTest) -> AppTest:
    """The page after the button Undo or Redo was pressed."""
    return fine(next(button for button in app.button if button.label.endswith("this edit")).click().run())


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.label in ("Edit", "Undo this edit", "Redo this edit")]


def message(app: AppTest) -> str:
    return str(app.success[0].value).replace("\\", "")


def test_the_form_has_every_field_but_the_key_as_people_read_it(sample: Engine) -> None:
    assert sorted(" ".join(edit_form.GROUPS.values()).split()) == sorted(FIELDS)
    app = at_the_form()
    assert {
        title: field(app, title).value for title in ("Product", "Hosting", "Editors", "Server tier", "Country")
    } == {
        "Product": "Confluence",
        "Hosting": "Server",
        "Editors": "50",
        "Server tier": "",
        "Country": "CA",
    }
    assert field(app, "Maintenance ends").value == "2019-01-15"
    assert field(app, "Consent to match").options == ["Not answered yet", "Yes, agrees", "No, declined"]
    assert not [element for element in app.text_input if element.label == "License key"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        *(("product", title) for title in PRODUCT_TITLES.values()),
        *(("hosting", title) for title in HOSTING_TITLES.values()),
    ],
)
def test_every_choice_is_read_as_what_it_says(name: str, title: str) -> None:
    titles = {str(code): text for code, text in (PRODUCT_TITLES if name == "product" else HOSTING_TITLES).items()}
    assert titles[parse_values({name: title}, Policy())[name]] == title


def test_an_edit_is_saved_judged_and_told_in_the_history(sample: Engine) -> None:
    app = saved(at_the_form(), {"Server tier": "50", "Consent to match": "no", WHY: "They called."})
    assert message(app) == "Saved. The outcome is now: Eligible. 50 editors match the server tier of 50."
    assert app.header[0].value == "Eligible"
    changes = "Outcome: Needs information → Eligible  \nStage: Not requested → Received  \nServer tier: blank → 50  \nConsent to match: yes → no  \nWhy: They called."
    assert history(app)[0] == ["ann", "Edit", changes]
    assert "Server tier: 50 · edited by ann" in next(row for row in rules(app) if row[1] == "Both sizes are known")[3]
    assert "last edit by ann" in texts_on(app)
    license = stored(sample)
    assert (license["host_tier"], license["match_agreed"], license["edited"]) == (50, False, "host_tier,match_agreed")
    assert not app.text_input(key="filter_search").value
    assert labels(fine(app.run())) == ["Edit", "Undo this edit"]
    assert not app.success, "it is told once"


def test_an_edit_is_undone_and_redone_right_there(sample: Engine) -> None:
    app = saved(at_the_form(), {"Server tier": "50"})
    app = turned(app)
    assert message(app) == "Done. The outcome is now: Needs information. The server tier must be known."
    assert (stored(sample)["host_tier"], labels(app)) == (None, ["Edit", "Redo this edit"])
    app = turned(app)
    assert (stored(sample)["host_tier"], labels(app)) == (50, ["Edit", "Undo this edit"])
    assert [row[1] for row in history(app)][:3] == ["Redo of an edit", "Undo of an edit", "Edit"]
    imports.commit(sample, add_file(sample, f"{HEADER}{KEY},Confluence,Server,75,,\n"), editor("bob"), Policy())
    assert labels(opened("licenses", license=KEY)) == ["Edit"], "what came last is an import"


def test_what_cannot_be_read_is_told_beside_its_field_and_nothing_typed_is_lost(sample: Engine) -> None:
    app = saved(at_the_form(), {"Server tier": "lots", "SEN": "AT-1", "Company": "Hooli"})
    wrong = [text.value.replace("\\", "") for text in app.markdown if text.value.startswith(":small[:red[")]
    assert len(wrong) == 2
    assert '"lots" is not a number of users.' in wrong[0]
    assert "transaction number" in wrong[1]
    assert [field(app, title).value for title in ("Server tier", "SEN", "Company")] == ["lots", "AT-1", "Hooli"]
    assert stored(sample)["edited"] is None
    app = saved(app, {"Server tier": "100", "SEN": ""})
    assert message(app).startswith("Saved. The outcome is now: Upgrade needed.")
    assert (stored(sample)["host_tier"], stored(sample)["company"]) == (100, "Hooli")


def test_a_form_opened_before_somebody_else_changed_the_license_is_refused(sample: Engine) -> None:
    app = at_the_form()
    edits.edit(sample, KEY, None, {"company": "Bolt"}, editor("bob"), "", Policy())
    app = saved(app, {"Server tier": "50"})
    assert "This license was changed meanwhile: edit by bob on" in texts_on(app)
    assert field(app, "Server tier").value == "50"
    assert stored(sample)["host_tier"] is None
    app = fine(app.button(key="cancel_edit").click().run())
    app = fine(app.button(key="edit").click().run())
    assert (field(app, "Company").value, field(app, "Server tier").value) == ("Bolt", "")


def test_saving_without_a_change_says_so_and_cancelling_changes_nothing(sample: Engine) -> None:
    app = saved(at_the_form(), {})
    assert "is already stored" in texts_on(app)
    app = fine(app.button(key="cancel_edit").click().run())
    assert labels(app) == ["Edit"]
    assert stored(sample)["since"] == 1


def test_an_edit_that_somebody_took_back_meanwhile_is_not_taken_back_twice(sample: Engine) -> None:
    app = saved(at_the_form(), {"Server tier": "50"})
    change_reversal.undo_change(sample, stored(sample)["since"], admin("bob"))
    app = turned(app)
    assert stored(sample)["host_tier"] is None, "what was pressed is not there any more: Redo is"
    assert labels(app) == ["Edit", "Redo this edit"]


def test_somebody_who_may_only_look_cannot_edit_nor_go_to_batches(
    sample: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits.edit(sample, KEY, None, {"company": "Bolt"}, editor("bob"), "", Policy())
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_VIEWERS", "vic@example.com")
    app = AppTest.from_file(ROOT / "pages" / "licenses.py", default_timeout=30)
    app.secrets["auth"] = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "for this test"}
    app.user = claims("vic@example.com")
    app.query_params["license"] = KEY
    assert labels(fine(app.run())) == []
    assert [row[1].partition("  \n")[0] for row in history(app)] == ["Edit", "Import #1"]


def test_a_country_we_do_not_know_stands_in_the_form_by_its_own_text(engine: Engine) -> None:
    text = HEADER.replace("License Key", "License Key,Country") + f"{KEY},Atlantis,Jira,Server,10,10,\n"
    imports.commit(engine, add_file(engine, text), editor("ann"), Policy())
    app = at_the_form()
    assert field(app, "Country").value == "Atlantis"
    saved(app, {"Company": "Acme"})
    assert (stored(engine)["country_text"], stored(engine)["edited"]) == ("Atlantis", "company")
