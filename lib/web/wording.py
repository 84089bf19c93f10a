"""An administrator words the letter of a language anew, and sees it on a real customer before it is saved."""

import streamlit as st

from lib.documents import letters
from lib.documents.letters import Language, Template
from lib.documents.letters.worded import own_text
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.measures.cut import Cut
from lib.store import database
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import User


@st.dialog("The wording of the letter", width="large")
def edit(customer: str, language: Language, user: User) -> None:
    """Change the text of a language's template, with a preview on a customer."""
    with database.reading(engine()) as connection:
        now = letters.wording(connection, language)
        name, licenses = next(
            ((name, own) for _, name, own in letters.asked_of(connection, Cut(customer=(customer,)))), ("", [])
        )
    st.caption(
        f"Version {now.version} · by {widgets.escape(now.by)}" if now.version else "As it comes with the application"
    )
    st.text(
        "A line such as [subject] begins a section. Words with a dollar sign stand for what is filled in, such as $customer; "
        "each section may hold those it has now."
    )
    text = st.text_area("Template", now.text, height=320, key=f"wording_{language}_{now.version}")
    try:
        read = Template.read(text, "you wrote")
        preview = letters.letter(name, licenses, language, read)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    st.markdown(f"**Preview for {widgets.escape(name)}**")
    st.code(f"{preview.subject}\n\n{preview.body}", language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if st.button("Save as a new version", type="primary", key="save_wording", disabled=text == now.text):
            _save(language, text, now.version, user)
        if now.version and st.button("Back to the application's own", key="own_wording"):
            _save(language, own_text(language), now.version, user)


def _save(language: Language, text: str, seen: int, user: User) -> None:
    try:
        actor = session.recheck(user, Action.WORD_LETTERS)
        letters.reword(engine(), language, text, actor, seen=seen)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    st.rerun()
