"""What a file's check shows of people until somebody asks to see them."""

import pandas as pd
import pytest

from lib.checking.check_summary import ColumnSummary, FileSummary
from lib.checking.hidden_contacts import is_of_contacts, masked_cells, masked_lines, masked_message, masked_problems


def column(field: str | None, *samples: str, suggestions: tuple[str, ...] = ()) -> ColumnSummary:
    return ColumnSummary(
        heading="H", title="H", samples=samples, filled=1.0, field=field, how="alias", suggestions=suggestions
    )


@pytest.mark.parametrize(
    ("one", "is_hidden"),
    [
        (column("contact_email", "a@b.example"), True),
        (column("license_key", "K-1"), False),
        (column("company", "Acme"), False),
        (column(None, "Bärchen"), True),
        (column(None, "100", "250"), False),
        (column(None, "x", suggestions=("host_tier",)), False),
        (column(None, "x", suggestions=("contact_name", "company")), True),
        (column(None), True),
    ],
)
def test_columns_about_people_are_hidden_and_those_that_may_be(one: ColumnSummary, is_hidden: bool) -> None:
    assert is_of_contacts(one) is is_hidden


def test_of_the_first_lines_the_header_is_readable_and_of_the_others_what_parts_their_cells() -> None:
    reader = FileSummary(header_line=2, first_lines=((1, "By Ann"), (2, "Key;Email"), (3, 'K-1;"ä@b.example"')))
    assert masked_lines(reader) == [(1, "•• •••"), (2, "Key;Email"), (3, '•-•;"•@•.•••••••"')]


def test_a_sentence_about_a_cell_repeats_nothing_of_it() -> None:
    long_text = "petra " * 60
    for value, message in [
        ("a b@c", 'Line 2, column Email: "a b@c" has a blank in it.'),
        ("MÃ¼ller", 'Line 2, column Name: "MÃ¼ller" looks like "Müller", written by a program.'),
        (long_text, f'Line 2, column Notes: "{long_text[:40]}…" begins a text of 360 characters.'),
    ]:
        text = masked_message(message, value)
        assert '"•••"' in text
        assert not {"a b@c", "ller", "petra"} & {word for word in ("a b@c", "ller", "petra") if word in text}


def test_problems_of_other_columns_keep_their_cells() -> None:
    rows = pd.DataFrame(
        {"field": ["editors", None], "value": ["many", "K-1,Ann"], "message": ['"many" is', "3 cells"]}, dtype=object
    )
    assert masked_problems(rows)["value"].tolist() == ["many", "•••"]
    assert masked_problems(rows)["message"].tolist() == ['"many" is', "3 cells"]
    # A check of an earlier version does not say which cell it is about.
    assert masked_problems(rows[["message"]])["message"].tolist() == ["•••", "•••"]


def test_cells_that_change_are_hidden_by_what_their_column_is_called() -> None:
    cells = pd.DataFrame(
        {"column": ["Editors", "Contact email", "Other columns"], "old": ["10", None, "x"], "new": ["25", "a@b", "y"]}
    )
    hidden = masked_cells(cells, ("old", "new"))
    assert hidden["new"].tolist() == ["25", "•••", "•••"]
    assert hidden["old"].isna().tolist() == [False, True, False]
