"""What blank cells of a file say about values that are stored."""

from dataclasses import replace

import streamlit as st

from lib.checking.settings import Settings
from lib.store.batches import Batch
from lib.web import batch_state

_BLANK_TITLES = {"keep": "Keep the stored value", "clear": "Clear it"}


def choice(batch: Batch) -> None:
    """The choice whether they keep those values or clear them."""
    key = f"blank_{batch.id}"
    st.radio(
        "Blank cells",
        list(_BLANK_TITLES),
        index=list(_BLANK_TITLES).index(Settings.from_json(batch.settings).blank),
        format_func=_BLANK_TITLES.__getitem__,
        horizontal=True,
        key=key,
        help="RTBF (right to be forgotten) always clears the stored value.",
        on_change=set_blank,
        args=(batch.id, key),
    )


def set_blank(number: int, key: str) -> None:
    """Store what blank cells mean."""
    batch_state.set_settings(number, replace(batch_state.settings_of(number), blank=st.session_state[key]))
