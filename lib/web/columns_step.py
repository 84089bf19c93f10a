"""The second step: which field each column is, the order of dates, what texts mean, and what is remembered."""

from collections.abc import Mapping
from dataclasses import astuple, replace
from functools import partial

import pandas as pd
import streamlit as st

from lib.checking.check_summary import CheckSummary, ColumnSummary, DateSummary
from lib.checking.questions import FIELD_TITLES, ORDER_TITLES, SIZE_TITLES, assign_field
from lib.checking.settings import Settings
from lib.domain.facts import LicenseKind
from lib.domain.licenses import COLUMNS, REQUIRED, ColumnKind
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES
from lib.domain.text import format_time, quantity
from lib.reading.numeric_dates import DateOrder
from lib.store import database, remembered
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, session, steps, widgets
from lib.web.connection import engine
from lib.web.session import Role

HOW_TITLES = {
    "exact": "Same name",
    "alias": "Known spelling",
    "remembered": "Remembered",
    "guessed": "Guessed",
    "ambiguous": "Please decide",
    "chosen": "By hand",
    "taken": "Another column has it",
    "unknown": "Kept as extra data",
}
"""How a column's field was found."""

_PAGE = 40
_WIDTHS = (3, 5, 2, 4, 3)


def panel(batch: Batch, check: CheckResult) -> None:
    """Everything about the columns; what must be decided comes first."""
    summary = check.summary
    _ambiguous(batch, summary)
    _missing(summary.mapping)
    _orders(batch, summary.dates)
    _columns(batch, check)
    _values(batch, check)
    _blanks(batch)
    _remembered()
    steps.way_on("Next: check", "check", disabled=bool(summary.failure))


def _ambiguous(batch: Batch, summary: CheckSummary) -> None:
    """Columns that may be one of two fields: a choice each, which nobody makes by accident."""
    for place, column in enumerate(summary.columns):
        if column.how != "ambiguous":
            continue
        heading, key = column.heading, f"size_{batch.id}_{place}"
        with st.container(border=True):
            st.radio(
                f"{widgets.escape(heading)}: is this the number of editors, or the server's user tier?",
                list(SIZE_TITLES),
                index=None,
                format_func=SIZE_TITLES.__getitem__,
                horizontal=True,
                key=key,
                on_change=_map,
                args=(batch.id, heading, key, summary.mapping),
            )


def _missing(mapping: Mapping[str, str]) -> None:
    missing = [FIELD_TITLES[name] for name in REQUIRED if name not in mapping.values()]
    if missing:
        st.warning(f"No column yet for: {', '.join(missing)}", icon=":material/warning:")


def _orders(batch: Batch, dates: Mapping[str, DateSummary]) -> None:
    """The order of day and month in each column of dates: its evidence, examples, and a way to decide otherwise."""
    said = Settings.from_json(batch.settings).date_orders
    for name, found in dates.items():
        has_doubt = found.must_ask or found.ambiguous > 0
        if not has_doubt and name not in said:
            continue
        with st.container(border=True, gap="xsmall"):
            _order(batch, name, found, said.get(name))
            st.caption(widgets.escape(found.evidence))
            for example in found.examples:
                days = [f"{ORDER_TITLES[order].lower()}: {example[order]}" for order in DateOrder if order in example]
                st.text(f"“{example['text']}” → {' · '.join(days)}")


def _order(batch: Batch, name: str, found: DateSummary, chosen: str | None) -> None:
    offered = [DateOrder.DMY, DateOrder.MDY, DateOrder.YMD]
    now = chosen or found.order
    key = f"order_{batch.id}_{name}_{now}"
    title = f"{FIELD_TITLES[name]}: in which order are day and month?"
    st.radio(
        title,
        offered,
        index=offered.index(DateOrder(now)) if now else None,
        format_func=ORDER_TITLES.__getitem__,
        horizontal=True,
        key=key,
        on_change=_set_order,
        args=(batch.id, name, key),
    )


def _set_order(number: int, name: str, key: str) -> None:
    settings = batch_state.settings_of(number)
    orders = {**settings.date_orders, name: st.session_state[key].value}
    batch_state.choose(number, replace(settings, date_orders=orders))


def _columns(batch: Batch, check: CheckResult) -> None:
    """Every column with samples, how much is filled, its field as a choice, and how it was found."""
    columns, mapping = check.summary.columns, check.summary.mapping
    pages = -(-len(columns) // _PAGE)
    page = st.pagination(pages, key="mapping_page") if pages > 1 else 1
    with st.container(gap="xsmall", key="mapping"):
        titles = ("Column", "Samples", "Filled", "Field", "How it was found")
        for cell, title in zip(st.columns(_WIDTHS), titles, strict=True):
            cell.caption(title)
        for place in range((page - 1) * _PAGE, min(page * _PAGE, len(columns))):
            _column(batch, place, columns[place], mapping)
    if kept := check.summary.unmapped:
        names = widgets.escape(", ".join(kept))
        st.caption(f"{quantity(len(kept), 'column')} without a field, kept with each license as extra data: {names}")
    if Settings.from_json(batch.settings).mapping is not None:
        st.button("Use the proposed fields again", key="propose_again", on_click=_remap, args=(batch.id, None))


def _column(batch: Batch, place: int, column: ColumnSummary, mapping: Mapping[str, str]) -> None:
    name, texts, filled, field, how = st.columns(_WIDTHS, vertical_alignment="center")
    heading, chosen = column.heading, column.field or ""
    name.text(heading)
    texts.caption(widgets.escape(" · ".join(column.samples)))
    filled.caption(f"{column.filled:.0%}")
    key = f"field_{batch.id}_{place}_{chosen}"
    field.selectbox(
        heading,
        ["", *COLUMNS],
        index=["", *COLUMNS].index(chosen),
        format_func=lambda value: FIELD_TITLES.get(value, "No field: extra data"),
        label_visibility="collapsed",
        key=key,
        on_change=_map,
        args=(batch.id, heading, key, mapping),
    )
    how.caption(HOW_TITLES.get(column.how or "unknown", ""))


def _map(number: int, heading: str, key: str, mapping: Mapping[str, str]) -> None:
    _remap(number, assign_field(mapping, heading, st.session_state[key] or None))


def _remap(number: int, mapping: dict[str, str] | None) -> None:
    batch_state.choose(number, replace(batch_state.settings_of(number), mapping=mapping))


def _meanings(name: str) -> list[str]:
    """What a text may mean in a field, as its reader understands it."""
    kind = COLUMNS[name].kind
    if kind is ColumnKind.PRODUCT:
        return list(PRODUCT_TITLES.values())
    if kind is ColumnKind.HOSTING:
        return list(HOSTING_TITLES.values())
    return (
        ["yes", "no"] if kind is ColumnKind.YES_NO else [kind.capitalize() for kind in LicenseKind if kind != "other"]
    )


def _values(batch: Batch, check: CheckResult) -> None:
    """What each text of a column of few things was taken to mean, and a way to say it means another."""
    headings = {field: heading for heading, field in check.summary.mapping.items()}
    for name, values in check.summary.values.items():
        unknown = sum(meaning.count for meaning in values if meaning.meaning is None)
        title = f"{FIELD_TITLES[name]}: what {quantity(len(values), 'text')} mean"
        told = f"{title} · {quantity(unknown, 'row')} not understood" if unknown else title
        with st.expander(told, icon=":material/error:" if unknown else ":material/translate:", expanded=bool(unknown)):
            frame = pd.DataFrame(map(astuple, values), columns=["text", "count", "meaning", "how"], dtype=object)
            key = f"values_{batch.id}_{name}_{check.at.timestamp()}"
            st.data_editor(
                frame,
                hide_index=True,
                key=key,
                disabled=["text", "count", "how"],
                placeholder="",
                on_change=partial(_mean, batch.id, headings[name], [meaning.text for meaning in values], key),
                column_config={
                    "text": "Text in the file",
                    "count": "Rows",
                    "meaning": st.column_config.SelectboxColumn("Means", options=_meanings(name)),
                    "how": "Said",
                },
            )


def _mean(number: int, heading: str, texts: list[str], key: str) -> None:
    edited = st.session_state[key]["edited_rows"]
    said = {texts[row]: cells["meaning"] for row, cells in edited.items() if cells.get("meaning")}
    settings = batch_state.settings_of(number)
    others = {**settings.replacements, heading: {**settings.replacements.get(heading, {}), **said}}
    batch_state.choose(number, replace(settings, replacements=others))


def _blanks(batch: Batch) -> None:
    key = f"blank_{batch.id}"
    st.radio(
        "A blank cell in a column with a field",
        ["keep", "clear"],
        index=["keep", "clear"].index(Settings.from_json(batch.settings).blank),
        format_func={"keep": "says nothing: keep what is stored", "clear": "clears what is stored"}.__getitem__,
        horizontal=True,
        key=key,
        on_change=_set_blank,
        args=(batch.id, key),
    )


def _set_blank(number: int, key: str) -> None:
    batch_state.choose(number, replace(batch_state.settings_of(number), blank=st.session_state[key]))


def _remembered() -> None:
    """What was said about earlier files and is used for new ones, each with a way to forget it."""
    with st.expander("What is remembered from earlier files", icon=":material/bookmark:") as shelf:
        if not shelf.open:
            return
        with database.reading(engine()) as connection:
            headers, meanings = remembered.all_headers(connection), remembered.all_meanings(connection)
        if not headers and not meanings:
            st.caption("Nothing yet. What you decide about a file is remembered when it is imported.")
        for header in headers:
            fields = ", ".join(f"{name} → {FIELD_TITLES.get(field, field)}" for name, field in header.mapping.items())
            _forgettable(f"Header of {format_time(header.at)} by {header.by}: {fields}", header.fingerprint, "")
        for meaning in meanings:
            told = f"{FIELD_TITLES.get(meaning.field, meaning.field)}: “{meaning.text}” means {meaning.meaning}"
            _forgettable(told, meaning.text, meaning.field)


def _forgettable(told: str, name: str, field: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(widgets.escape(told))
        st.button("Forget", key=f"forget_{field}_{name}", type="tertiary", on_click=_forget, args=(name, field))


def _forget(name: str, field: str) -> None:
    actor = session.require(Role.EDITOR)
    with database.writing(engine()) as connection:
        if field:
            remembered.forget_meaning(connection, field, name, actor)
        else:
            remembered.forget_header(connection, name, actor)
