"""The second step: fields of columns, orders of dates, meanings of texts."""

from collections.abc import Mapping
from dataclasses import astuple, replace
from functools import partial

import pandas as pd
import streamlit as st

from lib.checking.check_summary import CheckSummary, ColumnSummary, DateSummary
from lib.checking.hidden_contacts import contact_headings
from lib.checking.open_points import Step
from lib.checking.questions import FIELD_TITLES, NOT_IMPORTED, ORDER_TITLES, SIZE_TITLES, assign_field
from lib.checking.settings import Settings
from lib.domain.licenses import COLUMNS
from lib.domain.masking import HIDDEN
from lib.domain.text import quantity
from lib.reading.match_kinds import Sureness
from lib.reading.numeric_dates import DateOrder
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import (
    batch_state,
    blank_cells,
    correction_editor,
    file_contacts,
    outcome_needs_panel,
    saved_mappings,
    steps,
    widgets,
)

HOW_TITLES = {
    "exact": "Same name",
    "alias": "Known name",
    "remembered": "Remembered",
    "guessed": "By its words",
    "ambiguous": "Choose",
    "chosen": "Manual",
    "taken": "Taken",
    "cells": "By its values",
    "refused": "Its values say otherwise",
    "unknown": "Not mapped",
}
"""How a column's field was found."""

PAGE = 40
_WIDTHS = (3, 5, 2, 4, 3)


def panel(batch: Batch, check: CheckResult) -> None:
    """Everything about the columns; what must be decided comes first."""
    summary = check.summary
    ambiguous_columns(batch, summary)
    outcome_needs_panel.panel(summary, batch.id, partial(confirm_fields, batch.id))
    probable_fields(batch, summary)
    date_orders(batch, summary.dates)
    columns_table(batch, check)
    text_meanings(batch, check)
    blank_cells.choice(batch)
    saved_mappings.panel()
    with steps.actions(batch.id):
        steps.way_on("Next: check", Step.CHECK, disabled=bool(summary.failure))


def ambiguous_columns(batch: Batch, summary: CheckSummary) -> None:
    """A choice for each column that may be two fields, or one that another may be too, without a default."""
    for place, column in enumerate(summary.columns):
        if column.how != "ambiguous":
            continue
        heading, key = column.heading, f"size_{batch.id}_{place}"
        question, titles = question_about(column)
        with st.container(border=True):
            st.radio(
                question,
                list(titles),
                index=None,
                format_func=titles.__getitem__,
                horizontal=True,
                key=key,
                on_change=map_column,
                args=(batch.id, heading, key, mapping_so_far(batch, summary)),
            )


def question_about(column: ColumnSummary) -> tuple[str, dict[str, str]]:
    """What a person must say of a column, and the answers by field."""
    heading = widgets.escape(column.heading)
    if not column.suggestions:
        return f"{heading}: is this the number of editors, or the server tier?", SIZE_TITLES
    titles = {name: FIELD_TITLES[name] for name in column.suggestions}
    return f"{heading}: is this the field {' or '.join(titles.values())}?", {**titles, NOT_IMPORTED: "No"}


def probable_fields(batch: Batch, summary: CheckSummary) -> None:
    """The fields that are set but not sure, to be confirmed together; confirmed headings are remembered."""
    settings = Settings.from_json(batch.settings)
    doubtful = [column for column in summary.columns if column.sureness is Sureness.PROBABLE and column.field]
    columns = [column for column in doubtful if column.heading not in settings.chosen_fields]
    if not columns:
        return
    fields = {column.heading: column.field for column in columns}
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        pairs = ", ".join(f"{heading} → {FIELD_TITLES[field or '']}" for heading, field in fields.items())
        st.caption(widgets.escape(f"Please confirm: {pairs}"))
        st.button("Confirm", key=f"confirm_{batch.id}", on_click=confirm_fields, args=(batch.id, fields))


def confirm_fields(number: int, fields: dict[str, str]) -> None:
    """Store that these columns have these fields."""
    settings = batch_state.settings_of(number)
    mapping = None if settings.mapping is None else {**settings.mapping, **fields}
    choices = {**settings.chosen_fields, **fields}
    batch_state.set_settings(number, replace(settings, chosen_fields=choices, mapping=mapping))


def date_orders(batch: Batch, dates: Mapping[str, DateSummary]) -> None:
    """Each column of dates with numbers: its order as a fact to change, or as a question."""
    settings = Settings.from_json(batch.settings).date_orders
    for name, column in dates.items():
        order = settings.get(name) or column.order
        if order is None and column.must_ask:
            with st.container(border=True, gap="xsmall"):
                date_order(batch, name, column, None)
        elif order and (column.proofs or column.ambiguous):
            date_fact(batch, name, column, DateOrder(order))


def date_fact(batch: Batch, name: str, column: DateSummary, order: DateOrder) -> None:
    """The order of a column that is decided, why, and the way to change it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        sentence = f"✓ {FIELD_TITLES[name]}: {ORDER_TITLES[order].lower()}. {column.evidence}."
        st.text(sentence, width="content")
        with st.popover("Change", type="tertiary", key=f"change_order_{batch.id}_{name}"):
            date_order(batch, name, column, order)


def date_order(batch: Batch, name: str, column: DateSummary, current: DateOrder | None) -> None:
    """The choice of one column's order, None while undecided, with evidence and examples."""
    orders = [DateOrder.DMY, DateOrder.MDY, DateOrder.YMD]
    # The order is in the key: another order makes another widget, which begins with it.
    key = f"order_{batch.id}_{name}_{current}"
    st.radio(
        f"{FIELD_TITLES[name]}: in which order are day and month?",
        orders,
        index=orders.index(current) if current else None,
        format_func=ORDER_TITLES.__getitem__,
        horizontal=True,
        key=key,
        on_change=set_order,
        args=(batch.id, name, key),
    )
    st.caption(widgets.escape(column.evidence))
    for example in column.examples:
        days = [f"{ORDER_TITLES[order].lower()}: {example[order]}" for order in DateOrder if order in example]
        st.text(f"“{example['text']}” → {' · '.join(days)}")


def set_order(number: int, name: str, key: str) -> None:
    """Store the chosen order of a column."""
    settings = batch_state.settings_of(number)
    orders = {**settings.date_orders, name: st.session_state[key].value}
    batch_state.set_settings(number, replace(settings, date_orders=orders))


def columns_table(batch: Batch, check: CheckResult) -> None:
    """Every column with samples and the choice of its field."""
    columns, mapping = check.summary.columns, mapping_so_far(batch, check.summary)
    hidden = contact_headings(columns)
    if hidden:
        file_contacts.bar(batch.id)
    if not file_contacts.are_hidden(batch.id):
        hidden = frozenset()
    page = widgets.pager(len(columns), PAGE, "mapping_page")
    with st.container(gap="xsmall", key="mapping"):
        titles = ("Column", "Samples", "Filled", "Field", "Match")
        with st.container(key="mapping_titles"):
            for cell, title in zip(st.columns(_WIDTHS), titles, strict=True):
                cell.caption(title)
        for place in range((page - 1) * PAGE, min(page * PAGE, len(columns))):
            column_row(batch, place, columns[place], mapping, is_hidden=columns[place].heading in hidden)
    if unmapped := check.summary.unmapped:
        names = widgets.escape(", ".join(unmapped))
        columns_text = quantity(len(unmapped), "column")
        st.caption(f"{columns_text} not mapped, kept as extra data: {names}")
    if Settings.from_json(batch.settings).mapping is not None:
        st.button("Reset to suggestions", key="propose_again", on_click=set_mapping, args=(batch.id, None))


def mapping_so_far(batch: Batch, summary: CheckSummary) -> dict[str, str]:
    """The fields of columns as people chose them meanwhile, else as checked."""
    settings = Settings.from_json(batch.settings)
    if settings.mapping is not None:
        return settings.mapping
    mapping = dict(summary.mapping)
    for heading, field in settings.chosen_fields.items():
        mapping = assign_field(mapping, heading, field)
    return mapping


def column_row(batch: Batch, place: int, column: ColumnSummary, mapping: Mapping[str, str], *, is_hidden: bool) -> None:
    """One column of the file, with the choice of its field."""
    name, samples, filled, field, how = st.columns(_WIDTHS, vertical_alignment="center")
    name.text(column.heading)
    texts = [HIDDEN for _ in column.samples] if is_hidden else column.samples
    samples.caption(widgets.escape(" · ".join(texts)))
    filled.caption(f"{column.filled:.0%}")
    # What the heading may mean comes first.
    fields = list(dict.fromkeys(("", *column.suggestions, *COLUMNS)))
    # The place is in the key, since two columns may have the same heading.
    key = f"field_{batch.id}_{place}"
    st.session_state[key] = mapping.get(column.heading, "")
    field.selectbox(
        widgets.escape(column.heading),
        fields,
        format_func=lambda value: FIELD_TITLES.get(value, "Not mapped (kept as extra data)"),
        label_visibility="collapsed",
        key=key,
        on_change=map_column,
        args=(batch.id, column.heading, key, mapping),
    )
    how.caption(how_title(column))


def how_title(column: ColumnSummary) -> str:
    """How a column's field was found, or what its heading may mean."""
    title = HOW_TITLES.get(column.how or "unknown", "")
    if column.sureness is Sureness.POSSIBLE:
        titles = " or ".join(FIELD_TITLES[name] for name in column.suggestions)
        if column.how == "unknown":
            return f"The heading suggests {titles}"
        return f"{title}; the heading says {titles}"
    if column.sureness:
        return f"{column.sureness.capitalize()} · {title}"
    return title


def map_column(number: int, heading: str, key: str, mapping: Mapping[str, str]) -> None:
    """Give a column the field that a widget says."""
    set_mapping(number, assign_field(mapping, heading, st.session_state[key] or None))


def set_mapping(number: int, mapping: dict[str, str] | None) -> None:
    """Store the field of each column, None for the proposed ones."""
    batch_state.set_settings(number, replace(batch_state.settings_of(number), mapping=mapping))


def text_meanings(batch: Batch, check: CheckResult) -> None:
    """The texts of columns with fixed values, and what each means."""
    headings = {field: heading for heading, field in check.summary.mapping.items()}
    for name, meanings in check.summary.values.items():
        unknown = sum(text.count for text in meanings if text.meaning is None)
        title, icon = f"{FIELD_TITLES[name]} values ({len(meanings):,})", ":material/translate:"
        if unknown:
            title, icon = f"{title} · {quantity(unknown, 'row')} not recognised", ":material/error:"
        with st.expander(title, icon=icon, expanded=bool(unknown)):
            meanings_grid(batch, check, name, headings[name])


def meanings_grid(batch: Batch, check: CheckResult, name: str, heading: str) -> None:
    """The texts of one column, with the choice of a meaning for each."""
    meanings = check.summary.values[name]
    # The editor remembers edits by position, so the texts of another check need another key.
    key = f"values_{batch.id}_{name}_{check.at.timestamp()}"
    st.data_editor(
        pd.DataFrame(map(astuple, meanings), columns=["text", "count", "meaning", "how"], dtype=object),
        hide_index=True,
        key=key,
        disabled=["text", "count", "how"],
        placeholder="",
        on_change=set_meanings,
        args=(batch.id, heading, [text.text for text in meanings], key),
        column_config={
            "text": "Text in the file",
            "count": "Rows",
            "meaning": st.column_config.SelectboxColumn("Means", options=correction_editor.possible_meanings(name)),
            "how": "Source",
        },
    )


def set_meanings(number: int, heading: str, texts: list[str], key: str) -> None:
    """Store the meanings chosen in a grid of these texts."""
    edits = st.session_state[key]["edited_rows"]
    meanings = {texts[row]: cells["meaning"] for row, cells in edits.items() if cells.get("meaning")}
    batch_state.set_settings(number, batch_state.settings_of(number).with_replacements(heading, meanings))
