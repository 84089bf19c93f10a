"""What a sheet shows is what is read of it, or somebody is told."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from lib.checking.check import CheckedFile, check
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.reading.tables import Table, TableError, read_table
from lib.reading.tables.old_workbook import read_old_workbook
from lib.reading.tables.shown_cells import shown_number
from lib.reading.tables.workbook import VALUES_ONLY, notices_on_kind
from tests.workbooks import archive, open_document

OLD_BOOK = (Path(__file__).parents[1] / "data" / "shown.xls").read_bytes()

HEADER = ("License Key", "Product", "Hosting", "Editors", "Atlassian Users", "Maintenance Expires", "Company", "Email")
ROW = ("K-1", "Mockups for JIRA", "Server", 10, 100, date(2018, 3, 2), "Acme Corp", "ada@acme.example")


def book_of(*rows: tuple[Any, ...]) -> Workbook:
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    return book


def table_of(book: Workbook, sheet: str | None = None) -> Table:
    content = io.BytesIO()
    book.save(content)
    return read_table(content.getvalue(), "list.xlsx", sheet=sheet)


def checked(book: Workbook) -> CheckedFile:
    return check(table_of(book), Settings(), Policy())


def row(**cells: Any) -> tuple[Any, ...]:
    return tuple(cells.get(title.split()[0].lower(), value) for title, value in zip(HEADER, ROW, strict=True))


def test_merged_cells_have_their_value_in_all_rows_that_they_cover_with_a_notice() -> None:
    book = book_of(
        row(), row(license="K-2", company=None), row(license="K-3", company=None), row(license="K-4", company="Globex")
    )
    book.active.merge_cells("G2:G4")
    result = checked(book)
    assert list(result.licenses["company"].objects()) == ["Acme Corp", "Acme Corp", "Acme Corp", "Globex"]
    assert [problem.message for problem in result.warnings] == [
        "2 cells of the sheet Sheet had a value from merged cells: each row now has that value."
    ]


def test_a_title_merged_above_the_header_says_nothing_of_rows() -> None:
    book = Workbook()
    for cells in (("All licenses", *[None] * 7), HEADER, row(), row(license="K-2", company=None)):
        book.active.append(cells)
    book.active.merge_cells("A1:H1")
    table = table_of(book)
    assert (table.rows[1][6], table.notices) == ("", [])


@pytest.mark.parametrize(
    ("error", "code"), [("#REF!", "cell_error"), ("#NAME?", "cell_error"), ("#DIV/0!", "cell_error")]
)
def test_the_error_of_a_formula_is_told_with_its_line(error: str, code: str) -> None:
    result = checked(book_of(row(), row(license="K-2", company=error)))
    assert [(problem.code, problem.line, problem.value) for problem in result.errors] == [(code, 3, error)]


def test_an_error_in_a_size_is_told_and_not_available_is_a_blank() -> None:
    result = checked(book_of(row(editors="#REF!"), row(license="K-2", editors="#N/A")))
    assert [(problem.code, problem.line) for problem in result.errors] == [("invalid_size", 2)]
    assert list(result.licenses["editors"].objects()) == [None, None]


def test_a_formula_without_a_stored_result_is_told() -> None:
    result = checked(book_of(row(company='="Ac"&"me"')))
    assert [problem.code for problem in result.errors] == ["cell_error"]
    assert "1 formula of the sheet has no stored result" in result.warnings[0].message


@pytest.mark.parametrize(
    ("number", "code", "key"),
    [(123, "00000", "00123"), (4111222, '"BMQ-"0000000', "BMQ-4111222"), (123456, "000-000", "123-456")],
)
def test_a_key_is_the_number_as_its_format_shows_it(number: int, code: str, key: str) -> None:
    book = book_of(row(license=number))
    book.active["A2"].number_format = code
    assert table_of(book).rows[0][0] == key


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (7, "0", "7"),
        (1234567, "000-000", "1234-567"),
        (5, r"\K0", "K5"),
        (12, "#,##0", None),
        (12, "0.00", None),
        (12, "General", None),
        (12, "yyyy-mm-dd", None),
        (12, "0%", None),
        (12, "@", None),
        (99, '[Red]"LIC-"000', "LIC-099"),
        (7, "[$-409]000", "007"),
        (7, "[h]", None),
    ],
)
def test_only_formats_of_digits_and_fixed_texts_are_followed(number: int, code: str, text: str | None) -> None:
    assert shown_number(number, code) == text


def test_numbers_in_a_column_of_dates_count_from_1904_where_the_workbook_does() -> None:
    book = book_of(row(maintenance=41699), row(license="K-2", maintenance="soon"))
    book.epoch = CALENDAR_MAC_1904
    assert [cells[5] for cells in table_of(book).rows] == ["2018-03-02", "soon"]


def test_hidden_rows_are_read_and_told() -> None:
    book = book_of(row(), row(license="K-2"), row(license="K-3"))
    book.active.row_dimensions[3].hidden = True
    assert (len(table_of(book)), table_of(book).notices) == (
        3,
        ["1 of 3 rows is hidden in the sheet, and read all the same."],
    )


def hide(book: Workbook) -> None:
    book["old"].sheet_state = "hidden"


def hide_all_but_a_cover(book: Workbook) -> None:
    hide(book)
    del book["Sheet"]
    book.create_sheet("Cover")["A1"] = "Legacy licenses"
    book.active = book["Cover"]


@pytest.mark.parametrize(
    ("prepare", "key", "notice"),
    [
        (hide, "K-1", "The sheet old is hidden and was not read. Choose it if it should be read."),
        (hide_all_but_a_cover, "K-9", "The sheet old, which is hidden, was read."),
    ],
)
def test_a_sheet_in_sight_is_read_before_a_hidden_one(
    prepare: Callable[[Workbook], None], key: str, notice: str
) -> None:
    book = book_of(row())
    other = book.create_sheet("old")
    for cells in (HEADER, row(license="K-9")):
        other.append(cells)
    with pytest.raises(TableError, match="several sheets"):
        table_of(book)
    prepare(book)
    table = table_of(book)
    assert ([cells[0] for cells in table.rows], table.notices) == ([key], [notice])


@pytest.mark.parametrize("value", [date(2018, 3, 2), True])
def test_a_date_or_a_truth_value_where_a_key_should_be_is_asked_about(value: Any) -> None:
    assert [problem.code for problem in checked(book_of(row(license=value))).errors] == ["invalid_key"]


def open_row(*cells: str, attributes: str = "") -> str:
    """A row of OpenDocument: cells as they are written, else texts."""
    text = "<table:table-cell office:value-type='string'><text:p>%s</text:p></table:table-cell>"
    return f"<table:table-row {attributes}>{''.join(cell if '<' in cell else text % cell for cell in cells)}</table:table-row>"


def open_number(value: int, text: str) -> str:
    """A number as OpenDocument stores and shows it."""
    return (
        f"<table:table-cell office:value-type='float' office:value='{value}'><text:p>{text}</text:p></table:table-cell>"
    )


def test_an_open_document_is_read_as_it_is_shown_too() -> None:
    merged = "<table:table-cell office:value-type='string' table:number-rows-spanned='2'><text:p>Acme</text:p></table:table-cell>"
    error = "<table:table-cell office:value-type='string' table:formula='x'><text:p>Err:502</text:p></table:table-cell>"
    table = read_table(
        open_document(
            open_row("License Key", "Editors", "Company")
            + open_row(open_number(123, "00123"), open_number(2000, "2,000"), merged)
            + open_row(open_number(7, "BMQ-0007"), error, "<table:covered-table-cell/>")
            + open_row("K-3", open_number(10, "10"), "Globex", attributes="table:visibility='collapse'")
        )
    )
    assert table.rows == [["00123", "2000", "Acme"], ["BMQ-0007", "#VALUE!", "Acme"], ["K-3", "10", "Globex"]]
    assert table.notices == [
        "1 of 3 rows is hidden in the sheet, and read all the same.",
        "1 cell of the sheet A had a value from merged cells: each row now has that value.",
    ]


@pytest.mark.parametrize(
    ("number", "text", "key"),
    [
        (77, "000-077", "000-077"),
        (12345678, "1234-5678", "1234-5678"),
        (5, "K5", "K5"),
        (1, "TRUE", "TRUE"),
        (1234, "1,234", "1234"),
        (12, "12.00", "12"),
        (12, "$12", "12"),
        (12, "1200%", "12"),
    ],
)
def test_a_key_in_an_open_document_is_what_its_cell_shows(number: int, text: str, key: str) -> None:
    table = read_table(open_document(open_row("License Key", "Company") + open_row(open_number(number, text), "Acme")))
    assert table.rows[0][0] == key


def test_other_workbooks_may_count_days_from_1904_too() -> None:
    rows = open_row("License Key", "Maintenance Expires") + open_row("K-1", open_number(44000, "44000"))
    for first_day, day in (("1904-01-01", "2024-06-19"), ("1899-12-30", "44000")):
        settings = f"<table:calculation-settings><table:null-date table:date-value='{first_day}'/></table:calculation-settings>"
        assert read_table(open_document(rows, settings)).rows == [["K-1", day]]
    calendar, other = (bytes((0x22, 0, 2, 0, number, 0)) for number in (0, 1))
    books = (read_old_workbook(OLD_BOOK), read_old_workbook(OLD_BOOK.replace(calendar, other)))
    assert [book["Licenses"].counts_from_1904 for book in books] == [False, True]


def test_a_workbook_before_2007_is_read_as_it_is_shown_too() -> None:
    table = read_table(OLD_BOOK)
    assert table.rows == [["00123", "10", "Acme"], ["BMQ-4111222", "#DIV/0!", "Acme"], ["K-3", "2.5", "#NAME?"]]
    assert table.notices == [
        "The sheet Old is hidden and was not read. Choose it if it should be read.",
        "1 of 3 rows is hidden in the sheet, and read all the same.",
        "1 cell of the sheet Licenses had a value from merged cells: each row now has that value.",
    ]


@given(st.lists(st.tuples(st.integers(0, len(OLD_BOOK) - 1), st.integers(0, 255)), max_size=30))
def test_damage_to_a_workbook_before_2007_does_no_harm(damage: list[tuple[int, int]]) -> None:
    content = bytearray(OLD_BOOK)
    for place, byte in damage:
        content[place] = byte
    assert isinstance(read_old_workbook(bytes(content)), dict)


def test_of_a_binary_workbook_it_is_said_that_only_values_are_read() -> None:
    assert notices_on_kind(archive({"xl/workbook.bin": ""})) == [VALUES_ONLY]
    assert notices_on_kind(OLD_BOOK) == []
