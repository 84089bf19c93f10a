"""The contacts of licenses, hidden until somebody who may see them asks to."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.domain.display import column_title
from lib.domain.refusal import RefusalError
from lib.domain.roles import RULES, Action, may
from lib.store import contacts, database
from lib.web import session, widgets
from lib.web.connection import engine
from lib.web.session import User

_REVEALED = "revealed_contacts"


def panel(keys: Sequence[str], user: User, key: str) -> None:
    """The contacts of some licenses, and a button that reveals or hides them; `key` tells panels of a page apart."""
    st.markdown("**Contacts**")
    revealed = shown_contacts(keys, user)
    if revealed is None:
        with database.reading(engine()) as connection:
            table(contacts.masked_contacts(connection, keys), key)
    else:
        table(revealed, key)
    if not may(user, Action.REVEAL):
        st.caption(RULES[Action.REVEAL].refusal)
    elif revealed is None:
        arguments = (tuple(keys), user)
        st.button("Reveal", key=f"reveal_{key}", icon=":material/visibility:", on_click=reveal, args=arguments)
        st.caption("Who reveals contacts is logged.")
    else:
        st.button("Hide", key=f"hide_{key}", icon=":material/visibility_off:", on_click=hide)


def shown_contacts(keys: Sequence[str], user: User) -> pd.DataFrame | None:
    """The contacts that this visitor has revealed, if they are of these licenses and still may be seen."""
    shown_keys: tuple[str, ...]
    frame: pd.DataFrame | None
    shown_keys, frame = st.session_state.get(_REVEALED, ((), None))
    if shown_keys == tuple(keys) and may(user, Action.REVEAL):
        return frame
    return None


def reveal(keys: tuple[str, ...], user: User) -> None:
    """Reveal the contacts of these licenses, or say why not."""
    try:
        actor = session.recheck(user, Action.REVEAL)
        with database.writing_briefly(engine()) as connection:
            st.session_state[_REVEALED] = (keys, contacts.reveal(connection, keys, actor))
    except RefusalError as refusal:
        widgets.failure(refusal)


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
