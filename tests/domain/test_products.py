"""Products and hosting in every spelling that was seen (domain.md §2, §7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.products import APP_KEYS, LISTINGS, PLUGINS, Hosting, Product, read_hosting, read_product

CONFLUENCE, JIRA = PLUGINS
SERVER, DATA_CENTER, CLOUD = Hosting


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mockups for Confluence", (CONFLUENCE, None)),
        ("Balsamiq Mockups for Confluence", (CONFLUENCE, None)),
        ("Mockups for Confluence Server", (CONFLUENCE, SERVER)),
        ("Mockups 2 for Confluence Server", (CONFLUENCE, SERVER)),
        ("Wireframes for Confluence Server", (CONFLUENCE, SERVER)),
        ("Balsamiq Wireframes for Confluence Server", (CONFLUENCE, SERVER)),
        ("Mockups for JIRA", (JIRA, None)),
        ("Balsamiq Mockups for JIRA", (JIRA, None)),
        ("Mockups for JIRA Server", (JIRA, SERVER)),
        ("Mockups 2 for Jira Server", (JIRA, SERVER)),
        ("Wireframes for JIRA Server", (JIRA, SERVER)),
        ("Wireframes for Jira Server", (JIRA, SERVER)),
        ("Balsamiq Wireframes for Jira Server", (JIRA, SERVER)),
        ("Mockups for Confluence (OnDemand / Atlassian Cloud)", (CONFLUENCE, CLOUD)),
        ("Mockups for Confluence (OnDemand)", (CONFLUENCE, CLOUD)),
        ("Mockups 3 for Confluence Cloud", (CONFLUENCE, CLOUD)),
        ("Balsamiq Wireframes for Confluence Cloud", (CONFLUENCE, CLOUD)),
        ("Balsamiq for Confluence Cloud", (CONFLUENCE, CLOUD)),
        ("Mockups for JIRA (OnDemand / Atlassian Cloud)", (JIRA, CLOUD)),
        ("Mockups 3 for JIRA Cloud", (JIRA, CLOUD)),
        ("Balsamiq Wireframes for Jira Cloud", (JIRA, CLOUD)),
        ("Balsamiq for Jira Cloud", (JIRA, CLOUD)),
        ("Wireframes for Jira Data Center", (JIRA, DATA_CENTER)),
        ("Mockups for XWiki", (Product.XWIKI, None)),
        ("Mockups for FogBugz", (Product.FOGBUGZ, None)),
        ("Mockups 3 for Desktop", (Product.DESKTOP, None)),
        ("Balsamiq Mockups", (Product.DESKTOP, None)),
        ("Mockups 3 for Google Drive", (Product.GOOGLE_DRIVE, None)),
        ("Balsamiq Wireframes for Google Drive", (Product.GOOGLE_DRIVE, None)),
        ("myBalsamiq", (Product.MYBALSAMIQ, None)),
    ],
)
def test_every_name_a_product_ever_had_is_known(name: str, expected: tuple[Product, Hosting | None]) -> None:
    assert read_product(name) == expected
    assert read_product(name.upper()) == expected
    assert read_product(f"  {name.lower()} ") == expected


@pytest.mark.parametrize(("owner", "app_key"), APP_KEYS.items())
def test_an_app_key_names_its_product_and_hosting(owner: tuple[Product, Hosting], app_key: str) -> None:
    """domain.md §6: four app keys."""
    assert read_product(app_key) == owner
    assert owner in LISTINGS


@pytest.mark.parametrize(
    "name",
    ["Gliffy for Confluence", "Wireframes for Trello", "Mockups for Confluence and Jira", "Server", "", "Product 7"],
)
def test_another_vendors_app_never_passes_for_ours(name: str) -> None:
    assert read_product(name) is None


def test_a_name_with_two_hostings_is_no_name() -> None:
    assert read_product("Mockups for Jira Server and Cloud") is None


def test_a_hosting_said_twice_is_said_once() -> None:
    assert read_product("Mockups for Confluence Server (Server)") == (CONFLUENCE, SERVER)
    assert read_hosting("Server server Server") == SERVER


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        *[
            (name, SERVER)
            for name in ("Server", "download", "Behind the firewall", "self-hosted", "on-prem", "On-Premise")
        ],
        *[(name, SERVER) for name in ("on premises", "Server (behind the firewall)", "selfhosted")],
        *[
            (name, CLOUD)
            for name in ("Cloud", "OnDemand", "On Demand", "on-demand", "Atlassian Cloud", "acme.atlassian.net")
        ],
        *[(name, CLOUD) for name in ("https://acme.atlassian.net/", "ACME.ATLASSIAN.NET")],
        *[(name, DATA_CENTER) for name in ("Data Center", "datacenter", "DC", "data-centre")],
    ],
)
def test_every_synonym_of_a_hosting_is_known(spelling: str, expected: Hosting) -> None:
    """domain.md §7: hosting synonyms."""
    assert read_hosting(spelling) == expected


@pytest.mark.parametrize(
    "spelling", ["", "the moon", "Server or Cloud", "serverless", "acme.atlassian.net.evil.example"]
)
def test_what_is_no_hosting_is_not_guessed(spelling: str) -> None:
    assert read_hosting(spelling) is None


@given(st.text())
def test_any_text_is_read_without_a_failure(text: str) -> None:
    assert read_hosting(text) in (None, *Hosting)
    reading = read_product(text)
    assert reading is None or reading[0] in Product
