"""One editor for all wrong cells of a file; what is typed is stored with the file, and counts once it is saved."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.checking.causes import ROW_PROBLEMS, Cause
from lib.checking.hidden_contacts import is_hidden_field, masked_message
from lib.checking.problem import Severity
from lib.checking.settings import Correction, Settings
from lib.domain.facts import LicenseKind
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.masking import HIDDEN
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES
from lib.domain.text import quantity
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, file_contacts, row_links, session, stored_licenses, widgets
from lib.web.row_links import LICENSE_KEY, Destination
from lib.web.session import Role

PAGE = 25
"""Texts on one page of the editor."""

_WIDTHS = (1, 2, 2, 2, 2, 3, 4)
_TITLES = ("Line", "Customer", "License key", "Column", "In the file", "Correct to", "What to do")


def is_in_editor(cause: Cause) -> bool:
    """Whether another text in a cell can solve these problems."""
    return cause.severity is Severity.ERROR and cause.column is not None and cause.code not in ROW_PROBLEMS


def panel(batch: Batch, check: CheckResult) -> None:
    """A page of the wrong cells, each with a place for the right text."""
    total = batch_state.length(batch.id, check, "corrections")
    if not total:
        if any(is_in_editor(cause) for cause in check.summary.causes):
            # An earlier version of the application stored no such list.
            batch_state.check_again(batch)
            st.rerun()
        return
    page = widgets.pager(total, PAGE, f"corrections_page_{batch.id}")
    rows = batch_state.rows(batch.id, check, "corrections", (page - 1) * PAGE, PAGE)
    with st.container(border=True, gap="xsmall", key="corrections"):
        with st.container(key="correction_titles"):
            for cell, title in zip(st.columns(_WIDTHS), _TITLES, strict=True):
                cell.caption(title)
        places = stored_licenses.places(rows["license_key"].tolist(), session.require(Role.IMPORTER))
        for row, place in zip(rows.to_dict("records"), places[LICENSE_KEY], strict=True):
            line(batch, check, row, place)


def line(batch: Batch, check: CheckResult, row: Mapping[Any, Any], license: Destination | None) -> None:
    """One text that is wrong: where it is, what it should be, and what to do."""
    is_group = row["rows"] > 1
    correction = Correction(row["column"], row["value"] or "", None if is_group else str(row["row"]))
    place, customer, key, column, value, right, message = st.columns(_WIDTHS, vertical_alignment="center")
    place.text(quantity(row["rows"], "row") if is_group else f"{row['line']:,}")
    customer.text("" if is_group else row["customer_name"] or "")
    if not is_group:
        with key:
            row_links.button(row["license_key"] or "", license, f"open_{batch.id}_{correction.column}_{row['row']}")
    column.text(row["column"])
    if row["value"] and is_hidden_field(row["field"]) and file_contacts.are_hidden(batch.id):
        value.text(HIDDEN)
        right.caption("Reveal contacts to correct it")
        message.caption(widgets.escape(masked_message(row["message"], row["value"])))
        return
    value.text(row["value"] or "(blank)")
    with right:
        text_box(batch, check, correction, row["field"])
    message.caption(widgets.escape(row["message"]))


def text_box(batch: Batch, check: CheckResult, correction: Correction, field: str) -> None:
    """Where the right text is chosen or typed."""
    # The time of the check is in the key: where a text is still wrong, its box begins empty after the next check.
    key = f"correct_{batch.id}_{check.at.timestamp()}_{correction.column}_{correction.row}_{correction.text}"
    label = f"{widgets.escape(correction.column)} instead of {widgets.escape(correction.text)}"
    if key not in st.session_state:
        st.session_state[key] = batch.typed.get(correction)
    change: dict[str, Any] = {
        "key": key,
        "label_visibility": "collapsed",
        "on_change": remember,
        "args": (batch.id, correction, key),
    }
    if options := possible_meanings(field):
        st.selectbox(label, options, index=None, placeholder="Choose", accept_new_options=True, **change)
    else:
        st.text_input(label, value=None, **change)


def remember(number: int, correction: Correction, key: str) -> None:
    """Keep what was typed in a box, or forget it where the box was emptied."""
    batch_state.set_typed(number, correction, (st.session_state[key] or "").strip())


def save_button(batch: Batch) -> None:
    """The button that saves all corrections and has the file checked again."""
    count = len(batch.typed)
    # Never disabled: a click on it also ends the typing in a box, whose text then is the first to save.
    st.button(
        f"Save {quantity(count, 'correction')}" if count else "Save corrections",
        key="save_corrections",
        type="primary" if count else "secondary",
        on_click=save,
        args=(batch.id,),
    )


def save(number: int) -> None:
    """Store all corrections of a batch."""
    batch = batch_state.batch(number)
    if batch.typed:
        batch_state.set_settings(number, Settings.from_json(batch.settings).with_corrections(batch.typed))
        batch_state.clear_typed(number)


def possible_meanings(name: str) -> list[str]:
    """What a text can mean in a field of few values; nothing for other fields."""
    kind = COLUMNS[name].kind
    if kind is ColumnKind.PRODUCT:
        return list(PRODUCT_TITLES.values())
    if kind is ColumnKind.HOSTING:
        return list(HOSTING_TITLES.values())
    if kind is ColumnKind.YES_NO:
        return ["yes", "no"]
    if name == "license_type":
        return [kind.capitalize() for kind in LicenseKind if kind is not LicenseKind.OTHER]
    return []
