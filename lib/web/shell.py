"""The frame around every page: navigation, product name, who is signed in. Streamlit runs this file for each visit."""

from pathlib import Path

import streamlit as st

from lib.web import page_paths, session, widgets
from lib.web.session import Role, User

_FAVICON = Path(__file__).parent / "static" / "favicon.png"


def _page(file: str, title: str, icon: str, role: Role, user: User | None, path: str | None = None) -> "st.Page":
    """A page that everybody can address, and that the menu shows to those who may see it."""
    shown = user is not None and user.role.includes(role)
    return st.Page(
        file,
        title=title,
        icon=f":material/{icon}:",
        url_path=path,
        default=path is None,
        visibility="visible" if shown else "hidden",
    )


def _visitor() -> User | None:
    try:
        return session.visitor()
    except session.AccessError:
        return None


def _badge(user: User) -> None:
    with st.sidebar.container(key="who", gap="xsmall"):
        st.caption(widgets.escape(user.name))
        if user.local:
            st.badge("Local, no sign-in", icon=":material/computer:", color="gray")
        else:
            st.badge(user.role.capitalize(), color="gray")
            st.button(session.SIGN_OUT, on_click=st.logout, key="leave", type="tertiary")


def main() -> None:
    # Before the navigation: it would make a page's own icon the favicon and fetch that from the internet.
    st.set_page_config(page_icon=str(_FAVICON), layout="wide", initial_sidebar_state=230)
    st.logo(_FAVICON, size="large")
    user = _visitor()
    page = st.navigation(
        {
            "License migration": [
                _page(page_paths.PROGRESS, "Progress", "monitoring", Role.VIEWER, user),
                _page(page_paths.CLOUD, "Cloud", "cloud", Role.VIEWER, user, "cloud"),
                _page(page_paths.LICENSES, "Licenses", "key", Role.VIEWER, user, "licenses"),
            ],
            "Work": [
                _page(page_paths.UPGRADES, "Upgrade lists", "upgrade", Role.EDITOR, user, "upgrades"),
                _page(page_paths.REQUESTS, "Requests", "inbox", Role.EDITOR, user, "requests"),
                _page(page_paths.IMPORT, "Import", "upload_file", Role.EDITOR, user, "import"),
                _page(page_paths.BATCHES, "Batches", "history", Role.EDITOR, user, "batches"),
            ],
        }
    )
    st.set_page_config(page_title=f"{page.title} · License migration")
    if user:
        _badge(user)
    page.run()


main()
