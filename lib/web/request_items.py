"""The items of requests, entered once for several licenses of a customer."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.licenses import COLUMNS
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.editing import edits
from lib.web import announcements, cached, session, widgets
from lib.web.connection import engine
from lib.web.session import User

_YES_NO = ("server_confirmed", "match_agreed")
_TEXTS = (
    "myatlassian_email",
    "holder_first_name",
    "holder_last_name",
    "company",
    "address",
    "country",
    "expert_email",
)
_COLUMNS = 3


def form(keys: Sequence[str], user: User) -> None:
    """The customer's answers for all selected licenses, empty where unchanged."""
    with st.expander(f"Enter items for {quantity(len(keys), 'license')}", icon=":material/edit_note:", key="items"):
        st.caption("Only what you enter here is changed, in all of them; outcomes update.")
        with st.form("items_form", border=False):
            columns = st.columns(_COLUMNS)
            for place, name in enumerate((*_YES_NO, *_TEXTS)):
                with columns[place % _COLUMNS]:
                    field(name)
            st.text_input("Note (optional, shown in history)", key="items_note", max_chars=500)
            st.form_submit_button(
                f"Save for {quantity(len(keys), 'license')}", key="save_items", on_click=save, args=(tuple(keys), user)
            )


def field(name: str) -> None:
    """The input for one item, which at first says "as stored"."""
    title, key = COLUMNS[name].title, f"item_{name}"
    if name in _YES_NO:
        st.selectbox(title, ("", "yes", "no"), key=key, format_func=lambda text: text.capitalize() or "As stored")
    else:
        st.text_input(title, key=key, placeholder="As stored", autocomplete="off")


def save(keys: tuple[str, ...], user: User) -> None:
    """Store what was entered in each of the licenses."""
    widget_keys = {name: f"item_{name}" for name in (*_YES_NO, *_TEXTS)}
    if widgets.is_closed(*widget_keys.values(), "items_note"):
        return
    inputs = {name: str(st.session_state[key] or "").strip() for name, key in widget_keys.items()}
    texts = {name: text for name, text in inputs.items() if text}
    if not texts:
        announcements.refuse("Nothing was entered, so nothing was changed.")
        return
    try:
        actor = session.recheck(user, Action.EDIT_LICENSE)
        note = str(st.session_state["items_note"] or "")
        result = edits.edit_many(engine(), keys, texts, actor, note, cached.policy())
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return
    # Emptied by hand: `clear_on_submit` would also throw away what was entered when it is refused.
    for name in texts:
        st.session_state[f"item_{name}"] = ""
    refusals = "".join(f" {key}: {sentence}" for key, sentence in result.refused.items())
    announcements.announce(f"{quantity(len(result.changed), 'license')} changed.{refusals}", result.change)
