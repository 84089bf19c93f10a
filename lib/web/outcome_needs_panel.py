"""What outcomes need of a file, as a checklist with the columns that may have what is missing."""

from collections.abc import Callable

import streamlit as st

from lib.checking.check_summary import CheckSummary
from lib.checking.outcome_needs import OutcomeNeed, lacks_every_outcome, outcome_needs
from lib.web import widgets

Choose = Callable[[dict[str, str]], None]
"""Gives columns their fields."""

_NO_OUTCOME = "No license of this file gets an outcome. If a column has what is missing, choose its field below."


def panel(summary: CheckSummary, batch: int, choose: Choose) -> None:
    """The checklist; a column that may have what is missing is taken with a click."""
    if not summary.columns:
        return
    needs = outcome_needs(summary)
    with st.container(border=True, gap="xsmall"):
        st.caption("Needed for an outcome")
        marks = [f"✓ {need.title}" if need.column else f"✗ {need.title}" for need in needs]
        st.text(" · ".join(marks))
        if lacks_every_outcome(summary):
            st.warning(_NO_OUTCOME, icon=":material/help:")
        for need in needs:
            for place in range(len(need.candidates)):
                candidate_button(need, place, batch, choose)


def candidate_button(need: OutcomeNeed, place: int, batch: int, choose: Choose) -> None:
    """The offer to take a column for a missing field, with its samples."""
    column = need.candidates[place]
    samples = widgets.escape(" · ".join(column.samples))
    st.button(
        f"{need.title}: use “{widgets.escape(column.heading)}” ({samples})?",
        key=f"use_{batch}_{need.field}_{place}",
        type="tertiary",
        on_click=choose,
        args=({column.heading: need.field},),
    )


def missing_titles(summary: CheckSummary) -> str:
    """The fields that outcomes need and no column has, in one text."""
    return ", ".join(need.title for need in outcome_needs(summary) if not need.column)
