"""Cells as other people's programs write them: read, asked about, or kept with a notice, never silently changed."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from lib.checking import other_columns
from lib.checking.check import CheckedFile, check
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.reading.tables import read_table

HEADER = ("License Key", "Product", "Hosting", "Editors", "Atlassian Users", "Maintenance Expires", "Company", "Email")
GOOD = {
    "License Key": "K-1",
    "Product": "Mockups for JIRA",
    "Hosting": "Server",
    "Editors": "10",
    "Atlassian Users": "25",
    "Maintenance Expires": "2018-03-02",
    "Company": "Acme",
    "Email": "a@acme.example",
}


def checked(*rows: dict[str, str], header: Sequence[str] = HEADER, **settings: Any) -> CheckedFile:
    """A file whose rows differ from a good one in these cells."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        cells = {**GOOD, "License Key": f"K-{number}", **row}
        writer.writerow([cells.get(name, "") for name in header])
    return check(read_table(text.getvalue().encode(), "licenses.csv"), Settings(**settings), Policy())


def values(result: CheckedFile, name: str) -> list[Any]:
    return list(result.licenses[name].objects())


def errors(result: CheckedFile) -> list[tuple[str, int | None]]:
    return [(problem.code.value, problem.line) for problem in result.errors]


def warnings(result: CheckedFile) -> list[tuple[str, int | None]]:
    return [(problem.code.value, problem.line) for problem in result.warnings]


@pytest.mark.parametrize("text", ["Never", "lifetime", "0000-00-00", "1970-01-01", "31/12/9999"])
def test_a_server_license_needs_no_end_of_maintenance_so_its_text_is_kept(text: str) -> None:
    """domain.md §3: expired maintenance does not refuse a Server license."""
    result = checked({}, {"Maintenance Expires": text})
    assert (errors(result), warnings(result)) == ([], [("no_date", 3)])
    assert other_columns.decode_cells(result.licenses["extra"].at(1)) == {"Maintenance Expires": text}
    assert result.licenses["extra"].at(0) in (None, "")
    assert values(result, "maintenance_end")[1] is None


def test_a_cloud_license_needs_its_end_of_maintenance() -> None:
    result = checked({}, {"Maintenance Expires": "Never", "Hosting": "Cloud"})
    assert (errors(result), warnings(result)) == ([("no_date", 3)], [])
    assert "names no day" in result.errors[0].message


def test_a_date_that_is_plainly_mistaken_holds_its_row_on_any_hosting() -> None:
    assert errors(checked({}, {"Maintenance Expires": "2018-02-31"})) == [("invalid_date", 3)]


def test_an_evaluation_needs_no_size() -> None:
    header = (*HEADER, "License Type")
    result = checked(
        {"Editors": "Evaluation", "License Type": "Evaluation"},
        {"Editors": "Trial", "License Type": "Testversion"},
        {"Editors": "Evaluation", "License Type": "Commercial"},
        {"Editors": "Subscription", "Hosting": "Cloud"},
        {"Editors": "Trial", "Product": "Balsamiq Mockups 3"},
        header=header,
    )
    assert errors(result) == [("no_size", 4)]
    assert warnings(result) == [("no_size", 2), ("no_size", 3), ("no_size", 5), ("no_size", 6)]


def test_a_kept_text_is_packed_anew_when_its_column_is_read_otherwise() -> None:
    first = checked({}, {"Maintenance Expires": "Never"})
    settings = Settings(replacements={"Maintenance Expires": {"Never": "2030-01-01"}})
    again = check(first.table, settings, Policy(), cache=first.cache)
    assert again.licenses["extra"].blank().all()
    assert str(values(again, "maintenance_end")[1]) == "2030-01-01"


def test_of_both_servers_the_licenses_own_counts() -> None:
    """domain.md §3: `Jira 100 / Confluence 500` means the license's own product."""
    both = "Jira 100 / Confluence 500"
    result = checked(
        {"Atlassian Users": both},
        {"Atlassian Users": both, "Product": "Mockups for Confluence"},
        {"Atlassian Users": "50"},
    )
    assert (errors(result), values(result, "host_tier")) == ([], [100, 500, 50])


def test_the_tier_of_the_other_products_server_is_asked_about() -> None:
    result = checked(
        {"Atlassian Users": "Confluence 500"}, {"Atlassian Users": "Jira 100 / Confluence 500", "Product": "Trello"}
    )
    assert errors(result) == [("several_servers", 2), ("unknown_product", 3), ("several_servers", 3)]
    emptied = checked({"Atlassian Users": "Confluence 500"}, leave_empty=("host_tier:several_servers",))
    assert (errors(emptied), values(emptied, "host_tier")) == ([], [None])


@pytest.mark.parametrize(
    ("product", "hosting", "is_asked"),
    [
        ("Mockups for JIRA Data Center", "Server", True),
        ("Mockups for Confluence Cloud", "Server", True),
        ("Mockups for JIRA Server", "Cloud", True),
        ("Mockups for JIRA Server", "Data Center", False),
        ("Mockups for JIRA Server", "behind the firewall", False),
        ("Mockups for JIRA", "Cloud", False),
        ("Mockups for JIRA Cloud", "", False),
    ],
)
def test_a_product_that_contradicts_its_hosting_is_asked_about(product: str, hosting: str, is_asked: bool) -> None:
    """domain.md §3: asked, never decided; plugins named for Server ran on Data Center too."""
    result = checked({"Product": product, "Hosting": hosting})
    assert errors(result) == [("contradicting_hosting", 2)] * is_asked


def test_a_row_that_names_nobody_below_one_that_does_is_a_notice() -> None:
    nobody = {"Company": "", "Email": ""}
    result = checked({}, nobody, {"Company": "Globex"}, nobody)
    assert (errors(result), warnings(result)) == ([], [("no_customer", 3), ("no_customer", 5)])
    assert "the customer of line 4" in result.warnings[1].message


def test_a_file_that_names_no_customers_at_all_gives_no_notices() -> None:
    assert warnings(checked({"Company": "", "Email": ""}, {"Company": "", "Email": ""})) == []


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("MÃ¼ller GmbH", "Müller GmbH"),
        ("SociÃ©tÃ© GÃ©nÃ©rale", "Société Générale"),
        ("Acme â€“ Labs", "Acme – Labs"),
        ("M&uuml;ller &amp; S&#246;hne", "Müller & Söhne"),
        ("M\ufffdller GmbH", "lost a letter"),
        ("M?ller GmbH", "lost a letter"),
    ],
)
def test_a_damaged_name_is_a_notice_with_what_it_may_have_been(name: str, mended: str) -> None:
    result = checked({"Company": name})
    assert (warnings(result), values(result, "company")) == ([("garbled_text", 2)], [name])
    assert mended in result.warnings[0].message


@pytest.mark.parametrize(
    "name", ["Müller GmbH", "SÃO PAULO Ltda", "AT&T", "Why? Ltd", "R&D; Co", "CAFÉ™", "Ça va", "日本", "Acme “Labs”"]
)
def test_a_name_with_letters_of_its_language_is_not_damaged(name: str) -> None:
    assert warnings(checked({"Company": name})) == []


def test_an_apostrophe_before_a_name_is_a_notice_and_one_before_a_formula_is_taken_away() -> None:
    names = ["'Acme Corp", "'=Sum Ltd", "'t Hart BV", "'S Gravenhage", "'quoted'"]
    result = checked(*({"Company": name} for name in names))
    assert values(result, "company") == ["'Acme Corp", "=Sum Ltd", "'t Hart BV", "'S Gravenhage", "'quoted'"]
    assert warnings(result) == [("text_mark", 2)]


def test_a_cell_marked_as_text_in_every_column_is_read() -> None:
    cells = {name: f'="{text}"' for name, text in GOOD.items()}
    marked = {name: f"'{text}" for name, text in GOOD.items() if name != "Company"}
    result = checked(cells, {**marked, "License Key": "'K-2"})
    assert (errors(result), warnings(result)) == ([], [])
    for name in ("editors", "host_tier", "maintenance_end", "contact_email", "product", "company"):
        assert len(set(values(result, name))) == 1
    assert values(result, "license_key") == ["K-1", "K-2"]


def test_an_endless_name_is_asked_about_and_so_is_the_error_of_a_formula() -> None:
    assert errors(checked({"Company": "B" * 40_000}, {"Company": "#NAME?"})) == [("too_long", 2), ("cell_error", 3)]


def test_a_cell_with_several_keys_is_asked_about() -> None:
    result = checked(*({"License Key": text} for text in ("K-1, K-2", "K-3\nK-4", "K-5;K-6", "K-7|K-8", "TBD")))
    assert {code for code, _ in errors(result)} == {"several_keys", "invalid_key"}
    assert result.held.all()


@pytest.mark.parametrize(
    ("row", "is_whole"),
    [
        ("K-2,Mockups for JIRA,Server,10,25,2018-03-02,Globex", True),
        ("K-2,Mockups for JIRA,Server", True),
        ("K-2,Mockups for JIRA,Server,10,25,2018-03-02,b@globex.example", False),
        ("K-2,Mockups for JIRA,10,25,2018-03-02,Globex,b@globex.example", False),
        ("K-2,Mockups for JIRA", False),
        ("K-2,,Server,10", False),
    ],
)
def test_a_row_whose_last_cells_are_missing_is_whole_if_the_others_are_in_their_place(row: str, is_whole: bool) -> None:
    content = "\n".join((",".join(HEADER), ",".join(GOOD.values()), row, ",".join(GOOD.values()).replace("K-1", "K-3")))
    result = check(read_table(content.encode(), "licenses.csv"), Settings(), Policy())
    assert (errors(result), warnings(result)[:1]) == (
        [] if is_whole else [("wrong_width", 3)],
        [("short_row", 3)] * is_whole,
    )
    assert values(result, "license_key") == ["K-1", "K-2" if is_whole else "", "K-3"]


def test_a_missing_country_is_not_filled_by_the_company_that_stands_in_its_place() -> None:
    header = (*HEADER[:7], "Country")
    content = "\n".join(
        (",".join(header), "K-1,Mockups for JIRA,Server,10,25,2018-03-02,Acme,DE", "K-2,Jira,Server,10,25,,DE")
    )
    result = check(read_table(content.encode(), "licenses.csv"), Settings(), Policy())
    assert errors(result) == [("wrong_width", 3)]


def test_a_whole_column_of_unix_times_is_one_of_days() -> None:
    result = checked(
        {"Maintenance Expires": "1519948800"}, {"Maintenance Expires": "1519948800000"}, {"Maintenance Expires": ""}
    )
    assert [str(day) for day in values(result, "maintenance_end")] == ["2018-03-02", "2018-03-02", "None"]
    assert errors(checked({"Maintenance Expires": "1519948800"}, {})) == [("invalid_date", 2)]


def test_damaged_letters_are_mended_where_a_person_says_so() -> None:
    names = ["MÃ¼ller GmbH", "Müller GmbH", "R&amp;D Ltd", "M?ller"]
    result = checked(*({"Company": name} for name in names), mend_texts=True)
    assert values(result, "company") == ["Müller GmbH", "Müller GmbH", "R&D Ltd", "M?ller"]
    assert warnings(result) == [("garbled_text", 5)]


def test_a_cell_with_several_keys_becomes_a_row_for_each_where_a_person_says_so() -> None:
    rows = ({"License Key": "K-1, K-2", "Company": "Acme"}, {"License Key": "K-3"}, {"License Key": "K-4\nK-5\nK-6"})
    result = checked(*rows, parted_column="License Key")
    assert errors(result) == []
    assert values(result, "license_key") == ["K-1", "K-3", "K-4", "K-2", "K-5", "K-6"]
    assert result.table.lines.tolist() == [2, 3, 4, 2, 4, 4]
    again = checked(*rows, parted_column="License Key", edits={"4": {"License Key": "K-9"}})
    assert values(again, "license_key")[3] == "K-9"


def test_parting_keys_leaves_other_rows_and_an_unknown_column_alone() -> None:
    assert values(checked({}, {}, parted_column="License Key"), "license_key") == ["K-1", "K-2"]
    assert errors(checked({"License Key": "K-1, K-2"}, parted_column="Serial")) == [("several_keys", 2)]
