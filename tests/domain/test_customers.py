"""One organisation is one customer, however its name is written."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.columnar.text_column import TextColumn
from lib.domain.customers import (
    Identity,
    anchor_of_customer,
    customer_key,
    is_whole_name,
    name_of_customer,
    organisation_key,
    person_anchor,
    resolve_merges,
)
from lib.domain.mail_domains import WELL_KNOWN, MailDomains
from lib.judging.customer_keys import (
    IDENTITY_FIELDS,
    apply_aliases,
    apply_whole_names,
    customer_keys,
    organisation_keys,
)


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


ADDRESSES = st.sampled_from(
    (
        "",
        "ada@acme.example",
        "Bo@ACME.example",
        "ada@gmail.com",
        "ADA@gmail.com",
        "x@partner.example",
        "ünï@müller.example",
        "none",
        "a@b@c",
    )
)
PARTNERS = st.sampled_from(("", "Partner Ltd", "PARTNER.example", "bo@partner.example", "ada@gmail.com"))
IDENTITIES = st.builds(
    Identity,
    license_key=st.sampled_from(("K-1", "k-1", "ключ")),
    company=NAMES,
    license_name=NAMES,
    contact_email=ADDRESSES,
    myatlassian_email=ADDRESSES,
    expert_email=PARTNERS,
    reseller=PARTNERS,
    country=st.sampled_from(("", "DE", "US")),
)


DOMAINS = st.sampled_from(
    (
        WELL_KNOWN,
        MailDomains(free=frozenset({"acme.example", "a"})),
        MailDomains(partners=frozenset({"acme.example", "gmail.com"})),
    )
)


@given(st.lists(IDENTITIES, min_size=1), DOMAINS)
def test_many_licenses_at_once_have_the_customers_that_each_has_alone(
    identities: list[Identity], domains: MailDomains
) -> None:
    columns = {name: TextColumn.of([getattr(one, name) for one in identities]) for name in IDENTITY_FIELDS}
    keys = [customer_key(identity, domains) for identity in identities]
    assert customer_keys(columns, domains).to_pylist() == keys
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lib.judging.customer_keys._SLICE", 2)
        assert customer_keys(columns, domains).to_pylist() == keys


@given(IDENTITIES)
def test_the_name_and_the_anchor_of_a_key_are_told_apart(identity: Identity) -> None:
    key = customer_key(identity, WELL_KNOWN)
    name = organisation_key(identity.company) or organisation_key(identity.license_name)
    assert name_of_customer(key) == name
    assert not is_whole_name(key)
    if name:
        assert key == f"{name} {anchor_of_customer(key)}"


ACME = Identity("K-1", company="Acme GmbH")


@pytest.mark.parametrize(
    ("decisions", "key"),
    [
        ({}, "acme [K-1]"),
        ({"country": "DE"}, "acme (DE)"),
        ({"contact_email": "Ada@Acme.example", "country": "DE"}, "acme @acme.example"),
        ({"contact_email": "ada@gmail.com", "myatlassian_email": "it@acme.example"}, "acme @acme.example"),
        ({"contact_email": "ada@acme.example", "myatlassian_email": "it@other.example"}, "acme @acme.example"),
        ({"contact_email": "bo@partner.example", "expert_email": "x@partner.example", "country": "DE"}, "acme (DE)"),
        ({"contact_email": "bo@partner.example", "reseller": "Partner.example"}, "acme [K-1]"),
        ({"contact_email": "ada@gmail.com", "expert_email": "x@gmail.com"}, f"acme {person_anchor('ada@gmail.com')}"),
        ({"contact_email": "x@gmail.com", "expert_email": "X@gmail.com"}, "acme [K-1]"),
        ({"company": "Unknown", "contact_email": "Ada@gmail.com"}, "ada@gmail.com"),
        ({"company": "n.a.", "license_name": "Acme", "country": "US"}, "acme (US)"),
        ({"company": ""}, "[K-1]"),
        ({"company": "", "contact_email": "x@partner.example", "reseller": "partner.example"}, "[K-1]"),
    ],
)
def test_a_name_and_what_agrees_make_a_customer(decisions: dict[str, str], key: str) -> None:
    assert customer_key(replace(ACME, **decisions), WELL_KNOWN) == key


@pytest.mark.parametrize(
    ("domains", "key"),
    [
        (WELL_KNOWN, "acme @post.example"),
        (MailDomains(free=frozenset({"post.example"})), f"acme {person_anchor('ada@post.example')}"),
        (MailDomains(partners=frozenset({"post.example"})), "acme (DE)"),
        (MailDomains(free=frozenset({"example"}), partners=frozenset({"mail.post.example"})), "acme @post.example"),
    ],
)
def test_a_policy_says_which_domains_are_no_customers_own(domains: MailDomains, key: str) -> None:
    assert customer_key(replace(ACME, contact_email="Ada@Post.example", country="DE"), domains) == key


def test_no_address_of_a_person_is_in_the_key_of_a_firm() -> None:
    assert "ada" not in customer_key(replace(ACME, contact_email="ada@gmail.com"), WELL_KNOWN)


def test_names_of_which_people_said_that_they_are_one_need_no_anchor() -> None:
    customers = pa.array(["acme (DE)", "acme [K-1]", "bolt @bolt.example", "[K-2]", "ada@gmail.com", "acme labs (DE)"])
    expected = ["acme", "acme", "bolt @bolt.example", "[K-2]", "ada@gmail.com", "acme labs (DE)"]
    assert apply_whole_names(customers, {"acme"}).to_pylist() == expected
    assert apply_whole_names(customers, ()).to_pylist() == customers.to_pylist()
    assert [is_whole_name(key) for key in ("acme", "acme (DE)", "", "ada@gmail.com", "acme #2")] == [True] + [False] * 4


def test_a_merged_customer_is_the_one_that_the_last_merge_leads_to() -> None:
    aliases = resolve_merges({"acme": "bolt", "bolt": "crate", "dodo": "ember"})
    assert aliases == {"acme": "crate", "bolt": "crate", "dodo": "ember"}
    customers = pa.array(["acme", "crate", "", "dodo", "acme", "fern"])
    assert apply_aliases(customers, aliases).to_pylist() == ["crate", "crate", "", "ember", "crate", "fern"]
    assert apply_aliases(customers, {}).to_pylist() == customers.to_pylist()
