"""The contacts of licenses, hidden until somebody who may see them asks to."""

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from lib.domain.display import column_title
from lib.domain.masking import PERSONAL
from lib.domain.refusal import RefusalError
from lib.domain.roles import RULES, Action, may
from lib.store import contacts, database
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import User

_REVEALED = "revealed_contacts"


def panel(keys: Sequence[str], user: User, key: str) -> None:
    """The contacts of some licenses, and a button that reveals or hides them; `key` tells panels of a page apart."""
    st.header("Contacts", anchor=False)
    is_hidden = bool(hidden_columns(keys, user))
    with database.reading(engine()) as connection:
        if is_hidden:
            frame = contacts.masked_contacts(connection, keys)
        else:
            frame = contacts.revealed_contacts(connection, keys, user)
    table(frame, key)
    reveal_button(keys, user, key)


def reveal_button(keys: Sequence[str], user: User, key: str) -> None:
    """The button that reveals or hides the contacts of some licenses, or why there is none."""
    if not may(user, Action.REVEAL):
        st.caption(RULES[Action.REVEAL].refusal)
    elif hidden_columns(keys, user):
        arguments = (tuple(keys), user)
        st.button("Reveal", key=f"reveal_{key}", icon=":material/visibility:", on_click=reveal, args=arguments)
        st.caption("Revealing contacts is logged.")
    else:
        st.button("Hide", key=f"hide_{key}", icon=":material/visibility_off:", on_click=hide)


def hidden_columns(keys: Sequence[str], user: User) -> Collection[str]:
    """The columns to hide of these licenses: none once this visitor has revealed their contacts and still may see them."""
    is_revealed = set(keys) <= set(st.session_state.get(_REVEALED, ()))
    if keys and is_revealed and may(user, Action.REVEAL):
        return ()
    return PERSONAL


def reveal(keys: tuple[str, ...], user: User) -> None:
    """Reveal the contacts of these licenses, or say why not."""
    try:
        actor = session.recheck(user, Action.REVEAL)
        with database.writing_briefly(engine()) as connection:
            contacts.reveal(connection, keys, actor)
    except RefusalError as refusal:
        widgets.failure(refusal)
        return
    st.session_state[_REVEALED] = keys


def hide() -> None:
    """Hide what was revealed."""
    st.session_state.pop(_REVEALED, None)


def table(frame: pd.DataFrame, key: str) -> None:
    """Contacts without the fields that none has: a line for each field of one license, else a row for each license."""
    filled = frame.loc[:, (frame.fillna("") != "").any()]
    texts = filled.fillna("").rename(columns=column_title)
    if len(texts) == 1:
        fields = texts.iloc[0]
        texts = pd.DataFrame({"Field": fields.index, "Value": fields.to_numpy()})
    st.dataframe(texts, hide_index=True, height="content", key=f"contacts_{key}", alt="Contacts of the licenses")
