"""Files of a sample say inside that they are one, and hold what they held before."""

import csv
import io
import json
from functools import partial
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.file_formats import CSV, PDF, ZIP
from lib.store.sample_stores import SAMPLE
from lib.web.long_downloads import Download
from lib.web.sample_files import COLUMN, JSON_TYPE, build_marked
from tests.examples import examples

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@settings(max_examples=examples(15))
@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_a_table_has_one_more_column(rows: list[tuple[str, str]]) -> None:
    content = table_csv(["One", "Other"], rows)
    marked = build_marked(lambda: content, CSV.mime_type)
    assert isinstance(marked, bytes)
    header, *others = rows_of(marked)
    assert header == ["One", "Other", COLUMN]
    assert others == [[*row, "invented"] for row in rows_of(content)[1:]]


@pytest.mark.parametrize("is_read_from_disk", [False, True])
def test_an_archive_keeps_its_files_beside_the_mark(is_read_from_disk: bool) -> None:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    content = file.getvalue()
    build = partial(Download, memoryview(content)) if is_read_from_disk else lambda: content
    marked = build_marked(build, ZIP.mime_type)
    assert isinstance(marked, bytes)
    with ZipFile(io.BytesIO(marked)) as archive:
        assert archive.read("a.txt") == b"a"
        assert archive.read("SAMPLE DATA.txt").decode().strip() == SAMPLE


def test_an_object_has_one_more_entry_and_other_files_stay() -> None:
    assert json.loads(build_marked(lambda: '{"a": 1}', JSON_TYPE)) == {"sample_data": SAMPLE, "a": 1}
    assert build_marked(lambda: b"%PDF", PDF.mime_type) == b"%PDF"
