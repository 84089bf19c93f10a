"""Why something was not done on the page Reconcile."""

import streamlit as st

from lib.web import widgets

_NEWS = "reconcile_news"


def announce(sentence: str, *, is_failure: bool = False) -> None:
    """Show a sentence at the top of the page; an empty one shows nothing."""
    st.session_state[_NEWS] = (sentence, is_failure)


def show() -> None:
    """What was announced last."""
    sentence, is_failure = st.session_state.get(_NEWS, ("", False))
    if not sentence:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="reconcile_news_box"):
        if is_failure:
            widgets.failure(sentence)
        else:
            st.success(widgets.escape(sentence), icon=":material/check:", width="stretch")
        st.button("Close", key="close_news", type="tertiary", on_click=announce, args=("",))
