"""Problems grouped by cause: a line for each cause, which opens to its cells."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from functools import partial

import pandas as pd
import streamlit as st

from lib.checking.causes import Cause, problems_csv
from lib.checking.hidden_contacts import masked_problems, names_contacts
from lib.checking.problem import Problem, Severity
from lib.documents.exports.file_formats import CSV, XLSX
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.importing import corrected_rows, held_rows
from lib.web import cached, download_button, file_contacts, session, widgets
from lib.web.connection import engine
from lib.web.session import Role, User

PAGE = 50
"""Problems on one page of a group."""

FORMS = {form.suffix: form for form in (CSV, XLSX)}
"""The formats of held rows, by suffix."""

_TITLES = {"line": "Line", "value": "Value", "message": "What is wrong, and what to do"}

ICONS = {Severity.ERROR: ":material/error:", Severity.WARNING: ":material/warning:"}


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems of the file of one batch, and `name`, what their CSV file is called."""

    batch: int
    causes: Sequence[Cause]
    page_of: Callable[[Cause, int, int], Sequence[Problem]]
    everything: Callable[[], Sequence[Problem]]
    name: str


def panel(key: str, problems: Problems) -> None:
    """Each cause with its cells, and all problems as a CSV file."""
    causes = problems.causes
    if not causes:
        st.caption("No problems found")
        return
    st.caption(counts_text(causes))
    if names_contacts(causes):
        file_contacts.bar(problems.batch)
    with st.container(gap="xsmall"):
        for cause in causes:
            group(f"{key}_{cause.code}_{cause.column}", cause, problems)
    download_button.show(
        "Download all problems (CSV)",
        partial(csv_file, problems, session.require(Role.IMPORTER)),
        file_name=problems.name,
        mime=CSV.mime_type,
        key=f"{key}_download",
        on_click="ignore",
        icon=":material/download:",
    )


def group(key: str, cause: Cause, problems: Problems) -> None:
    """One cause, which opens to a page of its cells."""
    label = f"{cause.count:,} × {widgets.escape(cause.title)}"
    # Rerun on opening, so that only open groups are queried.
    with st.expander(label, icon=ICONS[cause.severity], key=key, on_change="rerun") as expander:
        if not expander.open:
            return
        page = widgets.pager(cause.count, PAGE, f"{key}_page")
        cells = problems.page_of(cause, (page - 1) * PAGE, PAGE)
        rows = pd.DataFrame(map(astuple, cells), columns=[part.name for part in fields(Problem)], dtype=object)
        if file_contacts.are_hidden(problems.batch):
            rows = masked_problems(rows)
        st.dataframe(
            rows[list(_TITLES)].rename(columns=_TITLES),
            hide_index=True,
            row_height=56,  # two lines, so that no sentence is cut off where it says what to do
            key=f"{key}_rows",
            column_config={
                "Line": st.column_config.NumberColumn(width=70),
                "What is wrong, and what to do": st.column_config.TextColumn(width="large"),
            },
        )


def csv_file(problems: Problems, user: User) -> bytes:
    """All problems as a CSV file, queried on click."""
    session.recheck_download(user, Action.SEE_FILE, problems.name)
    return problems_csv(problems.everything())


def counts_text(causes: Sequence[Cause]) -> str:
    """How many errors and warnings there are, in words."""
    counts: Counter[Severity] = Counter()
    for cause in causes:
        counts[cause.severity] += cause.count
    text = " · ".join(quantity(counts[severity], severity.value) for severity in Severity if counts[severity])
    if not counts[Severity.ERROR]:
        return text
    return f"{text}. Rows with errors are skipped until corrected."


def held_rows_button(number: int, count: int) -> None:
    """A button that downloads the held rows, to correct and upload again."""
    user = session.require(Role.IMPORTER)
    form = FORMS[held_rows.suffix_of_held_rows(engine(), number, user)]
    download_button.show(
        f"Download {quantity(count, 'skipped row')} to correct ({form.suffix.upper()})",
        partial(held_rows_file, number, user),
        file_name=form.file_name(corrected_rows.file_stem(number)),
        mime=form.mime_type,
        key="held_rows",
        is_for_import=True,
        on_click="ignore",
        icon=":material/download:",
    )


def held_rows_file(number: int, user: User) -> bytes:
    """The held rows as a file of the kind that they came in, built on click."""
    actor = session.recheck_download(user, Action.SEE_FILE, f"skipped rows of import #{number}")
    return b"".join(held_rows.held_rows_file(engine(), number, actor, cached.policy()).parts)
