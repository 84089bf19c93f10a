"""Whole exports of other programs come in right, told nothing: `python -m benchmarks.whole_exports` measures sixty."""

from benchmarks.whole_exports import Score, measure
from benchmarks.whole_exports_data import headings_by_language, invent_export

LISTED = headings_by_language()


def test_exports_come_in_right_untold_and_no_bad_row_is_let_in() -> None:
    score = Score()
    for number in range(16):
        measure(invent_export(number, LISTED), score, with_columns=False)
    assert score.right >= 0.9 * score.rows
    assert score.wrong_columns <= 0.005 * score.columns
    assert score.bad == 0
