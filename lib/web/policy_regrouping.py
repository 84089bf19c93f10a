"""Customers that other mail domains would regroup: what tells them apart before and after, with the licenses behind."""

from functools import partial

import pandas as pd
import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.policies.regroupings import CustomerMove
from lib.policies.what_if import Base, WhatIf
from lib.web import download_button, listing, move_matrix, policy_state, row_links, widgets
from lib.web.session import User

_ROWS = 50


def show(effect: WhatIf, user: User, key: str) -> None:
    """How many licenses change customers, a table of what tells these apart, and the licenses of a cell."""
    st.text(f"{quantity(effect.regrouped, 'license')} would belong to another customer.")
    remark = "What tells customers of one name apart, now and then."
    choice = move_matrix.choose(effect.customer_moves, ends_of, key, subject="customer", remark=remark)
    if choice is not None:
        rows(effect.customer_moves[choice], effect.base, user, f"{key}_{choice}")


def ends_of(move: CustomerMove) -> tuple[str, str]:
    """What tells the customers apart that licenses have, and those that they would get."""
    return move.before.value, move.after.value


def rows(move: CustomerMove, base: Base, user: User, key: str) -> None:
    """The licenses of a move with their customers, and their file."""
    pager_key = f"{key}_page_{base.change}"
    page = st.session_state.get(pager_key, 1)
    try:
        licenses = policy_state.regrouped_rows(move, base, (page - 1) * _ROWS, _ROWS)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    row_links.table(
        readable(licenses, user),
        row_links.of_licenses(licenses, user, name="Customer"),
        height=listing.height(licenses, 8),
        key=f"{key}_rows",
        alt=move_matrix.title(move, ends_of),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.pager(move.licenses, _ROWS, pager_key)
        if may(user, Action.DOWNLOAD_LICENSES):
            download_button.show(
                f"Download {move.licenses:,} as CSV",
                partial(policy_state.regrouped_csv, move, base, user),
                file_name=CSV.file_name("regrouped"),
                mime=CSV.mime_type,
                key=f"{key}_file",
                icon=":material/download:",
                on_click="ignore",
            )


def readable(licenses: pd.DataFrame, user: User) -> pd.DataFrame:
    """Licenses of `regroupings.licenses_of` as the texts of the list; names of customers may be addresses of people."""
    texts = listing.readable(licenses, user)[["License key", "Customer", "Product", "Country"]]
    if may(user, Action.SEE_PERSONAL_DATA):
        texts = texts.assign(Customer=licenses["customer_name"])
        texts.insert(2, "Would be", licenses["into_name"])
    return texts
