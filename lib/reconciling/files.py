"""Lists of the comparison with Marketplace as CSV files."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.fields import Cell
from lib.domain.display import display_text
from lib.domain.masking import HIDDEN
from lib.domain.tiers import format_size
from lib.marketplace.succession import ALTERATION_TITLES, Alteration
from lib.matching.finding_lists import FindingList
from lib.reconciling import exports, wording
from lib.reconciling.comparison import newest_export
from lib.store import finding_conditions, findings

_FINDING_COLUMNS: Mapping[str, Callable[[Any], Cell]] = {
    "License key": lambda row: row["license_key"],
    "Customer": lambda row: row["company"] or row["license_name"] or "",
    "Marketplace license": lambda row: row["marketplace_id"],
    "Company on Marketplace": lambda row: row["their_company"] or "",
    "How sure": wording.confidence,
    "Differences": lambda row: ", ".join(wording.differences(row)),
    "Why": lambda row: ". ".join(reason.sentence for reason in wording.reasons(row)),
    "Against it": lambda row: " ".join(wording.doubts(row)),
    "Product": lambda row: display_text("product", row["product"]),
    "Hosting": lambda row: display_text("hosting", row["hosting"]),
    "Stage": lambda row: display_text("stage", row["stage"]),
    "SEN recorded": lambda row: row["sen"] or "",
    "Editors": lambda row: format_size(row["editors"]),
    "Server's tier": lambda row: format_size(row["host_tier"]),
    "Marketplace tier": wording.tier_text,
    "Purchased": lambda row: row["purchase_date"],
    "Starts on Marketplace": lambda row: row["their_start"],
    "Maintenance ends": lambda row: row["maintenance_end"],
    "Ends on Marketplace": lambda row: row["their_end"],
    "Marketplace status": lambda row: row["their_status"] or "",
    "Line of the export": lambda row: row["their_line"],
}
_THEIR_COLUMNS: Mapping[str, Callable[[Any], Cell]] = {
    "Marketplace license": lambda row: row["id"],
    "Company": lambda row: row["company"],
    "Product": lambda row: display_text("product", row["product"]),
    "Hosting": lambda row: display_text("hosting", row["hosting"]),
    "Tier": lambda row: format_size(row["tier"]) or row["tier_text"],
    "Status": lambda row: row["status"],
    "Starts": lambda row: row["start"],
    "Ends": lambda row: row["end"],
    "Country": lambda row: wording.country(row["country"]),
    "Technical contact": lambda row: row["technical_email"],
    "Billing contact": lambda row: row["billing_email"],
    "Line of the export": lambda row: row["line"],
}
_CONTACTS = ("Technical contact", "Billing contact")
_ALTERED_COLUMNS: Mapping[str, Callable[[Any], Cell]] = {
    "Marketplace license": lambda row: row["id"],
    "What changed": lambda row: ALTERATION_TITLES[Alteration(row["alteration"])],
    "Company": lambda row: row["company"],
    "Product": lambda row: display_text("product", row["product"]),
    "Hosting": lambda row: display_text("hosting", row["hosting"]),
    "Tier before": lambda row: format_size(row["tier_before"]),
    "Tier now": lambda row: format_size(row["tier"]),
    "Status before": lambda row: row["status_before"] or "",
    "Status now": lambda row: row["status"] or "",
    "Ended before": lambda row: row["end_before"],
    "Ends now": lambda row: row["end"],
}


def list_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Findings with both licenses, as people read them."""
    return readable(rows, _FINDING_COLUMNS)


def only_theirs_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Marketplace licenses that are none of ours, as people read them."""
    return readable(rows, _THEIR_COLUMNS)


def without_contacts(frame: pd.DataFrame) -> pd.DataFrame:
    """The list of `only_theirs_frame` as pages show it: whether there are contacts. Its file, which is logged, has them."""
    masks = {title: frame[title].map(lambda text: text and HIDDEN) for title in _CONTACTS}
    return frame.assign(**masks)


def altered_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """What altered between two exports, as people read it."""
    plain = rows.astype(object).where(rows.notna(), None)
    return readable(plain, _ALTERED_COLUMNS)


def readable(rows: pd.DataFrame, columns: Mapping[str, Callable[[Any], Cell]]) -> pd.DataFrame:
    """A frame of texts, days and numbers from rows, with empty texts for blanks."""
    cells = [row_cells(row, columns.values()) for row in rows.to_dict("records")]
    return pd.DataFrame(cells, columns=list(columns), dtype=object)


def row_cells(row: Any, columns: Iterable[Callable[[Any], Cell]]) -> list[Cell]:
    """What columns have of a row."""
    return [blank_or(cell_of(row)) for cell_of in columns]


def blank_or(cell: Cell) -> Cell:
    """A cell, or an empty text for a blank."""
    return "" if cell is None else cell


def list_csv(connection: Connection, name: FindingList) -> bytes:
    """A list of findings."""
    return csv_of(list_frame(findings.page(connection, [finding_conditions.CONDITIONS[name]])))


def only_theirs_csv(connection: Connection) -> bytes:
    """The Marketplace licenses that are none of ours."""
    return csv_of(only_theirs_frame(findings.only_theirs(connection)))


def altered_csv(connection: Connection) -> bytes:
    """What the newest export altered."""
    return csv_of(altered_frame(exports.altered(connection, newest_export(connection))))


def csv_of(frame: pd.DataFrame) -> bytes:
    """A frame as CSV, safe to open in a spreadsheet."""
    return table_csv(list(frame.columns), frame.to_numpy().tolist())
