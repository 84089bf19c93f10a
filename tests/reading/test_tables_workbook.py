"""Workbooks are read as the text a person would have typed."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from lib.reading.tables import Table, TableError, raw_preview, read_table
from tests.workbooks import book

HEADER = ["License Key", "Product", "Maintenance Expires", "Editors"]


def table_of(**sheets: list[list[object]]) -> Table:
    return read_table(book(**sheets), "licenses.xlsx")


def test_dates_are_iso_whole_numbers_have_no_fraction_and_keys_stay_text() -> None:
    table = table_of(
        Licenses=[[*HEADER], ["007", "Jira", date(2018, 3, 2), 10], ["K-2", "Jira", datetime(2018, 1, 1, 9), 2.5]]
    )
    assert table.header == HEADER
    assert table.rows == [["007", "Jira", "2018-03-02", "10"], ["K-2", "Jira", "2018-01-01 09:00:00", "2.5"]]
    assert table.lines.tolist() == [2, 3]
    assert (table.encoding, table.delimiter, table.header_line) == ("", "", 1)


def test_a_number_that_lost_digits_is_seen_to_be_mangled() -> None:
    table = table_of(Licenses=[[*HEADER], [1234567890123456789, "Jira", None, 10]])
    assert table.rows[0][0] == "1.23456789012346E+18"


def test_the_only_sheet_with_a_license_header_is_taken() -> None:
    table = table_of(Cover=[["Export of 2019"]], Licenses=[[*HEADER], ["K-1", "Jira", "", 3]])
    assert table.rows == [["K-1", "Jira", "", "3"]]


def test_several_sheets_with_a_license_header_ask_which() -> None:
    content = book(Server=[[*HEADER], ["K-1", "Jira", "", 3]], Cloud=[[*HEADER], ["K-2", "Jira", "", 5]])
    with pytest.raises(TableError) as caught:
        read_table(content, "licenses.xlsx")
    assert caught.value.code == "which_sheet"
    assert '"Server", "Cloud"' in caught.value.message
    assert read_table(content, sheet="Cloud").rows == [["K-2", "Jira", "", "5", "Cloud"]]


def test_several_sheets_are_one_table_with_columns_of_the_same_heading_or_field_as_one() -> None:
    content = book(
        Confluence=[["License Key", "Editors", "Company"], ["C-1", 10, "Acme"], ["C-2", 3, "Globex"]],
        Jira=[["Name of company", "Editors", "Email", "Lizenzschlüssel"], ["Initech", 5, "i@initech.example", "J-1"]],
    )
    table = read_table(content, sheets=("Confluence", "Jira"))
    assert table.header == ["License Key", "Editors", "Company", "Sheet", "Email"]
    assert table.rows[0] == ["C-1", "10", "Acme", "Confluence", ""]
    assert table.rows[2] == ["J-1", "5", "Initech", "Jira", "i@initech.example"]
    assert [table.place_of(row) for row in (1, 2)] == ["line 3 of the sheet Confluence", "line 2 of the sheet Jira"]
    assert table.notices == ["2 sheets were read as one table: Confluence (2 rows), Jira (1 row)."]


def test_a_row_too_long_for_its_sheet_is_too_long_for_all() -> None:
    content = book(
        A=[["License Key", "Editors"], ["A-1", 3, "stray"]], B=[["License Key", "Email"], ["B-1", "b@b.example"]]
    )
    table = read_table(content, sheets=("A", "B"))
    assert table.ragged == {0: ["A-1", "3", "A", "", "stray"]}


def test_a_preview_counts_the_rows_below_the_first_of_several_sheets() -> None:
    preview = raw_preview(book(A=[["Key"], ["1"], ["2"]], B=[["Key"]]))
    assert dict(zip(preview.sheets, preview.sheet_rows, strict=True)) == {"A": 2, "B": 0}


def test_a_preview_offers_a_hidden_sheet_only_if_no_other_has_licenses() -> None:
    workbook = openpyxl.load_workbook(BytesIO(book(A=[["License Key", "Product"]], Old=[["License Key", "Product"]])))
    workbook["Old"].sheet_state = "hidden"
    content = BytesIO()
    workbook.save(content)
    preview = raw_preview(content.getvalue())
    assert (preview.license_sheets, preview.hidden_sheets) == (["A"], ["Old"])


def test_titles_above_and_totals_below_are_ignored_and_listed() -> None:
    table = table_of(
        Licenses=[["All licenses"], [], [*HEADER], ["K-1", "Jira", "2018-03-02", 3], [], ["Total", None, None, 3]]
    )
    assert table.rows == [["K-1", "Jira", "2018-03-02", "3"]]
    assert [(line.line, line.reason, line.wide) for line in table.ignored] == [
        (1, "preamble", False),
        (6, "total", True),
    ]


def test_a_cell_beyond_the_header_makes_its_row_ragged() -> None:
    table = table_of(Licenses=[[*HEADER], ["K-1", "Jira", "2018-03-02", 3, "what?"], ["K-2", "Jira"]])
    assert table.ragged == {0: ["K-1", "Jira", "2018-03-02", "3", "what?"]}
    assert table.rows[1] == ["K-2", "Jira", "", ""]


def test_a_damaged_workbook_is_refused_with_a_sentence() -> None:
    content = book(Licenses=[[*HEADER], ["K-1", "Jira", "", 3]])
    broken = content.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet2.xml")
    with pytest.raises(TableError) as caught:
        read_table(broken, "licenses.xlsx")
    assert caught.value.code in ("workbook", "empty")
