"""Who comes in with which role: by the store, by the environment, and for how long."""

import pytest
from sqlalchemy import Engine

from lib.domain.roles import Role
from lib.store import database, people
from lib.web import admission
from lib.web.identity import SIGN_IN, AccessError, User, Visit
from tests.actors import ADMIN
from tests.web.signing import claims, configure

EVA, PAT = "eva@example.com", "pat@example.com"


@pytest.fixture(autouse=True)
def sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in is on, and the environment knows one person for each role."""
    configure(monkeypatch)


def admitted(email: str, **others: object) -> User:
    return admission.user_of(Visit({}, "192.0.2.7"), claims(email, **others))


def give(engine: Engine, email: str, role: Role | None) -> None:
    with database.writing(engine) as connection:
        people.set_role(connection, email, role, ADMIN)


def test_a_role_in_the_store_outweighs_the_environment(engine: Engine) -> None:
    assert admitted(EVA).role is Role.EDITOR
    give(engine, EVA, Role.LISTER)
    assert admitted(EVA, nonce="2").role is Role.LISTER
    give(engine, EVA, None)
    with pytest.raises(AccessError, match="is not on the list"):
        admitted(EVA, nonce="3")


def test_somebody_in_the_store_alone_comes_in(engine: Engine) -> None:
    with pytest.raises(AccessError, match="is not on the list"):
        admitted(PAT)
    give(engine, PAT, Role.IMPORTER)
    assert admitted(PAT, nonce="2").role is Role.IMPORTER


def test_a_claim_gives_a_role_if_one_is_configured_and_the_store_outweighs_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AccessError, match="is not on the list"):
        admitted(PAT, nonce="1", groups=["editor"])
    monkeypatch.setenv("APP_ROLE_CLAIM", "groups")
    user = admitted(PAT, nonce="2", groups=["staff", "lister", "editor"])
    assert (user.role, admission.current_role(user)) == (Role.EDITOR, Role.EDITOR)
    for number, groups in enumerate(("", "boss", ["boss", 7, {"editor": 1}], {"editor": True}, None)):
        with pytest.raises(AccessError, match="is not on the list"):
            admitted("sam@example.com", nonce=f"a{number}", groups=groups)
    monkeypatch.setenv("APP_ROLE_VALUES", "license-team=importer, cn=bosses=admin, night=nobody")
    monkeypatch.setenv("APP_ROLE_CLAIM", "access.roles")
    assert admitted(PAT, nonce="3", access={"roles": "license-team"}).role is Role.IMPORTER
    assert admitted(PAT, nonce="4", access={"roles": ["cn=bosses", "license-team"]}).role is Role.ADMIN
    with pytest.raises(AccessError, match="is not on the list"):
        admitted("sam@example.com", nonce="5", access={"roles": ["editor", "night"]})
    give(engine, PAT, Role.VIEWER)
    assert admitted(PAT, nonce="6", access={"roles": "cn=bosses"}).role is Role.VIEWER


def test_an_administrator_of_the_environment_cannot_be_locked_out(engine: Engine) -> None:
    give(engine, "ada@example.com", None)
    assert admitted("ada@example.com").role is Role.ADMIN


def test_another_role_asks_for_a_new_sign_in_and_counts_at_once(engine: Engine) -> None:
    sign_in = claims(EVA, nonce="1")
    user = admission.user_of(Visit({}, None), sign_in)
    assert admission.current_role(user) is Role.EDITOR
    give(engine, EVA, Role.VIEWER)
    assert admission.current_role(user) is None
    with pytest.raises(AccessError) as caught:
        admission.user_of(Visit({}, None), sign_in)
    assert (caught.value.title, caught.value.remedy) == ("Sign in again", SIGN_IN)


def test_signing_out_ends_the_other_tabs_and_a_copied_cookie_but_no_other_sign_in() -> None:
    sign_in = claims(EVA, nonce="1")
    user = admission.user_of(Visit({}, None), sign_in)
    admission.sign_out(user)
    assert admission.current_role(user) is None
    with pytest.raises(AccessError, match="You signed out"):
        admission.user_of(Visit({}, None), sign_in)
    assert admitted(EVA, nonce="2").role is Role.EDITOR


def test_the_address_of_somebody_else_does_not_make_them() -> None:
    issuer = "https://id.example.com"
    assert admitted(EVA, iss=issuer, sub="17").name == EVA
    with pytest.raises(AccessError, match="known by another account"):
        admitted(EVA, iss=issuer, sub="18", nonce="2")
    renamed = admitted("eva.married@example.com", iss=issuer, sub="17", nonce="3")
    assert (renamed.name, renamed.role) == (EVA, Role.EDITOR)
