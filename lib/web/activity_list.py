"""The list of all changes, newest first, with its filters; a click on one opens it, or undoes it."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lib.domain.changes import GROUP_TITLES, ChangeGroup
from lib.domain.text import format_time, quantity, storable
from lib.editing import activity as undoing
from lib.store import change_list, database
from lib.store.change_list import Activity, ActivityFilters
from lib.web import activity_undo, batch_state, cached, listing, menu_pages, page_paths, row_links, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import zone
from lib.web.row_links import Destination
from lib.web.session import User

PAGE = 50
_IN_VIEW = 16
_UNDO = "Undo"
_VERBS = (_UNDO, "Redo")
_DAYS, _QUESTION = "days", "undo"


def panel(version: Version, user: User) -> None:
    """The filters and a page of the changes."""
    if not version.change:
        widgets.empty_state(
            ":material/history:",
            "Nothing has happened yet",
            "Every import, edit, move and merge is listed here, with its undo.",
            "Import licenses",
            page_paths.IMPORT,
        )
        return
    filters = choose_filters(version)
    # The filters are in the pager's key, so that other filters begin at their first page.
    pager_key = f"activity_page_{hash(filters)}"
    page = st.session_state.get(pager_key, 1)
    with database.reading(engine()) as connection:
        changes, total = change_list.page(connection, filters, start=(page - 1) * PAGE, count=PAGE)
        everything = (
            total if filters == ActivityFilters() else change_list.page(connection, ActivityFilters(), count=1)[1]
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{total:,} of {quantity(everything, 'change')}**", width="content")
        menu_pages.link(page_paths.ACTIVITY, label="All files", icon=":material/draft:", query_params={"files": "all"})
    if not changes:
        st.caption("No matching changes. Remove a filter.")
        return
    ask_whether_to_undo()
    table(changes, user, f"activity_{version.change}_{page}_{hash(filters)}")
    widgets.pager(total, PAGE, pager_key)


def choose_filters(version: Version) -> ActivityFilters:
    """The filters of the address, as people set them."""
    groups = st.pills(
        "Kind",
        list(ChangeGroup),
        selection_mode="multi",
        # From the address a kind comes as a text.
        format_func=lambda group: GROUP_TITLES[ChangeGroup(group)],
        key="kind",
        bind="query-params",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="activity_filters"):
        widgets.fold_on_phones("Filters", is_open=bool({"by", "find", _DAYS} & set(st.query_params)))
        by = st.selectbox(
            "Who",
            ["", *people(version)],
            format_func=lambda name: name or "Everybody",
            key="by",
            bind="query-params",
            width=200,
        )
        days = st.date_input(
            "Days", [], max_value=cached.today(), key=_DAYS, bind="query-params", format="YYYY-MM-DD", width=260
        )
        search = st.text_input(
            "Search", placeholder="Reason, file, license key or #number", key="find", bind="query-params", width=280
        )
    since, until = bounds(days)
    kinds = tuple(ChangeGroup(group) for group in groups or ())
    return ActivityFilters(groups=kinds, by=by or "", since=since, until=until, search=storable(search or ""))


def bounds(days: date | Sequence[date] | None) -> tuple[date | None, date | None]:
    """The first and last of some days."""
    # The same day twice while a person has chosen one end only.
    choice = [days] if isinstance(days, date) else list(days or ())
    if not choice:
        return None, None
    return choice[0], choice[-1]


@cached.cache(4)
def people(version: Version) -> list[str]:
    """Everybody who made a change."""
    with database.reading(engine(version.store)) as connection:
        return change_list.people(connection)


def table(changes: Sequence[Activity], user: User, key: str) -> None:
    """A page of the changes."""
    own_zone = zone()
    frame = pd.DataFrame([row(change, user, own_zone) for change in changes])
    ways = [way_to(change) for change in changes]
    undos = [
        way_to_undo(change) if text in _VERBS else None for change, text in zip(changes, frame[_UNDO], strict=True)
    ]
    row_links.table(
        frame,
        {"What": ways, _UNDO: undos, "Why": ways},
        key=key,
        height=listing.height(frame, _IN_VIEW),
        placeholder="",
        alt="All changes, the newest first. Click what a change did to open it, or its Undo.",
        column_config={
            "#": st.column_config.NumberColumn(format="#%d", width=70),
            "Licenses": st.column_config.NumberColumn(format="localized", width=90),
            "Who": st.column_config.TextColumn(width=170),
            "When": st.column_config.TextColumn(width=170),
            "Why": st.column_config.TextColumn(width="large"),
            _UNDO: st.column_config.TextColumn(width=75),
        },
    )


def row(change: Activity, user: User, own_zone: str) -> dict[str, object]:
    """A change as a row of the table; one of its cells undoes it where that is possible."""
    return {
        "#": change.id,
        "What": undoing.title(change),
        "Licenses": change.licenses,
        _UNDO: undo_cell(change, user, own_zone),
        "Who": change.by,
        "When": format_time(change.at, own_zone),
        "Why": change.reason or change.file or "",
    }


def undo_cell(change: Activity, user: User, own_zone: str) -> str:
    """What the table says in the column that undoes a change."""
    if change.reversal:
        return "Undone"
    if undoing.refusal_to_undo(change, user, own_zone):
        return ""
    return activity_undo.verb(change)


def way_to(change: Activity) -> Destination:
    """The page of a change; an import's own is its receipt."""
    if change.batch_id is not None:
        return Destination(row_links.THIS_PAGE, {"batch": str(change.batch_id)})
    return Destination(row_links.THIS_PAGE, {"change": str(change.id)})


def way_to_undo(change: Activity) -> Destination:
    """The list with the question whether to undo a change."""
    return Destination(row_links.THIS_PAGE, {_QUESTION: str(change.id)})


def ask_whether_to_undo() -> None:
    """Open the dialog that the address asks for, once."""
    number = batch_state.number_in_url(st.query_params.pop(_QUESTION, ""))
    if number is not None:
        activity_undo.open_dialog(number)
