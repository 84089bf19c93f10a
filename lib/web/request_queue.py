"""The table of the queue, and what can be done with the requests that are chosen in it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.codes import Item, parse_needs
from lib.domain.display import display_text
from lib.domain.requests import missing_items
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.store import assignments, database, request_stages
from lib.web import (
    cached,
    customer_rows,
    filters,
    listing,
    request_actions,
    request_items,
    request_parts,
    row_links,
    widgets,
)
from lib.web.cached import CachedNumbers, Version
from lib.web.connection import engine
from lib.web.session import User

ROWS = 50
_IN_VIEW = 12
_PAGER = "requests_page"

_WIDTHS = {
    "License key": 130,
    "Customer": 220,
    "Stage": 112,
    "Days": 50,
    "Complete": 76,
    "Missing": 300,
    "Outcome": 131,
    "Product": 88,
    "Assigned to": 95,
}
"""How wide the columns are, in pixels, so that a screen of 1,440 has all of them."""

_IF_ANY = ("Missing", "Assigned to", "SEN")
"""The columns that are there if a row has something in them."""

_WIDTHS_BESIDE_PEOPLE = _WIDTHS | {"Missing": 205}

_ROOM, _ROOM_BESIDE_PEOPLE = 44, 29
"""Letters that what is missing has room for, alone and beside who does it."""


@cached.cache(64)
def queue(version: Version, cut: Cut, start: int, count: int) -> pd.DataFrame:
    """A page of the queue, with the `day` of each request's stage."""
    with database.reading(engine(version.store)) as connection:
        frame = request_stages.queue(connection, cut, start=start, count=count)
    return frame.assign(day=frame["stage_since"].map(dict(CachedNumbers(version).days())))


def table(version: Version, cut: Cut, user: User) -> None:
    """The queue, and below it the bar of what can be done with the chosen requests."""
    requests = request_parts.queue_cut(cut)
    total = cached.total(version, requests)
    if not total:
        nothing_here(version, cut)
        return
    # The pager stands below the table, so its choice is read from the session before it is drawn;
    # the requests may have become fewer since.
    page = min(st.session_state.get(_PAGER, 1), -(-total // ROWS))
    rows = queue(version, requests, (page - 1) * ROWS, ROWS)
    keys = rows["license_key"].tolist()
    # A selection is a list of positions, so it must not outlive the rows it was made in: others have another key.
    key = f"requests_{version.change}_{page}_{abs(hash(requests))}"
    places = {"License key": row_links.licenses(keys, requests.query()), "Customer": row_links.customers(rows, user)}
    texts = readable(rows)
    widths = _WIDTHS_BESIDE_PEOPLE if "Assigned to" in texts else _WIDTHS
    state = row_links.table(
        texts,
        places,
        key=key,
        height=listing.height(rows, _IN_VIEW),
        placeholder="",
        column_config={title: st.column_config.Column(width=width) for title, width in widths.items()},
        on_select="rerun",
        selection_mode="multi-row",
        alt=f"{quantity(total, 'request')}, those first that have been at their stage for longest",
    )
    selected = [keys[position] for position in state.selection.rows]
    selection = request_actions.choose(version, requests, total, selected, key)
    request_actions.show(selection, total, key, user)
    widgets.pager(total, ROWS, _PAGER)
    if selected and not selection.is_whole_cut:
        request_items.form(selected, user)


def nothing_here(version: Version, cut: Cut) -> None:
    """What an empty queue or part says, and how to go on."""
    if cut == Cut():
        st.caption("No request is under way. Ask customers from the page Customers, or paste the reply of one.")
    elif cut.missing or cut.stage:
        st.caption("No requests here. Choose another part of the queue, or clear the filters.")
    else:
        filters.nothing_matches(version, cut, request_parts.queue_cut, "request")


def missing_of(row: Mapping[Any, Any]) -> tuple[Item, ...]:
    """The items that the request of a row is missing."""
    fields = {str(name): value for name, value in row.items()}
    return missing_items(fields, parse_needs(row["needs"]))


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """A page of the queue as texts, by column title."""
    records = rows.to_dict("records")
    missing = list(map(missing_of, records))
    today = cached.today()
    with database.reading(engine()) as connection:
        assignees = assignments.assignees(connection, rows["license_key"].tolist())
    room = _ROOM_BESIDE_PEOPLE if assignees else _ROOM
    texts = pd.DataFrame(
        {
            "License key": rows["license_key"],
            "Customer": [row["company"] or row["license_name"] or "" for row in records],
            "Stage": rows["stage"].map(customer_rows.SHORT_STAGES),
            "Days": [(today - row["day"]).days for row in records],
            "Complete": [customer_rows.complete(items) for items in missing],
            "Missing": [customer_rows.missing_text(items, room) for items in missing],
            "Assigned to": [assignees.get(key, "").partition("@")[0] for key in rows["license_key"]],
            "Outcome": [display_text("outcome", row["outcome"]) for row in records],
            "Product": [display_text("product", row["product"]) for row in records],
            "SEN": rows["sen"],
        }
    )
    blank = [title for title in _IF_ANY if not any(texts[title])]
    return texts.drop(columns=blank)
