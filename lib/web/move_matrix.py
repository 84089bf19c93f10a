"""How many licenses go from where to where, as a table, and the choice of one of its numbers."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Protocol, TypeVar

import pandas as pd
import streamlit as st

from lib.domain.text import quantity


class Numbered(Protocol):
    """Licenses that go from somewhere to somewhere, counted."""

    @property
    def licenses(self) -> int:
        """How many they are."""

    @property
    def users(self) -> int:
        """The sum of the editors of those with a number."""

    @property
    def customers(self) -> int:
        """How many customers have any of them."""


T = TypeVar("T", bound=Numbered)

Ends = Callable[[T], tuple[str, str]]
"""The titles of where a move goes from and to."""

_COUNTED: Mapping[str, Callable[[Numbered], int]] = {
    "Licenses": attrgetter("licenses"),
    "Users": attrgetter("users"),
    "Customers": attrgetter("customers"),
}


def choose(
    moves: Sequence[T], ends_of: Ends[T], key: str, *, subject: str, remark: str = "", first: str = "From"
) -> int | None:
    """Draw the table and a box with the same moves; gives the place of the one that was chosen.

    `subject` is what the moves are of, such as `outcome`; `remark` stands between the table and the box, `first` above
    the titles of rows.
    """
    clicked = table(moves, ends_of, key, subject, first)
    if remark:
        st.caption(remark)
    titles = [title(move, ends_of) for move in moves]
    position = st.session_state.get(f"{key}_move") if clicked is None else clicked
    if clicked is not None:
        st.session_state[f"{key}_move"] = clicked
    return st.selectbox(
        "Look at the licenses",
        range(len(titles)),
        index=position if isinstance(position, int) and position < len(titles) else None,
        key=f"{key}_choice_{clicked}",
        format_func=titles.__getitem__,
        placeholder="Choose a move, or click its number above",
    )


def title(move: T, ends_of: Ends[T]) -> str:
    """A move with its numbers."""
    before, after = ends_of(move)
    numbers = (quantity(move.licenses, "license"), quantity(move.users, "user"), quantity(move.customers, "customer"))
    return f"{before} → {after} · {' · '.join(numbers)}"


def table(moves: Sequence[T], ends_of: Ends[T], key: str, subject: str, first: str) -> int | None:
    """Draw the numbers; gives the place of the move whose number was clicked."""
    counted = st.segmented_control(
        "Count", list(_COUNTED), default="Licenses", required=True, key=f"{key}_counted", label_visibility="collapsed"
    )
    numbers = frame(moves, ends_of, _COUNTED[counted])
    state = st.dataframe(
        numbers.rename_axis(index=first).reset_index(),
        hide_index=True,
        key=f"{key}_matrix_{hash(tuple(moves))}_{counted}",
        on_select="rerun",
        selection_mode="single-cell",
        height="content",
        alt=f"{counted} from {subject} to {subject}",
    )
    cells = state["selection"]["cells"]
    if not cells:
        return None
    row, column = cells[0]
    chosen = (numbers.index[row], column)
    places = [place for place, move in enumerate(moves) if cell_of(move, ends_of) == chosen]
    return next(iter(places), None)


def frame(moves: Sequence[T], ends_of: Ends[T], number_of: Callable[[Numbered], int]) -> pd.DataFrame:
    """Numbers by where licenses go from, and where to."""
    rows = [(*cell_of(move, ends_of), f"{number_of(move):,}") for move in moves]
    numbers = pd.DataFrame(rows, columns=["From", "To", "number"])
    return numbers.pivot_table(index="From", columns="To", values="number", aggfunc="first", fill_value="", sort=False)


def cell_of(move: T, ends_of: Ends[T]) -> tuple[str, str]:
    """The titles of the row and the column that a move stands in."""
    before, after = ends_of(move)
    return before, f"→ {after}"
