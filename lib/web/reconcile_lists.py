"""The lists of a comparison with Marketplace: applying what is ready, and looking at the rest."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import streamlit as st

from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.matching.confidence import Confidence
from lib.matching.finding_lists import LIST_HELP, LIST_TITLES, ONLY_THEIRS_HELP, ONLY_THEIRS_TITLE, FindingList
from lib.measures.cut import Cut
from lib.reconciling import apply, files, requested_work
from lib.reconciling.apply import Application, Level
from lib.reconciling.summary import Summary
from lib.store import database, finding_conditions, findings
from lib.web import (
    cached,
    menu_pages,
    page_paths,
    reconcile_altered,
    reconcile_answers,
    reconcile_choice,
    reconcile_download,
    reconcile_work,
    row_links,
    session,
    widgets,
)
from lib.web.connection import engine
from lib.web.session import User

ROWS = 50
_SOON = 90
_LIST = "list"
WIDTHS = {"Differences": st.column_config.TextColumn(width=220), "Why": st.column_config.TextColumn(width=320)}
"""How wide the columns are that would otherwise cut their texts, or take all the room."""

_ONLY_THEIRS, _ALTERED = "only_theirs", "altered"
_ALWAYS = (
    FindingList.REVIEW,
    FindingList.READY,
    FindingList.MATCHED,
    FindingList.UPGRADE_PENDING,
    FindingList.DISAGREES,
    FindingList.NOT_FOUND,
    _ONLY_THEIRS,
)
"""The lists that are shown without any license, too."""

_LEVELS: dict[str, Level] = {
    "Certain and strong": Confidence.STRONG,
    "Certain only": Confidence.CERTAIN,
    "Accepted only": None,
}
_OF_POLICY = {"strong": "Certain and strong", "certain": "Certain only", "none": "Accepted only"}


TITLES = {
    **{str(name): title for name, title in LIST_TITLES.items()},
    _ONLY_THEIRS: ONLY_THEIRS_TITLE,
    _ALTERED: reconcile_altered.TITLE,
}
"""The title of each list, by its name in the address."""


def panel(summary: Summary, user: User) -> None:
    """The chosen list."""
    altered = reconcile_altered.rows(cached.version(), summary.export.id)
    counts = {str(name): count for name, count in summary.lists.items()}
    counts |= {_ONLY_THEIRS: summary.only_theirs, _ALTERED: len(altered)}
    choice = list_choice(summary, counts)
    if choice == _ONLY_THEIRS:
        only_theirs(summary, user)
        return
    if choice == _ALTERED:
        reconcile_altered.panel(altered, user)
        return
    name = FindingList(choice)
    st.caption(LIST_HELP[name])
    if name is FindingList.REVIEW:
        to_review(summary, user)
        return
    if name is FindingList.READY:
        application(summary, user)
    licenses(summary, name, user)


def list_choice(summary: Summary, counts: Mapping[str, int]) -> str:
    """The list to look at, kept in the address."""
    open_list = first_list(summary, st.query_params.get(_LIST, ""), counts)
    with st.container(key="lists"):
        # Not bound to the address by Streamlit: that would write the label, whose count changes, into the link. With other
        # counts it is another widget, since the browser looks for the label that was chosen before.
        choice = st.segmented_control(
            "List",
            [name for name, count in counts.items() if count or name in (*_ALWAYS, open_list)],
            format_func=lambda name: f"{TITLES[name]}: {counts[name]:,}",
            default=open_list,
            required=True,
            key=f"{_LIST}_{'_'.join(map(str, counts.values()))}",
            label_visibility="collapsed",
        )
    st.query_params[_LIST] = str(choice)
    return str(choice)


def first_list(summary: Summary, in_address: str, counts: Mapping[str, int]) -> str:
    """The list of the address, else the one to work on next."""
    if in_address in counts:
        return in_address
    return str(FindingList.READY if summary.lists[FindingList.READY] else FindingList.REVIEW)


def to_review(summary: Summary, user: User) -> None:
    """What waits for a person, and what people answered."""
    reconcile_answers.newest(user)
    total = summary.lists[FindingList.REVIEW]
    if total:
        reconcile_choice.panel(summary, total, user)
    else:
        st.caption("No match needs review.")
    reconcile_answers.earlier(user)


def application(summary: Summary, user: User) -> None:
    """What applying would do, and the button that does it."""
    if not summary.lists[FindingList.READY]:
        return
    with st.container(border=True, key="apply_box"):
        default = list(_LEVELS).index(_OF_POLICY[cached.policy().apply_matches])
        level = st.radio("Apply", list(_LEVELS), index=default, horizontal=True, key="level")
        with database.reading(engine()) as connection:
            preview = apply.preview(connection, _LEVELS[level])
        st.text(consequence(preview))
        for key, sentence in list(preview.refused.items())[:ROWS]:
            widgets.failure(f"{key}: {sentence}")
        reason = st.text_input("Note (optional, shown in history)", key="apply_reason", max_chars=500)
        st.button(
            f"Apply {quantity(len(preview.rows), 'match', 'matches')}",
            key="apply",
            type="primary",
            disabled=preview.rows.empty or summary.is_outdated,
            on_click=apply_now,
            args=(summary.comparison.id, _LEVELS[level], reason, user),
        )


def consequence(preview: Application) -> str:
    """What applying would do, in a sentence."""
    if preview.rows.empty:
        return "Nothing would change."
    return (
        f"{quantity(preview.migrated, 'license')} would become migrated and {preview.matched:,} matched. "
        f"{preview.pending:,} would wait for an upgrade. Every license remembers its tier on Marketplace."
    )


def apply_now(comparison: int, level: Level, reason: str, user: User) -> None:
    """Have what the page shows applied, from a callback."""
    reconcile_work.request(
        lambda connection, actor: requested_work.request_application(connection, comparison, level, actor, reason), user
    )


def licenses(summary: Summary, name: FindingList, user: User) -> None:
    """A list of findings, page by page, with its file and the same licenses elsewhere."""
    total = summary.lists[name]
    if not total:
        st.caption("No license is in this list.")
        return
    conditions = [finding_conditions.CONDITIONS[name]]
    if name is FindingList.ON_CLOUD and st.toggle(f"Only plans that end within {_SOON} days", key="ends_soon"):
        today = cached.today()
        conditions.append(finding_conditions.ends_between(today, today + timedelta(days=_SOON)))
        with database.reading(engine()) as connection:
            total = findings.number(connection, conditions)
    page = widgets.pager(total, ROWS, f"page_{name}")
    with database.reading(engine()) as connection:
        rows = findings.page(connection, conditions, start=(page - 1) * ROWS, count=ROWS)
    row_links.table(
        files.list_frame(rows),
        row_links.of_licenses(rows, user),
        key=f"list_{name}_{page}",
        column_config=WIDTHS,
        alt=LIST_TITLES[name],
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        query = Cut(marketplace=(str(name),)).query()
        menu_pages.link(page_paths.LICENSES, label="Open in Licenses", icon=":material/key:", query_params=query)
        reconcile_download.button(
            f"Download {summary.lists[name]:,} as CSV", f"reconcile_{name}", partial(list_file, name, user)
        )


def only_theirs(summary: Summary, user: User) -> None:
    """Marketplace licenses that are none of ours."""
    st.caption(ONLY_THEIRS_HELP)
    total = summary.only_theirs
    if not total:
        st.caption("Every license on Marketplace is proposed for one of ours.")
        return
    page = widgets.pager(total, ROWS, "page_only_theirs")
    with database.reading(engine()) as connection:
        rows = findings.only_theirs(connection, start=(page - 1) * ROWS, count=ROWS)
    st.dataframe(
        files.without_contacts(files.only_theirs_frame(rows)),
        hide_index=True,
        key="list_only_theirs",
        alt=ONLY_THEIRS_TITLE,
    )
    reconcile_download.button(f"Download {total:,} as CSV", "reconcile_only_theirs", partial(only_theirs_file, user))


def list_file(name: FindingList, user: User) -> bytes:
    """A list as CSV, if that person still may have it."""
    session.recheck_download(user, Action.DOWNLOAD_LICENSES, f"list of matches: {name}")
    with database.reading(engine()) as connection:
        return files.list_csv(connection, name)


def only_theirs_file(user: User) -> bytes:
    """Marketplace's other licenses as CSV, if that person still may have them."""
    session.recheck_download(user, Action.DOWNLOAD_LICENSES, "licenses on Marketplace only")
    with database.reading(engine()) as connection:
        return files.only_theirs_csv(connection)
