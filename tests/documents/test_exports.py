"""Files for people: complete, read back as they were written, and never anything that runs."""

import csv
import io
import re
from datetime import date, datetime
from pathlib import PureWindowsPath
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from lib.documents import exports
from lib.documents.exports import numbered, safe_name
from lib.documents.exports.about import UPGRADE_REMARKS
from lib.documents.exports.lines import SHEETS
from lib.documents.exports.workbooks import OPTIONS, looks_of, refuse_too_many, write_cell
from lib.domain.refusal import RefusalError
from lib.domain.tiers import UNLIMITED
from lib.reading.formula_safety import escape_formula
from lib.store.schema import license_versions
from tests.actors import ADMIN
from tests.examples import examples
from tests.workbooks import ABOUT, about_of

BLANK = dict.fromkeys(("name", "day", *(column.name for column in license_versions.columns)))
UPGRADE = BLANK | {
    "name": "Acme Corp",
    "day": date(2019, 5, 14),
    "customer": "acme",
    "license_key": "BMQ-1",
    "product": "confluence",
    "hosting": "server",
    "editors": 10,
    "host_tier": 87,
    "maintenance_end": date(2018, 3, 2),
    "contact_name": "Ada Lane",
    "contact_email": "ada@acme.example",
    "myatlassian_email": "it@acme.example",
    "country": "US",
    "sen": "",
    "outcome": "upgrade_needed",
    "needs": "",
    "flags": "",
    "from_size": 10,
    "to_tier": 100,
    "tier_steps": 3,
    "users_added": 90,
    "consent": "given",
    "borderline": False,
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

nasty = st.one_of(
    st.text(),
    st.builds("".join, st.tuples(st.sampled_from([*FORMULA_STARTS, "'", " =", "http://", "_x0041_"]), st.text())),
)
days = st.one_of(st.dates(min_value=date(1000, 1, 1)), st.dates(date(1899, 12, 1), date(1900, 4, 1)))


def frame_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows as a query of the store gives them."""
    return pd.DataFrame(list(rows), columns=list(BLANK), dtype=object)


def upgrade(**changes: Any) -> dict[str, Any]:
    """A license that must grow from 10 to 100, but for what is told."""
    return UPGRADE | changes


def read_csv(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def open_book(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def book_of(*rows: dict[str, Any]) -> Workbook:
    return open_book(bytes_of(*rows))


def bytes_of(*rows: dict[str, Any]) -> bytes:
    return exports.upgrade_book(exports.lines_of([frame_of(*rows)]), ABOUT).content


def upgrades_csv(*rows: dict[str, Any]) -> bytes:
    return b"".join(exports.csv_parts(exports.UPGRADE_FIELDS, [frame_of(*rows)]))


def read_sheet(book: Workbook, title: str) -> list[dict[str, Any]]:
    header, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


# CSV


@given(nasty, nasty)
def test_no_cell_of_a_csv_file_begins_as_a_formula_and_no_text_is_lost(company: str, email: str) -> None:
    (row,) = read_csv(upgrades_csv(upgrade(name=company, contact_email=email)))
    for title, text in (("Customer", company), ("Contact email", email)):
        assert not row[title].lstrip(" ").startswith(FORMULA_STARTS)
        assert row[title] in (text, f"'{text}")


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_text_that_would_run_gets_an_apostrophe(start: str) -> None:
    assert escape_formula(f"{start}1+1") == f"'{start}1+1"
    assert escape_formula(f"  {start}1+1") == f"'  {start}1+1"


@pytest.mark.parametrize("text", ["", "Acme", "'=1", "1-1", "SEN-1", "a=b", "ada@acme.example"])
def test_a_text_that_cannot_run_stays_as_it_is(text: str) -> None:
    assert escape_formula(text) == text


def test_a_csv_file_ends_its_lines_as_spreadsheet_programs_do_and_keeps_line_breaks_in_cells() -> None:
    content = upgrades_csv(upgrade(name='Acme\n"Ltd"'), upgrade())
    assert content.count(b"\r\n") == 3
    assert [row["Customer"] for row in read_csv(content)] == ['Acme\n"Ltd"', "Acme Corp"]


def test_numbers_of_a_csv_file_stay_numbers_and_days_are_iso() -> None:
    (row,) = read_csv(upgrades_csv(upgrade(editors=2000, to_tier=UNLIMITED, users_added=None)))
    assert (row["Editors"], row["To"], row["Users added"]) == ("2000", "Unlimited", "Unlimited")
    assert row["Maintenance ends"] == "2018-03-02"


@pytest.mark.parametrize("key", ["00123", "1E10", "3-10", "123456789012345678901"])
def test_a_list_says_that_spreadsheets_change_keys_of_digits(key: str) -> None:
    assert f'such as "{key}"' in exports.hint_on_keys(upgrades_csv(upgrade(license_key=key)))


@pytest.mark.parametrize("key", ["K-1", "BMQ-4111222", "12345", "'=1"])
def test_a_list_says_nothing_of_keys_that_stay_as_they_are(key: str) -> None:
    assert exports.hint_on_keys(upgrades_csv(upgrade(license_key=key))) == ""


def test_a_list_of_licenses_shows_each_column_with_its_title_and_the_verdict() -> None:
    license = upgrade(
        match_agreed=True, server_confirmed=False, needs="host_tier,editors", flags="off_ladder", batch_id=4
    )
    (row,) = read_csv(exports.licenses_csv(frame_of(license), ADMIN))
    assert row["License key"] == "BMQ-1"
    assert (row["Product"], row["Hosting"], row["Outcome"]) == ("Confluence", "Server", "Upgrade needed")
    assert (row["Consent to match"], row["Server confirmed"], row["Borderline"]) == ("Yes", "No", "No")
    assert row["Needs"] == "Server tier; Editors"
    assert row["Checks"] == "Editors not on the tier ladder"
    assert (row["Import"], row["Purchase date"], row["Cloud plan"]) == ("4", "", "")


def test_a_list_without_licenses_has_its_titles() -> None:
    assert upgrades_csv().decode("utf-8-sig").startswith("Customer,License key,Product,")


# workbooks


WAYS = {"in files": {}, "in memory": {"constant_memory": False, "in_memory": True}}
"""How workbooks are written: many rows go through files, few are kept in memory."""


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=examples(20))
@given(cells=st.lists(st.one_of(nasty, st.integers(-(2**53), 2**53)), min_size=1, max_size=6))
def test_a_workbook_gives_every_text_and_number_back_and_holds_no_formula_and_no_link(
    way: str, cells: list[str | int]
) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {**OPTIONS, **WAYS[way]}) as book:
        sheet, looks = book.add_worksheet(), looks_of(book)
        for line, cell in enumerate(cells):
            write_cell(sheet, line, 0, cell, looks)
    cells_read = [cell for (cell,) in load_workbook(content).active.iter_rows(max_col=1, max_row=len(cells))]
    assert [
        cell.value if isinstance(cell_written, int) else None
        for cell, cell_written in zip(cells_read, cells, strict=True)
    ] == [cell_written if isinstance(cell_written, int) else None for cell_written in cells]
    assert {cell.data_type for cell in cells_read} <= {"s", "n", "inlineStr"}
    assert [cell for cell in cells_read if cell.hyperlink] == []
    assert texts_in(content) == [
        cell_written for cell_written in cells if cell_written and isinstance(cell_written, str)
    ]


def texts_in(content: io.BytesIO) -> list[str]:
    """The texts of a workbook's only sheet, as Excel reads them: openpyxl takes some escaped letters for others."""
    with ZipFile(content) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        shared = [entry for name in parts.namelist() if "sharedStrings" in name for entry in _entries(parts.read(name))]
    texts = []
    for cell in sheet.iter(f"{SPREADSHEET}c"):
        text, number = cell.find(f"{SPREADSHEET}is/{SPREADSHEET}t"), cell.find(f"{SPREADSHEET}v")
        if text is not None:
            texts.append(text.text or "")
        elif cell.get("t") == "s" and number is not None:
            texts.append(shared[int(number.text or "")])
    return list(map(unescape, texts))


def _entries(content: bytes) -> list[str]:
    entries = ElementTree.fromstring(content).findall(f"{SPREADSHEET}si/{SPREADSHEET}t")
    return [entry.text or "" for entry in entries]


SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_no_sheet_of_a_customers_workbook_holds_a_formula_or_a_link() -> None:
    formulas = dict.fromkeys(
        ("name", "contact_name", "license_key", "contact_email", "country"), '=HYPERLINK("http://a")'
    )
    book = book_of(*(row | formulas for row in (upgrade(), SAME, UNCLEAR, CLOUD)))
    cells = [cell for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert sum(cell.value == '=HYPERLINK("http://a")' for cell in cells) == 20
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell for cell in cells if cell.hyperlink] == []


@settings(max_examples=examples(8))
@given(days)
def test_a_workbook_gives_every_day_back(day: date) -> None:
    (row,) = read_sheet(book_of(upgrade(maintenance_end=day)), "Upgrades")
    cell = row["Maintenance ends"]
    assert (cell.date() if isinstance(cell, datetime) else date.fromisoformat(cell)) == day


def test_days_are_days_tiers_are_numbers_and_keys_are_texts() -> None:
    (row,) = read_sheet(book_of(upgrade(license_key="0012345678901234567")), "Upgrades")
    assert row["License key"] == "0012345678901234567"
    assert row["Maintenance ends"] == datetime(2018, 3, 2)
    assert (row["Editors"], row["Server tier"], row["From"], row["To"], row["Tier steps"]) == (10, 87, 10, 100, 3)
    assert (row["Users added"], row["Consent"], row["Contact"]) == (90, "Given", "Ada Lane")


def test_unlimited_is_spelled_where_a_license_grows_beyond_numbers() -> None:
    license = upgrade(host_tier=UNLIMITED, to_tier=UNLIMITED, users_added=None)
    (row,) = read_sheet(book_of(license), "Upgrades")
    assert (row["Server tier"], row["To"], row["Users added"]) == ("Unlimited", "Unlimited", "Unlimited")


def test_texts_stay_texts_when_somebody_edits_their_cell() -> None:
    book = book_of(upgrade(name="=1+1"))
    assert book["Upgrades"]["A2"].number_format == "@"


def test_each_upgrade_says_what_to_do_before_it() -> None:
    ready, pending = read_sheet(book_of(upgrade(), upgrade(consent="pending", myatlassian_email="")), "Upgrades")
    assert ready["Before the upgrade"] is None
    assert ready["Warning"].startswith("Do not install a smaller Marketplace key before the upgrade")
    assert pending["Before the upgrade"] == "Still needed: consent to the upgrade. Still needed: myAtlassian email."


def test_first_and_last_name_stand_in_for_a_missing_contact_name() -> None:
    license = upgrade(contact_name="", contact_first_name="Ada", contact_last_name="Lane")
    assert read_sheet(book_of(license), "Upgrades")[0]["Contact"] == "Ada Lane"


def test_a_sheet_is_ready_to_filter_to_scroll_and_to_print() -> None:
    sheet = book_of(upgrade(), upgrade())["Upgrades"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:R3"
    assert sheet.print_area == "'Upgrades'!$A$1:$L$3", "what is printed is readable, what is not is there to filter"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.print_title_rows == "$1:$1"


def test_sheets_are_printed_in_letters_of_eight_points_or_more() -> None:
    a_digit, padding, a4_across = 7, 5, 1_065  # pixels of Arial in 10 points, and between margins of 0.3 inches
    for sheet in SHEETS:
        printed = [field.on_paper for field in sheet.fields]
        assert printed == sorted(printed, reverse=True), "what is not printed stands last"
        width = sum(field.width * a_digit + padding for field in sheet.fields if field.on_paper)
        assert 10 * a4_across / width >= 8, sheet.title


SAME = upgrade(license_key="BMQ-2", outcome="eligible", editors=100, host_tier=100, users_added=None, consent=None)
UNCLEAR = upgrade(
    license_key="BMQ-3", outcome="needs_info", host_tier=None, needs="host_tier", users_added=None, consent=None
)
CLOUD = upgrade(
    license_key="BMQ-4",
    outcome="legacy_plan",
    hosting="cloud",
    plan_end=date(2018, 9, 2),
    users_added=None,
    consent=None,
)
MOVED = upgrade(license_key="BMQ-5", outcome="already_migrated", sen="SEN-1", users_added=None, consent=None)


def test_each_way_to_stand_has_a_sheet_and_what_has_none_is_counted() -> None:
    book = book_of(upgrade(), SAME, UNCLEAR, CLOUD, MOVED)
    assert book.sheetnames == [*(sheet.title for sheet in exports.SHEETS), "About this file"]
    keys = {title: [row["License key"] for row in read_sheet(book, title)] for title in book.sheetnames[:-1]}
    assert list(keys.values()) == [["BMQ-1"], ["BMQ-2"], ["BMQ-3"], ["BMQ-4"], ["BMQ-5"]]
    about = about_of(book)
    assert [about[heading] for heading in ("Eligible licenses", "Cloud licenses")] == [1, 1]
    assert about["Licenses that have migrated"] == 1
    (row,) = read_sheet(book, "Needs information")
    assert (row["Server tier"], row["Missing"]) == (None, "Server tier")
    (row,) = read_sheet(book, "Cloud")
    assert (row["Customer"], row["Plan ends"], row["Group"]) == (
        "Acme Corp",
        datetime(2018, 9, 2),
        "Cloud: legacy plan",
    )


def test_empty_sheets_are_neither_opened_nor_printed() -> None:
    declined = upgrade(outcome="not_eligible")
    for line, visible in ((MOVED, ["Migrated", "About this file"]), (declined, ["About this file"])):
        book = book_of(line)
        assert [page.title for page in book.worksheets if page.sheet_state == "visible"] == visible
        assert book.active.title == visible[0]


def test_rows_are_as_high_as_their_texts() -> None:
    names = ("A" * 90, "株式会社日立製作所 情報システム開発本部", "株式会社日立", "Acme")
    book = book_of(*(upgrade(name=name) for name in names))
    heights = [book["Upgrades"].row_dimensions[line].height or 0 for line in range(2, 6)]
    assert heights[0] > heights[1] > 17, "Japanese letters are as wide as two others"
    assert heights[2:] == [0, 0], "a line has the height of all"
    page = book["About this file"]
    notes = {page.cell(line, 2).value: page.row_dimensions[line].height for line in range(1, page.max_row + 1)}
    assert notes[UPGRADE_REMARKS[0]] > notes[UPGRADE_REMARKS[1]]


def test_a_workbook_of_many_licenses_is_as_one_of_few() -> None:
    few, many = book_of(upgrade()), book_of(*(upgrade(license_key=f"BMQ-{number}") for number in range(6_000)))
    assert [row["License key"] for row in read_sheet(many, "Upgrades")] == [f"BMQ-{number}" for number in range(6_000)]
    assert read_sheet(many, "Upgrades")[1] == read_sheet(few, "Upgrades")[0]
    assert (many["Upgrades"].auto_filter.ref, many["Upgrades"].freeze_panes) == ("A1:R6001", "C2")


def test_a_workbook_says_what_it_is() -> None:
    book = book_of(upgrade(), upgrade(consent="pending"), upgrade(to_tier=UNLIMITED, users_added=None, customer="b"))
    assert about_of(book) == {
        "Data as of": "14 May 2019 09:12 UTC",
        "Data version": "change #41",
        "Policy": "v3",
        "Filter": "Confluence",
        "Created by": "ann@example.com",
        "Customers": 2,
        "Licenses to upgrade": 3,
        "Users added": 180,
        "To Unlimited": 1,
        "Consent given": 2,
        "Consent pending": 1,
        "Eligible licenses": 0,
        "Licenses that need information": 0,
        "Cloud licenses": 0,
        "Licenses that have migrated": 0,
    }
    about = book["About this file"]
    minded = [line for heading, line in about.iter_rows(values_only=True) if heading == "Note"]
    longest = max(range(1, about.max_row + 1), key=lambda row: len(str(about.cell(row, 2).value)))
    assert about.row_dimensions[longest].height > 15  # that of a line
    assert any("overrides the working Balsamiq key" in text for text in minded)
    assert any("at least the user tier" in text for text in minded)
    assert minded[-1] == "Atlassian ended support for Server on 15 February 2024."


def test_the_same_data_makes_the_same_bytes() -> None:
    assert bytes_of(upgrade(), CLOUD) == bytes_of(upgrade(), CLOUD)


def test_more_rows_than_a_sheet_holds_are_refused_with_a_sentence() -> None:
    refuse_too_many("Upgrades", exports.MAX_ROWS)
    with pytest.raises(RefusalError, match=r"would have 1,048,576 rows, and a workbook has room for 1,048,575"):
        refuse_too_many("Upgrades", exports.MAX_ROWS + 1)


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_a_text_longer_than_a_cell_holds_is_refused_rather_than_cut(text: str) -> None:
    with pytest.raises(RefusalError, match="longer than the 32,767 characters"):
        book_of(upgrade(name=text))


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383])
def test_the_longest_text_a_cell_holds_is_written_whole(text: str) -> None:
    assert read_sheet(book_of(upgrade(name=text)), "Upgrades")[0]["Customer"] == text


# file names


@given(nasty)
def test_every_system_takes_a_safe_name(text: str) -> None:
    name = safe_name(text)
    assert name == name.strip(" .")
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert not PureWindowsPath(name).is_reserved()
    assert 0 < len(name.encode()) <= 121


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme Corp", "Acme Corp"),
        ("Müller & Söhne GmbH", "Müller & Söhne GmbH"),
        ("AC/DC: Live?", "AC DC Live"),
        ("../../etc/passwd", "etc passwd"),
        ("CON", "CON_"),
        ("com1.txt", "com1.txt_"),
        ("CON .a", "CON .a_"),
        ("Acme Inc.", "Acme Inc"),
        ("\u202egpj.exe", "gpj.exe"),
        ("  ", "unnamed"),
        ("ü" * 100, "ü" * 60),
    ],
)
def test_a_name_stays_as_close_to_the_customers_as_it_can(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_names_that_some_system_takes_for_the_same_are_numbered() -> None:
    assert numbered(["Acme", "ACME", "Acme (2)", "Beta", "acme"]) == [
        "Acme",
        "ACME (2)",
        "Acme (2) (2)",
        "Beta",
        "acme (3)",
    ]
    assert numbered(["Caf\u00e9", "Cafe\u0301", "CAF\u00c9", "STRASSE", "Stra\u00dfe", "ﬁn", "fin"]) == [
        "Caf\u00e9",
        "Cafe\u0301 (2)",
        "CAF\u00c9 (3)",
        "STRASSE",
        "Stra\u00dfe (2)",
        "ﬁn",
        "fin (2)",
    ]


def test_thousands_of_the_same_name_are_numbered_in_no_time() -> None:
    assert numbered(["unnamed"] * 20_000)[-1] == "unnamed (20000)"
