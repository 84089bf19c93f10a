"""A column is read as its reader would read each cell, whichever way is the faster one."""

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.checking.column_reading import read_column
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import ColumnKind
from lib.domain.text import BLANKS, Misread
from lib.reading import cells
from lib.reading.license_keys import read_key
from lib.reading.sen_numbers import read_sen
from tests.examples import examples

READERS: dict[ColumnKind, Callable[[str], str | Misread]] = {
    ColumnKind.KEY: read_key,
    ColumnKind.TEXT: cells.read_line,
    ColumnKind.EMAIL: cells.read_email,
    ColumnKind.SEN: read_sen,
}
LIKELY = st.from_regex(
    r"(BMQ-[A-F0-9]{4}|[A-CX]{3,4}(-[A-CX]{1,4}){1,3}|SEN-L?[0-9]{3}|[a-z]{1,3}\.[a-z]{1,2}@[a-z0-9-]{1,4}\.(com|de|local|example)|[ÀA-zé ]{0,6})",
    fullmatch=True,
)
TEXTS = st.text(max_size=12) | st.sampled_from(sorted(BLANKS)) | LIKELY


@settings(max_examples=examples(120))
@given(st.sampled_from(sorted(READERS)), st.lists(TEXTS, max_size=6))
@example(ColumnKind.EMAIL, ["a@b.local", "a@" + "b" * 63 + ".de", "A.b@C.de", "x" * 65 + "@b.de"])
@example(
    ColumnKind.TEXT,
    ["a  b", " a", "a\u0301", '="1"', "a\u200bb", "Müller & Söhne", "N/A", "a\x1fb", "'=x", "'x", "#REF!", "ä" * 501],
)
@example(
    ColumnKind.KEY,
    [
        "1.23E+11",
        "E1",
        "null",
        "k\u200b",
        "=x",
        "K-1, K-2",
        "K-1/K-2",
        "K-1+K-2",
        "A___1",
        "K" * 500 + "1",
        "AXXX-1",
        "A1-xxxx",
        "true",
        "BMQ-ABCD-XEFX",
        "BMQ-ABCD-XXXX",
        "SAME-AS-ABOVE",
        "SIEHE-E-MAIL",
    ],
)
def test_each_cell_says_what_its_reader_says(kind: ColumnKind, texts: list[str]) -> None:
    reader = READERS[kind]
    reading = read_column(TextColumn.of(texts), kind, reader, is_own_reader=True)
    expected = [reader(text) for text in texts]
    assert reading.values.objects().tolist() == ["" if isinstance(value, Misread) else value for value in expected]
    assert reading.misreads.objects().tolist() == [value if isinstance(value, Misread) else None for value in expected]
