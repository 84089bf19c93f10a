"""Customers that are probably one are found by their names and mail domains; those that only look so are not."""

import time
from random import Random

import pytest

from lib.domain.customers import organisation_key
from lib.domain.mail_domains import domain_label, is_free
from lib.judging.name_likeness import ALIKE
from lib.judging.similar_customers import MANY_NAMES, Candidate, similar_pairs
from tests import generate


def customer(name: str, *domains: str, licenses: int = 1) -> Candidate:
    """A customer of that name, or with no name but an address."""
    return Candidate(name if "@" in name else organisation_key(name), name, licenses, frozenset(domains))


def pairs_of(*customers: Candidate, resellers: tuple[str, ...] = ()) -> list[tuple[str, str, int, str]]:
    return [(one.name, one.into_name, one.score, one.why) for one in similar_pairs(customers, resellers)]


@pytest.mark.parametrize(
    ("one", "other", "score", "why"),
    [
        ("Acme Software", "Acme", 90, "Same email domain, acme.example; one name is part of the other"),
        (
            "Acme GmbH Europe",
            "Acme Europe",
            100,
            "Same email domain, acme.example; the same name, legal form aside",
        ),
        ("Acme Pvt Ltd", "Acme", 100, "Same email domain, acme.example; the same name, legal form aside"),
        ("Acme Bank", "Bank of Acme", 100, "Same email domain, acme.example; the same words in another order"),
        ("Facebook", "Face Book", 100, "Same email domain, acme.example; the same name, spaced otherwise"),
        (
            "Muller Sohne",
            "Müller & Söhne & Töchter",
            94,
            "Same email domain, acme.example; one name is part of the other",
        ),
        ("Acme Berlin", "Acme Bern", 95, "Same email domain, acme.example; names 90 % alike"),
        ("ABM", "Acme Business Machines", 90, "Same email domain, acme.example; one name is short for the other"),
        ("it@acme.example", "Acme", 100, "Same email domain, acme.example; the same name, legal form aside"),
        ("it@acme.example", "Bolt", 90, "Same email domain, acme.example; one of them has no name"),
    ],
)
def test_similar_names_of_one_domain_are_one_customer(one: str, other: str, score: int, why: str) -> None:
    both = customer(one, "acme.example"), customer(other, "acme.example", licenses=2)
    assert pairs_of(*both) == [(one, other, score, why)]


@pytest.mark.parametrize(
    ("one", "other", "score", "why"),
    [
        ("Stark Industries", "Stark Industrie", 87, "Names 97 % alike"),
        ("Initech Systems Ltd", "Intech Systems", 87, "Names 97 % alike"),
        ("Deutsche Telekom AG", "Deutsche Telecom", 85, "Names 94 % alike"),
        ("Initrodes", "Introdes", 85, "Names 94 % alike"),
        ("Acme Bank", "Bank of Acme", 90, "The same words in another order"),
        ("Face Book", "Facebook", 90, "The same name, spaced otherwise"),
        ("OOO Ромашка Ltd Москва", "OOO Ромашка Москва", 90, "The same name, legal form aside"),
    ],
)
def test_names_that_are_alike_are_one_customer_without_a_domain(one: str, other: str, score: int, why: str) -> None:
    assert pairs_of(customer(one), customer(other, "bolt.example", licenses=2)) == [(one, other, score, why)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme Software"),
        ("Acme Berlin", "Acme Bern"),
        ("Initech", "Initrode"),
        ("Vela Systems", "Vega Systems"),
        ("Müller", "Möller"),
        ("Branch 117 of Acme Insurance", "Branch 118 of Acme Insurance"),
        ("it@acme.example", "Acme"),
        ("ABM", "Acme Business Machines"),
    ],
)
def test_names_that_only_look_alike_are_two_customers(one: str, other: str) -> None:
    assert pairs_of(customer(one), customer(other)) == []


def test_domains_of_their_own_speak_against_names_that_are_not_quite_the_same() -> None:
    names = "Alder Amber Bank", "Alder Ember Bank"
    assert len(pairs_of(*map(customer, names))) == 1
    assert pairs_of(customer(names[0], "amber.example"), customer(names[1], "ember.example")) == []
    assert len(pairs_of(customer(names[0], "amber.example"), customer(names[1], "gmail.com"))) == 1
    assert len(pairs_of(customer("Bank of Acme", "a.example"), customer("Acme Bank", "b.example"))) == 1


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "web.de", "163.com", "partner.example"])
def test_free_mail_and_resellers_never_join_customers(domain: str) -> None:
    both = customer("Acme Berlin", domain), customer("Acme Bern", domain)
    assert pairs_of(*both, resellers=("partner.example",)) == []


def test_a_domain_that_many_customers_share_joins_none_of_them() -> None:
    names = [f"Acme {word}" for word in "Alder Birch Cedar Drake Ember Frost Grove Heath Islet Joule Knoll".split()]
    assert len(names) == MANY_NAMES + 1
    customers = [customer(name, "host.example") for name in ("Acme", *names)]
    assert pairs_of(*customers) == []
    assert len(pairs_of(*customers[:MANY_NAMES])) >= MANY_NAMES - 1
    people = [customer(f"{name.split()[1]}@acme.example", "acme.example") for name in names]
    pairs = pairs_of(*people, customer("Acme", "acme.example", licenses=9))
    assert [(into, score) for _, into, score, _ in pairs] == [("Acme", 100)] * len(people)


def test_the_customer_with_fewer_licenses_goes_and_the_likeliest_come_first() -> None:
    pairs = pairs_of(
        customer("Acme Software", "acme.example", licenses=3),
        customer("Acme", "acme.example", licenses=2),
        customer("Bank of Bolt", licenses=2),
        customer("Bolt Bank", licenses=2),
        customer("Crate Works", licenses=5),
        customer("Crate Work", licenses=9),
    )
    assert [(name, into) for name, into, *_ in pairs] == [
        ("Acme", "Acme Software"),
        ("Bolt Bank", "Bank of Bolt"),
        ("Crate Works", "Crate Work"),
    ]
    assert [score for _, _, score, _ in pairs] == sorted((score for _, _, score, _ in pairs), reverse=True)


def test_a_pair_comes_once_whatever_it_shares() -> None:
    one, other = (customer(name, "acme.example", "acme.test", "gmail.com") for name in ("Acme Systems", "Acme System"))
    assert len(pairs_of(one, other)) == 1
    assert ALIKE < pairs_of(one, other)[0][2] <= 100


@pytest.mark.parametrize(
    ("domain", "is_it"),
    [
        ("gmail.com", True),
        ("outlook.de", True),
        ("yahoo.com.br", True),
        ("hotmail.co.uk", True),
        ("gmx.net", True),
        ("qq.com", True),
        ("acme.example", False),
        ("mail.acme.example", False),
        ("outlook.acme.example", False),
        ("live", False),
        ("", False),
    ],
)
def test_free_mail_is_told_from_companies(domain: str, is_it: bool) -> None:
    assert is_free(domain) is is_it


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("acme.example", "acme"),
        ("mail.acme.co.uk", "acme"),
        ("acme.com.br", "acme"),
        ("acme", ""),
        ("co.uk", "co"),
        ("", ""),
    ],
)
def test_a_domain_has_a_name_in_it(domain: str, name: str) -> None:
    assert domain_label(domain) == name


def test_a_typo_is_found_among_many_names_that_begin_alike() -> None:
    rng = Random(2)
    names = {f"Acme {''.join(rng.choices('abcdefghijklmnopqrst', k=9))}" for _ in range(900)}
    pairs = pairs_of(*map(customer, names), customer("Acme Wanderlust", licenses=2), customer("Acme Wanderlus"))
    assert ("Acme Wanderlus", "Acme Wanderlust", 87, "Names 97 % alike") in pairs


def test_many_customers_are_compared_in_seconds() -> None:
    rng = Random(1)
    customers: dict[str, Candidate] = {}
    while len(customers) < 10_000:
        one = generate._customer(rng)
        customers[organisation_key(one.spellings[0])] = customer(
            one.spellings[0], one.domain, licenses=rng.randrange(9)
        )
    start = time.perf_counter()
    similar_pairs(list(customers.values()), ())
    assert time.perf_counter() - start < 5


def namesake(anchor: str, *domains: str, country: str = "DE", licenses: int = 1) -> Candidate:
    """A customer called Phoenix."""
    countries = frozenset({country} - {""})
    return Candidate(f"phoenix {anchor}", "Phoenix", licenses, frozenset(domains), countries)


@pytest.mark.parametrize(
    ("other", "score", "why"),
    [
        (namesake("(DE)"), 95, "Same name and country (DE), and nothing against it"),
        (namesake("[K-1]", country=""), 85, "Same name; nothing else is known"),
        (namesake("(US)", country="US"), 55, "Same name, but different countries (DE, US)"),
        (
            namesake("@b.example", "b.example"),
            65,
            "Same name and country (DE), but different email domains (a.example, b.example)",
        ),
        (
            namesake("@b.example", "b.example", country="US"),
            55,
            "Same name, but different email domains (a.example, b.example) and different countries (DE, US)",
        ),
        (
            namesake("~1", "gmail.com"),
            85,
            "Same name and country, but other customers of that name are there too",
        ),
    ],
)
def test_namesakes_are_suggested_with_what_speaks_for_and_against_it(other: Candidate, score: int, why: str) -> None:
    one = namesake("@a.example", "a.example", licenses=2)
    (pair,) = similar_pairs((one, other), ())
    assert (pair.score, pair.why, pair.is_strong) == (score, why, score == 95)


def test_a_namesake_without_an_address_is_surely_nobodys_where_several_have_one() -> None:
    customers = (namesake("(DE)", licenses=3), namesake("@a.example", "a.example"), namesake("~1", "gmail.com"))
    pairs = similar_pairs(customers, ())
    assert [(pair.score, pair.is_strong) for pair in pairs] == [(85, False)] * 2
    assert {pair.why for pair in pairs} == {"Same name and country, but other customers of that name are there too"}
