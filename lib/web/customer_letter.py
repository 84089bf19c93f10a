"""The letter to a customer: to read, to send, to download, in a language that is chosen and remembered."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lib.documents import customer_editions, doubts, exports, letters
from lib.documents.customer_editions import CUSTOMER_WORKBOOK
from lib.documents.letters import LANGUAGE_TITLES, Contact, Language, Letter
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.domain.text import quantity
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.requests import downloads
from lib.sample import letter_wordings
from lib.store import change_log, customer_languages, customer_queries, database
from lib.web import browser_scripts, contacts_panel, download_button, session, widgets, wording
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

_MESSAGE = "letter_message"

_MOST_CONTACTS = 3
"""Contacts that a letter leaves out and a sentence names."""


def letter_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """The letter, to copy, to open in a mail program as a draft with the customer's list, or as a file."""
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.warning(widgets.escape(sentence), icon=":material/warning:")
    if reason_to_hold_back(key):
        st.caption("The letter is on hold: it may reach several firms. Confirm above that this is one customer.")
        return
    cuts = cuts_with_letters(key)
    if not cuts:
        st.caption("Nothing to ask.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cut = cuts[subject_choice(list(cuts), key)]
        by_default = letter_to(cut, None, "")[1]
        language = language_choice(key, by_default.language, user)
        is_hidden = bool(contacts_panel.hidden_columns(by_default.keys, user))
        to = "" if is_hidden else contact_choice(key, by_default.contacts)
    name, letter = letter_to(cut, language, to, hides_contacts=is_hidden)
    # The file names the contact, so what a font lacks is that of the letter as it is sent.
    missing = letters.missing_glyphs(by_default if is_hidden else letter)
    if missing:
        st.warning(widgets.escape(letters.omission_sentence([(name, missing)])), icon=":material/warning:")
    actions(key, cut, letter, user, policy, is_hidden=is_hidden, is_printable=not missing)
    recipient(letter, len(by_default.contacts), user, is_hidden=is_hidden)
    for text in (letter.subject, letter.body):
        st.code(text, language=None, wrap_lines=True)


def recipient(letter: Letter, contacts: int, user: User, *, is_hidden: bool) -> None:
    """Whom the letter goes to, of how many contacts, and the button that reveals or hides them."""
    address = letter.to or "no email address on file"
    if is_hidden and contacts > 1:
        address += f" (1 of {contacts:,} contacts)"
    with st.container(horizontal=True, vertical_alignment="center", key="letter_recipient"):
        st.markdown(f"**To** {widgets.escape(address)}", width="content")
        contacts_panel.reveal_button(letter.keys, user, "letter")
    others = [contact for contact in letter.contacts if contact.email != letter.to]
    if others:
        left_out = ", ".join(str(contact) for contact in others[:_MOST_CONTACTS])
        more = f" and {len(others) - _MOST_CONTACTS:,} more" if len(others) > _MOST_CONTACTS else ""
        st.caption(widgets.escape(f"Not addressed: {left_out}{more}"))


def actions(
    key: str, cut: Cut, letter: Letter, user: User, policy: Policy, *, is_hidden: bool, is_printable: bool
) -> None:
    """The ways to send, keep and reword the letter: while its contact is hidden, only files, which are logged."""
    # The names of files from a sample say so already.
    title = exports.safe_name(letter_wordings.unmarked_subject(letter.subject, letter.language))
    to = "" if is_hidden else letter.to
    choice = (key, cut, letter.language, to, user, policy)
    with st.container(horizontal=True, vertical_alignment="center", key="letter_actions"):
        download_button.show(
            "Draft email",
            partial(draft_file, *choice),
            f"{title}.eml",
            "message/rfc822",
            key="letter_eml",
            type="primary",
            icon=":material/mail:",
            help="Opens in your mail program, ready to send, with the customer's list attached.",
            on_click="ignore",
        )
        if not is_hidden and letters.fits_link(letter):
            st.link_button("Open in mail", letters.mailto(letter), icon=":material/outgoing_mail:")
        download_button.show(
            "PDF",
            partial(letter_file, *choice),
            f"Letter {title}.pdf",
            "application/pdf",
            key="letter_pdf",
            icon=":material/download:",
            on_click="ignore",
            disabled=not is_printable,
        )
        if not is_hidden:
            browser_scripts.copy_button("Copy letter", letter.body, "copy_letter")
        browser_scripts.copy_button("Copy subject", letter.subject, "copy_subject")
        if may(user, Action.WORD_LETTERS) and st.button("Edit the wording", key="edit_wording", icon=":material/edit:"):
            wording.edit(key, letter.language)


def cuts_with_letters(key: str) -> dict[str, Cut]:
    """What letters to a customer may be about, by title."""
    cuts = {
        "Server licenses": Cut(customer=(key,)),
        "Cloud licenses": Cut(customer=(key,), group=CustomerGroup.CLOUD),
    }
    with database.reading(engine()) as connection:
        return {title: cut for title, cut in cuts.items() if next(letters.letters_of(connection, cut), None)}


def subject_choice(titles: list[str], key: str) -> str:
    """What the letter is about, where there is a choice."""
    if len(titles) == 1:
        return titles[0]
    choice = st.segmented_control("About", titles, default=titles[0], required=True, key=f"about_{key}")
    return choice or titles[0]


def contact_choice(key: str, contacts: Sequence[Contact]) -> str:
    """The address that the letter goes to, where there is a choice."""
    if len(contacts) < 2:
        return ""
    labels = {contact.email: f"{contact} ({quantity(contact.licenses, 'license')})" for contact in contacts}
    to = st.selectbox(
        f"To (1 of {len(contacts):,} contacts)",
        list(labels),
        format_func=lambda email: labels.get(email, email),
        key=f"to_{key}",
        width=380,
    )
    return to or ""


def language_choice(key: str, by_default: Language, user: User) -> Language:
    """The language of the letter, remembered for the customer."""
    with database.reading(engine()) as connection:
        choice = customer_languages.chosen_languages(connection).get(key, "")
    language = st.segmented_control(
        "Language",
        list(LANGUAGE_TITLES),
        default=by_default,
        required=True,
        format_func=LANGUAGE_TITLES.__getitem__,
        key=f"language_{key}",
        help="The language chosen for this customer, or else that of the reader's country.",
    )
    if language is None:
        language = by_default
    if may(user, Action.CHOOSE_LANGUAGE):
        if language != by_default:
            title = f"Always {LANGUAGE_TITLES[language]}"
            st.button(title, key="choose_language", on_click=choose_language, args=(key, language, user))
        elif choice:
            title = f"{LANGUAGE_TITLES[Language(choice)]} was chosen: undo"
            st.button(title, key="forget_language", type="tertiary", on_click=choose_language, args=(key, "", user))
    return language


def choose_language(key: str, language: str, user: User) -> None:
    """Remember the language of a customer's letters, or say why it cannot be."""
    try:
        actor = session.recheck(user, Action.CHOOSE_LANGUAGE)
        with database.writing_briefly(engine()) as connection:
            customer_languages.choose(connection, key, language, actor)
        # The choice begins anew with what is remembered now.
        st.session_state.pop(f"language_{key}", None)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)


def reason_to_hold_back(key: str) -> str:
    """Why nothing may be sent to a customer; empty if it may."""
    with database.reading(engine()) as connection:
        return doubts.reasons(connection, Cut(customer=(key,))).get(key, "")


def letter_to(cut: Cut, language: Language | None, to: str, *, hides_contacts: bool = False) -> tuple[str, Letter]:
    """The name of the customer of a cut and the letter to it, by default to its first contact in its own language.

    Raises RefusalError if nothing is to be asked of it by now.
    """
    with database.reading(engine()) as connection:
        for _, name, letter in letters.letters_of(connection, cut, language, to=to, hides_contacts=hides_contacts):
            return name, letter
    raise RefusalError("Nothing is left to ask this customer. Reload the page.")


def draft_file(key: str, cut: Cut, language: Language, to: str, user: User, policy: Policy) -> bytes:
    """The letter as an unsent mail with the customer's list attached, built and logged on click."""
    actor = session.recheck(user, Action.DOWNLOAD_UPGRADES)
    if reason := reason_to_hold_back(key):
        raise RefusalError(reason)
    _, letter = letter_to(cut, language, to)
    own_cut = Cut(customer=(key,), group=CustomerGroup.ALL)
    with database.reading(engine()) as connection:
        name = customer_queries.names_of(connection, [key])[key]
        book = customer_editions.customer_workbook(connection, own_cut, language, actor=actor)
        change = change_log.latest_change(connection)
    content = letters.email_draft(letter, CUSTOMER_WORKBOOK.file_name(name), book, CUSTOMER_WORKBOOK.format.mime_type)
    downloads.log(
        engine(),
        kind="email",
        cut=own_cut,
        change=change,
        counts={"letters": 1},
        content=content,
        customers=[key],
        actor=actor,
    )
    return content


def letter_file(key: str, cut: Cut, language: Language, to: str, user: User, policy: Policy) -> bytes:
    """The letter as a PDF file, built and logged on click."""
    actor = session.recheck(user, Action.DOWNLOAD_UPGRADES)
    if reason := reason_to_hold_back(key):
        raise RefusalError(reason)
    # Written again, not passed from the page: what somebody downloads and what is logged is of this moment.
    _, letter = letter_to(cut, language, to)
    with database.reading(engine()) as connection:
        about = exports.about_of(connection, cut, actor=actor, policy=policy)
    content = letters.letter_pdf([letter], about.as_of)
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
