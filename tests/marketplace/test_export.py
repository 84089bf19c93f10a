"""What is read of Marketplace's exports, in each of their forms, and what is left out (domain.md §6)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.domain.tiers import UNLIMITED
from lib.marketplace.cells import read_tier
from lib.marketplace.export import Export, LeftOutReason, read_export
from lib.marketplace.export_columns import LICENSE_COLUMNS, ExportKind, export_kind
from lib.reading.tables import TableError
from tests.marketplace.exports import an_entry, an_export

SAMPLE = (Path(__file__).parents[1] / "data" / "sample_marketplace_licenses_export.csv").read_bytes()


def export_of(*entries: dict[str, str]) -> Export:
    """What an export of those entries says."""
    return read_export(an_export(*entries), "export.csv")


def licenses_in(export: Export) -> list[dict[str, Any]]:
    """The licenses of an export."""
    rows: list[dict[str, Any]] = export.licenses.to_pylist()
    return rows


def reasons_in(export: Export) -> dict[int, str]:
    """Why rows were left out, by line."""
    return dict(zip(export.left_out["line"], export.left_out["reason"], strict=True))


def test_the_sample_holds_three_licenses_and_an_evaluation() -> None:
    export = read_export(SAMPLE, "sample.csv")
    assert [row["id"] for row in licenses_in(export)] == ["SEN-10000001", "SEN-10000002", "SEN-10000003"]
    assert reasons_in(export) == {4: LeftOutReason.TRIAL}
    assert (export.problems, export.unknown_columns, export.missing_columns) == ((), (), ())
    assert (export.rows, export.kind) == (4, ExportKind.LICENSES)


def test_cells_are_read_as_what_they_mean() -> None:
    [license] = licenses_in(export_of(an_entry(technicalContactEmail="IT@Acme.Example", country="South Korea")))
    assert (license["product"], license["hosting"], license["tier"]) == ("jira", "server", 100)
    assert (license["start"], license["end"]) == (date(2017, 3, 2), date(2018, 3, 2))
    assert (license["technical_email"], license["country"]) == ("IT@acme.example", "KR")


def test_erased_contacts_and_nulls_are_blank() -> None:
    [license] = licenses_in(
        export_of(an_entry(technicalContactEmail="RTBF", technicalContactName="null", company="RTBF"))
    )
    assert (license["technical_email"], license["contact_name"], license["company"]) == ("", "", "")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10 Users", 10),
        ("2000 Users", 2000),
        ("Unlimited Users", UNLIMITED),
        ("Per Unit Pricing (593 Users)", 593),
        ("Subscription", None),
        ("Demonstration License", None),
        ("Evaluation", None),
        ("", None),
    ],
)
def test_every_known_tier_is_read(text: str, size: int | None) -> None:
    assert read_tier(text) == size


def test_a_license_whose_maintenance_lapsed_still_counts() -> None:
    assert [row["status"] for row in licenses_in(export_of(an_entry(status="inactive")))] == ["inactive"]


@pytest.mark.parametrize(
    "cells", [{"licenseType": "EVALUATION"}, {"tier": "Evaluation"}, {"tier": "Demonstration License"}]
)
def test_what_nobody_bought_is_left_out(cells: dict[str, str]) -> None:
    export = export_of(an_entry(**cells))
    assert licenses_in(export) == []
    assert reasons_in(export) == {2: LeftOutReason.TRIAL}


def test_other_apps_are_left_out_and_listed() -> None:
    export = export_of(an_entry(), an_entry("SEN-2", addonKey="com.example.other", addonName="Other"))
    assert [row["id"] for row in licenses_in(export)] == ["SEN-1"]
    assert export.left_out.to_dict("records") == [
        {"line": 3, "id": "SEN-2", "app_name": "Other", "company": "Acme Corp", "reason": LeftOutReason.OTHER_APP}
    ]


def test_of_repeated_rows_the_newest_counts_wherever_it_stands() -> None:
    export = export_of(
        an_entry(tier="50 Users", lastUpdated="2018-01-05"),
        an_entry(tier="25 Users", lastUpdated="2018-01-04"),
        an_entry(tier="10 Users", lastUpdated=""),
    )
    assert [row["tier"] for row in licenses_in(export)] == [50]
    assert reasons_in(export) == {3: LeftOutReason.REPEATED, 4: LeftOutReason.REPEATED}


def test_of_equally_new_rows_the_last_counts() -> None:
    export = export_of(an_entry(tier="50 Users"), an_entry(tier="25 Users"))
    assert [row["line"] for row in licenses_in(export)] == [3]


def test_a_later_evaluation_does_not_hide_the_license() -> None:
    export = export_of(an_entry(), an_entry(licenseType="EVALUATION", lastUpdated="2019-01-01"))
    assert [row["line"] for row in licenses_in(export)] == [2]


def test_data_center_uses_the_key_of_the_server_app() -> None:
    assert [row["hosting"] for row in licenses_in(export_of(an_entry(hosting="Data Center")))] == ["data_center"]


def test_a_license_without_a_sen_is_known_by_its_entitlement_or_app_license() -> None:
    cloud = {"addonKey": "com.balsamiq.mockups.jira", "hosting": "Cloud"}
    export = export_of(
        an_entry("", appEntitlementNumber="E-3XJ-WYD-KA7-HBJ", addonLicenseId="12345", **cloud),
        an_entry("", addonLicenseId="12345"),
        an_entry("", addonLicenseId="SEN-16888865"),
        an_entry(""),
    )
    assert [row["id"] for row in licenses_in(export)] == ["E-3XJ-WYD-KA7-HBJ", "12345", "SEN-16888865"]
    assert [row["sen"] for row in licenses_in(export)] == ["", "", "SEN-16888865"]
    assert reasons_in(export) == {5: LeftOutReason.NO_NUMBER}


def test_unreadable_texts_are_listed_once_with_how_often_they_occur() -> None:
    export = export_of(an_entry("SEN-1", tier="Huge"), an_entry("SEN-2"), an_entry("SEN-3", tier="Huge"))
    [problem] = export.problems
    assert (problem.column, problem.value, problem.line, problem.rows) == ("tier", "Huge", 2, 2)
    assert [row["tier"] for row in licenses_in(export)] == [None, 100, None]


def test_columns_may_be_missing_renamed_in_case_or_foreign() -> None:
    content = b"LICENSEID,Addon Key,Internal remark\nSEN-1,com.balsamiq.jira.plugins.mockups,x\n"
    export = read_export(content, "export.csv")
    assert [row["id"] for row in licenses_in(export)] == ["SEN-1"]
    assert export.unknown_columns == ("Internal remark",)
    assert "company" in export.missing_columns


def test_the_older_report_has_the_same_licenses() -> None:
    content = (
        b"licenseId,organisationName,addOnName,addOnKey,technicalContactEmail,technicalContactCountry,edition,"
        b"licenseType,startDate,endDate,renewalAction\n"
        b"SEN-7,Acme,Balsamiq,com.balsamiq.confluence.plugins.mockups,it@acme.example,Germany,100 Users,COMMERCIAL,"
        b"2012-03-02,2013-03-02,\n"
    )
    export = read_export(content, "report.csv")
    [license] = licenses_in(export)
    assert export.kind is ExportKind.OLD_LICENSES
    assert (license["id"], license["company"], license["tier"], license["country"]) == ("SEN-7", "Acme", 100, "DE")
    assert license["end"] == date(2013, 3, 2)


def test_json_with_its_groups_says_the_same_as_csv() -> None:
    entry = {
        "licenseId": "SEN-1",
        "addonKey": "com.balsamiq.jira.plugins.mockups",
        "contactDetails": {"company": "Acme", "technicalContact": {"email": "it@acme.example"}},
        "partnerDetails": {"partnerName": "Resale", "billingContact": {"email": "orders@resale.example"}},
        "maintenanceEndDate": None,
    }
    for value in ([entry], {"_embedded": {"licenses": [entry]}}):
        [license] = licenses_in(read_export(json.dumps(value).encode(), "export.json"))
        assert (license["company"], license["technical_email"]) == ("Acme", "it@acme.example")
        assert (license["partner_name"], license["partner_email"]) == ("Resale", "orders@resale.example")
        assert license["end"] is None


def test_of_transactions_the_newest_sale_of_a_license_counts() -> None:
    columns = (*LICENSE_COLUMNS, "saleDate", "transactionId", "saleType")
    sales = [
        an_entry(saleDate="2018-05-01", transactionId="AT-2", saleType="Upgrade", tier="250 Users"),
        an_entry(saleDate="2017-03-02", transactionId="AT-1", saleType="New", tier="100 Users"),
    ]
    export = read_export(an_export(*sales, columns=columns), "transactions.csv")
    assert export.kind is ExportKind.TRANSACTIONS
    assert [(row["tier"], row["sale_date"]) for row in licenses_in(export)] == [(250, date(2018, 5, 1))]


@pytest.mark.parametrize("content", [b"License Key,Product\nK-1,Jira\n", b'[{"id": "1"}]', b"[[1, 2]]", b'[{"id": '])
def test_another_file_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(TableError, match=r"^The file other\.csv .* [Ee]xport"):
        read_export(content, "other.csv")


def test_a_legacy_export_is_not_taken_for_one_of_marketplace() -> None:
    assert export_kind(["License Key", "Product", "SEN", "App"]) is None
    assert export_kind(LICENSE_COLUMNS) is ExportKind.LICENSES
