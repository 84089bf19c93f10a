"""One customer: its licenses and verdicts, what is missing, the letter, files, history and notes."""

from functools import partial

import pandas as pd
import streamlit as st

from lib.documents import exports, letters
from lib.documents.letters import Language, Letter
from lib.domain.changes import change_title
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES
from lib.domain.roles import Action, may
from lib.domain.text import format_time, quantity
from lib.measures.cut import Cut
from lib.requests import downloads
from lib.store import customer_aliases, customer_queries, database, notes, request_stages
from lib.store import downloads as stored_downloads
from lib.web import cached, listing, page_paths, session, upgrade_files, upgrade_rows, widgets, wording
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

_LANGUAGES = {
    Language.ENGLISH: "English",
    Language.GERMAN: "German",
    Language.FRENCH: "French",
    Language.SPANISH: "Spanish",
}
_MOST = 200
"""Licenses of a customer that the page lists; all of them are a click away."""


def known_as(key: str) -> str:
    """The key that a customer has now, for it may have been merged into another since a link to it was made."""
    with database.reading(engine()) as connection:
        return customer_aliases.all_aliases(connection).get(key, key)


def show(version: Version, key: str, user: User, policy: Policy) -> None:
    """The page of a customer, by its key."""
    cut = Cut(customer=(key,))
    with database.reading(engine()) as connection:
        name = customer_queries.customer_name(connection, key)
    st.button("All customers", icon=":material/arrow_back:", type="tertiary", key="all_customers", on_click=_leave)
    if name is None:
        st.info("No license is of this customer now.", icon=":material/info:")
        return
    st.subheader(widgets.escape(name), anchor=False)
    totals = cached.upgrade_totals(version, cut)
    if totals.upgrades:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="bar"):
            st.text(upgrade_rows.totals_told(totals))
            upgrade_files.buttons(cut, name, totals, user, policy)
    _since_last(key)
    parts = ("Licenses", "Letter", "Files", "History", "Notes")
    for part, tab in zip(
        (_licenses, _letter, _files, _history, _notes),
        st.tabs(parts, key="show", on_change="rerun", bind="query-params"),
        strict=True,
    ):
        with tab:
            part(version, key, user, policy)


def _leave() -> None:
    st.query_params.pop("customer", None)


def _since_last(key: str) -> None:
    """What changed since somebody took a file along, so that the customer can be sent a new one."""
    with database.reading(engine()) as connection:
        last = stored_downloads.last_downloads(connection, [key]).get(key)
        found = downloads.differences_since(connection, key, last.change) if last else []
    if not last or not found:
        return
    label = (
        f"Changed since the last download, by {last.by} at {format_time(last.at)}: {quantity(len(found), 'license')}"
    )
    with st.expander(widgets.escape(label), icon=":material/sync:", key="since_last"):
        for one in found:
            st.markdown(f"**{widgets.escape(one.license_key)}** · {downloads.DIFFERENCE_TITLES[one.kind]}")
            if one.sentences:
                st.text("\n".join(one.sentences))


def _licenses(version: Version, key: str, user: User, policy: Policy) -> None:
    cut = Cut(customer=(key,))
    found = cached.total(version, cut)
    rows = cached.licenses(version, cut, 0, _MOST)
    st.dataframe(
        listing.readable(rows),
        hide_index=True,
        height=listing.height(rows, 10),
        column_config=listing.WIDTHS,
        key="customer_licenses",
        alt=quantity(found, "license"),
    )
    if found > _MOST:
        st.caption(f"The first {_MOST} of {found:,}, by license key.")
    st.page_link(page_paths.LICENSES, label="Open in Licenses", icon=":material/open_in_new:", query_params=cut.query())
    st.markdown("**What a request of this customer needs**")
    st.dataframe(
        _checklist(cut),
        hide_index=True,
        key="checklist",
        alt="The items of a request, and for how many licenses each is missing",
    )


def _checklist(cut: Cut) -> pd.DataFrame:
    with database.reading(engine()) as connection:
        missing = request_stages.missing_items(connection, cut)
    lacking = dict(zip(missing["item"], missing["only"] + missing["others"], strict=True))
    told = [f"✗ missing for {quantity(lacking[item], 'license')}" if item in lacking else "✓" for item in ITEM_TITLES]
    return pd.DataFrame({"Item": list(ITEM_TITLES.values()), "State": told})


def _letter(version: Version, key: str, user: User, policy: Policy) -> None:
    """The letter in the language of the customer, or another; to copy, to open in a mail program, or as a file."""
    chosen = st.segmented_control(
        "Language",
        list(_LANGUAGES),
        format_func=_LANGUAGES.__getitem__,
        key=f"language_{key}",
        help="By default that of the customer's country.",
    )
    letter = _letter_to(key, chosen)
    if letter is None:
        st.caption("Nothing must be asked of this customer.")
        return
    st.markdown(f"**To** {widgets.escape(letter.to or 'nobody known')}  \n**Subject** {widgets.escape(letter.subject)}")
    st.code(letter.body, language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button("Open in mail", letters.mailto(letter), icon=":material/mail:")
        st.download_button(
            "PDF",
            partial(_letter_file, key, letter.language, user, policy),
            f"Letter {exports.safe_name(letter.subject)}.pdf",
            "application/pdf",
            key="letter_pdf",
            icon=":material/download:",
            on_click="ignore",
        )
        if may(user, Action.WORD_LETTERS) and st.button("Edit the wording", key="edit_wording", icon=":material/edit:"):
            wording.edit(key, letter.language, user)
    st.caption(widgets.escape(letters.left_out(letter)))


def _letter_to(key: str, language: Language | None) -> Letter | None:
    with database.reading(engine()) as connection:
        return next((letter for _, _, letter in letters.letters_of(connection, Cut(customer=(key,)), language)), None)


def _letter_file(key: str, language: Language, user: User, policy: Policy) -> bytes:
    actor = session.recheck(user, Action.DOWNLOAD_UPGRADES)
    cut, letter = Cut(customer=(key,)), _letter_to(key, language)
    with database.reading(engine()) as connection:
        about = exports.about_of(connection, cut, actor=actor, policy=policy)
    content = letters.letter_pdf([letter] if letter else [], about.as_of)
    downloads.log(
        engine(),
        kind="letter",
        cut=cut,
        change=about.data_version,
        counts={"letters": 1},
        content=content,
        customers=[key],
        actor=actor,
    )
    return content


def _files(version: Version, key: str, user: User, policy: Policy) -> None:
    """Every file that was taken along, and whether it was sent; marking it lets its requests wait for the customer."""
    with database.reading(engine()) as connection:
        found, total = stored_downloads.page(connection, customer=key)
    if not found:
        st.caption("Nobody has taken a file of this customer along yet.")
    for download in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"taken_{download.id}"):
            what = f"{download.kind.upper()} · by {download.by} at {format_time(download.at)}"
            st.text(
                what
                if download.customers == 1
                else f"{what} · with {quantity(download.customers - 1, 'other customer')}"
            )
            if download.sent_at:
                st.badge(f"Sent, {format_time(download.sent_at)}", icon=":material/outgoing_mail:", color="green")
                st.button(
                    "Not sent",
                    key=f"unsent_{download.id}",
                    on_click=_turn,
                    args=(download.id, user, policy, False),
                    type="tertiary",
                )
            else:
                st.button(
                    "Mark as sent", key=f"sent_{download.id}", on_click=_turn, args=(download.id, user, policy, True)
                )
    if total > len(found):
        st.caption(f"The newest {len(found):,} of {total:,}.")
    if sentence := st.session_state.pop(_SAID, ""):
        st.info(widgets.escape(sentence), icon=":material/info:")


_SAID = "customer_said"


def _turn(number: int, user: User, policy: Policy, is_sent: bool) -> None:
    try:
        actor = session.recheck(user, Action.MARK_SENT)
        if is_sent:
            moved = downloads.mark_sent(engine(), number, actor, policy)
            st.session_state[_SAID] = f"{quantity(len(moved.keys), 'request')} now wait for the customer."
        else:
            downloads.unmark_sent(engine(), number, actor)
            st.session_state[_SAID] = "This file counts as not sent again."
    except RefusalError as refusal:
        st.session_state[_SAID] = str(refusal)


def _history(version: Version, key: str, user: User, policy: Policy) -> None:
    with database.reading(engine()) as connection:
        frame = customer_queries.customer_changes(connection, key)
    rows = frame.to_dict("records")
    st.dataframe(
        pd.DataFrame(
            {
                "When": [format_time(row["at"]) for row in rows],
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
    st.caption("A license's own page says what changed in it, cell by cell.")


def _notes(version: Version, key: str, user: User, policy: Policy) -> None:
    with st.form("note", clear_on_submit=True, border=False):
        text = st.text_area(
            "Note", key="note_text", max_chars=4000, placeholder="What your colleagues should know of this customer"
        )
        if st.form_submit_button("Add note", key="add_note"):
            try:
                with database.writing_briefly(engine()) as connection:
                    notes.add(connection, key, text, user)
            except RefusalError as refusal:
                widgets.failure(refusal)
    with database.reading(engine()) as connection:
        found, total = notes.page(connection, key)
    for note in found:
        with st.container(border=True, key=f"note_{note.id}"):
            st.caption(f"{widgets.escape(note.by)} at {format_time(note.at)}")
            st.text(note.text)
    if total > len(found):
        st.caption(f"The newest {len(found):,} of {total:,}.")
    elif not found:
        st.caption("No notes yet.")
