"""The board pack says where its numbers come from, and holds them as numbers, with a chart of Excel's own beside them."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from xlsxwriter import Workbook as XlsxBook

from lib.dashboard.board_pack import write_sheets
from lib.dashboard.sheets import ChartKind, Sheet
from lib.documents.exports import sheet_names
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.products import PRODUCT_TITLES
from lib.domain.refusal import RefusalError
from lib.domain.tiers import UNLIMITED
from lib.measures.cut import ALL
from tests.workbooks import ABOUT, about_of

OUTCOMES = Sheet(
    title="Outcomes by product",
    frame=pd.DataFrame(
        [("jira", "eligible", 5), ("jira", "expired", 2), ("confluence", "eligible", 40), (None, "needs_info", 1)],
        columns=["product", "outcome", "licenses"],
        dtype=object,
    ),
    chart=ChartKind.STACKED_BARS,
    rows="product",
    series="outcome",
    values=("licenses",),
    titles={**PRODUCT_TITLES, **OUTCOME_TITLES},
)
MOVES = Sheet(
    title="Tier moves",
    frame=pd.DataFrame(
        [(10, 100, 7), (10, UNLIMITED, 1), (3, 25, 2), (UNLIMITED, UNLIMITED, 4)],
        columns=["from_size", "to_tier", "licenses"],
        dtype=object,
    ),
    chart=ChartKind.STACKED_COLUMNS,
    rows="from_size",
    series="to_tier",
    values=("licenses",),
    note="Licenses that must grow",
)
FUNNEL = Sheet(
    title="Funnel",
    frame=pd.DataFrame(
        [("received", 64, None, None), ("migrated", 16, 0.25, 12.5)],
        columns=["stage", "reached", "conversion", "median_days"],
    ),
    chart=ChartKind.BARS,
    rows="stage",
    values=("reached",),
    extra=("conversion", "median_days"),
    shares=("conversion",),
    titles={"received": "Received", "migrated": "Migrated"},
    adds_up=False,
)
BURN_UP = Sheet(
    title="Burn-up",
    frame=pd.DataFrame(
        [
            ("2026-W40", "2026-10-04", "migrated", 5),
            ("2026-W41", "2026-10-11", "migrated", 9),
            ("2026-W41", "2026-10-11", "received", 3),
        ],
        columns=["period", "on", "stage", "customers"],
        dtype=object,
    ),
    chart=ChartKind.STACKED_COLUMNS,
    rows="period",
    series="stage",
    values=("customers",),
    extra=("on",),
    adds_up=False,
)
FORMULAS = [
    "=1+1",
    "a!A1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2",
    "=Sheet1!$A$1",
    "\t=1",
    "http://example.org",
    "{=1}",
]


def content_of(*sheets: Sheet, **more: Any) -> bytes:
    target = io.BytesIO()
    write_sheets(target, sheets, ABOUT, **more)
    return target.getvalue()


def book_of(*sheets: Sheet) -> Workbook:
    return load_workbook(io.BytesIO(content_of(*sheets)))


def cells_of(sheet: Sheet) -> list[tuple[Any, ...]]:
    """The table of a sheet below its title, note and chart, read back."""
    rows = book_of(sheet).worksheets[0].iter_rows(min_row=3, values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def parts(content: bytes, folder: str) -> dict[str, str]:
    """The texts of a workbook's files in a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.startswith(folder)}


def test_a_table_has_a_line_per_row_and_totals_of_both() -> None:
    assert cells_of(OUTCOMES) == [
        ("Product", "Eligible", "Needs information", "Cloud: expired", "Total"),
        ("Confluence", 40, 0, 0, 40),
        ("Jira", 5, 0, 2, 7),
        ("Unknown", 0, 1, 0, 1),
        ("Total", 45, 1, 2, 48),
    ]


def test_tiers_are_numbers_in_their_order_and_unlimited_is_spelled() -> None:
    assert cells_of(MOVES) == [
        ("From size", 25, 100, "Unlimited", "Total"),
        (3, 2, 0, 0, 2),
        (10, 0, 7, 1, 8),
        ("Unlimited", 0, 0, 4, 4),
        ("Total", 2, 7, 5, 14),
    ]
    assert book_of(MOVES)["Tier moves"]["A2"].value == "Licenses that must grow"


def test_shares_and_days_are_numbers_and_steps_have_no_total() -> None:
    assert cells_of(FUNNEL) == [
        ("Stage", "Reached", "Conversion", "Median days"),
        ("Received", 64, None, None),
        ("Migrated", 16, 0.25, 12.5),
    ]
    last = [*book_of(FUNNEL)["Funnel"].iter_rows()][-1]
    assert (last[2].number_format, last[3].number_format) == ("0 %", "#,##0.0")


def test_days_are_days_and_customers_are_not_summed_up() -> None:
    assert cells_of(BURN_UP) == [
        ("Period", "Migrated", "Received", "On"),
        ("2026-W40", 5, 0, datetime(2026, 10, 4)),
        ("2026-W41", 9, 3, datetime(2026, 10, 11)),
    ]


def test_totals_of_customers_are_those_of_the_frame() -> None:
    frame = pd.DataFrame(
        [("jira", "eligible", 5), ("jira", "expired", 4), ("jira", ALL, 6), (ALL, ALL, 6)],
        columns=["product", "outcome", "customers"],
    )
    assert cells_of(replace(OUTCOMES, frame=frame, values=("customers",)))[1:] == [
        ("Jira", 5, 4, 6),
        ("Total", None, None, 6),
    ]


def test_each_sheet_has_a_chart_of_its_numbers_without_the_totals() -> None:
    content = content_of(OUTCOMES, MOVES, FUNNEL, BURN_UP)
    charts = list(parts(content, "xl/charts/chart").values())
    assert len(charts) == 4
    assert [len(page._charts) for page in load_workbook(io.BytesIO(content))] == [1, 1, 1, 1, 0]
    references = re.findall(r"<c:f>([^<]+)</c:f>", charts[0])
    assert references[:4] == [
        "'Outcomes by product'!$A$1",
        "'Outcomes by product'!$B$24",
        "'Outcomes by product'!$A$25:$A$27",
        "'Outcomes by product'!$B$25:$B$27",
    ]
    assert len(references) == 1 + 3 * 3
    assert '<c:barDir val="bar"/>' in charts[0]
    assert '<c:grouping val="stacked"/>' in charts[0]
    assert '<c:barDir val="col"/>' in charts[1]
    assert re.findall(r"<c:v>(40|45)</c:v>", charts[0]) == ["40"]


def test_no_text_becomes_a_formula_or_a_link_anywhere() -> None:
    frame = pd.DataFrame([(text, "eligible", 1) for text in FORMULAS], columns=["cause", "outcome", "change"])
    texts = {"eligible": "=2+2", "cause": "=3+3"}
    sheets = [
        replace(OUTCOMES, title=text, note=text, frame=frame, rows="cause", values=("change",), titles=texts)
        for text in FORMULAS
    ]
    content = content_of(*sheets, counts={"=4+4": 1})
    pages = parts(content, "xl/worksheets/sheet")
    assert len(pages) == 1 + len(FORMULAS)
    assert [name for name, page in pages.items() if "<f>" in page or "<f " in page or "<hyperlink" in page] == []
    names = load_workbook(io.BytesIO(content)).sheetnames
    references = re.findall(r"<c:f>(.*?)</c:f>", "".join(parts(content, "xl/charts/chart").values()))
    assert len(references) == 4 * len(FORMULAS)
    for reference in references:
        name, place = unescape(reference).rsplit("!", 1)
        assert name.strip("'") in names
        assert re.fullmatch(r"\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", place)
    cells = [cell for page in load_workbook(io.BytesIO(content)) for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert {cell.value for cell in cells if cell.column == 1} >= {"=1+1"}


def test_the_last_sheet_says_what_the_file_is() -> None:
    moment = datetime(2019, 5, 14, 10, 30, tzinfo=UTC)
    target = io.BytesIO()
    write_sheets(target, [OUTCOMES, FUNNEL], replace(ABOUT, made=moment), {"Licenses": 48})
    book = load_workbook(target)
    assert book.sheetnames == ["Outcomes by product", "Funnel", "About this file"]
    assert about_of(book) == {
        "Data as of": "14 May 2019 09:12 UTC",
        "Data version": "change #41",
        "Policy": "v3",
        "Filter": "Confluence",
        "Created by": "ann@example.com",
        "Made on": "14 May 2019 10:30 UTC",
        "Licenses": 48,
    }
    minded = [line for heading, line in book["About this file"].iter_rows(values_only=True) if heading == "Note"]
    assert any("the parts must not be added up" in text for text in minded)
    assert minded[-1] == "Atlassian ended support for Server on 15 February 2024."


def test_a_sheet_is_ready_to_filter_and_to_print() -> None:
    page = book_of(OUTCOMES)["Outcomes by product"]
    assert page.auto_filter.ref == "A24:E27"
    assert page.page_setup.orientation == "landscape"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$2"
    assert page.column_dimensions["A"].width >= 10


def test_a_long_table_stands_beside_its_chart_and_is_one_page() -> None:
    frame = pd.DataFrame(
        [(f"2026-W{week}", "migrated", week) for week in range(10, 40)], columns=["period", "stage", "licenses"]
    )
    sheet = replace(BURN_UP, frame=frame, values=("licenses",), extra=())
    page = book_of(sheet)["Burn-up"]
    assert page.auto_filter.ref == "A3:C33"
    assert page._charts[0].anchor._from.col == 4
    longest = pd.concat([frame.assign(period=frame["period"] + str(part)) for part in range(3)])
    assert book_of(replace(sheet, frame=longest))["Burn-up"].page_setup.fitToHeight == 0


def test_a_heat_table_has_no_chart_but_colours_and_no_zeros() -> None:
    page = book_of(replace(MOVES, chart=ChartKind.HEAT_TABLE))["Tier moves"]
    assert page._charts == []
    assert [str(each.sqref) for each in page.conditional_formatting] == ["B4:D6"]
    assert [cell.value for cell in page[4]] == [3, 2, None, None, 2]


def test_lines_ahead_lead_on_from_the_last_row() -> None:
    sheet = replace(BURN_UP, ahead={"At the current pace": {"2026-W41": 9, "2026-W42": 12}})
    assert cells_of(sheet)[1:] == [
        ("2026-W40", 5, 0, datetime(2026, 10, 4), None),
        ("2026-W41", 9, 3, datetime(2026, 10, 11), 9),
        ("2026-W42", None, None, None, 12),
    ]
    (chart,) = parts(content_of(sheet), "xl/charts/chart").values()
    assert chart.count("<c:ser>") == 3
    assert "<c:lineChart>" in chart


def test_a_sheet_of_nothing_has_its_header_and_no_chart() -> None:
    empty = replace(FUNNEL, frame=FUNNEL.frame.head(0))
    content = content_of(empty, replace(OUTCOMES, frame=OUTCOMES.frame.head(0)))
    assert parts(content, "xl/charts/chart") == {}
    assert cells_of(empty) == [("Stage", "Reached", "Conversion", "Median days")]


def test_a_pack_can_be_written_to_a_path(tmp_path: Path) -> None:
    write_sheets(tmp_path / "pack.xlsx", [OUTCOMES], ABOUT)
    assert load_workbook(tmp_path / "pack.xlsx").sheetnames[0] == "Outcomes by product"


def test_the_same_numbers_make_the_same_bytes() -> None:
    assert content_of(OUTCOMES, MOVES) == content_of(OUTCOMES, MOVES)


def test_a_text_longer_than_a_cell_holds_is_refused() -> None:
    with pytest.raises(RefusalError, match="longer than the 32,767 characters"):
        content_of(replace(OUTCOMES, note="x" * 32_768))


@given(
    st.lists(st.one_of(st.text(), st.sampled_from(["History", "'a'", "a/b:c", "About this file", "x" * 40, "😀" * 20])))
)
def test_excel_takes_every_name_of_a_sheet(titles: list[str]) -> None:
    names = sheet_names([*titles, *titles])
    assert len({name.casefold() for name in names}) == 2 * len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\']", name)
        assert name.casefold() != "history"
    with XlsxBook(io.BytesIO()) as book:
        assert [book.add_worksheet(name).name for name in names] == names
        book.add_worksheet()


def test_sheets_of_one_name_are_numbered() -> None:
    assert sheet_names(["About this file", "Where: a/b", "where A B", "y" * 40, "y" * 35, "History", ""]) == [
        "About this file",
        "Where a b",
        "where A B (2)",
        "y" * 31,
        "y" * 27 + " (2)",
        "History_",
        "Sheet",
    ]
