"""Customers with licenses to upgrade: screen, bar and files share one cut."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, PRODUCT_TITLES
from lib.domain.roles import Action, may
from lib.domain.text import quantity, storable
from lib.measures.cut import Cut
from lib.store import (
    customer_lists,
    database,
    downloads,
    license_queries,
    list_changes,
    request_stages,
    sendings,
)
from lib.web import cached, customer_doubts, customer_sending, page_paths, upgrade_files, upgrade_rows, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.filters import CONSENTS as ALL_CONSENTS
from lib.web.session import User

PAGE = 50
"""Rows of a list that are asked for and shown at a time."""

_ROWS_IN_VIEW = 10
"""Customers in view before the list scrolls, so that what is chosen in it shows below."""


@cached.cache(64)
def lacking(version: Version, cut: Cut) -> dict[str, int]:
    """What the licenses that cannot be included lack (see `license_queries.unclear_needs`)."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.unclear_needs(connection, cut)


def customers(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the customers of a cut, in the order of the address; pages count from 1.

    Columns as `customer_lists.listed_customers` gives them, and `lacking` (items of requests), `download` and
    `sending` (the last one, or None) and `is_changed` (see `list_changes`).
    """
    order = SORTS.get(str(st.session_state.get("sort")), "")
    # Not cached: downloads are no change of the data, so no version tells of them.
    with database.reading(engine()) as connection:
        changed = list_changes.changed_customers(connection, cut)
        first = () if order else tuple(changed)
        frame = customers_page(version, cut, page, first, order or "users_added")
        keys = frame["customer"].tolist()
        last = downloads.last_downloads(connection, keys)
        sent = sendings.last_sendings(connection, keys)
    missing = missing_by_customer(version, cut.with_filters(customer=tuple(keys)))
    # Series of objects, for pandas would make columns of the lists' and downloads' contents.
    return frame.assign(
        lacking=pd.Series([missing.get(key, []) for key in keys], dtype=object),
        download=pd.Series([last.get(key) for key in keys], dtype=object),
        sending=pd.Series([sent.get(key) for key in keys], dtype=object),
        is_changed=frame["customer"].isin(changed),
    )


SORTS = {"Changed, users added": "", "Users added": "users_added", "Upgrades": "upgrades", "Name": "customer"}
"""The column of each order of the list; the first order begins with customers that changed since their last download."""


@cached.cache(64)
def customers_page(version: Version, cut: Cut, page: int, first: tuple[str, ...], by: str) -> pd.DataFrame:
    """One page of customers: those of `first`, then the others, sorted by a column."""
    with database.reading(engine(version.store)) as connection:
        return customer_lists.listed_customers(connection, cut, start=(page - 1) * PAGE, count=PAGE, first=first, by=by)


@cached.cache(64)
def missing_by_customer(version: Version, cut: Cut) -> dict[str, list[str]]:
    """The items of requests that each customer of a cut has not answered."""
    with database.reading(engine(version.store)) as connection:
        return request_stages.missing_by_customer(connection, cut)


@cached.cache(64)
def upgrades(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the licenses of a cut that must grow (see `license_queries.upgrades`)."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.upgrades(connection, cut, start=(page - 1) * PAGE, count=PAGE)


def filters() -> Cut:
    """The filters and the order of the list, all in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Customer, license key, email",
            key="search",
            bind="query-params",
            width=300,
            on_change=go_to_first_page,
        )
        products = codes_filter("product", "Product", {code: PRODUCT_TITLES[code] for code in PLUGINS})
        consents = codes_filter("consent", "Consent", _CONSENTS)
        only_changed = st.toggle(
            "Changed since sent or downloaded", key="changed", bind="query-params", on_change=go_to_first_page
        )
        st.selectbox("Sort", list(SORTS), key="sort", bind="query-params", width=210, on_change=go_to_first_page)
    cut = Cut(search=storable(search).strip(), product=products, consent=consents)
    return cut.with_filters(customer=changed_customers(cut)) if only_changed else cut


def changed_customers(cut: Cut) -> tuple[str, ...]:
    """The customers whose licenses changed since their last download."""
    with database.reading(engine()) as connection:
        # An empty filter would let everybody through, a key that nobody has lets nobody.
        return tuple(list_changes.changed_customers(connection, cut)) or (_NOBODY,)


_CONSENTS = {code: title for code, title in ALL_CONSENTS.items() if code != "declined"}
"""Whoever declined has nothing to upgrade."""

_NOBODY = "\x1f"


def codes_filter(name: str, label: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """A filter with several choices; returns their codes."""
    # Not bound to the address: that would hold the titles there, and links from other pages have codes.
    key = f"chosen_{name}"
    codes: tuple[str, ...] = getattr(Cut.from_query({name: st.query_params.get_all(name)}), name)
    st.session_state[key] = [code for code in codes if code in titles]
    selection = st.pills(
        label,
        list(map(str, titles)),
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=key,
        on_change=write_codes,
        args=(name, key),
    )
    return tuple(selection)


def write_codes(name: str, key: str) -> None:
    """Put a filter's choices into the address."""
    st.query_params[name] = st.session_state[key]
    go_to_first_page()


def clear_filters() -> None:
    """Remove all filters."""
    st.session_state["search"], st.session_state["changed"] = "", False
    for name in ("product", "consent"):
        st.query_params.pop(name, None)
    go_to_first_page()


def go_to_first_page() -> None:
    """Show the first page, since another list may have fewer."""
    if "page" in st.session_state:
        st.session_state["page"] = 1


def nothing_yet(version: Version) -> None:
    """What to do when no license needs an upgrade at all."""
    if not cached.total(version, Cut()):
        text = "Bring in a legacy export, and every customer whose licenses must grow has a list here."
        widgets.empty_state(":material/upload_file:", "No licenses yet", text, "Import a file", page_paths.IMPORT)
    else:
        text = "Every license matches its server's tier, cannot move, has moved, or needs information first."
        widgets.empty_state(":material/done_all:", "Nothing to upgrade", text, "See all licenses", page_paths.LICENSES)


def nothing_matches(cut: Cut) -> None:
    """Which filters to relax when no customer matches them."""
    remedies = {
        "clear the search": cut.search,
        "choose another product": cut.product,
        "another consent": cut.consent,
        "show those that did not change": cut.customer,
    }
    remedy = " or ".join(text for text, filter_values in remedies.items() if filter_values)
    filters_text = cut.with_filters(customer=()).description() or "these filters"
    text = f"Nobody has licenses to upgrade under {filters_text}. To see more, {remedy}."
    widgets.empty_state(":material/filter_alt_off:", "No customer matches", text)
    with st.container(horizontal_alignment="center"):
        st.button("Clear filters", key="clear_filters", on_click=clear_filters)


def choice(version: Version, cut: Cut, total: int) -> list[str]:
    """The list of customers; returns the selected keys, none for all."""
    # Drawn later, but above the pager, which decides what it holds.
    table = st.container(key="customers")
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        only_page = total > PAGE and st.toggle("Only this page, if none is chosen", key="only_page")
        page = pager(total, "page")
    frame = customers(version, cut, page)
    keys = frame["customer"].tolist()
    # A selection is a list of positions, so it must not outlive the rows it was made in: others have another key.
    table_key = f"customers_{abs(hash((version, cut, page, tuple(keys))))}"
    state = table.dataframe(
        upgrade_rows.customer_rows(frame),
        key=table_key,
        hide_index=True,
        height=min(len(frame), _ROWS_IN_VIEW) * 35 + 37,
        column_config=_CUSTOMER_COLUMNS,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
        alt="Customers with licenses to upgrade",
    )
    selected_keys = [keys[position] for position in state.selection.rows]
    customer_link(dict(zip(keys, frame["name"], strict=True)), selected_keys)
    return selected_keys or (keys if only_page else [])


def customer_link(names: dict[str, str], selected_keys: list[str]) -> None:
    """A box to open a customer, which a selected row fills."""
    box = f"open_customer_{abs(hash(tuple(names)))}"
    if len(selected_keys) == 1 and st.session_state.get(box) is None:
        st.session_state[box] = selected_keys[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Open a customer of this page",
            list(names),
            index=None,
            format_func=names.__getitem__,
            key=box,
            placeholder="Choose one",
            width=360,
        )
        st.button(
            "Open",
            key="open_customer",
            disabled=key is None,
            on_click=open_customer,
            args=(key,),
            icon=":material/arrow_forward:",
        )


def open_customer(key: str) -> None:
    """Show a customer's page."""
    st.query_params["customer"] = key


def title_of(version: Version, cut: Cut, total: int) -> str:
    """A name for the customers of a cut, of `total` listed."""
    keys = cut.customer
    if len(keys) == 1:
        return str(upgrades(version, cut, 1)["name"].iat[0])
    if keys:
        return f"{len(keys):,} of {quantity(total, 'customer')}"
    return f"All {quantity(total, 'customer')}"


def pager(total: int, key: str) -> int:
    """The choice of a page; returns the current one, from 1."""
    pages = -(-total // PAGE)
    if pages < 2:
        return 1
    with st.container(horizontal_alignment="right"):
        return st.pagination(pages, key=key, bind="query-params")


_NUMBER_WIDTHS = {"Upgrades": 72, "Licenses": 72, "Users added": 90, "To Unlimited": 95, "Needs information": 130}
_CUSTOMER_COLUMNS: dict[str, Any] = {
    "Customer": st.column_config.TextColumn(width=190),
    "From → to": st.column_config.TextColumn(width=170),
    "Consent": st.column_config.TextColumn(width=130),
    "Complete": st.column_config.TextColumn(width=75, help="Items of the request that are there, of eight"),
    "Sent on": st.column_config.TextColumn(width=130),
    "Last file": st.column_config.TextColumn(width=150),
    "Changed": st.column_config.TextColumn(width=105, help="Since it was sent; if nothing was, since the last file"),
} | {title: st.column_config.NumberColumn(format="localized", width=width) for title, width in _NUMBER_WIDTHS.items()}


def bar(version: Version, cut: Cut, title: str, user: User, policy: Policy) -> None:
    """What the files of a cut hold, and the buttons to download them."""
    totals = cached.list_totals(version, cut)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bar"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{widgets.escape(title)}**")
            st.text(upgrade_rows.totals_text(totals))
            st.caption(f"Consent given for {totals.given:,}, pending for {totals.pending:,}.")
            if sentence := upgrade_rows.lacking_text(lacking(version, cut), totals.unclear):
                st.caption(widgets.escape(sentence))
        upgrade_files.buttons(cut, title, totals, user, policy)
        if cut.customer and may(user, Action.MARK_SENT):
            mark_button(cut, user)
    customer_doubts.notice(version, cut)
    upgrade_files.remarks(version, cut, totals)


def mark_button(cut: Cut, user: User) -> None:
    """A button that marks the chosen customers as sent: one at once, several after a dialog that names them."""
    customers, own_cut = cut.customer, cut.with_filters(customer=())
    if len(customers) == 1:
        st.button(
            "Mark as sent", key="mark_sent", on_click=customer_sending.mark, args=(customers, own_cut, None, user)
        )
    elif st.button(f"Mark {len(customers):,} as sent…", key="mark_sent"):
        customer_sending.ask(customers, own_cut, None, user)


def notices(policy: Policy) -> None:
    """The policy's notices of today, which the files have too."""
    for notice in policy.notices_on(datetime.now(UTC).date()):
        st.caption(widgets.escape(notice.text))
