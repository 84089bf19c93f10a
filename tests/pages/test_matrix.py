"""Every page by a link on a fresh server: shown to the lowest role that it is for, refused to the one below."""

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.domain.roles import Role
from lib.store import audit, database
from tests.actors import ADMIN
from tests.pages.visit import ROOT, WITH_AN_ADDRESS_OF_THEIR_OWN, fine
from tests.web.signing import claims, configure

PEOPLE = {
    Role.VIEWER: "vic@example.com",
    Role.LISTER: "lea@example.com",
    Role.IMPORTER: "ivo@example.com",
    Role.EDITOR: "eva@example.com",
    Role.ADMIN: "ada@example.com",
}
LOWEST = {
    "progress": Role.VIEWER,
    "cloud": Role.VIEWER,
    "licenses": Role.VIEWER,
    "policy": Role.VIEWER,
    "customers": Role.LISTER,
    "upgrades": Role.LISTER,
    "import_batch": Role.IMPORTER,
    "activity": Role.IMPORTER,
    "batches": Role.IMPORTER,
    "requests": Role.EDITOR,
    "reconcile": Role.EDITOR,
    "people": Role.ADMIN,
    "audit": Role.ADMIN,
}
"""Who each page is for; those above come in as well, since each role includes those below it."""


def is_let_in(page: str, email: str) -> bool:
    """Whether a page, the first that this person opens, is shown to them."""
    app = AppTest.from_file(ROOT / "lib" / "web" / "shell.py", default_timeout=30)
    app.secrets["auth"] = {"redirect_uri": "https://licenses.example.com/oauth2callback"}
    app.user = claims(email)
    if page in WITH_AN_ADDRESS_OF_THEIR_OWN:
        app.run()  # see `visit.opened`
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    fine(app.run())
    return [title.value for title in app.title] != ["No access"]


@pytest.mark.parametrize("page", LOWEST)
def test_a_page_is_shown_from_its_lowest_role_on(engine: Engine, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    configure(monkeypatch)
    lowest = LOWEST[page]
    below = [role for role in Role if not role.includes(lowest)]
    assert is_let_in(page, PEOPLE[lowest])
    assert not any(is_let_in(page, PEOPLE[role]) for role in below[-1:])
    assert not is_let_in(page, "stranger@example.com")
    with database.reading(engine) as connection:
        entries, _ = audit.page(connection, ADMIN, action="refusal")
    assert [entry.who for entry in entries] == ["stranger@example.com"]


def test_the_matrix_has_every_page() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == set(LOWEST)
