"""The frame around every page. Streamlit runs this file for each visit."""

import streamlit as st

from lib.web import (
    asgi,
    cut_state,
    menu_pages,
    page_runs,
    row_links,
    run_memory,
    sample_mode,
    sample_world,
    session,
    widgets,
)
from lib.web.session import User

# Served from the folder `static` here: a file's own path would be served as media, which strangers may not have.
_FAVICON = "/app/static/favicon.png"


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
            st.button(session.SIGN_OUT, on_click=session.sign_out, key="leave", type="tertiary")


def show_sample(user: User, address: str) -> None:
    """Work on the sample where this visitor looks at it, and say so; else offer it beside who is signed in."""
    world = sample_world.enter()
    if world:
        sample_mode.mark(world, user)
        sample_world.prepare_work(world, address)
    else:
        with st.sidebar:
            sample_mode.link("See sample data", sample_world.BEGIN)


def main() -> None:
    """Draw the frame, then the page of the address in it."""
    # Before the navigation, which would make the page's icon the favicon and fetch that from the internet.
    st.set_page_config(page_icon=_FAVICON, layout="wide", initial_sidebar_state=230)
    st.logo(_FAVICON, size="large")
    cut_state.take_mark_of_return()
    user = visitor_or_none()
    page = st.navigation(menu_pages.pages(user.role if user else None))
    st.set_page_config(page_title=f"{page.title} · License migration")
    if user:
        user_badge(user)
        show_sample(user, page.url_path)
        row_links.follow(user)
    with page_runs.measured(page.url_path or "progress", user):
        page.run()
    asgi.freeze_pages()


with run_memory.remembering():
    main()
