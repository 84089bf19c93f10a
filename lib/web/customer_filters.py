"""Which customers are listed: the group, filters and order, all in the address; and what to do where nobody is."""

from collections.abc import Mapping

import streamlit as st

from lib.domain.products import PLUGINS, PRODUCT_TITLES
from lib.domain.text import storable
from lib.measures.customer_groups import GROUP_TITLES, CustomerGroup
from lib.measures.cut import Cut
from lib.web import listed_customers, page_paths, widgets
from lib.web.cached import Version
from lib.web.filter_choices import CONSENTS as ALL_CONSENTS
from lib.web.listed_customers import SORTS


def filters(version: Version) -> Cut:
    """The filters and the order of the list, all in the address."""
    batch = Cut.from_query({"batch": st.query_params.get_all("batch")}).batch
    group = group_filter(version, Cut(batch=batch))
    with st.container(horizontal=True, vertical_alignment="bottom", key="customer_filters"):
        widgets.fold_on_phones(
            "Filters and order", is_open=bool({"search", "product", "consent", "changed"} & set(st.query_params))
        )
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Customer, license key, email",
            key="search",
            bind="query-params",
            width=280,
            on_change=go_to_first_page,
        )
        products = codes_filter("product", "Product", {code: PRODUCT_TITLES[code] for code in PLUGINS})
        consents: tuple[str, ...] = ()
        if group is CustomerGroup.UPGRADE:
            consents = codes_filter("consent", "Consent", _CONSENTS)
        only_changed = st.toggle(
            "Changed",
            key="changed",
            bind="query-params",
            help="Their list differs from the one last sent or, if none was sent, last downloaded.",
            on_change=go_to_first_page,
        )
        st.selectbox("Sort", list(SORTS), key="sort", bind="query-params", width=190, on_change=go_to_first_page)
        if batch:
            imports = ", ".join(f"#{number}" for number in batch)
            tip = "Show the customers of all imports"
            st.button(f"Import {imports} ✕", key="all_imports", help=tip, on_click=leave_batch)
    cut = Cut(search=storable(search).strip(), product=products, consent=consents, group=group, batch=batch)
    if only_changed:
        # An empty filter would let everybody through, a key that nobody has lets nobody.
        cut = cut.with_filters(customer=listed_customers.changed_customers(version, cut) or (_NOBODY,))
    return cut


def leave_batch() -> None:
    """List the customers of all imports."""
    st.query_params.pop("batch", None)
    go_to_first_page()


def group_filter(version: Version, cut: Cut) -> CustomerGroup:
    """The group of the address, chosen by a pill with its number of customers of a cut."""
    sizes = listed_customers.group_sizes(version, cut)
    group = CustomerGroup(Cut.from_query({"group": st.query_params.get_all("group")}).group or CustomerGroup.ALL)
    st.session_state[_GROUP] = str(group)
    st.pills(
        "Customers",
        list(map(str, CustomerGroup)),
        format_func=lambda code: f"{GROUP_TITLES[CustomerGroup(code)]} {sizes[CustomerGroup(code)]:,}",
        key=_GROUP,
        on_change=write_group,
        label_visibility="collapsed",
    )
    return group


_GROUP = "chosen_group"


def write_group() -> None:
    """Put the chosen group into the address; none is all of them."""
    st.query_params["group"] = st.session_state[_GROUP] or CustomerGroup.ALL
    go_to_first_page()


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
    """Remove all filters but the group."""
    st.session_state["search"], st.session_state["changed"] = "", False
    for name in ("product", "consent"):
        st.query_params.pop(name, None)
    go_to_first_page()


def go_to_first_page() -> None:
    """Show the first page, since another list may have fewer."""
    if "page" in st.session_state:
        st.session_state["page"] = 1


def nothing_yet() -> None:
    """What to do before there is any license."""
    text = "Import a license export: every customer in it is listed here, with its files and letters."
    widgets.empty_state(":material/upload_file:", "No licenses yet", text, "Import licenses", page_paths.IMPORT)


NOBODY_IN_GROUP = {
    CustomerGroup.MOVE: "No license is eligible as it is: see who needs an upgrade or information.",
    CustomerGroup.UPGRADE: "Every license matches its server's tier, cannot move, has migrated, or needs information first.",
    CustomerGroup.INFORMATION: "No license needs information.",
    CustomerGroup.CLOUD: "No license is on Cloud.",
    CustomerGroup.DONE: "No customer has migrated all of its movable licenses.",
}


def nothing_matches(cut: Cut) -> None:
    """Which filters to relax when no customer matches them."""
    remedies = {
        "clear the search": cut.search,
        "choose another product": cut.product,
        "another consent": cut.consent,
        "show those that did not change": cut.customer,
    }
    group = CustomerGroup(cut.group)
    in_use = [text for text, filter_values in remedies.items() if filter_values]
    if not in_use:
        title = f"{GROUP_TITLES[group]}: no customers"
        widgets.empty_state(":material/done_all:", title, NOBODY_IN_GROUP[group])
        return
    filters_text = cut.with_filters(customer=(), group="").description() or "these filters"
    place = "" if group is CustomerGroup.ALL else f' in "{GROUP_TITLES[group]}"'
    text = f"No customer{place} matches {filters_text}. To see more, {' or '.join(in_use)}."
    widgets.empty_state(":material/filter_alt_off:", "No matching customers", text)
    with st.container(horizontal_alignment="center"):
        st.button("Clear filters", key="clear_filters", on_click=clear_filters)
