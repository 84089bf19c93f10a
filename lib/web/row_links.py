"""Tables whose rows lead somewhere by a click or by Enter: license keys to licenses, names to customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.roles import Action, may
from lib.web import browser_scripts, open_license, page_paths, widgets
from lib.web.session import User

_DESTINATION = "row_link"
LICENSE_KEY, CUSTOMER = "License key", "Customer"
"""The titles of the columns that lead to licenses and customers."""

# Streamlit draws a label that begins so as an icon or a menu, which a text from a file must not ask for.
_MARKUP = (":material/", "[")
_WORD_JOINER = "\u2060"

# Streamlit draws these before the title of the column that a table is sorted by.
_SORT_ARROWS = "↑↓ "


THIS_PAGE = ""


@dataclass(frozen=True, slots=True)
class Destination:
    """A page with its filters, or `THIS_PAGE` with more of them, and the license that is open there."""

    page: str
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    license_key: str = ""


Query = Mapping[str, str | list[str]]
Places = Sequence[Destination | None]


@dataclass(frozen=True, slots=True)
class LinkColumn:
    """A column of links: the label and the place of each row, None where it leads nowhere."""

    labels: Sequence[str]
    places: Places


def licenses(keys: Sequence[str], query: Query | None = None) -> list[Destination]:
    """Where license keys lead: to the license, in the list that an address's query asks for."""
    return [Destination(page_paths.LICENSES, query or {}, key) for key in keys]


def customers(rows: pd.DataFrame, user: User, page: str = page_paths.CUSTOMERS) -> list[Destination]:
    """Where customers of stored licenses lead, for those who may see customers."""
    if not may(user, Action.DOWNLOAD_UPGRADES):
        return []
    return [Destination(page, {"customer": customer}) for customer in rows["customer"].fillna("")]


def of_licenses(
    rows: pd.DataFrame, user: User, *, key: str = LICENSE_KEY, name: str = CUSTOMER
) -> dict[str, list[Destination]]:
    """Where stored licenses lead, by the titles of the columns that have their keys and their customers' names."""
    return {key: licenses(rows["license_key"].tolist()), name: customers(rows, user)}


def of_stored(keys: Sequence[str], customers: Mapping[str, str], user: User) -> dict[str, Places]:
    """The same for license keys of which only some are stored: those in `customers`, which has the customer of each."""
    places: dict[str, Places] = {LICENSE_KEY: [licenses([one])[0] if one in customers else None for one in keys]}
    if may(user, Action.DOWNLOAD_UPGRADES):
        of_customer = {one: Destination(page_paths.CUSTOMERS, {"customer": customers[one]}) for one in customers}
        places[CUSTOMER] = [of_customer.get(one) for one in keys]
    return places


def table(
    frame: pd.DataFrame,
    places: Mapping[str, Places],
    *,
    key: str,
    column_config: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Draw a table in which these columns lead to their rows' places; gives the selection in it, if it has one."""
    links = link_columns(frame, places)
    config = dict(column_config or {})
    for title, link in links.items():
        config[title] = button_column(f"{key}_{title}", title, link.places, config.get(title))
    state = st.dataframe(
        frame.assign(**{title: link.labels for title, link in links.items()}),
        hide_index=True,
        key=key,
        column_config=config,
        **options,
    )
    open_by_enter(f"enter_{key}", links)
    return state


def link_columns(frame: pd.DataFrame, places: Mapping[str, Places]) -> dict[str, LinkColumn]:
    """The columns of a table that lead somewhere for this visitor, by title."""
    columns = {}
    for title, own_places in places.items():
        if title in frame and any(own_places):
            columns[title] = LinkColumn(unique_labels(frame[title].tolist(), own_places), own_places)
    return columns


def unique_labels(texts: Sequence[object], places: Places) -> list[str]:
    """Labels that look like the texts, and differ where their places do; blanks lead nowhere."""
    # The browser knows a row by its labels alone: its place changes when somebody sorts the table.
    place_of: dict[str, Destination | None] = {}
    labels = []
    for text, place in zip(texts, places, strict=True):
        # A blank of a column that has texts is not a number to pandas.
        own = label(text) if isinstance(text, str) else ""
        while own and place_of.setdefault(own, place) != place:
            own += _WORD_JOINER
        labels.append(own)
    return labels


def label(text: str) -> str:
    """A text that Streamlit shows as it is."""
    if text.strip().startswith(_MARKUP):
        return f"{_WORD_JOINER}{text}"
    return text


def button_column(click: str, title: str, places: Places, config: Any) -> Any:
    """A column in which each cell leads to its row's place, as wide as a config says."""

    def remember() -> None:
        st.session_state[_DESTINATION] = places[st.session_state[click]["row"]]

    return st.column_config.ButtonColumn(
        title, width=(config or {}).get("width"), alignment="left", type="tertiary", key=click, on_click=remember
    )


def open_by_enter(key: str, links: Mapping[str, LinkColumn]) -> None:
    """Let Enter open the row in focus of the table that was drawn last."""

    def remember() -> None:
        place = place_of_row(st.session_state[key]["entered"], links)
        if place:
            st.session_state[_DESTINATION] = place

    browser_scripts.component("open_rows")(key=key, on_entered_change=remember)


def place_of_row(cells: Sequence[tuple[str, str]], links: Mapping[str, LinkColumn]) -> Destination | None:
    """Where the first cell that is a link leads, of titles and texts as the browser has them."""
    for title, text in cells:
        link = links.get(title.lstrip(_SORT_ARROWS))
        place = link.places[link.labels.index(text)] if link and text and text in link.labels else None
        if place:
            return place
    return None


def button(text: str, place: Destination | None, key: str) -> None:
    """A text that leads to a place, or just the text."""

    def remember() -> None:
        st.session_state[_DESTINATION] = place

    if place is None or not text.strip():
        st.text(text)
    else:
        st.button(widgets.escape(text), key=key, type="tertiary", on_click=remember)


def follow(user: User) -> None:
    """Lead to where a row of this page was opened, if one was."""
    # Pages cannot be switched in a callback.
    place = st.session_state.pop(_DESTINATION, None)
    if place is None:
        return
    query = dict(place.query)
    if place.page == THIS_PAGE:
        # The page is not switched: that would set its filters, too, which belong to their widgets.
        st.query_params.update(query)
        return
    if place.license_key:
        open_license.remember(place.license_key, user)
        query |= open_license.query(place.license_key, user)
    st.switch_page(place.page, query_params=query)
