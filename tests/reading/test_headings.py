"""Headers of the files people have, and the fields they mean."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.licenses import AMBIGUOUS_HEADINGS, COLUMNS, SPELLINGS, ColumnKind
from lib.domain.tiers import Size
from lib.reading.column_readers import READERS, reader_for
from lib.reading.headings import mapping_from, propose_fields
from lib.reading.numeric_dates import DateOrder

HEADINGS = st.one_of(st.sampled_from(sorted(SPELLINGS)), st.text(max_size=20))
SAMPLE = (
    "License Key,License Name,Product,Editors,License Type,Hosting,Atlassian Users,Purchase Date,Maintenance Expires,Contact Name,Email,"
    "Company,Address,Country,Reseller,myAtlassian Email,Expert Email,Agrees to Match,SEN"
)


def field_of(*header: str) -> list[str | None]:
    return [proposal.field for proposal in propose_fields(header)]


def how(*header: str) -> list[str]:
    return [proposal.match_kind for proposal in propose_fields(header)]


def test_a_whole_export_is_recognised() -> None:
    assert mapping_from(propose_fields(SAMPLE.split(","))) == {
        "License Key": "license_key",
        "License Name": "license_name",
        "Product": "product",
        "Editors": "editors",
        "License Type": "license_type",
        "Hosting": "hosting",
        "Atlassian Users": "host_tier",
        "Purchase Date": "purchase_date",
        "Maintenance Expires": "maintenance_end",
        "Contact Name": "contact_name",
        "Email": "contact_email",
        "Company": "company",
        "Address": "address",
        "Country": "country",
        "Reseller": "reseller",
        "myAtlassian Email": "myatlassian_email",
        "Expert Email": "expert_email",
        "Agrees to Match": "match_agreed",
        "SEN": "sen",
    }


@pytest.mark.parametrize("name", COLUMNS)
def test_each_field_is_recognised_by_its_own_name_and_title(name: str) -> None:
    assert field_of(name) == field_of(COLUMNS[name].title) == [name]
    assert how(name) == how(COLUMNS[name].title) == ["exact"]


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_each_spelling_is_recognised_whatever_surrounds_it(spelling: str) -> None:
    assert field_of(spelling) == field_of(f"\ufeff {spelling}\u00a0") == [SPELLINGS[spelling]]
    assert field_of(f"{spelling} *") == field_of(f'"{spelling}:"')


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Editors (max.)", "editors"),
        ("Editors\n(max.)", "editors"),
        ("Editors\r\n[named users]", "editors"),
        ("No. of editors", "editors"),
        ("# Editors", "editors"),
        ("Max. editors", "editors"),
        ("editor", "editors"),
        ("Nb. d'éditeurs", "editors"),
        ("ANZAHL BENUTZER", "editors"),
        ("license_key", "license_key"),
        ("licenseKey", "license_key"),
        ("LICENSEKEY", "license_key"),
        ("License-Keys", "license_key"),
        ("Licence Key", "license_key"),
        ("Balsamiq license key", "license_key"),
        ("License Key / Lizenzschlüssel", "license_key"),
        ("Cle de licence", "license_key"),
        ("ライセンスキー", "license_key"),
        ("Maintenance\nExpires", "maintenance_end"),
        ("MAINTENANCE_END", "maintenance_end"),
        ("maintenanceend", "maintenance_end"),
        ("Maintenance expires on", "maintenance_end"),
        ("Purchase Date (UTC)", "purchase_date"),
        ("Contact E-mail", "contact_email"),
        ("Date d’expiration", "maintenance_end"),
        ("Company *", "company"),
    ],
)
def test_a_heading_is_recognised_beside_units_marks_and_counting_words(heading: str, field: str) -> None:
    assert field_of(heading) == [field]


@pytest.mark.parametrize("heading", ["", " ", "s", "(x)", "***", "Status", "Editors / Host tier", "Column 7", "42"])
def test_a_heading_that_means_no_field_is_unknown(heading: str) -> None:
    assert field_of(heading) == [None]
    assert how(heading) == ["unknown"]


@pytest.mark.parametrize("heading", ["(" * 100_000, "(x" * 50_000, "number of " * 10_000, "x" * 100_000])
def test_a_heading_of_any_length_is_settled_at_once(heading: str) -> None:
    start = perf_counter()
    assert how(heading) == ["unknown"]
    assert perf_counter() - start < 2


@pytest.mark.parametrize("heading", [*sorted(AMBIGUOUS_HEADINGS), "Users (max.)", "No. of users", "USER"])
def test_users_alone_means_the_editors(heading: str) -> None:
    assert field_of(heading, "Product") == ["editors", "product"]


@pytest.mark.parametrize("other", ["Editors", "Host tier", "Atlassian Users", "Seats", "No. of editors"])
@pytest.mark.parametrize("heading", ["Users", "Tier", "Benutzer", "No. of users"])
def test_users_beside_another_size_is_for_a_person_to_say(heading: str, other: str) -> None:
    assert how(heading, "Product", other)[0] == "ambiguous"
    assert field_of(heading, other) == [None, field_of(other)[0]]


def test_two_ambiguous_headings_are_both_for_a_person_to_say() -> None:
    assert how("Users", "Tier") == ["ambiguous", "ambiguous"]


@pytest.mark.parametrize("header", [("Confluence Users", "Jira Users"), ("Jira Tier", "Confluence Users")])
def test_the_sizes_of_two_hosts_are_for_a_person_to_say(header: tuple[str, str]) -> None:
    assert how(*header) == ["ambiguous", "ambiguous"]
    assert field_of(*header, "Editors") == [None, None, "editors"]


def test_the_size_of_one_host_is_the_host_tier() -> None:
    assert field_of("Editors", "Confluence Users") == ["editors", "host_tier"]


def test_of_two_columns_for_a_field_the_exact_title_wins() -> None:
    assert how("Seats", "Editors", "Quantity") == ["taken", "exact", "taken"]


def test_of_two_equal_matches_the_first_wins() -> None:
    assert how("Email", "Contact Email") == ["alias", "taken"]


def test_a_known_spelling_wins_over_a_guess() -> None:
    assert how("Purchase Date (UTC)", "Order Date") == ["taken", "alias"]


@given(st.lists(HEADINGS, max_size=12))
def test_every_column_has_one_proposal_and_no_field_two_columns(header: list[str]) -> None:
    proposals = propose_fields(header)
    fields = [proposal.field for proposal in proposals if proposal.field]
    assert [(proposal.column, proposal.index) for proposal in proposals] == [(text, i) for i, text in enumerate(header)]
    assert len(fields) == len(set(fields))
    assert all((proposal.match_kind in ("exact", "alias", "guessed")) == bool(proposal.field) for proposal in proposals)


def test_every_kind_of_column_has_its_reader() -> None:
    assert set(READERS) == set(ColumnKind)


def test_a_reader_knows_the_order_of_its_column() -> None:
    assert reader_for(COLUMNS["purchase_date"], order=DateOrder.DMY)("3/4/2018") == date(2018, 4, 3)
    assert reader_for(COLUMNS["purchase_date"], order=DateOrder.MDY)("3/4/2018") == date(2018, 3, 4)


def test_a_reader_of_host_sizes_rounds_up_on_the_given_ladder() -> None:
    reader = reader_for(COLUMNS["host_tier"], ladder=(Size(40), Size(80)))
    assert reader("Jira Software 50 / Service Desk 15") == 80
    assert reader("50") == 50


def test_a_reader_of_sizes_knows_no_applications() -> None:
    assert reader_for(COLUMNS["editors"])("10 Editors") == 10
    assert reader_for(COLUMNS["editors"])("Jira 10") != 10
