"""A cut survives its link, and a broken link shows something sensible."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting, Product
from lib.domain.tiers import LADDER, UNLIMITED
from lib.measures.cut import Cut, unknown_filters

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)


ANYTHING = st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\0"), max_size=12)
"""What a link may hold: also halves of characters."""


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


CUTS = st.builds(
    Cut,
    product=several(st.sampled_from([product.value for product in Product])),
    hosting=several(st.sampled_from([*(hosting.value for hosting in Hosting), "unknown"])),
    outcome=several(st.sampled_from([outcome.value for outcome in Outcome])),
    needs=several(st.sampled_from(("editors", "host_tier", "maintenance_end"))),
    flag=several(st.sampled_from(("off_ladder", "assumed_tier"))),
    from_size=several(st.sampled_from(LADDER) | st.integers(1, 99_999)),
    to_tier=several(st.sampled_from(LADDER)),
    consent=several(st.sampled_from(("given", "pending", "declined"))),
    customer=several(st.just("") | WORDS.filter(lambda key: key != "-")),  # no name or address comes to a dash alone
    batch=several(st.integers(1, 99_999)),
    borderline=st.sampled_from(("", "yes")),
    search=st.just("") | WORDS,
)


@given(CUTS)
def test_a_link_reproduces_its_cut(cut: Cut) -> None:
    assert Cut.from_query(cut.query()) == cut


def test_filters_that_are_not_set_are_not_in_the_link() -> None:
    assert Cut().query() == {}
    assert Cut(to_tier=(UNLIMITED,)).query() == {"to_tier": ["Unlimited"]}
    assert Cut(hosting=("server",), search="Acme").query() == {"hosting": ["server"], "search": ["Acme"]}


def test_what_means_nothing_in_a_link_is_left_out() -> None:
    query = {
        "product": ["jira", "trello"],
        "outcome": ["lost"],
        "hosting": ["unknown", "moon"],
        "to_tier": ["100", "Unlimited", "-5", "many", "9" * 12],
        "batch": ["x"],
        "elsewhere": ["1"],
    }
    expected = Cut(product=("jira",), hosting=("unknown",), to_tier=(100, UNLIMITED))
    assert Cut.from_query(query) == expected


def test_what_means_nothing_in_a_link_is_named() -> None:
    query = {
        "product": ["confluense", "jira"],
        "outcome": ["upgrade-needed"],
        "movable": ["maybe"],
        "from_size": ["many", "10"],
        "on": ["2026-13-01", "01.11.2026", "2026-05-02", "1999-12-31", "2026-05-01", ""],
        "search": ["anything"],
        "elsewhere": ["1"],
    }
    assert list(unknown_filters(query, date(2026, 5, 1))) == [
        ("product", "confluense"),
        ("outcome", "upgrade-needed"),
        ("from_size", "many"),
        ("movable", "maybe"),
        ("on", "2026-13-01"),
        ("on", "01.11.2026"),
        ("on", "2026-05-02"),
        ("on", "1999-12-31"),
    ]


@given(CUTS)
def test_a_cut_names_nothing_unknown_in_its_own_link(cut: Cut) -> None:
    assert not list(unknown_filters(cut.query(), date(2100, 1, 1)))


@given(st.dictionaries(st.sampled_from([*Cut().__slots__, "other"]), st.lists(ANYTHING, max_size=3)))
def test_any_link_is_read_without_a_failure(query: dict[str, list[str]]) -> None:
    cut = Cut.from_query(query)
    assert Cut.from_query(cut.query()) == cut
    assert b"\0" not in cut.description().encode()


def test_characters_that_no_database_takes_are_left_out() -> None:
    query = {"search": ["Ac\0me\ud800"], "customer": ["\0", "acme\udfff"]}
    assert Cut.from_query(query) == Cut(search="Acme", customer=("acme",))
    assert Cut.from_query({"search": ["\0"]}) == Cut()


def test_a_cut_is_described_in_words() -> None:
    cut = Cut(product=("jira",), outcome=("upgrade_needed",), from_size=(10,), to_tier=(UNLIMITED,), search="Acme")
    assert cut.description() == 'Jira · Upgrade needed · 10 → Unlimited · "Acme"'
    assert Cut().description() == ""


def test_a_link_can_name_the_customer_without_a_name() -> None:
    cut = Cut(customer=("", "acme"))
    assert cut.query() == {"customer": ["-", "acme"]}
    assert Cut.from_query(cut.query()) == cut
