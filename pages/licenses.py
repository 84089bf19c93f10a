"""Every license: filter, why, edit, history."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from lib.domain.roles import Action, may
from lib.domain.text import storable
from lib.measures.cut import Cut
from lib.web import cached, edit_form, filters, listing, sample_mode, session, verdict_panel, widgets
from lib.web.cached import Version
from lib.web.session import Role

user = session.require(Role.VIEWER)

ROWS = 50  # on one page of the list


def go_to_page(key: str) -> None:
    """Put the chosen page of the list into the address."""
    st.query_params["page"] = str(st.session_state[key])


def open_selected_row(key: str, keys: list[str]) -> None:
    """Open the license of the selected row, or close it without one."""
    rows = st.session_state[key]["selection"]["rows"]
    open_license(keys[rows[0]] if rows else None)


def open_from_box(key: str) -> None:
    """Open the license in the box, or close it if that is empty."""
    open_license(st.session_state[key])


def open_license(key: str | None) -> None:
    """Put a license into the address, or close the open one."""
    if key:
        st.query_params["license"] = key
    else:
        close()


def close() -> None:
    """Close the license that is open, and deselect its row."""
    st.query_params.pop("license", None)
    # A table's selection cannot be cleared, but a table of another key begins without one.
    st.session_state["closed"] = st.session_state.get("closed", 0) + 1


def page_number(pages: int) -> int:
    """The page of the list that the address names, within what there is."""
    text = st.query_params.get("page", "1")
    if not (text.isdecimal() and len(text) < 9):
        return 1
    return min(max(int(text), 1), pages)


def list_page(version: Version, cut: Cut, total: int, open_key: str) -> None:
    """One page of the list, with ways to other pages, a license and the file."""
    pages = -(-total // ROWS)
    number = page_number(pages)
    start = (number - 1) * ROWS
    rows = cached.licenses(version, cut, start, ROWS)
    keys = rows["license_key"].tolist()
    table = f"licenses_{version}_{number}_{hash(cut)}_{st.session_state.get('closed', 0)}"
    st.dataframe(
        listing.readable(rows),
        hide_index=True,
        height=listing.height(rows, 6 if open_key else 15),
        column_config=listing.WIDTHS,
        key=table,
        on_select=partial(open_selected_row, table, keys),
        selection_mode="single-row",
        alt=f"Licenses {start + 1:,} to {start + len(rows):,} of {total:,}",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        names = dict(zip(keys, rows["company"].fillna(""), strict=True))
        license_box(f"open_{table}", names, open_key)
        if pages > 1:
            with st.container(key="pages", width="content"):
                # The number is in the key, so that the address decides, not what the pager remembers.
                key = f"page_{number}"
                st.pagination(pages, default=number, key=key, on_change=go_to_page, args=(key,))
        listing.download(version, user, cut, total, key="download")


def license_box(box: str, names: Mapping[str, str], open_key: str) -> None:
    """A box to open a license by keyboard: table rows need a mouse."""
    st.session_state[box] = open_key if open_key in names else None
    st.selectbox(
        "Open a license of this page",
        list(names),
        format_func=lambda key: " · ".join(filter(None, (key, names.get(key)))),
        key=box,
        placeholder="Choose one, or click its row",
        on_change=open_from_box,
        args=(box,),
        width=360,
    )


def license_panel(version: Version, key: str) -> None:
    """The verdict on a license and its history."""
    record, versions = cached.story(version, key)
    may_edit = may(user, Action.EDIT_LICENSE) and not version.store
    with st.container(border=True, key="why"):
        if record:
            verdict_panel.headline(record, cached.POLICY)
            edit_form.show_refusal()
            if may_edit:
                edit_form.panel(record, versions)
            verdict_panel.panel(record, versions, cached.POLICY, datetime.now(UTC).date())
        else:
            st.subheader("No license has this key now", anchor=False)
            st.text(key)
        verdict_panel.history(versions, linked=may_edit)
        st.button("Close", key="close", icon=":material/close:", on_click=close)


version = sample_mode.version()
widgets.page_header("Licenses", cached.status_line(version))
sample_mode.mark(version)
key = storable(st.query_params.get("license", ""))
if not version.change and not key:
    widgets.no_licenses(":material/key:", "Bring in the export of the licenses you sold.", user)
    st.stop()
cut = filters.bar(version)
total = cached.total(version, cut)
if total:
    list_page(version, cut, total, key)
else:
    filters.nothing_matches(version, cut)
if key:
    license_panel(version, key)
