"""Editing a letter's wording, with a preview on a real customer."""

import streamlit as st

from lib.documents import letters
from lib.documents.letters import Language, Template
from lib.documents.letters.wordings import own_text
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.measures.cut import Cut
from lib.store import database
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import Role, User


@st.dialog("Letter wording", width="large")
def edit(customer: str, language: Language) -> None:
    """Change the text of a language's template, with a preview on a customer."""
    user = session.require(Role.ADMIN)
    with database.reading(engine()) as connection:
        current = letters.wording(connection, language)
        customers = letters.licenses_by_customer(connection, Cut(customer=(customer,)))
        name, licenses = next(((name, licenses) for _, name, licenses in customers), ("", []))
    origin = "Original wording"
    if current.version:
        origin = f"Version {current.version} · by {widgets.escape(current.by)}"
    st.caption(origin)
    st.text(
        "A line such as [subject] begins a section. Words with a dollar sign stand for what is filled in, such as $customer; "
        "each section may hold those it has now."
    )
    # The version is in the key: when a colleague saves another, the box begins with that.
    text = st.text_area("Template", current.text, height=320, key=f"wording_{language}_{current.version}")
    # On each run of the dialog, so that errors and the preview follow the text that is typed.
    try:
        template = Template.read(text, "you wrote", letters.template(language))
        preview = letters.letter(name, letters.hidden_contacts(licenses), language, template)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    st.markdown(f"**Preview for {widgets.escape(name)}**")
    st.code(f"{preview.subject}\n\n{preview.body}", language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if st.button("Save as a new version", type="primary", key="save_wording", disabled=text == current.text):
            save(language, text, current.version, user)
        if current.version and st.button("Restore the original wording", key="own_wording"):
            save(language, own_text(language), current.version, user)


def save(language: Language, text: str, version: int, user: User) -> None:
    """Store a wording after `version`, unless somebody stored another meanwhile."""
    try:
        actor = session.recheck(user, Action.WORD_LETTERS)
        letters.reword(engine(), language, text, actor, based_on=version)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    st.rerun()
