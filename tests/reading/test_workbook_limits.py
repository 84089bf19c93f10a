"""Small files that would fill the memory: refused with a sentence before anything opens them, in a moment."""

import struct
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from lib.reading.tables import TableError, raw_preview, read_table, workbook
from lib.reading.tables.workbook_limits import MOST_CELLS, refuse_oversized
from tests.workbooks import archive, open_document

OLD_BOOK = (Path(__file__).parents[1] / "data" / "shown.xls").read_bytes()

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="s"/></sheets></workbook>'
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="s" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="t" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)

_START = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="w" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)


def excel(rows: str, texts: str = "", dimension: str = "A1") -> bytes:
    """An Excel workbook of one sheet with these rows."""
    return archive(
        {
            "_rels/.rels": _START,
            "xl/workbook.xml": _WORKBOOK,
            "xl/_rels/workbook.xml.rels": _RELATIONS,
            "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{texts}</sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
            f"<sheetData>{rows}</sheetData></worksheet>",
        }
    )


def cell(reference: str, text: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def refusal(content: bytes) -> str:
    """The sentence that refuses a file; its preview shows nothing, too."""
    with pytest.raises(TableError) as caught:
        read_table(content, "bomb")
    assert raw_preview(content).lines == []
    return str(caught.value)


def shared_texts(length: int, times: int) -> bytes:
    """A workbook whose cells all show the second of two texts."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>1</v></c></row>' for row in range(1, times + 1))
    return excel(rows, f"<si><t>Key</t></si><si><t>{'x' * length}</t></si>")


@pytest.mark.parametrize(
    "reference",
    ["XFD1048576", "ALN30000", "xfd1048576"],
    ids=["the last there is", "one row too many", "small letters"],
)
def test_a_cell_far_from_the_others_is_refused(reference: str) -> None:
    assert "so far apart that it spans" in refusal(excel(cell("B1", "Key") + cell(reference, "x")))


def rows_of_table(count: int) -> str:
    """A header and rows of two columns."""
    rows = [(1, "License Key", "Product"), *((number, f"K-{number}", "Jira") for number in range(2, count + 2))]
    return "".join(
        f'<row r="{row}">{cell(f"A{row}", key)}{cell(f"B{row}", product)}</row>' for row, key, product in rows
    )


def test_a_stray_cell_far_from_a_table_is_left_out_and_named() -> None:
    content = excel(rows_of_table(40) + f'<row r="1048576">{cell("XFD1048576", "x")}</row>')
    table = read_table(content)
    assert (len(table), table.header) == (40, ["License Key", "Product"])
    assert any("1 cell (XFD1048576) stands far from the table and was left out" in notice for notice in table.notices)
    assert len(raw_preview(content).lines) > 10


def test_two_tables_far_apart_are_not_read_in_part() -> None:
    second = "".join(f'<row r="{row}">{cell(f"ALN{row}", "K")}</row>' for row in range(1_000_000, 1_000_020))
    assert "so far apart" in refusal(excel(rows_of_table(20) + second))


def test_spellings_of_a_reference_make_no_difference() -> None:
    rows = """<x:row  r = '1'><c/></x:row><x:row\nr='1048576'><x:c r =\n"XFD1048576"/></x:row>"""
    assert "17,179,869,184 cells" in refusal(excel('<c r="A1"/>' + rows))


def test_a_grid_may_have_so_many_cells_and_none_more() -> None:
    rows = MOST_CELLS // 1000  # ALL is the thousandth column
    refuse_oversized(excel(cell("A1", "Key") + cell(f"ALL{rows}", "x")), "book")
    assert "spans 30,001,000 cells" in refusal(excel(cell("A1", "Key") + cell(f"ALL{rows + 1}", "x")))


def test_what_a_sheet_says_of_its_own_size_does_not_matter() -> None:
    content = excel(f'<row r="1">{cell("A1", "Key")}{cell("B1", "Product")}</row>', dimension="A1:XFD1048576")
    assert read_table(content).header == ["Key", "Product"]


def test_a_long_text_in_many_cells_is_refused() -> None:
    assert "unpacks to 2,500 MB" in refusal(shared_texts(250_000, 10_000))


def test_a_long_text_in_one_cell_among_many_is_fine() -> None:
    long = f"<si><t>Key</t></si><si><t>{'x' * 300_000}</t></si><si><t>K</t></si>"
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>2</v></c></row>' for row in range(3, 9_000))
    content = excel(f'<c r="A1" t="s"><v>0</v></c><c r="A2" t="s"><v>1</v></c>{rows}', long)
    assert len(read_table(content).lines) == 8_998


def test_repeated_cells_and_rows_of_open_document_are_counted() -> None:
    filled = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{filled}</table:table-row>'
    assert "spans 17,179,869,184 cells" in refusal(open_document(row))


def test_the_empty_rest_of_an_open_document_sheet_is_fine() -> None:
    filled = '<table:table-cell office:value-type="string"><text:p>Key</text:p></table:table-cell>' * 2
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048575">{empty}</table:table-row>'
    assert read_table(open_document(f"<table:table-row>{filled}{empty}</table:table-row>{rest}")).header == [
        "Key",
        "Key",
    ]


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    content = excel(cell("A1", "Key" * 10_000))
    place = content.rindex(b"PK\x01\x02")  # the directory's entry of the sheet, which was written last
    lying = content[: place + 24] + struct.pack("<I", 10) + content[place + 28 :]
    assert "is a damaged workbook" in refusal(lying)


def test_entities_that_multiply_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 1000}">{entities}]><x>&e11;</x>'
    assert "is a damaged workbook" in refusal(archive({"content.xml": text}))


@pytest.mark.parametrize(
    ("error", "sentence"), [(MemoryError(), "more memory"), (type("PanicException", (BaseException,), {})(), "gave up")]
)
def test_a_reader_that_gives_up_says_so_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, sentence: str
) -> None:
    def give_up(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(workbook, "read_sheet", give_up)
    with pytest.raises(TableError, match=sentence):
        read_table(excel(cell("A1", "Key")))


def lying(record: bytes, place: int, number: int) -> bytes:
    """The old workbook in which a number of four bytes, after the first such record's head, says something else."""
    at = OLD_BOOK.index(record) + place
    return OLD_BOOK[:at] + struct.pack("<I", number) + OLD_BOOK[at + 4 :]


@pytest.mark.parametrize(
    ("record", "place"),
    [(b"\x00\x02\x0e\x00", 8), (b"\xfc\x00", 8), (b"\xfd\x00\x0a\x00", 4)],
    ids=["its rows", "its texts", "the first cell's place"],
)
def test_an_old_workbook_that_says_it_is_larger_than_it_can_be_is_refused(record: bytes, place: int) -> None:
    read_table(OLD_BOOK)
    assert "larger than it can be" in refusal(lying(record, place, 0x7FFF_FFFF))


def test_formats_and_formulas_are_no_cells_far_away() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(["License Key", "Product"])
    sheet.append(["K-1", "=A1048576&XFD1"])
    sheet["A1"].font = Font(bold=True)
    content = BytesIO()
    book.save(content)
    assert read_table(content.getvalue()).header == ["License Key", "Product"]
