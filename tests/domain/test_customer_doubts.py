"""When the licenses of one customer may be those of several firms."""

import pytest

from lib.domain.customer_doubts import Evidence, doubts


def evidence(
    licenses: int = 2,
    domains: str = "",
    addresses: str = "",
    countries: str = "",
    places: tuple[str, ...] = ("ring 5",),
) -> Evidence:
    """Evidence of words separated by spaces, at one postal address if nothing else is given."""
    words = [frozenset(texts.split()) for texts in (domains, addresses, countries)]
    return Evidence(licenses, words[0], words[1], words[2], frozenset(places))


NOTHING_AGREES = "neither an email address nor a postal address agrees with the name"


@pytest.mark.parametrize(
    "certain",
    [
        evidence(),
        evidence(domains="acme.example", countries="DE"),
        evidence(addresses="ann@gmail.com", places=("ring 5", "")),
        evidence(domains="acme.example", places=("ring 5", "weg 2")),
        evidence(licenses=1, places=("",)),
        evidence(licenses=1, domains="a.example b.example", addresses="ann@gmail.com", countries="DE US"),
    ],
)
def test_licenses_that_agree_raise_no_doubt(certain: Evidence) -> None:
    assert doubts("acme", certain) == ()


@pytest.mark.parametrize(
    ("doubtful", "parts"),
    [
        (evidence(domains="b.example a.example"), ("2 email domains (a.example, b.example)",)),
        (evidence(countries="US DE"), ("2 countries (DE, US)",)),
        (evidence(places=("",)), (NOTHING_AGREES,)),
        (evidence(places=("ring 5", "")), (NOTHING_AGREES,)),
        (evidence(places=("ring 5", "weg 2"), countries="US DE"), (NOTHING_AGREES, "2 countries (DE, US)")),
        (
            evidence(addresses="a@gmail.com b@gmail.com"),
            ("contacts at free mail providers (a@gmail.com, b@gmail.com)",),
        ),
        (
            evidence(domains="a.example", addresses="a@gmail.com"),
            ("contacts at free mail providers (a@gmail.com)",),
        ),
        (evidence(countries="AT BE CH DE ES FR"), ("6 countries (AT, BE, CH, DE, and 2 more)",)),
        (
            evidence(domains="a.example b.example", countries="DE US"),
            ("2 email domains (a.example, b.example)", "2 countries (DE, US)"),
        ),
    ],
)
def test_licenses_that_disagree_raise_a_doubt_each(doubtful: Evidence, parts: tuple[str, ...]) -> None:
    assert doubts("acme", doubtful) == parts


def test_an_address_without_a_name_may_be_a_resellers() -> None:
    may_be = ("no organization is named, and the address may be a reseller's",)
    assert doubts("it@acme.example", evidence(domains="acme.example", places=("",))) == may_be
    assert doubts("it@acme.example", evidence(domains="acme.example", places=("ring 5", "weg 2"))) == may_be
    assert doubts("it@acme.example", evidence(domains="acme.example")) == ()
    assert doubts("ann@gmail.com", evidence(addresses="ann@gmail.com", places=("",))) == ()


def test_several_licenses_of_nobody_are_in_doubt() -> None:
    assert doubts("", evidence(licenses=1)) == ()
    assert doubts("", evidence()) == ("no organization and no address says whose they are",)
