"""The small pieces that pages share."""

import logging
import re
import secrets

import streamlit as st

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&])")
_LINK_OR_ICON = re.compile(r"(?<=:)(?=[/m])|(?<=www)(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)
_log = logging.getLogger(__name__)


def escape(text: str) -> str:
    """Any text, such as a cell of a file, made to read as it is where Streamlit expects Markdown; on one line.

    A backslash does not stop `https://…`, `www.…`, `a@b` and `:material/…:`, a zero-width space inside them does.
    """
    apart = _LINK_OR_ICON.sub("\u200b", " ".join(text.split()))
    return _MARKUP.sub(r"\\\1", apart)


def page_header(title: str, caption: str = "") -> None:
    """A page's title, and under it one grey line of plain text."""
    st.title(escape(title), anchor=False)
    if caption:
        st.caption(escape(caption))


def notice(title: str, text: str) -> None:
    """All that a page says when it has nothing else to show."""
    page_header(title)
    st.text(text)


def empty_state(icon: str, title: str, text: str, action: str = "", page: str = "") -> None:
    """What a page shows before there is anything to show: an icon (`:material/…:`), a line, a sentence, one way on.

    `action` is a button's label and `page` where it leads, one of lib.web.places.
    """
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"## {icon}", width="content")
        st.subheader(escape(title), anchor=False, width="content")
        st.text(text, width="content")
        if action and st.button(action, type="primary", key="empty_state_action"):
            st.switch_page(page)
        st.space("small")


def failure(error: Exception | str) -> None:
    """A sentence about something that went wrong, as plain text."""
    st.error(escape(str(error)), icon=":material/error:")


def unexpected(error: Exception) -> bool:
    """Tell a person about an error nobody foresaw: a reference on screen, the detail in the log under the same one."""
    reference = secrets.token_hex(3).upper()
    _log.error("Unexpected error %s", reference, exc_info=error)
    failure(f"Something went wrong on this page. Reload it; if that does not help, report reference {reference}.")
    return True
