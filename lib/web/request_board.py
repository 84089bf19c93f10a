"""The board of requests: the parts of the queue side by side, with those that have waited longest."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.domain.requests import ITEM_TITLES
from lib.domain.text import quantity
from lib.measures.cut import Cut
from lib.web import cached, menu_pages, page_paths, request_parts, request_queue, widgets
from lib.web.cached import Version

# Requests that the board shows of a part; a button leads to all of them.
_CARDS = 6

_MOST_NAMED = 2


def show(version: Version, cut: Cut) -> None:
    """Draw the parts side by side."""
    with st.grid(len(request_parts.PARTS), min_column_width=200, gap="xsmall", key="board"):
        for part in request_parts.PARTS:
            with st.container(border=True, key=f"column_{part}", gap="xsmall", height="stretch"):
                show_part(version, request_parts.part_cut(cut, part), part)


def show_part(version: Version, cut: Cut, part: str) -> None:
    """A part with its first requests."""
    total = cached.total(version, cut)
    st.metric(part, f"{total:,}")
    if not total:
        return
    for row in request_queue.queue(version, cut, 0, _CARDS).to_dict("records"):
        card(row, cut)
    if total > _CARDS:
        st.button(f"See all {total:,}", key=f"all_{part}", type="tertiary", on_click=show_all, args=(part,))


def card(row: Mapping[Any, Any], cut: Cut) -> None:
    """A request: its customer, then its key, days and what is missing."""
    name = row["company"] or row["license_name"] or "No customer name"
    with st.container(border=True, gap="xxsmall", key=f"card_{row['license_key']}"):
        menu_pages.link(
            page_paths.CUSTOMERS,
            label=f"**{widgets.escape(name)}**",
            query_params={"customer": row["customer"] or ""},
        )
        menu_pages.link(
            page_paths.LICENSES,
            label=widgets.escape(row["license_key"]),
            query_params={**cut.query(), "license": row["license_key"]},
        )
        days = quantity((cached.today() - row["day"]).days, "day")
        st.caption(widgets.escape(" · ".join(filter(None, (days, missing_in_words(row))))))


def missing_in_words(row: Mapping[Any, Any]) -> str:
    """What a request is missing, in a few words."""
    titles = [ITEM_TITLES[item] for item in request_queue.missing_of(row)]
    if not titles:
        return ""
    others = len(titles) - _MOST_NAMED
    more = f" and {others:,} more" if others > 0 else ""
    return f"missing: {', '.join(titles[:_MOST_NAMED])}{more}"


def show_all(part: str) -> None:
    """Show the requests of a part in the queue."""
    request_parts.go_to(request_parts.PARTS[part])
    # The key of the page's own tabs, which only a callback may set: it runs before they are drawn.
    st.session_state["requests_as"] = "Queue"
