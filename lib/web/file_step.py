"""The first step: how a file was read, its first lines as they stand, and a way to say it is otherwise."""

from collections.abc import Mapping

import streamlit as st

from lib.checking.check_summary import FileSummary
from lib.checking.settings import Settings
from lib.domain.text import format_time, quantity
from lib.importing import imports
from lib.importing.wording import DELIMITER_TITLES, delimiter_title
from lib.store import batches, change_log, database
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, session, steps, widgets
from lib.web.connection import engine
from lib.web.session import Role

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "cp1250", "cp1251", "utf-16", "shift_jis", "gb18030")
_READER = ("encoding", "delimiter", "header_line", "sheet")


def summary(reader: FileSummary) -> str:
    """What was found, in one line."""
    if reader.rows is None or reader.columns is None:
        return "not read yet"
    form = []
    if reader.encoding:
        form = [reader.encoding.upper(), delimiter_title(reader.delimiter)]
    header = f"header on line {reader.header_line}" if reader.header_line else "no header line"
    return " · ".join([quantity(reader.rows, "row"), quantity(reader.columns, "column"), *form, header])


def panel(batch: Batch, check: CheckResult) -> None:
    """What was read, the controls to read it otherwise, and the first lines unparsed."""
    reader = check.summary.reader
    _recognised(batch, check)
    _controls(batch, reader)
    st.caption("The first lines of the file, as they stand:")
    width = max((len(str(line)) for line, _ in reader.first_lines), default=1)
    lines = "\n".join(f"{line:>{width}}  {text}" for line, text in reader.first_lines)
    st.code(lines or " ", language=None, height=260)
    with st.container(horizontal=True):
        steps.way_on("Next: columns", "columns")
        if st.button("Discard this file…", key="discard", type="tertiary", icon=":material/delete:"):
            _discard(batch)


def _recognised(batch: Batch, check: CheckResult) -> None:
    """Say so if the very same file was imported before, and what importing it again would do."""
    with database.reading(engine()) as connection:
        before = batches.newest_imported(connection, batch.sha256)
        done = change_log.changes_of_batch(connection, before.id) if before else []
    if before is None:
        return
    when = format_time(done[0].at if done else before.created_at)
    again = check.summary.counts.written
    then = f"would change {quantity(again, 'license')}" if again else "changes nothing"
    by = before.receipt.by if before.receipt else before.created_by
    told = f"This very file was imported on {when} as batch #{before.id} by {by}; importing it again {then}."
    st.info(widgets.escape(told), icon=":material/content_copy:")


def _controls(batch: Batch, reader: FileSummary) -> None:
    settings = Settings.from_json(batch.settings)
    with st.container(horizontal=True, vertical_alignment="bottom", key="reading"):
        if reader.sheets:
            sheets = dict.fromkeys(reader.sheets)
            _choice(batch, "sheet", "Sheet", {name: name for name in sheets}, settings.sheet, reader.sheet)
        else:
            encodings = {name: name for name in ENCODINGS}
            _choice(batch, "encoding", "Encoding", encodings, settings.encoding, reader.encoding)
            _choice(batch, "delimiter", "Separator", DELIMITER_TITLES, settings.delimiter, reader.delimiter)
        _header_line(batch, reader.header_line)
        if any(getattr(settings, name) is not None for name in _READER):
            st.button("Read it automatically", key="automatic", on_click=_read_anew, args=(batch.id,))


def _choice(
    batch: Batch, name: str, title: str, titles: Mapping[str, str], chosen: str | None, found: str | None
) -> None:
    automatic = "Automatic" if chosen or not found else f"Automatic: {titles.get(found, found)}"
    offered = [None, *dict.fromkeys((*([chosen] if chosen else []), *titles))]
    key = f"{name}_{batch.id}_{chosen}"
    st.selectbox(
        title,
        offered,
        index=offered.index(chosen),
        format_func=lambda value: titles.get(value, value) if value else automatic,
        key=key,
        on_change=_set,
        args=(batch.id, name, key),
        width=220,
    )


def _header_line(batch: Batch, line: int | None) -> None:
    key = f"header_line_{batch.id}_{line}"
    st.number_input(
        "Header line (0: none)",
        min_value=0,
        value=line,
        step=1,
        placeholder="Automatic",
        key=key,
        on_change=_set,
        args=(batch.id, "header_line", key),
        width=220,
    )


def _set(number: int, name: str, key: str) -> None:
    _read_anew(number, **{name: st.session_state[key]})


def _read_anew(number: int, **said: object) -> None:
    """Keep what was said about the file; its columns may be others now, so all about them is proposed anew."""
    stored = batch_state.settings_of(number) if said else Settings()
    kept = {name: getattr(stored, name) for name in _READER}
    batch_state.choose(number, Settings(**{**kept, **said}))


@st.dialog("Discard this file?", icon=":material/delete:")
def _discard(batch: Batch) -> None:
    st.text(
        f"Batch #{batch.id} · {batch.name}: nothing of it was imported. It stays in the list of batches as discarded."
    )
    if st.button("Discard it", key="discard_it", type="primary", on_click=_throw_away, args=(batch.id,)):
        st.rerun()


def _throw_away(number: int) -> None:
    actor = session.require(Role.EDITOR)
    imports.discard(engine(), number, actor)
