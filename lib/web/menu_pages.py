"""The pages of the menu as Streamlit's, for each role, and links to them."""

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache
from itertools import chain
from typing import Any

import streamlit as st

from lib.domain.roles import RULES, Role
from lib.web.menu import MENU, MenuEntry


def pages(role: Role | None) -> dict[str, list["st.Page"]]:
    """All pages by the section of the menu that they are in, for somebody of a role, None for who may see none."""
    # Copies, since Streamlit notes in a page that it is the one to run.
    return {section: list(map(copy, entries)) for section, entries in lasting_pages(role).items()}


# Streamlit looks for a page's file on the disk when it is made, which takes a twentieth of the time of a page.
@cache
def lasting_pages(role: Role | None) -> Mapping[str, Sequence["st.Page"]]:
    """The same, made once; only while a page runs."""
    return {section: [page(role, entry) for entry in entries] for section, entries in MENU.items()}


def page(role: Role | None, entry: MenuEntry) -> "st.Page":
    """A page, in the menu of those who may do what it is for."""
    in_menu = (
        role is not None and entry.is_listed and (entry.action is None or role.includes(RULES[entry.action].lowest))
    )
    return st.Page(
        entry.file,
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path=entry.address or None,
        default=not entry.address,
        # Hidden, not left out: the address of a page that is not for this visitor says so, instead of "Page not found".
        visibility="visible" if in_menu else "hidden",
    )


def link(page: str, *, label: str, icon: str = "", **options: Any) -> None:
    """A link to a page, one of lib.web.page_paths, with what `st.page_link` takes besides."""
    st.page_link(target(page), label=label, icon=icon, **options)


# Streamlit would look on the disk for the path of each link.
@cache
def target(file: str) -> "st.Page":
    """The page of a file; only while a page runs."""
    files = [entry.file for entry in chain.from_iterable(MENU.values())]
    return list(chain.from_iterable(lasting_pages(None).values()))[files.index(file)]
