"""The letter to a customer: to read, to send, to download, in a language that is chosen and remembered."""

from functools import partial

import streamlit as st

from lib.documents import doubts, exports, letters
from lib.documents.letters import LANGUAGE_TITLES, Language, Letter
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, may
from lib.measures.cut import Cut
from lib.requests import downloads
from lib.store import customer_languages, database
from lib.web import session, widgets, wording
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

_MESSAGE = "letter_message"


def letter_tab(version: Version, key: str, user: User, policy: Policy) -> None:
    """The letter, to copy, to open in a mail program, or as a file."""
    language = language_choice(key, user)
    if reason_to_hold_back(key):
        st.caption("The letter is held back: it may reach several firms. Confirm above that this is one customer.")
        return
    customer, letter = letter_to(key, language)
    if letter is None:
        st.caption("Nothing must be asked of this customer.")
        return
    recipient = widgets.escape(letter.to or "nobody known")
    st.markdown(f"**To** {recipient}  \n**Subject** {widgets.escape(letter.subject)}")
    st.code(letter.body, language=None, wrap_lines=True)
    missing = letters.missing_glyphs(letter)
    if missing:
        st.warning(widgets.escape(letters.omission_sentence([(customer, missing)])), icon=":material/warning:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button("Open in mail", letters.mailto(letter), icon=":material/mail:")
        st.download_button(
            "PDF",
            partial(letter_file, key, letter.language, user, policy),
            f"Letter {exports.safe_name(letter.subject)}.pdf",
            "application/pdf",
            key="letter_pdf",
            icon=":material/download:",
            on_click="ignore",
            disabled=bool(missing),
        )
        if may(user, Action.WORD_LETTERS) and st.button("Edit the wording", key="edit_wording", icon=":material/edit:"):
            wording.edit(key, letter.language, user)
    st.caption(widgets.escape(letters.missing_from_mail(letter)))


def language_choice(key: str, user: User) -> Language | None:
    """The language to show the letter in, None for the customer's own; one click remembers it for the customer."""
    if sentence := st.session_state.pop(_MESSAGE, ""):
        st.warning(widgets.escape(sentence), icon=":material/warning:")
    with database.reading(engine()) as connection:
        chosen = customer_languages.chosen_languages(connection).get(key, "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        language = st.segmented_control(
            "Language",
            list(LANGUAGE_TITLES),
            format_func=LANGUAGE_TITLES.__getitem__,
            key=f"language_{key}",
            help="By default the one chosen for this customer, else that of its reader's country.",
        )
        if may(user, Action.CHOOSE_LANGUAGE):
            if language and language != chosen:
                title = f"Always {LANGUAGE_TITLES[language]}"
                st.button(title, key="choose_language", on_click=choose_language, args=(key, language, user))
            elif chosen and not language:
                title = f"{LANGUAGE_TITLES[Language(chosen)]} was chosen: undo"
                st.button(title, key="forget_language", type="tertiary", on_click=choose_language, args=(key, "", user))
    return language


def choose_language(key: str, language: str, user: User) -> None:
    """Remember the language of a customer's letters, or say why it cannot be."""
    try:
        actor = session.recheck(user, Action.CHOOSE_LANGUAGE)
        with database.writing_briefly(engine()) as connection:
            customer_languages.choose(connection, key, language, actor)
    except RefusalError as refusal:
        st.session_state[_MESSAGE] = str(refusal)


def reason_to_hold_back(key: str) -> str:
    """Why nothing may be sent to a customer; empty if it may."""
    with database.reading(engine()) as connection:
        return doubts.reasons(connection, Cut(customer=(key,))).get(key, "")


def letter_to(key: str, language: Language | None) -> tuple[str, Letter | None]:
    """A customer's name and the letter to it, None if it has nothing to answer."""
    with database.reading(engine()) as connection:
        for _, name, letter in letters.letters_of(connection, Cut(customer=(key,)), language):
            return name, letter
    return "", None


def letter_file(key: str, language: Language, user: User, policy: Policy) -> bytes:
    """The letter as a PDF file, built and logged on click."""
    actor = session.recheck(user, Action.DOWNLOAD_UPGRADES)
    if reason := reason_to_hold_back(key):
        raise RefusalError(reason)
    # Written again, not passed from the page: what somebody downloads and what is logged is of this moment.
    cut, (_, letter) = Cut(customer=(key,)), letter_to(key, language)
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
