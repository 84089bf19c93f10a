"""How a file was read: what was found in it, and a way to say it is otherwise."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lib.check import Settings
from lib.receipts import DELIMITER_TITLES
from lib.store.batches import Batch
from lib.tables import Ignored, Table
from lib.web import drafts
from lib.web.drafts import Reading
from lib.words import counted

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "cp1250", "cp1251", "utf-16", "shift_jis", "gb18030")
_SHOWN = 500
"""Ignored lines that are listed at most."""

_TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab")


def summary(table: Table) -> str:
    """What was found, in one line."""
    form = [table.encoding.upper(), DELIMITER_TITLES.get(table.delimiter, table.delimiter)] if table.encoding else []
    header = f"header on line {table.header_line}" if table.header_line else "no header line"
    ignored = [f"{counted(len(table.ignored), 'line')} left out"] if table.ignored else []
    sizes = [counted(len(table), "row"), counted(len(table.header), "column")]
    return " · ".join([*sizes, *form, header, *ignored])


def panel(batch: Batch, reading: Reading | None) -> None:
    """The controls that change how an open batch's file is read, and the lines that were left out.

    `reading` is None for a file that cannot be read as it is.
    """
    table = reading.table if reading else None
    settings = Settings.of(batch.settings)
    is_text = bool(table.encoding) if table else batch.name.casefold().endswith(_TEXT_ENDINGS)
    with st.container(horizontal=True, vertical_alignment="bottom", key="reading"):
        if is_text:
            encodings = {name: name for name in ENCODINGS}
            _choice(batch, "encoding", "Encoding", encodings, settings.encoding, table.encoding if table else "")
            _choice(
                batch, "delimiter", "Separator", DELIMITER_TITLES, settings.delimiter, table.delimiter if table else ""
            )
        else:
            _sheet(batch, settings.sheet)
        _header_line(batch, table.header_line if table else settings.header_line)
        if (settings.encoding, settings.delimiter, settings.header_line, settings.sheet) != (None,) * 4:
            st.button("Read it automatically", key="automatic", on_click=_read_anew, args=(batch.id,))
    if table and table.ignored:
        _ignored_lines(table.ignored)


def _choice(batch: Batch, name: str, title: str, titles: Mapping[str, str], chosen: str | None, found: str) -> None:
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


def _sheet(batch: Batch, chosen: str | None) -> None:
    key = f"sheet_{batch.id}_{chosen}"
    st.text_input(
        "Sheet",
        chosen or "",
        placeholder="Automatic",
        key=key,
        on_change=_set,
        args=(batch.id, "sheet", key),
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
    said = st.session_state[key]
    _read_anew(number, **{name: None if said == "" else said})


def _read_anew(number: int, **said: object) -> None:
    """Keep what was said about the file; its columns may be others now, so all about them is proposed anew."""
    stored = Settings.of(drafts.batch(number).settings) if said else Settings()
    kept = {name: getattr(stored, name) for name in ("encoding", "delimiter", "header_line", "sheet")}
    drafts.choose(number, Settings.of({**kept, **said}))


def _ignored_lines(ignored: list[Ignored]) -> None:
    st.text(f"{counted(len(ignored), 'line')} left out, being no rows of the table:")
    rows = [(line.line, line.why.capitalize(), line.text, line.wide) for line in ignored[:_SHOWN]]
    frame = pd.DataFrame(rows, columns=["Line", "Why", "Text", "As wide as a row"])
    st.dataframe(frame, hide_index=True, key="ignored_lines")
