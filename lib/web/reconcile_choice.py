"""The matches that wait for a person as a table, and accepting or rejecting many of them at once."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.text import quantity
from lib.matching.confidence import CONFIDENCE_TITLES, Confidence
from lib.matching.finding_lists import FindingList
from lib.reconciling import review, wording
from lib.reconciling.summary import Summary
from lib.store import database, finding_conditions, findings
from lib.store.schema import findings as findings_table
from lib.web import listing, reconcile_review, row_links, widgets
from lib.web.connection import engine
from lib.web.reconcile_review import Answer, Conditions
from lib.web.session import User

ROWS = 50
_IN_VIEW = 6
_PAGER = "choice_page"

_HINT = (
    "Select several (with the mouse, or with arrows and Shift+Space) to answer them at once, or one to see it. The next one "
    "is shown here."
)


@dataclass(frozen=True, slots=True)
class ChosenMatches:
    """The rows that are selected in the table of a `key`, or all of its pages."""

    key: str
    rows: pd.DataFrame
    number: int
    is_all: bool


def conditions_of(sureness: str | None) -> Conditions:
    """What the matches that wait for a person fulfil, of all or of one confidence."""
    waiting = finding_conditions.CONDITIONS[FindingList.REVIEW]
    if sureness:
        return [waiting, findings_table.c.confidence == sureness]
    return [waiting]


def sureness_choice(summary: Summary) -> str | None:
    """The confidence to look at; None for all."""
    with database.reading(engine()) as connection:
        counts = findings.counts_by_confidence(connection, conditions_of(None))
    if len(counts) < 2:
        return None
    names = [str(one) for one in Confidence if counts.get(str(one))]
    choice = st.pills(
        "How sure",
        names,
        format_func=lambda name: f"{CONFIDENCE_TITLES[Confidence(name)]}: {counts[name]:,}",
        key=f"sureness_{summary.export.id}",
        label_visibility="collapsed",
    )
    return choice if choice in names else None


def table(summary: Summary, conditions: Conditions, total: int, user: User) -> ChosenMatches:
    """The matches, page by page, and which of them are chosen."""
    page = min(st.session_state.get(_PAGER, 1), -(-total // ROWS))
    with database.reading(engine()) as connection:
        rows = findings.page(connection, conditions, start=(page - 1) * ROWS, count=ROWS)
    # A selection is a list of positions, so it must not outlive the rows it was made in: others have another key.
    key = f"choice_{summary.comparison.id}_{summary.lists[FindingList.REVIEW]}_{total}_{page}"
    state = row_links.table(
        readable(rows),
        row_links.of_licenses(rows, user),
        key=key,
        height=listing.height(rows, _IN_VIEW),
        on_select="rerun",
        selection_mode="multi-row",
        alt=f"{quantity(total, 'match', 'matches')} to review, the surest first",
    )
    widgets.pager(total, ROWS, _PAGER)
    selection = rows.iloc[list(state.selection.rows)]
    is_all = bool(st.session_state.get(f"all_{key}"))
    return ChosenMatches(key, selection, total if is_all else len(selection), is_all)


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Matches as texts, by column title."""
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            "License key": rows["license_key"],
            "Customer": [row["company"] or row["license_name"] or "" for row in records],
            "Marketplace license": rows["marketplace_id"],
            "Company on Marketplace": rows["their_company"].fillna(""),
            "How sure": [wording.confidence(row) for row in records],
            "Against it": [" ".join(wording.doubts(row)) for row in records],
            "Differences": [", ".join(wording.differences(row)) for row in records],
        },
        dtype=object,
    )


def panel(summary: Summary, total: int, user: User) -> None:
    """The matches as a table, and below it the bar for several of them, or both licenses of one."""
    sureness = sureness_choice(summary) if total > 1 else None
    conditions = conditions_of(sureness)
    if sureness:
        with database.reading(engine()) as connection:
            total = findings.number(connection, conditions)
    if total < 2:
        reconcile_review.next_pair(summary, conditions, total, user)
        return
    choice = table(summary, conditions, total, user)
    if choice.number > 1:
        bar(summary, choice, conditions, total, user)
    elif choice.number == 1:
        reconcile_review.pair(summary, choice.rows.to_dict("records")[0], user)
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_HINT, width="content")
            choose_all(choice, total)
        reconcile_review.next_pair(summary, conditions, total, user)


def bar(summary: Summary, choice: ChosenMatches, conditions: Conditions, total: int, user: User) -> None:
    """What can be done with the chosen matches, by mouse or by keyboard."""
    with st.container(border=True, key="answer_bar", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{quantity(choice.number, 'match', 'matches')} selected**", width="content")
            if choice.is_all:
                label = "Clear the selection" if choice.rows.empty else "Only the selected rows"
                st.button(label, key="choose_less", type="tertiary", on_click=set_all, args=(choice.key, False))
            elif total > choice.number:
                choose_all(choice, total)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            reason = st.text_input("Why (optional, remembered)", key="why_many", max_chars=500, width=320)
            for label, shortcut, answer_of in (("Accept", "A", review.accept), ("Reject", "X", review.reject)):
                st.button(
                    f"{label} {choice.number:,}",
                    key=f"{label.lower()}_many",
                    type="primary" if answer_of is review.accept else "secondary",
                    shortcut=shortcut,
                    on_click=answer_many,
                    args=(answer_of, summary.comparison.id, choice, conditions, reason, user),
                )


def choose_all(choice: ChosenMatches, total: int) -> None:
    """The way to all matches, on whichever page."""
    label, arguments = f"Select all {total:,}", (choice.key, True)
    st.button(label, key="choose_all", shortcut="S", type="tertiary", on_click=set_all, args=arguments)


def set_all(key: str, is_all: bool) -> None:
    """Choose the matches of all pages, or only the selected rows, from a callback."""
    st.session_state[f"all_{key}"] = is_all


def answer_many(
    answer_of: Answer,
    comparison: int,
    choice: ChosenMatches,
    conditions: Conditions,
    reason: str,
    user: User,
) -> None:
    """Remember an answer to all chosen matches, from a callback."""
    keys: list[Any] = choice.rows["license_key"].to_list()
    if choice.is_all:
        with database.reading(engine()) as connection:
            keys = findings.keys(connection, conditions)
    reconcile_review.answer(answer_of, comparison, keys, reason, user)
