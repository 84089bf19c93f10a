"""What was pasted into a box, still there after a look at another page."""

import streamlit as st


def restore(key: str) -> None:
    """Give the box of a key, before it is drawn, the text that it had; Streamlit forgets it when its page is left."""
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(copy_key(key), "")
    st.session_state[copy_key(key)] = st.session_state[key]


def forget(key: str) -> None:
    """Let the box begin empty the next time."""
    st.session_state.pop(copy_key(key), None)


def copy_key(key: str) -> str:
    """Where the session keeps the text of a box."""
    return f"copy_of_{key}"
