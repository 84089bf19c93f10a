"""One organisation is one customer, however its name is written."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.columnar.text_column import TextColumn
from lib.domain.customers import organisation_key, resolve_merges
from lib.judging.customer_keys import apply_aliases, customer_keys, organisation_keys


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
    assert len({organisation_key(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Acme", "Acme Media"), ("Initech", "Initrode"), ("Inc Design", "Design"), ("Müller", "Möller")]
)
def test_different_names_stay_different_customers(one: str, other: str) -> None:
    assert organisation_key(one) != organisation_key(other)


@pytest.mark.parametrize("name", ["GmbH", "Co", "S.A.", "The Company Ltd"])
def test_a_name_of_legal_forms_alone_is_still_a_name(name: str) -> None:
    assert organisation_key(name)


@pytest.mark.parametrize("name", ["", "   ", "---", "?"])
def test_a_name_without_words_is_no_name(name: str) -> None:
    assert organisation_key(name) == ""


@given(st.text())
def test_a_customers_key_is_its_own_key(name: str) -> None:
    assert organisation_key(organisation_key(name)) == organisation_key(name)


NAMES = st.text() | st.lists(
    st.sampled_from("Acme acmeCorp GmbH G.m.b.H. & Co. KG S.A. ltd, Müller Straße -- _x_ 3M 株式会社 ﬁn \t".split(" ")),
    max_size=4,
).map(" ".join)


def test_every_latin_letter_is_read_alike_in_many_names_and_alone() -> None:
    names = [f"{before}{chr(code)}{after}" for code in range(0x80, 0x250) for before, after in ("  ", "aA", "Zb", "ü ")]
    assert organisation_keys(pa.array(names)).to_pylist() == list(map(organisation_key, names))


@given(st.lists(NAMES, min_size=1))
def test_many_names_at_once_have_the_keys_that_each_has_alone(names: list[str]) -> None:
    assert organisation_keys(pa.array(names)).to_pylist() == list(map(organisation_key, names))


@given(st.lists(st.tuples(NAMES, NAMES, st.text()), min_size=1))
def test_a_license_belongs_to_its_company_else_its_name_else_its_contact(licenses: list[tuple[str, str, str]]) -> None:
    found = customer_keys(*(TextColumn.of(texts) for texts in zip(*licenses, strict=True)))
    alone = [
        organisation_key(company) or organisation_key(name) or email.casefold() for company, name, email in licenses
    ]
    assert found.to_pylist() == alone


def test_a_merged_customer_is_the_one_that_the_last_merge_leads_to() -> None:
    aliases = resolve_merges({"acme": "bolt", "bolt": "crate", "dodo": "ember"})
    assert aliases == {"acme": "crate", "bolt": "crate", "dodo": "ember"}
    customers = pa.array(["acme", "crate", "", "dodo", "acme", "fern"])
    assert apply_aliases(customers, aliases).to_pylist() == ["crate", "crate", "", "ember", "crate", "fern"]
    assert apply_aliases(customers, {}).to_pylist() == customers.to_pylist()
