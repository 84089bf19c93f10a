"""Columns of a few texts, to try every way of keeping them."""

from typing import Any

from hypothesis import strategies as st

VALUES = st.none() | st.sampled_from(("", "a", "b", "ä", "A"))

TEXT = st.sampled_from(("", "a", "ä", "A B", "日本"))


def two_columns() -> st.SearchStrategy[tuple[list[Any], list[Any]]]:
    """Two columns of the same length."""
    return st.lists(st.tuples(VALUES, VALUES), max_size=12).map(
        lambda rows: ([one for one, _ in rows], [other for _, other in rows])
    )
