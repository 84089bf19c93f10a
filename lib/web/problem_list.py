"""Problems grouped by cause: a line for each, which opens to the cells it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from lib.checking.causes import Cause, problems_csv
from lib.checking.problem import Problem, Severity
from lib.documents.exports.file_formats import CSV
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.importing import held_rows
from lib.web import session, widgets
from lib.web.cached import POLICY
from lib.web.connection import engine
from lib.web.session import Role, User

PAGE = 50
"""Problems on one page of a group."""

ICONS = {Severity.ERROR: ":material/error:", Severity.WARNING: ":material/warning:"}


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems of one file: their causes, a page of those of a cause, and all of them for a file called `name`."""

    causes: Sequence[Cause]
    page_of: Callable[[Cause, int, int], Sequence[Problem]]
    everything: Callable[[], Sequence[Problem]]
    name: str


def panel(key: str, problems: Problems, remedy: Callable[[Cause], None] | None = None) -> None:
    """Each cause, which opens to its cells, and a button that downloads all problems as a CSV file.

    `key` tells this list's widgets from others; `remedy` draws what can be done about a cause.
    """
    causes = problems.causes
    if not causes:
        st.caption("No problems were found.")
        return
    st.caption(counted_in_words(causes))
    with st.container(gap="xsmall"):
        for cause in causes:
            _group(key, cause, problems, remedy)
    st.download_button(
        "Download all problems (CSV)",
        partial(_file, problems.everything),
        file_name=problems.name,
        mime=CSV.mime_type,
        key=f"{key}_download",
        on_click="ignore",
        icon=":material/download:",
    )


def _group(key: str, cause: Cause, problems: Problems, remedy: Callable[[Cause], None] | None) -> None:
    own = f"{key}_{cause.code}_{cause.column}"
    label = f"{cause.count:,} × {widgets.escape(cause.title)}"
    with st.expander(label, icon=ICONS[cause.severity], key=own, on_change="rerun") as group:
        if not group.open:
            return
        if remedy:
            remedy(cause)
        pages = -(-cause.count // PAGE)
        page = st.pagination(pages, key=f"{own}_page") if pages > 1 else 1
        rows = [(p.line, p.value, p.message) for p in problems.page_of(cause, (page - 1) * PAGE, PAGE)]
        st.dataframe(
            pd.DataFrame(rows, columns=["Line", "Value", "What is wrong, and what to do"], dtype=object),
            hide_index=True,
            key=f"{own}_rows",
            column_config={
                "Line": st.column_config.NumberColumn(width=70),
                "What is wrong, and what to do": st.column_config.TextColumn(width="large"),
            },
        )


def _file(everything: Callable[[], Sequence[Problem]]) -> bytes:
    return problems_csv(everything())


def counted_in_words(causes: Sequence[Cause]) -> str:
    """How many errors and warnings there are, in words."""
    counts = {severity: sum(c.count for c in causes if c.severity is severity) for severity in Severity}
    told = " · ".join(quantity(count, severity.value) for severity, count in counts.items() if count)
    return f"{told}. Errors hold their rows back; open a line to see which." if counts[Severity.ERROR] else told


def held_rows_button(number: int, count: int) -> None:
    """A button for the held rows of a batch as a file to correct and bring in again."""
    st.download_button(
        f"Download {quantity(count, 'held row')} to correct (CSV)",
        partial(_held_rows, number, session.require(Role.EDITOR)),
        file_name=f"held_rows_of_batch_{number}.csv",
        mime=CSV.mime_type,
        key="held_rows",
        on_click="ignore",
        icon=":material/download:",
    )


def _held_rows(number: int, user: User) -> bytes:
    actor = session.recheck(user, Action.SEE_FILE)
    return b"".join(held_rows.held_rows_csv(engine(), number, actor, POLICY))
