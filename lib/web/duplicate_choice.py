"""Rows of one license key that contradict each other, side by side, to choose the one that counts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib.checking.hidden_contacts import contact_headings, masked_row
from lib.store.batches import Batch
from lib.store.check_results import CheckResult
from lib.web import batch_state, file_contacts, row_links, session, stored_licenses, widgets
from lib.web.row_links import LICENSE_KEY
from lib.web.session import Role

PAGE = 10
"""License keys on one page."""


def panel(batch: Batch, check: CheckResult) -> None:
    """A page of license keys with their rows."""
    total = batch_state.length(batch.id, check, "duplicates")
    if not total:
        return
    hidden = contact_headings(check.summary.columns) if file_contacts.are_hidden(batch.id) else frozenset[str]()
    page = widgets.pager(total, PAGE, f"duplicates_page_{batch.id}")
    keys = batch_state.rows(batch.id, check, "duplicates", (page - 1) * PAGE, PAGE)
    places = stored_licenses.places(keys["license_key"].tolist(), session.require(Role.IMPORTER))
    for row, place in zip(keys.to_dict("records"), places[LICENSE_KEY], strict=True):
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                row_links.button(row["license_key"], place, f"open_{batch.id}_{row['license_key']}")
                st.text("Rows that contradict each other")
            side_by_side(batch, json.loads(row["rows"]), hidden)


def side_by_side(batch: Batch, rows: Sequence[Mapping[str, Any]], hidden: Collection[str]) -> None:
    """The cells in which rows differ, `hidden` columns masked, a column for each row, and the choice of one."""
    differing = differing_columns(rows)
    columns = {}
    for row in rows:
        cells = masked_row(row["cells"], hidden)
        columns[f"Line {row['line']}"] = [cells[name] for name in differing]
    key = f"same_key_{batch.id}_{rows[0]['row']}"
    st.dataframe(pd.DataFrame({"Column": differing, **columns}, dtype=object), hide_index=True, key=key)
    with st.container(horizontal=True):
        for row in rows:
            others = [str(other["row"]) for other in rows if other is not row]
            st.button(
                f"Keep line {row['line']}",
                key=f"keep_{batch.id}_{row['row']}",
                on_click=leave_out,
                args=(batch.id, others),
            )


def differing_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns in which rows differ."""
    names = []
    for name in rows[0]["cells"]:
        texts = {row["cells"][name] for row in rows}
        if len(texts) > 1:
            names.append(name)
    return names


def leave_out(number: int, rows: Sequence[str]) -> None:
    """Leave some rows of a batch out."""
    settings = batch_state.settings_of(number)
    left_out = tuple(dict.fromkeys((*settings.left_out, *rows)))
    batch_state.set_settings(number, replace(settings, left_out=left_out))
