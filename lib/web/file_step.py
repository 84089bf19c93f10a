"""The first step: how a file was read, and reading it differently."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from lib.checking.check_summary import FileSummary
from lib.checking.hidden_contacts import masked_lines
from lib.checking.open_points import Step
from lib.checking.settings import Settings
from lib.domain.text import printable, quantity
from lib.importing import imports
from lib.importing.wording import DELIMITER_TITLES, delimiter_title
from lib.store import batches, change_log, database
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, file_contacts, session, steps, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import Role

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "cp1250", "cp1251", "utf-16", "shift_jis", "gb18030")
_READER_SETTINGS = ("encoding", "delimiter", "header_line", "sheet", "sheets")


def summary(reader: FileSummary) -> str:
    """How a file was read, in one line."""
    if reader.rows is None or reader.columns is None:
        return "not read yet"
    texts = [quantity(reader.rows, "row"), quantity(reader.columns, "column")]
    if reader.encoding:
        texts += [reader.encoding.upper(), delimiter_title(reader.delimiter)]
    texts.append(f"header on line {reader.header_line}" if reader.header_line else "no header line")
    return " · ".join(texts)


def panel(batch: Batch, check: CheckResult) -> None:
    """How the file was read, the controls, and its first lines."""
    reader = check.summary.reader
    same_file_notice(batch, check)
    controls(batch, reader)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("First lines of the file", width="content")
        file_contacts.bar(batch.id)
    first_lines = masked_lines(reader) if file_contacts.are_hidden(batch.id) else reader.first_lines
    width = max((len(str(line)) for line, _ in first_lines), default=1)
    lines = "\n".join(f"{line:>{width}}  {text}" for line, text in first_lines)
    # Somebody may copy them into a terminal, which would obey control characters.
    st.code(printable(lines) or " ", language=None, height=260)
    with steps.actions(batch.id):
        steps.way_on("Next: columns", Step.COLUMNS, disabled=not check.summary.columns)


def same_file_notice(batch: Batch, check: CheckResult) -> None:
    """Whether this very file was imported before."""
    with database.reading(engine()) as connection:
        earlier = batches.newest_imported(connection, batch.sha256, batch.settings)
        changes = change_log.changes_of_batch(connection, earlier.id) if earlier else []
    if earlier is None:
        return
    when = time_text(changes[0].at if changes else earlier.created_at)
    by = earlier.receipt.by if earlier.receipt else earlier.created_by
    content = "it contains no changes"
    if count := check.summary.counts.written:
        content = f"importing it again would change {quantity(count, 'license')}"
    sentence = f"This file was already imported on {when} as import #{earlier.id} by {by}; {content}."
    st.info(widgets.escape(sentence), icon=":material/content_copy:")


def controls(batch: Batch, reader: FileSummary) -> None:
    """The settings of the reader, automatic until somebody chooses."""
    settings = Settings.from_json(batch.settings)
    if len(reader.sheets) > 1:
        sheet_list(batch, reader)
    with st.container(horizontal=True, vertical_alignment="bottom", key="reading"):
        if not reader.sheets:
            encodings = {name: name for name in ENCODINGS}
            choice(batch, "encoding", "Encoding", encodings, settings.encoding, reader.encoding)
            choice(batch, "delimiter", "Separator", DELIMITER_TITLES, settings.delimiter, reader.delimiter)
        header_line(batch, reader.header_line)
        if any(getattr(settings, name) not in (None, ()) for name in _READER_SETTINGS):
            st.button("Detect automatically", key="automatic", on_click=read_again, args=(batch.id,))


def sheet_list(batch: Batch, reader: FileSummary) -> None:
    """The sheets of a workbook with their rows, to choose those that are read as one table."""
    selection = Settings.from_json(batch.settings).place[0] or reader.license_sheets
    rows = dict(zip(reader.sheets, reader.sheet_rows, strict=False))
    with st.form(f"sheets_{batch.id}", border=True):
        st.caption("Sheets to import")
        keys = {}
        for place, title in enumerate(reader.sheets):
            label = f"{widgets.escape(title)} · {quantity(rows.get(title, 0), 'row')}{sheet_remark(reader, title)}"
            keys[title] = f"sheet_{batch.id}_{place}_{title in selection}"
            st.checkbox(label, value=title in selection, key=keys[title])
        kind: Literal["primary", "secondary"] = "secondary" if reader.rows is not None else "primary"
        st.form_submit_button(
            "Read these sheets", key="read_sheets", type=kind, on_click=read_sheets, args=(batch.id, keys)
        )


def sheet_remark(reader: FileSummary, title: str) -> str:
    """Why a sheet is not offered."""
    if title in reader.hidden_sheets:
        return " (hidden)"
    if title in reader.license_sheets:
        return ""
    return " (no license columns)"


def read_sheets(number: int, keys: Mapping[str, str]) -> None:
    """Read the file's chosen sheets as one table."""
    if widgets.is_closed(*keys.values()):
        return
    titles = tuple(title for title, key in keys.items() if st.session_state[key])
    read_again(number, sheets=titles, sheet=None)


def choice(
    batch: Batch, name: str, label: str, titles: Mapping[str, str], setting: str | None, automatic_value: str | None
) -> None:
    """One setting of the reader, or automatic with what was detected."""
    automatic = "Automatic"
    if automatic_value and not setting:
        automatic = f"Automatic: {titles.get(automatic_value, automatic_value)}"
    values = [None, *titles]
    if setting not in values:  # as the command line can choose encodings that are not offered here
        values.insert(1, setting)
    # The setting is in the key: a changed setting makes another widget, which begins with it.
    key = f"{name}_{batch.id}_{setting}"
    st.selectbox(
        label,
        values,
        index=values.index(setting),
        format_func=lambda value: titles.get(value, value) if value else automatic,
        key=key,
        on_change=apply,
        args=(batch.id, name, key),
        width=220,
    )


def header_line(batch: Batch, line: int | None) -> None:
    """The line of the header, 0 for a file without one."""
    key = f"header_line_{batch.id}_{line}"
    st.number_input(
        "Header row (0 = none)",
        min_value=0,
        value=line,
        step=1,
        placeholder="Automatic",
        key=key,
        on_change=apply,
        args=(batch.id, "header_line", key),
        width=220,
    )


def apply(number: int, name: str, key: str) -> None:
    """Read the file with the setting of a widget."""
    read_again(number, **{name: st.session_state[key]})


def read_again(number: int, **changes: object) -> None:
    """Read the file with some settings changed, without any all automatically.

    All that was decided about its columns is proposed again, since they may now be others.
    """
    current = batch_state.settings_of(number) if changes else Settings()
    values = {name: getattr(current, name) for name in _READER_SETTINGS}
    batch_state.set_settings(number, Settings(**{**values, **changes}))


def discard_button(batch: Batch) -> None:
    """The button that asks whether to discard a file."""
    key = f"discard_{batch.id}"
    if st.button("Discard…", key=key, type="tertiary", icon=":material/delete:"):
        discard_dialog(batch)


@st.dialog("Discard this file?", icon=":material/delete:")
def discard_dialog(batch: Batch) -> None:
    """The consequence of discarding a file, and the button that does."""
    session.require(Role.IMPORTER)
    st.text(f"Import #{batch.id} · {batch.name}: nothing was imported. It stays listed as discarded.")
    if st.button("Discard", key="discard_it", type="primary", on_click=discard, args=(batch.id,)):
        # Closes the dialog; the batch is discarded already, by the callback before this run.
        st.rerun()


def discard(number: int) -> None:
    """Discard an open batch."""
    actor = session.require(Role.IMPORTER)
    imports.discard(engine(), number, actor)
