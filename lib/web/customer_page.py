"""One customer: its licenses and verdicts, what is missing, the letter, files, history and notes."""

import pandas as pd
import streamlit as st

from lib.documents.customer_editions import CUSTOMER_FORMATS
from lib.documents.upgrade_files import FORMATS_FOR_US
from lib.domain.changes import change_title
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES
from lib.domain.roles import RULES, Action, may
from lib.domain.text import format_time, quantity
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.requests import downloads as list_differences
from lib.store import (
    customer_aliases,
    customer_queries,
    database,
    downloads,
    merges,
    notes,
    request_stages,
    sendings,
)
from lib.web import (
    cached,
    contacts_panel,
    customer_doubts,
    customer_files,
    customer_letter,
    customer_parts,
    customer_rows,
    customer_sending,
    erase_contacts,
    listing,
    menu_pages,
    page_paths,
    request_replies,
    row_links,
    session,
    stored_licenses,
    upgrade_files,
    widgets,
)
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text, zone
from lib.web.session import User

# Licenses of a customer that the page lists; all of them are a click away.
_MOST = 200

_DIFFERENCES_IN_VIEW = 8


def current_key(key: str) -> str:
    """The key that a customer has now."""
    # Customers may have been merged since a link was made, and old links have names, not keys.
    with database.reading(engine()) as connection:
        key = customer_aliases.all_aliases(connection).get(key, key)
        if merges.is_customer(connection, key):
            return key
        namesakes = customer_queries.find_customers(connection, key)
    return namesakes[0] if len(namesakes) == 1 else key


def show(version: Version, key: str, user: User, policy: Policy) -> None:
    """The page of a customer, by its key."""
    cut = Cut(customer=(key,), group=CustomerGroup.ALL)
    with database.reading(engine()) as connection:
        name = customer_queries.customer_name(connection, key)
    st.button("All customers", icon=":material/arrow_back:", type="tertiary", key="all_customers", on_click=leave)
    if name is None:
        erase_contacts.message()
        st.info("No licenses for this customer.", icon=":material/info:")
        return
    st.header(widgets.escape(name), anchor=False)
    customer_sending.message(user)
    customer_doubts.panel(key, user)
    totals = cached.list_totals(version, cut)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bar"):
        st.text(f"Licenses: {' · '.join(customer_rows.standing_texts(totals))}")
        own, ours = (tuple(formats.values()) for formats in (CUSTOMER_FORMATS, FORMATS_FOR_US))
        held_back = customer_letter.reason_to_hold_back(key)
        upgrade_files.buttons(cut, name, totals, user, policy, held_back, formats=own)
        with st.popover("For us", help="Everything that we store, for internal use"):
            upgrade_files.buttons(cut, name, totals, user, policy, formats=ours)
    upgrade_files.remarks(version, cut, totals)
    changes_of_list(key, user)
    # Bound to the address, so that a link can lead to a customer's letter or files.
    drawings = {title: draw for title, draw in TABS.items() if draw is not reply_tab or may(user, Action.EDIT_LICENSE)}
    tabs = st.tabs(list(drawings), key="show", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, drawings.values(), strict=True):
        with tab:
            draw(version, key, user, policy)
    erase_contacts.panel(key, name, user)


def leave() -> None:
    """Go back to the list of customers."""
    st.query_params.pop("customer", None)


def changes_of_list(key: str, user: User) -> None:
    """What the customer's list says by now that the one it has did not say."""
    with database.reading(engine()) as connection:
        sending = sendings.last_sendings(connection, [key]).get(key)
        last = sending or downloads.last_downloads(connection, [key]).get(key)
        differences = list_differences.differences_since(connection, key, last.change) if last else []
    if not last or not differences:
        return
    event = "it was sent" if sending else "the last download"
    label = f"Changed since {event}, {time_text(last.at)}, {last.by}: {quantity(len(differences), 'license')}"
    with st.expander(widgets.escape(label), icon=":material/sync:", key="since_last"):
        rows = [
            (license.license_key, list_differences.DIFFERENCE_TITLES[license.kind], " · ".join(license.sentences))
            for license in differences
        ]
        frame = pd.DataFrame(rows, columns=[row_links.LICENSE_KEY, "Change", "Details"], dtype=object)
        places = stored_licenses.places(frame[row_links.LICENSE_KEY].tolist(), user)
        row_links.table(
            frame,
            {row_links.LICENSE_KEY: places[row_links.LICENSE_KEY]},
            key="list_differences",
            height=listing.height(frame, _DIFFERENCES_IN_VIEW),
            column_config={"Details": st.column_config.TextColumn(width="large")},
            alt="Licenses of which the list says something else by now",
        )


def licenses_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """The customer's licenses, and what a request for them needs."""
    cut = Cut(customer=(key,))
    total = cached.total(version, cut)
    rows = cached.licenses(version, cut, 0, _MOST)
    listing.linked_table(
        rows,
        user,
        cut.query(),
        "customer_licenses",
        most_rows=10,
        alt=f"{quantity(total, 'license')}; click a key to see why",
    )
    if total > _MOST:
        st.caption(f"The first {_MOST} of {total:,}, by license key.")
    menu_pages.link(
        page_paths.LICENSES, label="Open in Licenses", icon=":material/open_in_new:", query_params=cut.query()
    )
    customer_parts.panel(key, user)
    st.header("Request checklist", anchor=False)
    st.dataframe(
        checklist(cut),
        hide_index=True,
        key="checklist",
        alt="The items of a request, and for how many licenses each is missing",
    )
    contacts_panel.panel(rows["license_key"].tolist(), user, "customer")


def checklist(cut: Cut) -> pd.DataFrame:
    """Each item of a request, and for how many licenses it is missing."""
    with database.reading(engine()) as connection:
        missing = request_stages.missing_items(connection, cut)
    licenses = dict(zip(missing["item"], missing["only"] + missing["others"], strict=True))
    states = dict.fromkeys(ITEM_TITLES, "✓")
    states |= {item: f"✗ Missing on {quantity(count, 'license')}" for item, count in licenses.items()}
    return pd.DataFrame({"Item": list(ITEM_TITLES.values()), "State": [states[item] for item in ITEM_TITLES]})


def reply_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """The customer's mail, to be compared with its licenses."""
    if may(user, Action.EDIT_LICENSE):
        request_replies.panel(user, key)
    else:
        st.caption(RULES[Action.EDIT_LICENSE].refusal)


def history_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """Every change of the customer's licenses, the newest first."""
    with database.reading(engine()) as connection:
        rows = customer_queries.customer_changes(connection, key).to_dict("records")
    own_zone = zone()
    st.dataframe(
        pd.DataFrame(
            {
                "When": [format_time(row["at"], own_zone) for row in rows],
                "What": [change_title(row["kind"], row["batch_id"]) for row in rows],
                "Who": [row["by"] for row in rows],
                "Why": [row["reason"] for row in rows],
                "Licenses": [row["licenses"] for row in rows],
            }
        ),
        hide_index=True,
        key="customer_history",
        alt="Every change of licenses of this customer, the newest first",
    )
    st.caption("Open a license to see what changed in it, field by field.")


def notes_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """What colleagues wrote about the customer, and a form for another note."""
    if may(user, Action.WRITE_NOTE):
        note_form(key, user)
    with database.reading(engine()) as connection:
        newest, total = notes.page(connection, key)
    for note in newest:
        with st.container(border=True, key=f"note_{note.id}"):
            st.caption(f"{widgets.escape(note.by)} on {time_text(note.at)}")
            st.text(note.text)
    if total > len(newest):
        st.caption(f"The newest {len(newest):,} of {total:,}.")
    elif not newest:
        st.caption("No notes yet.")


def note_form(key: str, user: User) -> None:
    """A form for another note."""
    with st.form("note", clear_on_submit=True, border=False):
        text = st.text_area("Note", key="note_text", max_chars=4000, placeholder="Notes for your colleagues")
        if st.form_submit_button("Add note", key="add_note"):
            add_note(key, text, user)


def add_note(key: str, text: str, user: User) -> None:
    """Store a note, or say why it cannot be."""
    try:
        actor = session.recheck(user, Action.WRITE_NOTE)
        with database.writing_briefly(engine()) as connection:
            notes.add(connection, key, text, actor)
    except RefusalError as refusal:
        widgets.failure(refusal)


TABS = {
    "Licenses": licenses_tab,
    "Letter": customer_letter.letter_tab,
    "Paste a reply": reply_tab,
    "Files": customer_files.files_tab,
    "History": history_tab,
    "Notes": notes_tab,
}
"""What the page holds, under the names that its address uses."""
