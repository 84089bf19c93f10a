"""What was just done, and the way to undo it: drawn first, and still there after a reload."""

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.text import quantity
from lib.editing import activity as undoing
from lib.store import change_list, database
from lib.store.change_list import Activity
from lib.web import batch_state, local_times, session, widgets
from lib.web.connection import engine
from lib.web.session import User

_SENTENCE = "announcement"
_IS_REFUSAL = "announcement_is_refusal"
_DIALOG = "dialog"
# The number of the change that is told of, in the address: the session ends with a reload, the address does not.
_DONE = "done"


def announce(sentence: str, change: int | None = None) -> None:
    """Show a sentence above a page's work, with the change that its button undoes; an empty one shows nothing."""
    st.session_state[_SENTENCE] = sentence
    st.session_state[_IS_REFUSAL] = False
    close_dialog()
    if change is None:
        st.query_params.pop(_DONE, None)
    else:
        st.query_params[_DONE] = str(change)


def refuse(sentence: str) -> None:
    """Show why something was not done; a dialog that is open stays open and shows it itself."""
    st.session_state[_SENTENCE] = sentence
    st.session_state[_IS_REFUSAL] = True
    st.query_params.pop(_DONE, None)


def open_dialog(name: str) -> None:
    """Open a dialog by its name in the address."""
    # A reload opens it again.
    st.session_state[_SENTENCE] = ""
    st.query_params[_DIALOG] = name


def close_dialog() -> None:
    """Close the dialog that is open, if any."""
    st.query_params.pop(_DIALOG, None)


def is_open(name: str) -> bool:
    """Whether a dialog is open."""
    return bool(st.query_params.get(_DIALOG, "") == name)


def announce_reversal(number: int) -> None:
    """Tell that a change was undone, or redone, with the way back."""
    with database.reading(engine()) as connection:
        change = change_list.activity(connection, number)
    back = change.reversal.change if change and change.reversal else None
    announce("Redone." if change and undoing.is_redo(change) else "Undone.", back)


def show_refusal() -> None:
    """Why the open dialog did not do what was asked of it."""
    if st.session_state.get(_IS_REFUSAL) and st.session_state.get(_SENTENCE):
        widgets.failure(st.session_state[_SENTENCE])


def show() -> None:
    """What was just done, with its undo, if there is anything to tell."""
    sentence, change = st.session_state.get(_SENTENCE, ""), change_in_address()
    if not sentence and change is None:
        return
    if not sentence and change is not None:
        with database.reading(engine()) as connection:
            sentence = undoing.sentence(connection, change)
    with st.container(horizontal=True, vertical_alignment="center", key="announcement_box"):
        if st.session_state.get(_IS_REFUSAL):
            st.error(widgets.escape(sentence), icon=":material/error:", width="stretch")
        else:
            st.success(widgets.escape(sentence), icon=":material/check:", width="stretch")
        if change is not None and undoing.refusal_to_undo(change, session.visitor(), local_times.zone()) is None:
            label = "Redo" if undoing.is_redo(change) else "Undo"
            if st.button(label, key=f"undo_{change.id}", icon=":material/undo:"):
                with st.spinner(f"{label}: {quantity(change.licenses, 'license')}…"):
                    undo(change.id, session.visitor())
                st.rerun()
        st.button("Close", key="close_announcement", type="tertiary", on_click=announce, args=("",))


def change_in_address() -> Activity | None:
    """The change that the address tells of, if there is one."""
    number = batch_state.number_in_url(st.query_params.get(_DONE, ""))
    if number is None:
        return None
    with database.reading(engine()) as connection:
        return change_list.activity(connection, number)


def undo(number: int, user: User) -> None:
    """Undo the change that was told of."""
    with database.reading(engine()) as connection:
        change = change_list.activity(connection, number)
    if change is None:
        return
    try:
        actor = session.recheck(user, undoing.action_to_undo(change))
        undoing.undo(engine(), number, actor)
    except RefusalError as refusal:
        refuse(str(refusal))
        return
    announce_reversal(number)
