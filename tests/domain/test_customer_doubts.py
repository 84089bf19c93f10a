"""When the licenses of one customer may be those of several firms."""

import pytest

from lib.domain.customer_doubts import Evidence, doubts


def evidence(licenses: int = 2, domains: str = "", addresses: str = "", countries: str = "") -> Evidence:
    """Evidence of words separated by spaces."""
    return Evidence(licenses, *(frozenset(words.split()) for words in (domains, addresses, countries)))


@pytest.mark.parametrize(
    "certain",
    [
        evidence(),
        evidence(domains="acme.example", countries="DE"),
        evidence(addresses="ann@gmail.com"),
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


def test_several_licenses_of_nobody_are_in_doubt() -> None:
    assert doubts("", evidence(licenses=1)) == ()
    assert doubts("", evidence()) == ("no organization and no address says whose they are",)
