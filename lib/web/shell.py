"""The frame around every page. Streamlit runs this file for each visit."""

from functools import partial
from pathlib import Path

import streamlit as st

from lib.domain.roles import Action, may
from lib.web import page_paths, session, widgets
from lib.web.session import User

_FAVICON = Path(__file__).parent / "static" / "favicon.png"


def menu_page(
    user: User | None, file: str, title: str, icon: str, path: str | None = None, action: Action | None = None
) -> "st.Page":
    """A page, in the menu of those who may do what it is for."""
    in_menu = user is not None and (action is None or may(user, action))
    return st.Page(
        file,
        title=title,
        icon=f":material/{icon}:",
        url_path=path,
        default=path is None,
        # Hidden, not left out: the address of a page that is not for this visitor says so, instead of "Page not found".
        visibility="visible" if in_menu else "hidden",
    )


def navigation(user: User | None) -> "st.Page":
    """The menu for this visitor; returns the page of the address."""
    page = partial(menu_page, user)
    return st.navigation(
        {
            "License migration": [
                page(page_paths.PROGRESS, "Progress", "monitoring"),
                page(page_paths.CLOUD, "Cloud", "cloud", "cloud"),
                page(page_paths.LICENSES, "Licenses", "key", "licenses"),
            ],
            "Work": [
                page(page_paths.UPGRADES, "Upgrade lists", "upgrade", "upgrades", Action.DOWNLOAD_UPGRADES),
                page(page_paths.REQUESTS, "Requests", "inbox", "requests", Action.MOVE_REQUEST),
                page(page_paths.IMPORT, "Import", "upload_file", "import", Action.IMPORT),
                page(page_paths.BATCHES, "Batches", "history", "batches", Action.UNDO_IMPORT),
            ],
        }
    )


def visitor_or_none() -> User | None:
    """The visitor, None for anybody who may see no page."""
    try:
        return session.visitor()
    except session.AccessError:
        return None


def user_badge(user: User) -> None:
    """Who is signed in, with which role, and the way to sign out."""
    with st.sidebar.container(key="who", gap="xsmall"):
        st.caption(widgets.escape(user.name))
        if user.local:
            st.badge("Local, no sign-in", icon=":material/computer:", color="gray")
        else:
            st.badge(user.role.capitalize(), color="gray")
            st.button(session.SIGN_OUT, on_click=st.logout, key="leave", type="tertiary")


def main() -> None:
    """Draw the frame, then the page of the address in it."""
    # Before the navigation, which would make the page's icon the favicon and fetch that from the internet.
    st.set_page_config(page_icon=str(_FAVICON), layout="wide", initial_sidebar_state=230)
    st.logo(_FAVICON, size="large")
    user = visitor_or_none()
    page = navigation(user)
    st.set_page_config(page_title=f"{page.title} · License migration")
    if user:
        user_badge(user)
    page.run()


main()
