"""Who somebody is, by what an identity provider says of them; and which servers do not start."""

import math
import time

import pytest

from lib.domain.refusal import RefusalError
from lib.domain.roles import Role
from lib.web.admission import user_of
from lib.web.identity import SIGN_IN, SIGN_OUT, AccessError, Visit
from lib.web.sign_in_cookies import refuse_weak_secret
from tests.web.signing import claims, configure

HALF_A_DAY = 12 * 3600


@pytest.fixture(autouse=True)
def sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in is on, and knows one person for each role."""
    configure(monkeypatch)


def refusal(email: str = "eva@example.com", **others: object) -> AccessError | None:
    """Why somebody is not let in, None if they are."""
    try:
        user_of(Visit({}, None), claims(email, **others))
    except AccessError as error:
        return error
    return None


@pytest.mark.parametrize(("age", "is_in"), [(HALF_A_DAY - 5, True), (HALF_A_DAY, False), (-295, True), (-305, False)])
def test_a_sign_in_holds_for_half_a_day_and_not_before_it(age: float, is_in: bool) -> None:
    assert (refusal(iat=time.time() - age) is None) is is_in


@pytest.mark.parametrize("time_of_it", [None, "yesterday", 0, True, math.inf, -math.inf, math.nan])
def test_a_sign_in_without_a_time_must_be_renewed(time_of_it: object) -> None:
    error = refusal(iat=time_of_it)
    assert error
    assert (error.title, error.remedy) == ("Sign in again", SIGN_IN)


def test_what_counts_is_when_the_person_signed_in_not_when_the_provider_said_so() -> None:
    assert refusal(auth_time=time.time() - HALF_A_DAY - 5)
    assert not refusal(auth_time=time.time() - 60, iat=0)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_provider_did_not_verify_is_nobody(
    monkeypatch: pytest.MonkeyPatch, verified: object
) -> None:
    error = refusal(email_verified=verified, iss="https://id.example.com")
    assert error
    assert error.remedy == SIGN_OUT
    monkeypatch.setenv("APP_TRUSTED_ISSUERS", "https://other.example.com, https://id.example.com")
    assert not refusal(email_verified=verified, iss="https://id.example.com")
    assert refusal(email_verified=verified, iss="https://id.example.com.evil.example")
    assert refusal(email_verified=verified)


def test_only_english_letters_are_the_same_in_both_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_VIEWERS", "Kim@Example.com,STRASSE@example.com")
    assert not refusal("kIM@example.COM")
    assert refusal("\N{KELVIN SIGN}im@example.com")
    assert refusal("straße@example.com")


@pytest.mark.parametrize("email", ["", ",", "@example.com", "eva@example.com.evil.example", "eva@example.com,"])
def test_somebody_on_no_list_is_nobody(email: str) -> None:
    assert refusal(email)


@pytest.mark.parametrize(
    ("header", "value", "sentence"),
    [
        ("x-forwarded-for", "127.0.0.1", "x-forwarded-for"),
        ("x-forwarded-proto", "https", "x-forwarded-proto"),
        ("via", "1.1 proxy", "via"),
        ("host", "licenses.example.com", "can be reached from other machines"),
    ],
)
def test_a_local_server_serves_its_own_machine_only(
    monkeypatch: pytest.MonkeyPatch, header: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv("APP_AUTH_MODE", "local")
    local = {"host": "localhost:8501"}
    assert user_of(Visit(local, "127.0.0.1"), None).role is Role.ADMIN
    with pytest.raises(AccessError, match=sentence):
        user_of(Visit({**local, header: value}, "127.0.0.1"), None)
    with pytest.raises(AccessError, match="can be reached from other machines"):
        user_of(Visit(local, "192.0.2.7"), None)


@pytest.mark.parametrize(
    ("secret", "is_weak"),
    [
        ("", True),
        ("secret", True),
        ("0123456789abcdef" * 2, False),
        ("0123456789abcdef0123456789abcde", True),
        ("x" * 64, True),
        ("CHANGE-ME-change-me-0123456789-0123456789", True),
        ("your_cookie_secret_goes_here_0123456789", True),
        ("cc32a2a76c8716fa616093ffc1c355aef834b0149dddc871196f8174aa8e8857", False),
    ],
)
def test_a_server_whose_cookies_can_be_forged_does_not_start(
    monkeypatch: pytest.MonkeyPatch, secret: str, is_weak: bool
) -> None:
    configure(monkeypatch, secret)
    if not is_weak:
        refuse_weak_secret()
        return
    with pytest.raises(RefusalError, match="token_hex"):
        refuse_weak_secret()
