"""What the page *Upgrade lists* reads, shows and hands out. Screen, bar and files ask the same queries with the same cut."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib import database, exports
from lib.cut import Cut
from lib.exports import Ending
from lib.policy import Policy
from lib.products import PLUGINS, TITLES
from lib.store import views
from lib.web import data, places, session, upgrade_rows, widgets
from lib.web.connection import engine
from lib.web.data import Version
from lib.web.session import Role, User
from lib.words import counted, storable

PAGE = 50
"""Rows of a list that are asked for and shown at a time."""

_ROWS_IN_VIEW = 10
"""Customers in view before the list scrolls, so that what is chosen in it shows below."""

_MIME = {
    Ending.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Ending.CSV: "text/csv",
}


@data.kept(64)
def totals(version: Version, cut: Cut) -> dict[str, int]:
    """What the list of a cut comes to (see `views.upgrade_totals`) at a version of the data."""
    with database.reading(engine(version.store)) as connection:
        return views.upgrade_totals(connection, cut)


@data.kept(64)
def lacking(version: Version, cut: Cut) -> dict[str, int]:
    """What the licenses that cannot be included lack (see `views.unclear_needs`) at a version of the data."""
    with database.reading(engine(version.store)) as connection:
        return views.unclear_needs(connection, cut)


@data.kept(64)
def customers(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the customers of a cut (see `views.customers`) at a version of the data; pages count from 1."""
    with database.reading(engine(version.store)) as connection:
        return views.customers(connection, cut, start=(page - 1) * PAGE, count=PAGE)[0]


@data.kept(64)
def upgrades(version: Version, cut: Cut, page: int) -> pd.DataFrame:
    """One page of the licenses of a cut that must grow (see `views.upgrades`) at a version of the data."""
    with database.reading(engine(version.store)) as connection:
        return views.upgrades(connection, cut, start=(page - 1) * PAGE, count=PAGE)


def file(cut: Cut, ending: Ending, user: User, policy: Policy) -> bytes:
    """The list of a cut as it is now, built when somebody clicks, if that person still may have it."""
    session.recheck(user, Role.EDITOR)
    with database.reading(engine()) as connection:
        return exports.upgrade_list(connection, cut, ending, by=user.name, policy=policy)


def filters() -> Cut:
    """The search and the products, kept in the address bar, as a cut."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Customer, license key, email",
            key="search",
            bind="query-params",
            width=340,
            on_change=_first_page,
        )
        products = _products()
    return Cut(search=storable(search).strip(), product=products)


def _products() -> tuple[str, ...]:
    """The products chosen; the address bar holds their codes, which a bound widget would not write."""
    known = Cut.of_query({"product": st.query_params.get_all("product")}).product
    st.session_state["products"] = [code for code in known if code in PLUGINS]
    chosen = st.pills(
        "Product",
        list(map(str, PLUGINS)),
        selection_mode="multi",
        format_func=lambda code: TITLES[code],
        key="products",
        on_change=_tell_products,
    )
    return tuple(chosen)


def _tell_products() -> None:
    st.query_params["product"] = st.session_state["products"]
    _first_page()


def clear_filters() -> None:
    """Let every customer through again."""
    st.session_state["search"] = ""
    st.query_params.pop("product", None)
    _first_page()


def _first_page() -> None:
    if "page" in st.session_state:
        st.session_state["page"] = 1


def nothing_yet(version: Version) -> None:
    """What to do when there is no upgrade to list at all."""
    if data.cube(version, Cut()).empty:
        text = "Bring in a legacy export, and every customer whose licenses must grow has a list here."
        widgets.empty_state(":material/upload_file:", "No licenses yet", text, "Import a file", places.IMPORT)
    else:
        text = "Every license matches its server's tier, cannot move, has moved, or needs information first."
        widgets.empty_state(":material/done_all:", "Nothing to upgrade", text, "See all licenses", places.LICENSES)


def nothing_matches(cut: Cut) -> None:
    """Which filters to relax when they leave nothing."""
    relaxed = " or ".join(
        (["clear the search"] if cut.search else []) + (["choose another product"] if cut.product else [])
    )
    text = f"Nobody has licenses to upgrade under {cut.described()}. To see more, {relaxed}."
    widgets.empty_state(":material/filter_alt_off:", "No customer matches", text)
    with st.container(horizontal_alignment="center"):
        st.button("Clear filters", key="clear_filters", on_click=clear_filters)


def choice(version: Version, cut: Cut, total: int) -> list[str]:
    """The list of customers, a page at a time; gives the keys of those chosen in it, or of the one in the address bar."""
    above = st.container(key="customers")
    page = pager(total, "page")
    frame = customers(version, cut, page)
    keys = frame["customer"].tolist()
    with above:
        named = _named(version, cut)
    # A selection is a list of positions, so it must not outlive the rows it was made in.
    table = f"customers_{abs(hash((version, cut, page)))}"
    selected = above.dataframe(
        upgrade_rows.customers_shown(frame),
        key=table,
        hide_index=True,
        height=min(len(frame), _ROWS_IN_VIEW) * 35 + 37,
        column_config=_CUSTOMER_COLUMNS,
        on_select=partial(_remember, table, keys),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [keys.index(named)] if named in keys else []}},
        placeholder="",
        alt="Customers with licenses to upgrade",
    )
    return [keys[row] for row in selected.selection.rows] or ([named] if named else [])


def _named(version: Version, cut: Cut) -> str:
    """The customer that the address bar names, if it has licenses to upgrade in this cut."""
    key = storable(st.query_params.get("customer", ""))
    if key and not totals(version, cut.narrowed(customer=(key,)))["upgrades"]:
        st.info("The customer in this link has nothing to upgrade among the customers below.", icon=":material/info:")
        return ""
    return key


def title_of(version: Version, chosen: Cut, total: int) -> str:
    """What the customers of a cut are called together, out of `total` in the list."""
    keys = chosen.customer
    if len(keys) == 1:
        return str(upgrades(version, chosen, 1)["name"].iat[0])
    return f"{len(keys):,} of {counted(total, 'customer')}" if keys else f"All {counted(total, 'customer')}"


def _remember(table: str, keys: list[str]) -> None:
    """Name a customer that was chosen alone in the address bar, so that a link can lead to it."""
    rows = st.session_state[table].selection.rows
    if len(rows) == 1:
        st.query_params["customer"] = keys[rows[0]]
    else:
        st.query_params.pop("customer", None)


def pager(total: int, key: str) -> int:
    """Which page of so many rows to show, from 1; the choice is kept in the address bar."""
    pages = -(-total // PAGE)
    if pages < 2:
        return 1
    with st.container(horizontal_alignment="right"):
        return st.pagination(pages, key=key, bind="query-params")


_CUSTOMER_COLUMNS: dict[str, Any] = {
    "Customer": st.column_config.TextColumn(width=175),
    "From → to": st.column_config.TextColumn(width=200),
    "Consent": st.column_config.TextColumn(width=135),
    **{
        title: st.column_config.NumberColumn(format="localized", width=width)
        for title, width in (
            ("Upgrades", 72),
            ("Licenses", 72),
            ("Users added", 95),
            ("To Unlimited", 95),
            ("Needs information", 130),
        )
    },
}


def bar(version: Version, cut: Cut, title: str, user: User, policy: Policy) -> None:
    """What will come, and the buttons to take it."""
    told = totals(version, cut)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bar"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{widgets.escape(title)}**")
            st.text(upgrade_rows.totals_told(told))
            st.caption(f"Consent given for {told['given']:,}, pending for {told['pending']:,}.")
            if lacks := upgrade_rows.lacking_told(lacking(version, cut), told["unclear"]):
                st.caption(widgets.escape(lacks))
        _downloads(cut, title, told, user, policy)


def _downloads(cut: Cut, title: str, told: dict[str, int], user: User, policy: Policy) -> None:
    too_many = max(told["upgrades"], told["unclear"]) > exports.MAX_ROWS
    for ending in Ending:
        st.download_button(
            ending.upper(),
            partial(file, cut, ending, user, policy),
            f"Upgrades {exports.safe_name(title)}.{ending}",
            _MIME[ending],
            key=f"download_{ending}",
            type="primary" if ending is Ending.XLSX else "secondary",
            icon=":material/download:",
            on_click="ignore",
            disabled=too_many and ending is Ending.XLSX,
            help=f"A workbook has room for {exports.MAX_ROWS:,} licenses. Choose fewer customers, or take the CSV."
            if too_many
            else None,
            width="content",
        )


def detail(version: Version, cut: Cut, name: str) -> None:
    """One customer's licenses that must grow, as its file lists them."""
    told = totals(version, cut)
    st.subheader(widgets.escape(name), anchor=False)
    above = st.container()
    page = pager(told["upgrades"], "licenses_page")
    above.dataframe(
        upgrade_rows.upgrades_shown(upgrades(version, cut, page)),
        key="upgrades",
        hide_index=True,
        placeholder="",
        column_config={
            title: st.column_config.TextColumn(alignment="right") for title in ("From", "To", "Users added")
        },
        alt=f"Licenses to upgrade of {name}",
    )
    st.page_link(
        places.LICENSES,
        label="All licenses of this customer",
        icon=":material/key:",
        query_params={"customer": cut.customer[0]},
    )


def notices(policy: Policy) -> None:
    """What the policy wants said by now; the files say it too."""
    for notice in policy.notices_on(datetime.now(UTC).date()):
        st.caption(widgets.escape(notice.text))
