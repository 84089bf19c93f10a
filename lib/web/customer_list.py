"""The list of customers: screen, bar and files share one cut."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.policy import Policy
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.web import (
    cached,
    customer_doubts,
    customer_rows,
    customer_sending,
    listed_customers,
    row_links,
    upgrade_files,
    widgets,
)
from lib.web.cached import Version
from lib.web.listed_customers import PAGE
from lib.web.session import User

_FEW = 12
"""Chosen customers that are marked as sent without a dialog: each was ticked, and all are in view."""

# Customers in view before the list scrolls, so that what is chosen in it shows below.
_ROWS_IN_VIEW = 10


def choice(version: Version, cut: Cut, total: int, user: User) -> dict[str, str]:
    """The list of customers; returns the names of the selected ones by key, none for all."""
    # Drawn later, but above the pager, which decides what it holds.
    table = st.container(key="customers")
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(width="content"):
            only_page = total > PAGE and st.toggle("Current page only", key="only_page", help="If none is selected")
        page = pager(total, "page")
    frame = listed_customers.customers(version, cut, page)
    keys = frame["customer"].tolist()
    names = dict(zip(keys, frame["name"], strict=True))
    # A selection is a list of positions, so it must not outlive the rows it was made in: others have another key.
    table_key = f"customers_{abs(hash((version, cut, page, tuple(keys))))}"
    rows = customer_rows.customer_rows(frame, CustomerGroup(cut.group), cached.policy().time_zone)
    with table:
        state = row_links.table(
            rows,
            {"Customer": row_links.customers(frame, user, row_links.THIS_PAGE)},
            key=table_key,
            height=min(len(frame), _ROWS_IN_VIEW) * 35 + 37,
            column_config=columns_of(rows),
            on_select="rerun",
            selection_mode="multi-row",
            placeholder="",
            alt="Customers; select rows for their files, open one by a click on its name or by Enter",
        )
    selected_keys = [keys[position] for position in state.selection.rows]
    return {key: names[key] for key in selected_keys or (keys if only_page else [])}


def title_of(cut: Cut, names: dict[str, str], total: int) -> str:
    """What the selected customers of a list are called, or all of them."""
    if len(names) == 1:
        return next(iter(names.values()))
    if names:
        return f"{len(names):,} of {quantity(total, 'customer')}"
    return f"All {quantity(total, 'customer')}" if total > 1 else "1 customer"


def pager(total: int, key: str) -> int:
    """The choice of a page; returns the current one, from 1."""
    pages = -(-total // PAGE)
    if pages < 2:
        return 1
    with st.container(horizontal_alignment="right"):
        return st.pagination(pages, key=key, bind="query-params")


_WIDTHS = {
    "Customer": 255,
    "From → to": 174,
    "Consent": 130,
    "Stage": 162,
    "Complete": 74,
    "Changed": 84,
    "Sent on": 94,
    "Last file": 94,
}
_NUMBER_WIDTHS = {
    "Eligible": 62,
    "Upgrades": 72,
    "Users added": 88,
    "Needs info": 80,
    "Cloud": 52,
    "Migrated": 70,
    "Licenses": 68,
}
"""How wide the columns are, in pixels: a screen of 1,440 has all that matter, and wider ones where some are missing."""

_EVENTS = {"Changed", "Sent on", "Last file"}
_NARROW_CUSTOMER = 210  # beside two or more of these

_HELP = {
    "Stage": "Of the requests that are not migrated",
    "Complete": "Items of the request on file, of eight",
    "Changed": "Since it was sent; if nothing was, since the last file",
}
_CUSTOMER_COLUMNS: dict[str, Any] = {
    **{title: st.column_config.TextColumn(width=width, help=_HELP.get(title)) for title, width in _WIDTHS.items()},
    **{
        title: st.column_config.NumberColumn(format="localized", width=width) for title, width in _NUMBER_WIDTHS.items()
    },
}


def columns_of(rows: pd.DataFrame) -> dict[str, Any]:
    """The columns of these rows as they are drawn."""
    if len(_EVENTS.intersection(rows)) > 1:
        return {**_CUSTOMER_COLUMNS, "Customer": st.column_config.TextColumn(width=_NARROW_CUSTOMER)}
    return _CUSTOMER_COLUMNS


def bar(version: Version, cut: Cut, title: str, names: Mapping[str, str], user: User, policy: Policy) -> None:
    """What the files of a cut hold, and the buttons to download them."""
    totals, group = cached.list_totals(version, cut), CustomerGroup(cut.group)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bar"):
        with st.container(gap="xxsmall"):
            st.header(widgets.escape(title), anchor=False)
            st.text(customer_rows.totals_text(totals, group))
            if group is CustomerGroup.UPGRADE:
                st.caption(f"Consent given for {totals.given:,}, pending for {totals.pending:,}.")
                if sentence := customer_rows.lacking_text(listed_customers.lacking(version, cut), totals.unclear):
                    st.caption(widgets.escape(sentence))
        upgrade_files.buttons(cut, title, totals, user, policy)
        if names and may(user, Action.MARK_SENT):
            mark_button(cut, names, user)
    customer_doubts.notice(version, cut, totals.customers)
    upgrade_files.remarks(version, cut, totals)


def mark_button(cut: Cut, names: Mapping[str, str], user: User) -> None:
    """A button that marks the chosen customers as sent: a few at once, many after a dialog that names them."""
    customers, own_cut = cut.customer, cut.with_filters(customer=())
    if len(customers) > _FEW:
        if st.button(f"Mark {len(customers):,} as sent…", key="mark_sent"):
            customer_sending.ask(customers, own_cut, None)
        return
    st.button(
        "Mark as sent" if len(customers) == 1 else f"Mark {len(customers)} as sent",
        key="mark_sent",
        help=f"Only {widgets.escape(', '.join(names[key] for key in customers if key in names))}. It can be undone.",
        on_click=customer_sending.mark,
        args=(customers, own_cut, None, user),
    )


def notices(policy: Policy) -> None:
    """The policy's notices of today, which the files have too."""
    for notice in policy.notices_on(cached.today()):
        st.caption(widgets.escape(notice.text))
