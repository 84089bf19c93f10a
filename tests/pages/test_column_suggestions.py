"""What the page *Columns* offers for a heading that is not plain."""

from lib.checking.check_summary import ColumnSummary
from lib.web.columns_step import how_title

STORED = {"heading": "Firm code", "samples": ["1"], "filled": 1.0, "field": None, "how": "unknown"}


def test_a_summary_of_an_older_version_has_no_suggestions() -> None:
    column = ColumnSummary.from_json(STORED)
    assert (column.suggestions, how_title(column)) == ((), "Not mapped")


def test_a_suggestion_is_offered_by_the_title_of_its_field() -> None:
    column = ColumnSummary.from_json({**STORED, "suggestions": ["company"]})
    assert how_title(column) == "The heading suggests Company"
