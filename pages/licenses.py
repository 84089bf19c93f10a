"""Every license: filter, why, edit, history."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from lib.domain.roles import Action, may
from lib.domain.text import storable
from lib.measures.cut import Cut
from lib.web import cached, edit_form, filters, listing, page_paths, sample_mode, session, verdict_panel, widgets
from lib.web.cached import Version
from lib.web.session import Role

user = session.require(Role.VIEWER)

ROWS = 50  # on one page of the list


def turn(key: str) -> None:
    """Put the number of the list's page into the address."""
    st.query_params["page"] = str(st.session_state[key])


def choose(key: str, keys: list[str]) -> None:
    """Open the license that was chosen in the table or in the box, close it if it was let go."""
    chosen = st.session_state[key]
    rows = chosen["selection"]["rows"] if hasattr(chosen, "keys") else None
    opened = keys[rows[0]] if rows else chosen if chosen in keys else None
    if opened:
        st.query_params["license"] = opened
    else:
        close()


def close() -> None:
    """Close the license that is open, and let go of its row."""
    st.query_params.pop("license", None)
    st.session_state["closed"] = st.session_state.get("closed", 0) + 1


def page_number(pages: int) -> int:
    """The number of the list's page that the address names, within what there is."""
    told = st.query_params.get("page", "1")
    return min(max(int(told), 1), pages) if told.isdecimal() and len(told) < 9 else 1


def a_page(version: Version, cut: Cut, found: int, open_key: str) -> None:
    """One page of the list, with the ways to the others, to a license and to the file."""
    pages = -(-found // ROWS)
    number = page_number(pages)
    rows = cached.licenses(version, cut, (number - 1) * ROWS, ROWS)
    keys = rows["license_key"].tolist()
    table = f"licenses_{version}_{number}_{hash(cut)}_{st.session_state.get('closed', 0)}"
    st.dataframe(
        listing.readable(rows),
        hide_index=True,
        height=listing.height(rows, 6 if open_key else 15),
        column_config=listing.WIDTHS,
        key=table,
        on_select=partial(choose, table, keys),
        selection_mode="single-row",
        alt=f"Licenses {(number - 1) * ROWS + 1:,} to {(number - 1) * ROWS + len(rows):,} of {found:,}",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        names = dict(zip(keys, rows["company"].fillna(""), strict=True))
        box = f"open_{table}"
        st.session_state[box] = open_key if open_key in names else None
        st.selectbox(
            "Open a license of this page",
            keys,
            format_func=lambda key: " · ".join(filter(None, (key, names.get(key)))),
            key=box,
            placeholder="Choose one, or click its row",
            on_change=partial(choose, box, keys),
            width=360,
        )
        if pages > 1:
            with st.container(key="pages", width="content"):
                st.pagination(pages, default=number, key=f"page_{number}", on_change=turn, args=(f"page_{number}",))
        listing.download(version, user, cut, found, key="download")


def a_license(version: Version, key: str) -> None:
    """Why a license is what it is, and its history; says so if there is none of that key."""
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
    action = ("Import licenses", page_paths.IMPORT) if may(user, Action.IMPORT) else ("", "")
    widgets.empty_state(":material/key:", "No licenses yet", "Bring in the export of the licenses you sold.", *action)
    st.stop()
cut = filters.bar(version)
found = cached.total(version, cut)
if found:
    a_page(version, cut, found, key)
else:
    filters.nothing_matches(version, cut)
if key:
    a_license(version, key)
