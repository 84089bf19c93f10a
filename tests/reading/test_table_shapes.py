"""Tables of other shapes than one header above its rows: headers of two rows, tables below one another, padded columns."""

from io import BytesIO

import openpyxl
import pytest

from lib.reading.tables import Table, read_table
from tests.workbooks import book

CONTACTS = "Email,Name,Country\nada@acme.example,Ada Lovelace,US\n"


def table_of(text: str, **options: int) -> Table:
    return read_table(text.encode(), "licenses.csv", header_line=options.get("header_line"))


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ("License,License,Contact,Contact", ["License Key", "Product", "Contact Name", "Contact Email"]),
        ("License,,Contact,", ["License Key", "Product", "Contact Name", "Contact Email"]),
        (",,Reseller,", ["Key", "Product", "Reseller Name", "Reseller Email"]),
    ],
)
def test_a_row_of_groups_above_the_header_tells_what_its_names_mean(groups: str, names: list[str]) -> None:
    table = table_of(f"{groups}\nKey,Product,Name,Email\nK-1,Jira,Ada,ada@acme.example\nK-2,Jira,Bo,bo@acme.example\n")
    assert table.header == names
    assert (table.header_line, len(table), table.ignored) == (2, 2, [])


@pytest.mark.parametrize("above", ["Exported by,Ann,,", "Licenses of 2018,,,", "Customer: Acme,Product: Jira,,"])
def test_a_title_or_remark_above_the_header_is_no_row_of_groups(above: str) -> None:
    table = table_of(f"{above}\nKey,Product,Name,Email\nK-1,Jira,Ada,ada@acme.example\nK-2,Jira,Bo,bo@acme.example\n")
    assert table.header == ["Key", "Product", "Name", "Email"]
    assert len(table.ignored) == 1


def test_merged_cells_of_a_sheet_group_the_names_below_them_and_no_others() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["License Key", "Product", "Billing", None, "Shipping", None])
    sheet.append([None, None, "Name", "Country", "Name", "Country"])
    sheet.append(["K-1", "Jira", "Ada", "DE", "Bo", "FR"])
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "H1:I1"):
        sheet.merge_cells(cells)
    content = BytesIO()
    workbook.save(content)
    table = read_table(content.getvalue())
    assert table.header[2:] == ["Billing Name", "Billing Country", "Shipping Name", "Shipping Country"]
    assert table.rows == [["K-1", "Jira", "Ada", "DE", "Bo", "FR"]]


def test_tables_of_licenses_below_one_another_are_one() -> None:
    table = table_of(
        "Server licenses\nLicense Key,Product,Editors,Company\nK-1,Jira,10,Acme\n\n"
        "Cloud licenses\nKey,Company,Maintenance Expires\nC-1,Globex,2018-01-02\n"
    )
    assert table.header == ["License Key", "Product", "Editors", "Company", "Maintenance Expires"]
    assert table.rows == [["K-1", "Jira", "10", "Acme", ""], ["C-1", "", "", "Globex", "2018-01-02"]]
    assert table.lines.tolist() == [3, 7]
    assert "line 2 (1 row), line 6 (1 row)" in table.notices[0]


def test_a_wider_table_below_does_not_hide_the_first() -> None:
    table = table_of(
        "License Key,Product,Editors\nK-1,Jira,10\n\nLicense Key,Product,Editors,Company,Email\nK-2,Jira,3,Acme,a@b.example\n"
    )
    assert [row[0] for row in table.rows] == ["K-1", "K-2"]


def test_another_table_below_is_left_out_and_offered() -> None:
    table = table_of(f"License Key,Product,Editors\nK-1,Jira,10\nK-2,Jira,10\n\n{CONTACTS}")
    assert [row[0] for row in table.rows] == ["K-1", "K-2"]
    assert table.notices == [
        "Another table begins on line 5 (Email, Name, Country: 1 row) and was not read. "
        "Choose line 5 as the header's to read it instead."
    ]


def test_the_line_of_a_header_chooses_one_of_several_tables() -> None:
    text = f"License Key,Product,Editors\nK-1,Jira,10\n\nLicense Key,Company,Editors\nK-2,Acme,3\n\n{CONTACTS}"
    table = table_of(text, header_line=4)
    assert table.rows == [["K-2", "Acme", "3"]]
    assert table_of(text, header_line=7).header == ["Email", "Name", "Country"]


def test_tables_on_one_sheet_are_read_as_those_of_a_text() -> None:
    content = book(
        Licenses=[
            ["License Key", "Product"],
            ["K-1", "Jira"],
            [],
            ["License Key", "Company"],
            ["K-2", "Acme"],
            [],
            ["Email", "Country"],
        ]
    )
    table = read_table(content)
    assert table.rows == [["K-1", "Jira", ""], ["K-2", "", "Acme"]]
    assert len(table.notices) == 2


def test_columns_padded_with_blanks_are_parted() -> None:
    table = table_of(
        "License Key  Product     Editors  Company\n"
        "-----------  ----------  -------  -----------\n"
        "K-1          Jira             10  Acme Corp\n"
        "K-2          Confluence     2000  Globex  GmbH\n"
        "K-3          Jira                 Initech\n"
    )
    assert table.header == ["License Key", "Product", "Editors", "Company"]
    assert table.rows == [
        ["K-1", "Jira", "10", "Acme Corp"],
        ["K-2", "Confluence", "2000", "Globex  GmbH"],
        ["K-3", "Jira", "", "Initech"],
    ]
    assert table.lines.tolist() == [3, 4, 5]


def test_dashes_below_the_names_part_columns_with_one_blank_between() -> None:
    table = table_of(
        "License Key Product    Editors\n----------- ---------- -------\n"
        "K-1         Jira            10\nK-2         Confluence      25\n"
    )
    assert table.header == ["License Key", "Product", "Editors"]
    assert table.rows == [["K-1", "Jira", "10"], ["K-2", "Confluence", "25"]]


def test_a_title_above_a_repeated_header_is_no_row_of_a_narrow_table() -> None:
    table = table_of("License Key,Editors\nC-1,10\n\nJira\nLicense Key,Editors\nJ-1,10\nJ-2,3\n")
    assert [row[0] for row in table.rows] == ["C-1", "J-1", "J-2"]
    assert [line.reason for line in table.ignored] == ["title", "repeated header"]


def test_commas_outweigh_blanks_below_one_another() -> None:
    table = table_of("License Key,  Product,  Editors\nK-1,          Jira,     10\nK-2,          Jira,     25\n")
    assert [cell.strip() for cell in table.rows[0]] == ["K-1", "Jira", "10"]


def test_a_line_that_ends_in_a_backslash_goes_on_where_that_fits() -> None:
    table = read_table(b"License Key,Product,Address\nA-1,Jira,Main Street\\\nBerlin\nA-2,Jira,Ring 5\n", "file.csv")
    assert [column.to_pylist() for column in table.columns][2] == ["Main Street\nBerlin", "Ring 5"]
    folders = read_table(b"License Key,Product,Folder\nA-1,Jira,C:\\\nA-2,Jira,D:\\\n", "file.csv")
    assert folders.columns[2].to_pylist() == ["C:\\", "D:\\"]


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_row_of_a_table_above_is_no_group_of_columns(blank: str) -> None:
    table = read_table(f"License Key,Product\nA1,Jira\n{blank}License Key,Product,Company\nB1,Jira,Acme\n".encode())
    assert table.header == ["License Key", "Product", "Company"]
    assert "A1,Jira" in [line.text for line in table.ignored]
