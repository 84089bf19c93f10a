"""Licenses as a table that people read."""

from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.domain.codes import parse_needs
from lib.domain.display import display_text, needed_title
from lib.domain.masking import PERSONAL, masked_value
from lib.domain.roles import Action, may
from lib.measures.cut import Cut
from lib.web import cached, download_button, row_links, session
from lib.web.cached import Version
from lib.web.session import User

COLUMNS = {
    "license_key": "License key",
    "company": "Customer",
    "outcome": "Outcome",
    "why": "Why",
    "product": "Product",
    "hosting": "Hosting",
    "editors": "Editors",
    "host_tier": "Server tier",
    "maintenance_end": "Maintenance ends",
    "country": "Country",
}
_REASONS = {
    "sen_recorded": "SEN recorded",
    "product": "Product",
    "evaluation": "Evaluation",
    "data_center": "Data Center",
    "matched": "Matches the server tier",
    "exceeds": "Exceeds the server tier",
    "declined_to_match": "Declined to match",
    "below_host_tier": "Below the server tier",
    "server_maintenance_expired": "Maintenance expired",
    "active": "Maintenance active",
    "recently_active": "Recently active",
    "maintenance_expired": "Maintenance expired",
}


WIDTHS = {
    "Customer": st.column_config.TextColumn(width=215),
    "Editors": st.column_config.TextColumn(width=80),
    "Server tier": st.column_config.TextColumn(width=86),
}
"""How wide the columns are that would otherwise cut their longest text, or push others out of sight by it."""

_ROW_HEIGHT = 35  # pixels, as Streamlit draws them; the header is as high


def height(frame: pd.DataFrame, most: int) -> int | Literal["content"]:
    """The height of a table of all rows, or `most` of them."""
    if len(frame) <= most:
        return "content"
    return _ROW_HEIGHT * (most + 1)


def linked_table(
    rows: pd.DataFrame,
    user: User,
    query: row_links.Query,
    key: str,
    *,
    most_rows: int,
    alt: str,
    has_customers: bool = False,
) -> None:
    """Licenses as a table in which keys lead to licenses, in the list of a query, and companies, if wanted, to customers."""
    texts = readable(rows, user)
    places = {COLUMNS["license_key"]: row_links.licenses(rows["license_key"].tolist(), query)}
    if has_customers:
        places[COLUMNS["company"]] = row_links.customers(rows, user)
    else:
        texts = texts.drop(columns=COLUMNS["company"])
    row_links.table(
        texts,
        places,
        key=key,
        height=height(rows, most_rows),
        column_config=WIDTHS,
        alt=alt,
    )


def readable(frame: pd.DataFrame, user: User) -> pd.DataFrame:
    """Licenses of `license_queries` as the texts of the list."""
    frame = seen_by(user, frame)
    texts: dict[str, list[str]] = {}
    for name, title in COLUMNS.items():
        if name in frame.columns:
            texts[title] = [display_text(name, value) for value in frame[name]]
    names = zip(frame["company"], frame["license_name"], strict=True)
    texts["Customer"] = [company or license_name or "" for company, license_name in names]
    columns = [frame[name] for name in ("reason", "needs", "from_size", "to_tier", "consent")]
    texts["Why"] = [why(*row) for row in zip(*columns, strict=True)]
    return pd.DataFrame(texts, columns=list(COLUMNS.values()), dtype=object)


def seen_by(user: User, frame: pd.DataFrame) -> pd.DataFrame:
    """Stored versions with personal data hidden from those who may not see it."""
    if may(user, Action.SEE_PERSONAL_DATA):
        return frame
    hidden = {name for name in frame.columns if name in PERSONAL or name in ("license_key", "customer")}
    key_characters = cached.policy().key_characters
    masks = {}
    for name in sorted(hidden):
        masks[name] = [masked_value(name, value, key_characters) for value in frame[name]]
    return frame.assign(**masks)


def download(version: Version, user: User, cut: Cut, licenses: int, key: str) -> None:
    """A button for the licenses of a cut as a CSV file, for those who may have it."""
    if not may(user, Action.DOWNLOAD_LICENSES):
        return
    download_button.show(
        f"Download {licenses:,} as CSV",
        # A function is called on click only: a large file is not built on each run, nor for somebody who lost the right.
        partial(licenses_csv, version.store, user, cut),
        file_name="licenses.csv",
        mime=CSV.mime_type,
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )


def licenses_csv(store: str, user: User, cut: Cut) -> bytes:
    """The licenses of a cut as they are when the button is clicked."""
    actor = session.recheck_download(user, Action.DOWNLOAD_LICENSES, "licenses")
    return cached.licenses_csv(store, cut, actor)


def why(reason: str, needs: str, from_size: int | None, to_tier: int | None, consent: str | None) -> str:
    """The reason of an outcome, in a few words."""
    if to_tier is not None:
        move = f"{display_text('from_size', from_size)} → {display_text('to_tier', to_tier)}"
        if consent:
            return f"{move}, consent {consent}"
        return move
    items = [needed_title(item) for item in parse_needs(needs)]
    if items:
        return f"{' and '.join(items).capitalize()} unknown"
    return _REASONS.get(reason, reason.replace("_", " "))
