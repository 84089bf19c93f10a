"""What another policy does to licenses: a table from where to where, and the licenses of a cell, as rows and as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import pandas as pd
import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.policies.what_if import Base
from lib.web import download_button, listing, move_matrix, row_links, widgets
from lib.web.move_matrix import Ends, Numbered
from lib.web.session import User

_ROWS = 50

T = TypeVar("T", bound=Numbered)


@dataclass(frozen=True, slots=True)
class MoveTable(Generic[T]):
    """How moves of one kind are shown.

    `subject` is what they are of, such as `outcome`, `first` the title of the table's rows, `remark` stands below it. `page` gives so many licenses of a
    move from a place on, `readable` their texts, `file` all of them as CSV, whose name is `file_name`. `name` is the
    column that leads to customers, and `widths` are those of columns.
    """

    subject: str
    first: str
    remark: str
    ends_of: Ends[T]
    page: Callable[[T, Base, int, int], pd.DataFrame]
    readable: Callable[[pd.DataFrame, T, User], pd.DataFrame]
    file: Callable[[T, Base, User], bytes]
    file_name: str
    widths: Mapping[str, Any]


def show(table: MoveTable[T], moves: Sequence[T], base: Base, user: User, key: str) -> None:
    """The table of moves, and the licenses of the one that was chosen."""
    choice = move_matrix.choose(
        moves, table.ends_of, key, subject=table.subject, remark=table.remark, first=table.first
    )
    if choice is not None:
        rows(table, moves[choice], base, user, f"{key}_{choice}")


def rows(table: MoveTable[T], move: T, base: Base, user: User, key: str) -> None:
    """The licenses of a move as they stand, and their file."""
    pager_key = f"{key}_page_{base.change}"
    page = st.session_state.get(pager_key, 1)
    try:
        licenses = table.page(move, base, (page - 1) * _ROWS, _ROWS)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    row_links.table(
        table.readable(licenses, move, user),
        row_links.of_licenses(licenses, user),
        height=listing.height(licenses, 8),
        column_config=table.widths,
        key=f"{key}_rows",
        alt=move_matrix.title(move, table.ends_of),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.pager(move.licenses, _ROWS, pager_key)
        if may(user, Action.DOWNLOAD_LICENSES):
            download_button.show(
                f"Download {move.licenses:,} as CSV",
                partial(table.file, move, base, user),
                file_name=CSV.file_name(table.file_name),
                mime=CSV.mime_type,
                key=f"{key}_file",
                icon=":material/download:",
                on_click="ignore",
            )
