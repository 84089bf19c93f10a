"""The small pieces that pages share."""

import re
from typing import Literal

import streamlit as st

from lib.domain.roles import Action, Actor, may
from lib.web import page_paths

BadgeColor = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "grey", "primary"]
"""What `st.badge` takes as its color."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&])")
_LINK_OR_ICON = re.compile(r"(?<=:)(?=[/m])|(?<=www)(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)


def escape(text: str) -> str:
    """Any text as one line of Markdown that shows it literally."""
    one_line = " ".join(text.split())
    # Backslashes do not stop `https://…`, `www.…`, `a@b` and `:material/…:` from becoming links and icons;
    # a zero-width space inside them does.
    without_links = _LINK_OR_ICON.sub("\u200b", one_line)
    return _MARKUP.sub(r"\\\1", without_links)


def page_header(title: str, caption: str = "") -> "st.delta_generator.DeltaGenerator":
    """A page's title, with one grey line of plain text beside it; returns their container."""
    header = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="page_header")
    with header:
        st.title(escape(title), anchor=False, width="content")
        if caption:
            st.caption(escape(caption), width="content")
    return header


def fold_on_phones(label: str, *, is_open: bool = False) -> None:
    """What unfolds the filters in its container on a narrow screen, which `screen.css` names; nothing on a wide one."""
    # A box of the browser's own: it folds without a run of the page.
    st.html(
        f'<label class="unfold"><input type="checkbox"{" checked" if is_open else ""}>{label}</label>', width="content"
    )


def notice(title: str, text: str) -> None:
    """A title and a text, on a page with nothing else."""
    page_header(title)
    st.text(text)


def empty_state(icon: str, title: str, text: str, action: str = "", page: str = "") -> None:
    """A page without data: an icon (`:material/…:`), a title, a sentence, a button.

    `action` is the button's label and `page` where it leads, one of lib.web.page_paths.
    """
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        with st.container(key="empty_state_icon", width="content"):
            st.markdown(icon, width="content")
        st.header(escape(title), anchor=False, width="content")
        st.text(text, width="content")
        if action and st.button(action, type="primary", key="empty_state_action"):
            st.switch_page(page)
        st.space("small")


def no_licenses(icon: str, text: str, user: Actor) -> None:
    """A page of an empty store, with the way to import for those who may."""
    action, page = "", ""
    if may(user, Action.IMPORT):
        action, page = "Import licenses", page_paths.IMPORT
    empty_state(icon, "No licenses yet", text, action, page)


def pager(total: int, rows: int, key: str) -> int:
    """The pages of a list, if there are several; returns the chosen one, from 1."""
    pages = -(-total // rows)  # rounded up
    if pages < 2:
        return 1
    return st.pagination(pages, key=key)


def failure(error: Exception | str) -> None:
    """An error message, as plain text."""
    st.error(escape(str(error)), icon=":material/error:")


def is_closed(*keys: str) -> bool:
    """Whether the form with the widgets of these keys closed before a click on its button arrived, which is then said.

    For callbacks that read other widgets than their own: a click just before may have led to a page without them.
    """
    if all(key in st.session_state for key in keys):
        return False
    st.toast("The form closed before your click arrived, so nothing was changed.", icon=":material/info:")
    return True
