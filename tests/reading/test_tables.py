"""Reading files of cells: nothing is dropped and nothing shifts."""

import io
import time
import zipfile

import pytest

from lib.reading.tables import TableError, read_table
from lib.reading.tables.text_file import MOST_LINES

HEADER = "License Key,Product,Editors,Company\n"
ROWS = "K-1,Jira,3,Acme\nK-2,Confluence,10,Globex\n"
FOUND = [["K-1", "Jira", "3", "Acme"], ["K-2", "Confluence", "10", "Globex"]]


def ignored(text: str) -> list[tuple[int, str, str, bool]]:
    """The lines left out of this file, after a check that its rows are the usual ones."""
    table = read_table(text.encode())
    assert table.rows == FOUND
    return [(line.line, line.text, line.reason, line.wide) for line in table.ignored]


def test_a_quoted_line_break_stays_in_its_cell() -> None:
    table = read_table(b'a,b\n1,"x\ny"\n2,z\n')
    assert table.rows == [["1", "x\ny"], ["2", "z"]]
    assert table.lines.tolist() == [2, 4]


def test_a_row_of_a_wrong_width_is_kept_as_found_and_shifts_nothing() -> None:
    table = read_table(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,,\n")
    assert table.ragged == {1: ["4", "5"], 2: ["6", "7", "8", "9"]}
    assert table.columns[0].to_pylist() == ["1", "", "", "1"]
    assert len(table) == 4


def test_lines_are_counted_as_in_the_file_over_blank_lines_and_line_breaks_in_cells() -> None:
    table = read_table(b'\n\na,b,c\r\n\r\n1,"x\r\n\r\ny",2\r\n\r\n3,4,5')
    assert table.header_line == 3
    assert table.lines.tolist() == [5, 9]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_umlauts_survive_in_every_common_encoding(encoding: str, name: str) -> None:
    table = read_table("Größe;Käufer\n10;Jürgen Müßig\n25;Zoë\n".encode(encoding))
    assert table.header == ["Größe", "Käufer"]
    assert table.rows == [["10", "Jürgen Müßig"], ["25", "Zoë"]]
    assert table.encoding == name


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", "Zażółć Łódź Kraków Gdańsk Wałęsa gęślą jaźń"),
        ("cp1251", "Лицензия Продукт Компания Москва Иванов"),
        ("cp1253", "Ελληνικά λόγος Αθήνα Παπαδόπουλος Εταιρεία"),
        ("mac_roman", "Größe Müller Straße François Château Jürgen"),
        ("cp932", "ライセンスキー 製品 会社名 担当者 東京都"),
        ("euc_jp", "ライセンスキー 製品 会社名 担当者 東京都"),
        ("gb18030", "许可证 产品名称 北京 服务器 联系人"),
        ("big5hkscs", "許可證 產品名稱 台北 伺服器 聯絡人"),
        ("cp949", "라이선스 제품 회사 서울 담당자"),
    ],
)
def test_legacy_pages_are_recognised_by_their_words(encoding: str, words: str) -> None:
    rows = [[f"K-{number}", "Jira", word] for number, word in enumerate(words.split() * 3)]
    text = "\r\n".join(",".join(row) for row in [["License Key", "Product", "Company"], *rows])
    table = read_table(text.encode(encoding))
    assert table.rows == rows
    assert table.encoding == encoding


def test_gb18030_is_known_by_its_mark() -> None:
    assert read_table("\ufeff产品,公司\n1,北京\n".encode("gb18030")).rows == [["1", "北京"]]


def test_lines_of_cp1252_in_a_utf_8_file_are_read_as_such_and_can_be_read_so_again() -> None:
    lines = [line.encode() for line in ("key,name", "1,Zoë", "2,Jürgen", "3,Beyoncé")]
    content = b"\n".join([*lines, "4,François".encode("cp1252")])
    table = read_table(content)
    assert [row[1] for row in table.rows] == ["Zoë", "Jürgen", "Beyoncé", "François"]
    assert read_table(content, encoding=table.encoding).rows == table.rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f"])
def test_delimiters_are_found(delimiter: str) -> None:
    lines = ["License Key", "Product", "Hosting"], ["K-1", "Jira", "Server"]
    table = read_table("\n".join(map(delimiter.join, lines)).encode())
    assert table.header == lines[0]
    assert table.rows == [lines[1]]
    assert table.delimiter == delimiter


def test_what_a_person_says_about_a_file_overrides_what_is_found() -> None:
    content = "x;y,z\né;1,2\n".encode("cp850")
    table = read_table(content, encoding="cp850", delimiter=",", header_line=0)
    assert table.header == ["Column 1", "Column 2"]
    assert table.rows == [["x;y", "z"], ["é;1", "2"]]
    assert table.header_line == 0
    assert read_table(b"note\nx,y\n1,2\n", header_line=2).header == ["x", "y"]


def test_an_unknown_encoding_is_refused_with_a_sentence() -> None:
    with pytest.raises(TableError, match='"nope" is not the name of an encoding'):
        read_table(b"a,b\n1,2\n", encoding="nope")


def test_comments_titles_and_notes_are_ignored_and_listed_with_their_lines() -> None:
    assert ignored("# by hand\n" + HEADER + ROWS) == [(1, "# by hand", "comment", False)]
    assert ignored("All licenses\n\n" + HEADER + ROWS) == [(1, "All licenses", "preamble", False)]
    assert ignored(HEADER + "K-1,Jira,3,Acme\nGermany\nK-2,Confluence,10,Globex\n") == [(3, "Germany", "title", False)]
    assert ignored(HEADER + ROWS + "\nNote: without tax\n") == [(5, "Note: without tax", "footer", False)]


def test_an_ignored_line_as_wide_as_the_table_is_marked_for_a_person_to_confirm() -> None:
    assert ignored("All licenses,,,\n" + HEADER + ROWS) == [(1, "All licenses,,,", "preamble", True)]
    assert ignored(HEADER + ROWS + "Total,,13,\n") == [(4, "Total,,13,", "total", True)]
    assert ignored(HEADER + "K-1,Jira,3,Acme\n" + HEADER + "K-2,Confluence,10,Globex\n") == [
        (3, HEADER.strip(), "repeated header", True)
    ]


def test_a_separator_line_tells_the_delimiter() -> None:
    table = read_table(b"sep=;\na,b;c\n1,2;3\n")
    assert table.header == ["a,b", "c"]
    assert table.rows == [["1,2", "3"]]
    assert table.header_line == 2


def test_a_file_whose_first_row_is_data_has_no_header_line() -> None:
    table = read_table(b"K-1,Jira,2018-03-02\nK-2,Confluence,2018-04-02\nK-3,Jira,2018-05-02\n")
    assert table.header == ["Column 1", "Column 2", "Column 3"]
    assert table.header_line == 0
    assert len(table) == 3


def test_a_header_of_years_is_a_header() -> None:
    assert read_table(b"Country,2017,2018,2019\nDE,1,2,3\nFR,4,5,6\n").header == ["Country", "2017", "2018", "2019"]


def test_a_header_without_rows_is_a_table_of_no_rows() -> None:
    table = read_table(HEADER.encode())
    assert table.header == HEADER.strip().split(",")
    assert len(table) == 0
    assert table.rows == []


def test_an_unterminated_quote_costs_at_most_its_own_row() -> None:
    rows = "".join(f'K-{number},Jira,3,"Acme, {number}"\n' for number in range(500))
    table = read_table((HEADER + rows.replace('K-100,Jira,3,"Acme, 100"', 'K-100,"Jira,3,Acme') + "\n").encode())
    assert len(table) == 500
    assert table.rows[100] == ["K-100", '"Jira', "3", "Acme"]
    assert table.rows[101] == ["K-101", "Jira", "3", "Acme, 101"]


def test_delimiters_after_every_row_make_no_column() -> None:
    table = read_table(b"a,b,c,\n1,2,3,\n4,5,6,\n")
    assert table.header == ["a", "b", "c"]
    assert table.rows == [["1", "2", "3"], ["4", "5", "6"]]


def test_a_value_beyond_the_header_makes_its_row_ragged() -> None:
    table = read_table(b"a,b\n1,2,\n3,4,\n5,6,lost\n7,8,\n")
    assert table.ragged == {2: ["5", "6", "lost"]}
    assert table.columns[0].to_pylist() == ["1", "3", "", "7"]


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (b"", "empty", "is empty"),
        (b" \n\n", "empty", "is empty"),
        (b"%PDF-1.4\n", "binary", "is a PDF document"),
        (b"PK\x03\x04rest of a zip", "binary", "is a ZIP archive"),
        (b"\x1f\x8b\x08\x00", "binary", "is a gzip archive"),
        (b"\x89PNG\r\n\x1a\n", "binary", "is an image"),
        (b"\x01\x02\x03\x04 abc \x05\x06", "binary", "is neither text nor a workbook"),
        (b"<!DOCTYPE html><table><tr><td>1", "binary", "is a web page"),
        (b'[{"key": 1}, {"key": 2}]', "binary", "is a JSON file"),
    ],
)
def test_a_file_without_a_table_is_refused_with_a_sentence(content: bytes, code: str, what: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(content, "licenses.csv")
    assert caught.value.code == code
    assert caught.value.message.startswith(f"The file licenses.csv {what}")


MEGABYTE = 1_000_000
ADVERSARIAL = {
    "quotes": b"a,b,c\n" + b'"' * MEGABYTE,
    "lines of a quote": b"a,b,c\n" + b'"\n' * (MEGABYTE // 4),
    "a line of delimiters": b"a,b,c\n" + b"," * MEGABYTE + b"\n1,2,3\n",
    "a long line": b"a,b,c\n" + b"x" * MEGABYTE + b"\n1,2,3\n",
    "line ends": b"a,b,c\n" + b"\r" * MEGABYTE + b"1,2,3\n",
    "ten thousand columns": b"\n".join([b",".join(b"c%d" % number for number in range(10_000))] * 20),
    "unterminated quotes": b"a,b,c\n" + b'1,"2,3\n' * (MEGABYTE // 40),
    "quotes that never close": b"a,b,c\n1" + b',"a' * (MEGABYTE // 3) + b"\n1,2,3\n",
    "words in quotes": b"a,b,c\n1" + b',"a" b' * (MEGABYTE // 6) + b"\n1,2,3\n",
    "line ends far from the top": b"a,b,c\n1,2," + b"x" * (5 * MEGABYTE) + b"\r" * MEGABYTE,
    "blanks after quotes": b'a,b,c\n1,"' + b'" ' * (MEGABYTE // 4) + b"\n1,2,3\n",
}


@pytest.mark.parametrize("kind", ADVERSARIAL)
def test_adversarial_input_takes_no_longer_than_its_size_allows(kind: str) -> None:
    start = time.process_time()
    assert read_table(ADVERSARIAL[kind]).header
    assert time.process_time() - start < 4


def test_a_first_line_without_end_is_refused() -> None:
    with pytest.raises(TableError, match="one line without end"):
        read_table(b"x," * 3_000_000)


def test_a_file_of_more_lines_than_memory_has_room_for_is_refused() -> None:
    with pytest.raises(TableError, match="more than 10,000,000 lines") as refused:
        read_table(b"a\n" * (MOST_LINES + 1), "long.csv")
    assert refused.value.code == "too_many_rows"


def test_a_byte_order_mark_amid_the_file_costs_no_row() -> None:
    assert read_table(b"a,b\n\xef\xbb\xbf1,2\n3,4\n").rows == [["\ufeff1", "2"], ["3", "4"]]
    assert len(read_table(b"a\n\xef\xbb\xbf")) == 1


def test_a_superscript_is_no_number_to_count_by() -> None:
    assert read_table("a,b,c\n,¹00025,100026\n1,2,3\n".encode()).header == ["a", "b", "c"]


@pytest.mark.parametrize("line", [b"sep=\r\n", b'sep="\n'])
def test_a_separator_line_without_a_separator_is_a_line_like_others(line: bytes) -> None:
    assert read_table(line + b"a,b\n1,2\n").rows[-1] == ["1", "2"]


@pytest.mark.parametrize("mark", ['"', "\n", "||", "", "é"])
def test_a_delimiter_that_cannot_part_cells_is_refused(mark: str) -> None:
    with pytest.raises(TableError, match="cannot separate cells"):
        read_table(b"a,b\n1,2\n", delimiter=mark)


def test_more_columns_than_any_export_has_are_refused_with_a_sentence() -> None:
    names, row = (b",".join([text] * 10_001) + b"\n" for text in (b"a", b"1"))
    with pytest.raises(TableError, match="more than 10,000 columns"):
        read_table(names + row)


LICENSES = "License Key,Product,Company,Email\nK-0,Jira,Acme,a@b.example\n{}\nK-2,Jira,Globex,x@y.example\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Acme Corp Total,,,20", "total"),
        ("Total Acme,,,", "total"),
        (",,Globex Total,20", "total"),
        ("Subtotal: 2,,,", "total"),
        ("Zwischensumme Acme,,,35", "total"),
        ("Teilergebnis,,Acme,", "total"),
        (",,Acme Ergebnis,35", "total"),
        ("Sous-total,,Acme,", "total"),
        ("Total général,,,35", "total"),
        ("Suma parcial,,,35", "total"),
        ("Totale parziale Acme,,,35", "total"),
        ("Soma,,,35", "total"),
        ("Tussentotaal,,,35", "total"),
        ("総合計,,,35", "total"),
        (",,,Acme Count", "total"),
        ("Anzahl: 2,,,", "total"),
        ("2 licenses,,,", "total"),
        ("Cloud licenses,,,", "title"),
        ("Österreich,,,", "title"),
        ("— Japan —,,,", "title"),
    ],
)
def test_subtotals_and_titles_amid_the_rows_are_left_out_and_listed(line: str, reason: str) -> None:
    table = read_table(LICENSES.format(line).encode())
    assert [row[0] for row in table.rows] == ["K-0", "K-2"]
    assert [(ignored_line.line, ignored_line.reason, ignored_line.wide) for ignored_line in table.ignored] == [
        (3, reason, True)
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("Total,,,", "ABCDEF,,,", "K-1,,,", "New York Life 12,,,", "2019,,,", "7731,,Acme Total,"),
        *("Total Corp,Jira,Total,t@t.example", "K-1,Jira,Subtotal,s@t.example", "K-1,,Count,"),
    ],
)
def test_a_row_with_few_cells_may_be_a_license(line: str) -> None:
    table = read_table(LICENSES.format(line).encode())
    assert ([len(table), table.ignored], table.rows[1][0]) == ([3, []], line.split(",")[0])


@pytest.mark.parametrize(
    "line",
    [
        "(text),(text),(name),(email)",
        "string,string,string (100),email",
        "<key>,<product>,,<email>",
        "e.g. K-1,e.g. Jira,e.g. Acme,",
        "XXXX-XXXX,Jira/Confluence,Musterfirma,max@muster.de",
        "Pflichtfeld,Pflichtfeld,optional,E-Mail-Adresse",
        "obligatoire,obligatoire,facultatif,adresse e-mail",
        "(one per line),Jira or Confluence,,name@example.com",
        "必須,必須,任意,メールアドレス",
    ],
)
def test_a_first_row_that_explains_the_columns_is_left_out_and_listed(line: str) -> None:
    header, first, *others = LICENSES.splitlines()
    table = read_table("\n".join((header, line, first, *others)).format("K-1,Jira,x,y").encode())
    assert [row[0] for row in table.rows] == ["K-0", "K-1", "K-2"]
    assert [(ignored_line.line, ignored_line.reason) for ignored_line in table.ignored] == [
        (2, "explanation of the columns")
    ]


def test_of_several_rows_at_the_top_that_explain_the_columns_none_is_data_but_an_odd_license_is() -> None:
    explanations = ("Required,Required,Optional,Optional", "text,text,text,email")
    header, first, *others = LICENSES.format("XXXX-1111,Jira,Muster GmbH,m@muster.example").splitlines()
    table = read_table("\n".join((header, *explanations, first, *others)).encode())
    assert [row[0] for row in table.rows] == ["K-0", "XXXX-1111", "K-2"]
    assert len(read_table("\n".join((header, *explanations)).encode())) == 1, "a table is not all explanation"


@pytest.mark.parametrize(
    ("line", "company"),
    [
        ('K-1,Jira,"Acme "Best", Inc",a@b.example', 'Acme "Best", Inc'),
        ('K-1,Jira,="Acme, Inc",a@b.example', '="Acme, Inc"'),
        ('K-1,Jira,"The "A, B" Co",a@b.example', 'The "A, B" Co'),
    ],
)
def test_quotes_that_nobody_doubled_are_repaired_where_the_row_is_as_wide_as_the_table(line: str, company: str) -> None:
    table = read_table(LICENSES.format(line).encode())
    assert (table.rows[1], table.ragged) == (["K-1", "Jira", company, "a@b.example"], {})


def test_a_row_with_one_cell_too_many_is_not_squeezed_by_its_quotes() -> None:
    assert list(read_table(LICENSES.format('K-1,"Jira","Acme","a@b.example",x').encode()).ragged) == [1]


@pytest.mark.parametrize(
    ("text", "delimiter", "header"),
    [
        ("col1,col2\n1;2;3,4;5;6\n7;8;9,1;2;3\n", ",", ["col1", "col2"]),
        ("id,values\n1,10;20;30\n2,11;21;31\n", ",", ["id", "values"]),
        ("name;tags\nAda;a,b,c\nBo;d,e,f\n", ";", ["name", "tags"]),
        ("name,tags\nAda,a|b|c\nBo,d|e|f\n", ",", ["name", "tags"]),
        (
            "Exported 2019-01-01, by Ada, for Bo\nLicence Code;Balsamiq Plugin;Licensed Editors Tier\nK-1;Jira;10\nK-2;Jira;25\n",
            ";",
            ["Licence Code", "Balsamiq Plugin", "Licensed Editors Tier"],
        ),
    ],
)
def test_the_words_of_the_header_vote_for_delimiter_and_header_line(
    text: str, delimiter: str, header: list[str]
) -> None:
    table = read_table(text.encode())
    assert (table.delimiter, table.header) == (delimiter, header)
    assert table.ragged == {}


def gzipped(**parts: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "advice"),
    [
        (gzipped(word__document_dot_xml="x"), "a Word document", "Copy its table"),
        (gzipped(Index__CalculationEngine_dot_iwa="x", Index__Document_dot_iwa="x"), "a Numbers document", "Export To"),
        (gzipped(Index__Document_dot_iwa="x"), "a document of Pages or Keynote", "into Numbers"),
        (gzipped(licenses_dot_csv="a,b"), "a ZIP archive", 'Unpack it and drop "licenses.csv".'),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + "__substg1.0_".encode("utf-16-le"), "a mail saved by Outlook", "file attached"),
        (b"\0\0\0\x18ftypheic", "an image", "Ask for the same list"),
        (b'{"url": "https://docs.example/1", "doc_id": "1"}', "a link", "choose File, Download"),
        (
            gzipped(mimetype="application/vnd.oasis.opendocument.text", content_dot_xml="<x/>"),
            "an OpenDocument text",
            "Copy its table",
        ),
        (gzipped(readme_dot_txt="x"), "a ZIP archive", "Unpack it"),
        (
            b"From: a@b.example\nSubject: List,\n  of licenses\nContent-Type: text/plain\n\nKey,Product\n",
            "a saved mail",
            "attached",
        ),
    ],
)
def test_other_documents_are_named_with_advice_that_can_be_followed(content: bytes, kind: str, advice: str) -> None:
    with pytest.raises(TableError, match=advice) as caught:
        read_table(content, "list")
    assert (caught.value.code, kind in caught.value.message) == ("binary", True)


def test_a_table_with_colons_is_no_mail() -> None:
    assert read_table(b"Key: Product,Hosting\nK-1: Jira,Server\nK-2: Jira,Server\n").rows
