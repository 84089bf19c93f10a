"""One organisation is one customer, however its name is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.customers import organisation


@pytest.mark.parametrize(
    "spellings",
    [
        ("Acme Corp", "ACME CORP.", "acme corp", " Acme  Corp ", "Acme, Corporation", "Acme", "Acme Inc."),
        ("Müller & Söhne GmbH", "MÜLLER & SÖHNE GMBH", "Muller Sohne GmbH & Co. KG", "Müller & Söhne G.m.b.H."),
        ("Soylent S.A.", "Soylent SA", "Soylent S.A.R.L.", "Soylent sas"),
        ("Stark Pty Ltd", "Stark Pty. Ltd.", "stark"),
        ("Hooli B.V.", "Hooli BV", "HOOLI N.V."),
    ],
)
def test_spellings_and_legal_forms_make_no_new_customer(spellings: tuple[str, ...]) -> None:
    assert len({organisation(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Acme", "Acme Media"), ("Initech", "Initrode"), ("Inc Design", "Design"), ("Müller", "Möller")]
)
def test_different_names_stay_different_customers(one: str, other: str) -> None:
    assert organisation(one) != organisation(other)


@pytest.mark.parametrize("name", ["GmbH", "Co", "S.A.", "The Company Ltd"])
def test_a_name_of_legal_forms_alone_is_still_a_name(name: str) -> None:
    assert organisation(name)


@pytest.mark.parametrize("name", ["", "   ", "---", "?"])
def test_a_name_without_words_is_no_name(name: str) -> None:
    assert organisation(name) == ""


@given(st.text())
def test_a_customers_key_is_its_own_key(name: str) -> None:
    assert organisation(organisation(name)) == organisation(name)
