"""Sample data on screen: the way in, the mark on every page, a short tour, and the way out."""

import streamlit as st

from lib.domain.roles import may
from lib.web import menu, page_paths, sample_world
from lib.web.sample_world import World
from lib.web.session import User

TOUR = {
    page_paths.PROGRESS: "**Progress** says how far the migration is, when it will be done, and who has waited longest.",
    page_paths.CUSTOMERS: "**Customers** lists who can move and who needs an upgrade first, with a file and a letter for each.",
    page_paths.REQUESTS: "**Requests** holds the work from a customer's reply to the new SEN. Move some: it can be undone.",
    page_paths.IMPORT: "**Import** checks a file before anything is stored. Try the example file.",
    page_paths.ACTIVITY: "**Activity** lists every change, each with its *Undo*.",
}
"""What the tour says, page by page."""


def link(label: str, address: str) -> None:
    """A link that loads all of the page anew, as a browser needs that gets another cookie."""
    st.html(f'<a class="of-sample" href="{address.removeprefix("/")}">{label}</a>', width="content")


def offer() -> None:
    """The way to look at sample data before there is any other."""
    with st.container(horizontal_alignment="center"):
        link("See it with sample data", sample_world.BEGIN)


def mark(world: World, user: User) -> None:
    """Draw what says that this is sample data, the tour, and the way out."""
    with st.container(border=True, key="sample_mark", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("Sample data", icon=":material/science:", color="orange")
            st.markdown(
                "Everything here is invented. Try anything: your changes are thrown away when you leave.",
                width="stretch",
            )
            link("Leave the sample", sample_world.END)
        if world.tour is not None:
            show_step(world, user)


def show_step(world: World, user: User) -> None:
    """Draw the tour's step, with the ways onward and out."""
    pages = [page for page in TOUR if is_open_to(user, page)]
    step = min(world.tour or 0, len(pages) - 1)
    with st.container(horizontal=True, vertical_alignment="center", key="tour"):
        st.markdown(f"{step + 1} of {len(pages)} · {TOUR[pages[step]]}", width="stretch")
        if step + 1 == len(pages):
            st.button("End the tour", key="tour_end", type="tertiary", on_click=end_tour, args=(world,))
            return
        if st.button("Next", key="tour_next", icon=":material/arrow_forward:"):
            world.tour = step + 1
            st.switch_page(pages[step + 1])
        st.button("Skip the tour", key="tour_skip", type="tertiary", on_click=end_tour, args=(world,))


def is_open_to(user: User, page: str) -> bool:
    """Whether a page is for this visitor."""
    entries = [entry for section in menu.MENU.values() for entry in section if entry.file == page]
    return all(entry.action is None or may(user, entry.action) for entry in entries)


def end_tour(world: World) -> None:
    """Say no more of the tour."""
    world.tour = None
