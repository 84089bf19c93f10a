"""Who may see what: by sign-in, by age of it, by role."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.web.session import Role
from tests.web.signing import claims

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
SIGN_IN = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "only for these tests"}

ANN = "ann@example.com"


@pytest.fixture(autouse=True)
def people(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in is on, and knows one person for each role."""
    monkeypatch.setenv("APP_AUTH_MODE", "oidc")
    monkeypatch.setenv("APP_ADMINS", "ada@example.com")
    monkeypatch.setenv("APP_EDITORS", f"{ANN}, Eva@Example.com")
    monkeypatch.setenv("APP_VIEWERS", f"{ANN},vic@example.com")


def who_am_i(role: str) -> None:
    import streamlit as st

    from lib.web import session
    from lib.web.session import Role

    user = session.require(Role(role))
    st.text(f"{user.name} is {user.role}")


def asking(role: Role, user: Mapping[str, object] | None = None, **secrets: object) -> AppTest:
    """A page that needs the role and then says who is there, as that user sees it; nobody is signed in by default."""
    app = AppTest.from_function(who_am_i, kwargs={"role": role.value})
    app.secrets["auth"] = SIGN_IN
    app.user = dict(user or {"is_logged_in": False})
    return app.run()


def page_texts(app: AppTest) -> tuple[str, list[str]]:
    """The title and the labels of all buttons, of a page that was refused."""
    assert not app.exception
    assert len(app.title) == 1, "the page was not refused"
    return app.title[0].value, [button.label for button in app.button]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_shows_anything_to_somebody_signed_out(path: Path) -> None:
    page = AppTest.from_file(path)
    page.secrets["auth"] = SIGN_IN
    page.user = {"is_logged_in": False}
    page.run()
    assert page_texts(page) == ("Sign in", ["Sign in"])
    assert len(page.main) == 3, "title, one sentence and a button is all there may be"
    assert len(page.sidebar) == 0


@pytest.mark.parametrize("email", ["eva@example.com", "EVA@example.COM", "ada@example.com"])
def test_an_email_on_a_list_may_do_what_the_list_says_and_all_below(email: str) -> None:
    app = asking(Role.EDITOR, claims(email))
    role = "admin" if email.startswith("ada") else "editor"
    assert app.text[0].value == f"{email.casefold()} is {role}"


def test_the_highest_of_several_lists_counts() -> None:
    assert asking(Role.VIEWER, claims(ANN)).text[0].value == f"{ANN} is editor"


def test_a_role_too_low_is_refused() -> None:
    app = asking(Role.EDITOR, claims("vic@example.com"))
    assert page_texts(app) == ("No access", [])
    assert "viewer" in app.text[0].value


@pytest.mark.parametrize("email", ["eve@example.com", "", "ann@example.com.evil.test", "ann", ","])
def test_somebody_on_no_list_is_refused(email: str) -> None:
    assert page_texts(asking(Role.VIEWER, claims(email))) == ("No access", ["Sign out"])


def test_nobody_is_let_in_when_sign_in_is_asked_for_but_not_configured() -> None:
    app = AppTest.from_function(who_am_i, kwargs={"role": "viewer"}).run()
    assert page_texts(app) == ("No access", [])
    assert "not configured" in app.text[0].value


def test_an_unknown_mode_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_AUTH_MODE", "off")
    app = AppTest.from_function(who_am_i, kwargs={"role": "viewer"}).run()
    assert page_texts(app) == ("No access", [])
    assert '"off"' in app.text[0].value


@pytest.mark.parametrize("mode", ["local", "LOCAL", ""])
def test_the_person_at_the_machine_needs_no_sign_in(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("APP_AUTH_MODE", mode)
    monkeypatch.setenv("LOGNAME", "otto")
    app = AppTest.from_function(who_am_i, kwargs={"role": "admin"}).run()
    assert app.text[0].value == "otto is admin"


def test_the_menu_shows_what_the_role_may_open_and_all_pages_stay_known() -> None:
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py")
    app.secrets["auth"] = SIGN_IN
    app.user = claims("vic@example.com")
    app.run().switch_page(str(ROOT / "pages" / "import_batch.py")).run()
    assert page_texts(app)[0] == "No access"
    assert "vic@example.com" in app.sidebar.caption[0].value.replace("\\", "").replace("\u200b", "")
