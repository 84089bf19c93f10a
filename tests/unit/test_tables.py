"""Reading files of cells: nothing is dropped and nothing shifts."""

import pytest

from lib.tables import TableError, read_table


def test_a_quoted_line_break_stays_in_its_cell() -> None:
    table = read_table(b'a,b\n1,"x\ny"\n2,z\n')
    assert table.rows == [["1", "x\ny"], ["2", "z"]]
    assert table.lines.tolist() == [2, 4]


def test_a_row_of_a_wrong_width_is_kept_as_found_and_shifts_nothing() -> None:
    table = read_table(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,,\n")
    assert table.ragged == {1: ["4", "5"], 2: ["6", "7", "8", "9"]}
    assert table.columns[0].to_pylist() == ["1", "", "", "1"]
    assert len(table) == 4


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")]
)
def test_umlauts_survive_in_every_common_encoding(encoding: str, name: str) -> None:
    table = read_table("Größe;Käufer\n10;Jürgen Müßig\n25;Zoë\n".encode(encoding))
    assert table.header == ["Größe", "Käufer"]
    assert table.rows == [["10", "Jürgen Müßig"], ["25", "Zoë"]]
    assert table.encoding == name


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_usual_delimiters_are_found(delimiter: str) -> None:
    lines = ["License Key", "Product", "Hosting"], ["K-1", "Jira", "Server"]
    table = read_table("\n".join(map(delimiter.join, lines)).encode())
    assert table.header == lines[0]
    assert table.rows == [lines[1]]
    assert table.delimiter == delimiter


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b" \n\n", "empty"), (b"%PDF-1.4\n", "binary")])
def test_a_file_without_a_table_is_refused_with_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(content, "licenses.csv")
    assert caught.value.code == code
    assert caught.value.message.startswith("The file licenses.csv is ")
