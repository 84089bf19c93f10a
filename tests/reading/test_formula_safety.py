"""Arrow's patterns for whole columns and the functions for single texts agree on what a spreadsheet would run."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import example, given
from hypothesis import strategies as st

from lib.domain.text import BLANKS
from lib.reading.formula_safety import (
    ESCAPED_FORMULA_PATTERN,
    FORMULA_PATTERN,
    FORMULA_START,
    escape_formula,
    is_formula_like,
)

PIECES = st.sampled_from([*"=+-@\t\r\n＝＋－＠' \u00a0\u3000\u2003\u200b\x0b\x1f1a(", '="0123"', "-5", *sorted(BLANKS)])
TEXTS = st.text(max_size=8) | st.lists(PIECES, max_size=5).map("".join)
SPACES = st.text(st.sampled_from("\t\n\x0b\r\x1f \u00a0\u2003\u3000"), max_size=2)
FORMULAS = st.builds("{}{}{}".format, SPACES, st.sampled_from("=+-@＝＋－＠"), TEXTS)


def escaped(texts: list[str]) -> pa.Array:
    return pc.replace_substring_regex(pa.array(texts, pa.string()), FORMULA_PATTERN, r"'\1")


@given(st.lists(TEXTS, max_size=8))
@example(["=1", " =1", "'=1", "''=1", "\n=1", "a\n=1", "\u3000@x", ""])
def test_a_column_undoes_what_it_escapes(texts: list[str]) -> None:
    assert pc.replace_substring_regex(escaped(texts), ESCAPED_FORMULA_PATTERN, r"\1").to_pylist() == texts


@given(st.lists(TEXTS.filter(lambda text: not text.startswith("'")), max_size=8))
@example(["=1", " =1", "\n=1", "a\n=1", "\u3000@x", ""])
def test_a_column_is_escaped_as_each_text_alone(texts: list[str]) -> None:
    """Except after apostrophes: in a file to be corrected those are escaped too, so that escaping can be undone."""
    assert escaped(texts).to_pylist() == [escape_formula(text) for text in texts]


@given((TEXTS | FORMULAS).filter(is_formula_like))
@example("\u00a0=1")
def test_the_pattern_for_columns_misses_no_formula_like_text(text: str) -> None:
    assert pc.match_substring_regex(pa.array([text]), FORMULA_START).to_pylist() == [True]
