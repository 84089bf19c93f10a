"""What the page *Upgrade lists* reads, shows and hands out. Screen, bar and files ask the same queries with the same cut."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.policy import Policy
from lib.domain.products import PLUGINS, PRODUCT_TITLES
from lib.domain.text import quantity, storable
from lib.measures.cut import Cut
from lib.store import customer_queries, database, downloads, license_queries, request_stages
from lib.web import cached, page_paths, upgrade_files, upgrade_rows, widgets
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
    """What the licenses that cannot be included lack (see `license_queries.unclear_needs`) at a version of the data."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.unclear_needs(connection, cut)


def customers(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the customers of a cut (see `views.customers`), in the order of the address; pages count from 1.

    Besides: lacking (items of requests), download (the last one, None if there was none) and is_changed since then.
    """
    by = _SORTS.get(str(st.session_state.get("sort")), "")
    with database.reading(engine()) as connection:
        changed = downloads.customers_changed_since(connection, cut)
        frame = _customers(version, cut, page, () if by else tuple(changed), by or "users_added")
        keys = frame["customer"].tolist()
        last = downloads.last_downloads(connection, keys)
    lacks = _lacking(version, cut.with_filters(customer=tuple(keys)))
    told = {"lacking": [lacks.get(key, []) for key in keys], "download": [last.get(key) for key in keys]}
    return frame.assign(**{name: pd.Series(values, dtype=object) for name, values in told.items()}).assign(
        is_changed=frame["customer"].isin(changed)
    )


_SORTS = {"Changed, users added": "", "Users added": "users_added", "Upgrades": "upgrades", "Name": "customer"}
"""The orders of the list, by what people call them; the first shows first whose licenses changed since they were taken along."""


@cached.cache(64)
def _customers(version: Version, cut: Cut, page: int, first: tuple[str, ...], by: str) -> pd.DataFrame:
    with database.reading(engine(version.store)) as connection:
        return customer_queries.upgrade_customers(
            connection, cut, start=(page - 1) * PAGE, count=PAGE, first=first, by=by
        )[0]


@cached.cache(64)
def _lacking(version: Version, cut: Cut) -> dict[str, list[str]]:
    with database.reading(engine(version.store)) as connection:
        return request_stages.missing_by_customer(connection, cut)


@cached.cache(64)
def upgrades(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the licenses of a cut that must grow (see `views.upgrades`) at a version of the data."""
    with database.reading(engine(version.store)) as connection:
        return license_queries.upgrades(connection, cut, start=(page - 1) * PAGE, count=PAGE)


def filters() -> Cut:
    """What is searched for, the products and consents, kept in the address bar, as a cut; and the order of the list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Customer, license key, email",
            key="search",
            bind="query-params",
            width=300,
            on_change=_first_page,
        )
        products = _codes("product", "Product", {code: PRODUCT_TITLES[code] for code in PLUGINS})
        consents = _codes("consent", "Consent", _CONSENTS)
        changed = st.toggle("Changed since taken", key="changed", bind="query-params", on_change=_first_page)
        st.selectbox("Sort", list(_SORTS), key="sort", bind="query-params", width=210, on_change=_first_page)
    cut = Cut(search=storable(search).strip(), product=products, consent=consents)
    return cut.with_filters(customer=_changed(cut)) if changed else cut


def _changed(cut: Cut) -> tuple[str, ...]:
    """The customers whose licenses changed since they were taken along; a key that nobody has if there are none."""
    with database.reading(engine()) as connection:
        return tuple(downloads.customers_changed_since(connection, cut)) or (_NOBODY,)


_CONSENTS = {code: title for code, title in ALL_CONSENTS.items() if code != "declined"}
"""Whoever declined has nothing to upgrade."""

_NOBODY = "\x1f"


def _codes(name: str, label: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The values of a filter that are chosen; the address bar holds their codes, which a bound widget would not write."""
    key = f"chosen_{name}"
    known: tuple[str, ...] = getattr(Cut.from_query({name: st.query_params.get_all(name)}), name)
    st.session_state[key] = [code for code in known if code in titles]
    chosen = st.pills(
        label,
        list(map(str, titles)),
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=key,
        on_change=_tell_codes,
        args=(name, key),
    )
    return tuple(chosen)


def _tell_codes(name: str, key: str) -> None:
    st.query_params[name] = st.session_state[key]
    _first_page()


def clear_filters() -> None:
    """Let every customer through again."""
    st.session_state["search"], st.session_state["changed"] = "", False
    for name in ("product", "consent"):
        st.query_params.pop(name, None)
    _first_page()


def _first_page() -> None:
    if "page" in st.session_state:
        st.session_state["page"] = 1


def nothing_yet(version: Version) -> None:
    """What to do when there is no upgrade to list at all."""
    if not cached.total(version, Cut()):
        text = "Bring in a legacy export, and every customer whose licenses must grow has a list here."
        widgets.empty_state(":material/upload_file:", "No licenses yet", text, "Import a file", page_paths.IMPORT)
    else:
        text = "Every license matches its server's tier, cannot move, has moved, or needs information first."
        widgets.empty_state(":material/done_all:", "Nothing to upgrade", text, "See all licenses", page_paths.LICENSES)


def nothing_matches(cut: Cut) -> None:
    """Which filters to relax when they leave nothing."""
    ways = {"clear the search": cut.search, "choose another product": cut.product, "another consent": cut.consent}
    ways["show those that did not change"] = "".join(cut.customer)
    relaxed = " or ".join(way for way, is_set in ways.items() if is_set)
    text = f"Nobody has licenses to upgrade under {cut.with_filters(customer=()).description() or 'these filters'}. To see more, {relaxed}."
    widgets.empty_state(":material/filter_alt_off:", "No customer matches", text)
    with st.container(horizontal_alignment="center"):
        st.button("Clear filters", key="clear_filters", on_click=clear_filters)


def choice(version: Version, cut: Cut, total: int) -> list[str]:
    """The list of customers, a page at a time; gives the keys of those that files shall be of, none for all that match."""
    above = st.container(key="customers")
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        only_page = total > PAGE and st.toggle("Only this page, if none is chosen", key="only_page")
        page = pager(total, "page")
    frame = customers(version, cut, page)
    keys = frame["customer"].tolist()
    # A selection is a list of positions, so it must not outlive the rows it was made in.
    table = f"customers_{abs(hash((version, cut, page, tuple(keys))))}"
    selected = above.dataframe(
        upgrade_rows.customers_shown(frame),
        key=table,
        hide_index=True,
        height=min(len(frame), _ROWS_IN_VIEW) * 35 + 37,
        column_config=_CUSTOMER_COLUMNS,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
        alt="Customers with licenses to upgrade",
    )
    chosen = [keys[row] for row in selected.selection.rows]
    _ways(dict(zip(keys, frame["name"], strict=True)), chosen)
    return chosen or (keys if only_page else [])


def _ways(names: dict[str, str], chosen: list[str]) -> None:
    """The way to a customer's own page, by mouse or by keyboard."""
    box = f"open_customer_{abs(hash(tuple(names)))}"
    if len(chosen) == 1 and st.session_state.get(box) is None:
        st.session_state[box] = chosen[0]
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
            on_click=_open,
            args=(key,),
            icon=":material/arrow_forward:",
        )


def _open(key: str) -> None:
    st.query_params["customer"] = key


def title_of(version: Version, chosen: Cut, total: int) -> str:
    """What the customers of a cut are called together, out of `total` in the list."""
    keys = chosen.customer
    if len(keys) == 1:
        return str(upgrades(version, chosen, 1)["name"].iat[0])
    return f"{len(keys):,} of {quantity(total, 'customer')}" if keys else f"All {quantity(total, 'customer')}"


def pager(total: int, key: str) -> int:
    """Which page of so many rows to show, from 1; the choice is kept in the address bar."""
    pages = -(-total // PAGE)
    if pages < 2:
        return 1
    with st.container(horizontal_alignment="right"):
        return st.pagination(pages, key=key, bind="query-params")


_CUSTOMER_COLUMNS: dict[str, Any] = {
    "Customer": st.column_config.TextColumn(width=190),
    "From → to": st.column_config.TextColumn(width=170),
    "Consent": st.column_config.TextColumn(width=130),
    "Complete": st.column_config.TextColumn(width=75, help="Items of the request that are there, of eight"),
    "Last taken": st.column_config.TextColumn(width=150),
    "Changed since": st.column_config.TextColumn(width=105),
    **{
        title: st.column_config.NumberColumn(format="localized", width=width)
        for title, width in (
            ("Upgrades", 72),
            ("Licenses", 72),
            ("Users added", 90),
            ("To Unlimited", 95),
            ("Needs information", 130),
        )
    },
}


def bar(version: Version, cut: Cut, title: str, user: User, policy: Policy) -> None:
    """What will come, and the buttons to take it."""
    totals = cached.upgrade_totals(version, cut)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bar"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{widgets.escape(title)}**")
            st.text(upgrade_rows.totals_told(totals))
            st.caption(f"Consent given for {totals.given:,}, pending for {totals.pending:,}.")
            if lacks := upgrade_rows.lacking_told(lacking(version, cut), totals.unclear):
                st.caption(widgets.escape(lacks))
        upgrade_files.buttons(cut, title, totals, user, policy)


def notices(policy: Policy) -> None:
    """What the policy wants said by now; the files say it too."""
    for notice in policy.notices_on(datetime.now(UTC).date()):
        st.caption(widgets.escape(notice.text))
