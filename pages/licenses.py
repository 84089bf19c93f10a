"""Every license: filter, why, edit, history."""

from collections.abc import Mapping

import streamlit as st

from lib.domain.masking import masked_key
from lib.domain.roles import Action, may
from lib.measures.cut import Cut
from lib.web import (
    cached,
    contacts_panel,
    customer_link,
    edit_form,
    filters,
    listing,
    marketplace_panel,
    newer_data,
    request_parts,
    session,
    unknown_links,
    verdict_panel,
    widgets,
)
from lib.web import open_license as opened
from lib.web.cached import Version
from lib.web.session import Role

user = session.require(Role.VIEWER)

ROWS = 50  # on one page of the list


def go_to_page(key: str) -> None:
    """Put the chosen page of the list into the address."""
    st.query_params["page"] = str(st.session_state[key])


def open_from_box(key: str) -> None:
    """Open the license in the box, or close it if that is empty."""
    open_license(st.session_state[key])


def open_license(key: str | None) -> None:
    """Put a license into the address, or close the open one."""
    if key:
        opened.remember(key, user)
    else:
        opened.forget()


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
    table = f"licenses_{version}_{number}_{hash(cut)}"
    listing.linked_table(
        rows,
        user,
        {**cut.query(), "page": str(number)},
        table,
        most_rows=6 if open_key else 15,
        has_customers=True,
        alt=f"Licenses {start + 1:,} to {start + len(rows):,} of {total:,}",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        companies = rows["company"].fillna("")
        labels = {
            key: label_of(place, key, name) for place, (key, name) in enumerate(zip(keys, companies, strict=True), 1)
        }
        license_box(f"open_{table}", labels, open_key)
        if pages > 1:
            with st.container(key="pages", width="content"):
                # The number is in the key, so that the address decides, not what the pager remembers.
                key = f"page_{number}"
                st.pagination(pages, default=number, key=key, on_change=go_to_page, args=(key,))
        listing.download(version, user, cut, total, key="download")


def label_of(place: int, key: str, company: str) -> str:
    """A license's line in the box, with its place in the list where its key is hidden: several may look the same then."""
    first = (
        key if may(user, Action.SEE_PERSONAL_DATA) else f"{place}. {masked_key(key, cached.policy().key_characters)}"
    )
    return " · ".join(filter(None, (first, company)))


def license_box(box: str, labels: Mapping[str, str], open_key: str) -> None:
    """A box to open a license of this page by letters of its key or company."""
    st.session_state[box] = open_key if open_key in labels else None
    st.selectbox(
        "Open a license of this page",
        list(labels),
        format_func=lambda key: labels.get(key, key),
        key=box,
        placeholder="Choose one, or click its key",
        on_change=open_from_box,
        args=(box,),
        width=360,
    )


def key_seen(key: str) -> str:
    """A license key as this visitor may see it."""
    return key if may(user, Action.SEE_PERSONAL_DATA) else masked_key(key, cached.policy().key_characters)


def license_panel(version: Version, key: str) -> None:
    """The verdict on a license and its history."""
    record, versions = cached.story(version, key)
    may_edit = may(user, Action.EDIT_LICENSE)
    hidden = contacts_panel.hidden_columns([key], user)
    with st.container(border=True, key="why"):
        if record:
            policies = cached.all_policies(version.store)
            verdict_panel.headline(record, policies[-1], user)
            customer_link.show(record, version, user)
            marketplace_panel.line(version, key, user)
            edit_form.show_refusal()
            if may_edit:
                edit_form.panel(record, versions, hidden)
            verdict_panel.panel(record, versions, policies, cached.today())
            contacts_panel.panel([key], user, "license")
        else:
            st.header("License not found", anchor=False)
            st.text(key_seen(key))
        is_linked = may(user, Action.SEE_FILE)
        zone = cached.policy(version.store).time_zone
        verdict_panel.history(listing.seen_by(user, versions), zone, hidden, linked=is_linked)
        st.button("Close", key="close", icon=":material/close:", on_click=opened.forget)


version = cached.version()
newer_data.page_header("Licenses", version)
key = opened.current(user)
if not version.change and not key:
    widgets.no_licenses(":material/key:", "Upload your license export.", user)
    st.stop()
unknown_links.refuse(page=unknown_links.is_page)
cut = filters.bar(version, user)
total = cached.total(version, cut)
request_parts.mention_not_movable(version, cut)
if total:
    list_page(version, cut, total, key)
else:
    filters.nothing_matches(version, cut)
if key:
    license_panel(version, key)
