"""Cells of tables that lead somewhere by a click: license keys to licenses, names to customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.roles import Action, may
from lib.web import open_license, page_paths
from lib.web.session import User

_DESTINATION = "row_link"

# Streamlit draws a label that begins so with an icon, which a text from a file must not ask for.
_ICON = ":material/"
_WORD_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Destination:
    """A page with its filters, and the license that is open there."""

    page: str
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    license_key: str = ""


Query = Mapping[str, str | list[str]]


def licenses(keys: Sequence[str], query: Query | None = None) -> list[Destination]:
    """Where license keys lead: to the license, in the list that an address's query asks for."""
    return [Destination(page_paths.LICENSES, query or {}, key) for key in keys]


def customers(rows: pd.DataFrame, user: User) -> list[Destination]:
    """Where customers of stored licenses lead, for those who may see customers."""
    if not may(user, Action.DOWNLOAD_UPGRADES):
        return []
    return [Destination(page_paths.CUSTOMERS, {"customer": customer}) for customer in rows["customer"].fillna("")]


def columns(table: str, destinations: Mapping[str, Sequence[Destination]]) -> dict[str, Any]:
    """The columns of a table that lead somewhere, by their titles, for its `column_config`."""
    return {title: column(f"{table}_{title}", title, places) for title, places in destinations.items() if places}


def column(click: str, title: str, places: Sequence[Destination]) -> Any:
    """A column in which each cell leads to its row's place."""

    def remember() -> None:
        st.session_state[_DESTINATION] = places[st.session_state[click]["row"]]

    return st.column_config.ButtonColumn(title, alignment="left", type="tertiary", key=click, on_click=remember)


def labels(frame: pd.DataFrame, titles: Sequence[str]) -> pd.DataFrame:
    """The table with the texts of these columns as they may be labels."""
    plain = {title: [label(text) for text in frame[title]] for title in titles if title in frame}
    return frame.assign(**plain)


def label(text: str) -> str:
    """A text that Streamlit shows as it is."""
    if text.startswith(_ICON):
        return f"{_WORD_JOINER}{text}"
    return text


def follow(user: User) -> None:
    """Lead to where a cell of this page was clicked, if one was."""
    # Pages cannot be switched in a callback.
    place = st.session_state.pop(_DESTINATION, None)
    if place is None:
        return
    query = dict(place.query)
    if place.license_key:
        open_license.remember(place.license_key, user)
        query |= open_license.query(place.license_key, user)
    st.switch_page(place.page, query_params=query)
