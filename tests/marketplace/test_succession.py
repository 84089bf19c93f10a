"""What a second export alters, and what it says nothing of."""

from lib.marketplace.export import Export, read_export
from lib.marketplace.export_columns import LICENSE_COLUMNS
from lib.marketplace.succession import STORED, alterations, succeed
from tests.marketplace.exports import an_entry, an_export

CONFLUENCE = {"addonKey": "com.balsamiq.confluence.plugins.mockups"}
SALE = (*LICENSE_COLUMNS, "saleDate", "transactionId")
NOTHING = read_export(an_export(), "export.csv")


def export_of(*entries: dict[str, str], columns: tuple[str, ...] = LICENSE_COLUMNS) -> Export:
    """An export of those entries."""
    return read_export(an_export(*entries, columns=columns), "export.csv")


def altered(first: Export, second: Export) -> tuple[list[str], list[str]]:
    """The ids of licenses that a second export begins and ends."""
    succession = succeed(first.licenses.select(list(STORED)), second)
    return succession.begun["id"].to_pylist(), succession.ended.to_pylist()


def test_a_first_export_begins_all_its_licenses() -> None:
    assert altered(NOTHING, export_of(an_entry("SEN-1"), an_entry("SEN-2"))) == (["SEN-1", "SEN-2"], [])


def test_the_same_again_alters_nothing_wherever_it_stands() -> None:
    again = export_of(an_entry("SEN-2"), an_entry("SEN-1", lastUpdated="2020-01-01"))
    assert altered(export_of(an_entry("SEN-1"), an_entry("SEN-2")), again) == ([], [])


def test_another_tier_ends_one_version_and_begins_another() -> None:
    assert altered(export_of(an_entry()), export_of(an_entry(tier="250 Users"))) == (["SEN-1"], ["SEN-1"])


def test_a_blank_that_was_filled_is_an_alteration() -> None:
    assert altered(export_of(an_entry(maintenanceEndDate="")), export_of(an_entry())) == (["SEN-1"], ["SEN-1"])


def test_what_is_missing_from_an_export_of_its_app_vanished() -> None:
    first = export_of(an_entry("SEN-1"), an_entry("SEN-2"), an_entry("SEN-3", **CONFLUENCE))
    assert altered(first, export_of(an_entry("SEN-2"))) == ([], ["SEN-1"])


def test_the_older_report_keeps_what_it_does_not_say() -> None:
    columns = ("licenseId", "addOnKey", "edition", "organisationName")
    old = {"licenseId": "SEN-1", "addOnKey": "com.balsamiq.jira.plugins.mockups", "organisationName": "Acme Corp"}
    assert altered(export_of(an_entry()), export_of({**old, "edition": "100 Users"}, columns=columns)) == ([], [])
    succession = succeed(
        export_of(an_entry()).licenses.select(list(STORED)), export_of({**old, "edition": "50 Users"}, columns=columns)
    )
    [license] = succession.begun.to_pylist()
    assert (license["tier"], license["status"], license["country"]) == (50, "active", "DE")


def test_a_later_sale_alters_a_known_license_only() -> None:
    first = export_of(an_entry("SEN-1", lastUpdated="2018-01-04"))
    later = export_of(
        an_entry("SEN-1", tier="250 Users", saleDate="2018-01-04"),
        an_entry("SEN-9", saleDate="2019-01-01"),
        columns=SALE,
    )
    assert altered(first, later) == (["SEN-1"], ["SEN-1"])
    assert succeed(first.licenses.select(list(STORED)), later).unknown == 1


def test_an_earlier_sale_is_known_already() -> None:
    first = export_of(an_entry("SEN-1", lastUpdated="2018-01-04"))
    earlier = export_of(an_entry("SEN-1", tier="250 Users", saleDate="2018-01-03"), columns=SALE)
    assert altered(first, earlier) == ([], [])


def test_alterations_are_named() -> None:
    first = [an_entry("SEN-1"), an_entry("SEN-2"), an_entry("SEN-3"), an_entry("SEN-4")]
    second = [
        an_entry("SEN-2", tier="250 Users", status="inactive"),
        an_entry("SEN-3", status="inactive"),
        an_entry("SEN-4", company="Acme Group"),
        an_entry("SEN-5", tier=""),
    ]
    before, after = (export_of(*entries).licenses.to_pandas() for entries in (first, second))
    alterations_found = alterations(before, after)
    assert dict(zip(alterations_found["id"], alterations_found["alteration"], strict=True)) == {
        "SEN-1": "vanished",
        "SEN-2": "other_tier",
        "SEN-3": "lapsed",
        "SEN-4": "otherwise",
        "SEN-5": "new",
    }
    assert alterations_found["tier"].isna().sum() == 2
