"""Reads a Marketplace export: the licenses of our apps in it, what was left out and why, and what could not be read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.checking.column_reading import ColumnReading, read_column
from lib.columnar.arrow import decode_dictionary
from lib.columnar.column import Column, Mask
from lib.columnar.text_column import TextColumn
from lib.domain.licenses import ColumnKind
from lib.marketplace.cells import APPS, is_trial, read_license_number, read_status, read_tier
from lib.marketplace.export_columns import ExportKind, column_name, export_kind
from lib.marketplace.json_table import is_json, read_json_table
from lib.reading.cells import read_email, read_text
from lib.reading.column_readers import UNCHANGED_TEXTS
from lib.reading.countries import read_country
from lib.reading.dates import read_date
from lib.reading.tables import Table, TableError, TableErrorCode, read_table
from lib.reading.tables.refusals import file_phrase


class LeftOutReason(StrEnum):
    """Why a row of an export is no license that could be a migrated one."""

    OTHER_APP = "other_app"
    TRIAL = "trial"
    NO_NUMBER = "no_number"
    REPEATED = "repeated"
    WRONG_WIDTH = "wrong_width"


LEFT_OUT_TITLES = {
    LeftOutReason.OTHER_APP: "None of our apps",
    LeftOutReason.TRIAL: "Evaluation or demonstration",
    LeftOutReason.NO_NUMBER: "Without any license number",
    LeftOutReason.REPEATED: "Repeated; the newest row counts",
    LeftOutReason.WRONG_WIDTH: "Does not fit the columns",
}


@dataclass(frozen=True, slots=True)
class ExportProblem:
    """A text that could not be read, in a column of the export, with the first line and how many rows have it."""

    column: str
    value: str
    message: str
    line: int
    rows: int


@dataclass(frozen=True, slots=True)
class Export:
    """What a Marketplace export says.

    `licenses` has a row per license with the columns `NAMES`; `left_out` the other rows: line, id, app_name, company,
    reason. `fields` are the columns of `NAMES` that the file has. `unknown_columns` are headings that no export of
    Marketplace has, `missing_columns` those that would help.
    """

    kind: ExportKind
    licenses: pa.Table
    left_out: pd.DataFrame
    problems: tuple[ExportProblem, ...]
    fields: frozenset[str]
    unknown_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    rows: int


Reasons = NDArray[np.object_]
"""Why each row is left out; None for a license that counts."""

_DATE = partial(read_date, order=None)
_TEXTS: Mapping[str, str] = {
    "app_key": "addonKey",
    "app_name": "addonName",
    "license_type": "licenseType",
    "tier_text": "tier",
    "company": "company",
    "contact_name": "technicalContactName",
    "address": "technicalContactAddress1",
    "partner_name": "partnerName",
    "entitlement": "appEntitlementNumber",
    "cloud_host": "cloudSiteHostname",
    "sale_type": "saleType",
}
"""Fields that are texts, and their columns."""

# Fields that are more than texts: their column, kind and reader.
_READERS: Mapping[str, tuple[str, ColumnKind, Callable[[str], Any]]] = {
    "sen": ("licenseId", ColumnKind.SEN, read_license_number),
    "status": ("status", ColumnKind.TEXT, read_status),
    "tier": ("tier", ColumnKind.SIZE, read_tier),
    "country": ("country", ColumnKind.COUNTRY, read_country),
    "technical_email": ("technicalContactEmail", ColumnKind.EMAIL, read_email),
    "billing_email": ("billingContactEmail", ColumnKind.EMAIL, read_email),
    "partner_email": ("partnerContactEmail", ColumnKind.EMAIL, read_email),
    "start": ("maintenanceStartDate", ColumnKind.DATE, _DATE),
    "end": ("maintenanceEndDate", ColumnKind.DATE, _DATE),
    "updated": ("lastUpdated", ColumnKind.DATE, _DATE),
    "sale_date": ("saleDate", ColumnKind.DATE, _DATE),
}

_TYPES = {ColumnKind.SIZE: pa.int32(), ColumnKind.DATE: pa.date32()}

NAMES = ("line", "id", "product", "hosting", *_TEXTS, *_READERS)
"""The columns of `Export.licenses`."""

_USEFUL = ("tier", "company", "technicalContactEmail", "maintenanceStartDate", "maintenanceEndDate")
"""Columns without which fewer licenses are recognised."""


def read_export(content: bytes, name: str, sheets: Sequence[str] = ()) -> Export:
    """What a Marketplace export, or some `sheets` of a workbook, says of our apps' licenses. Raises TableError if it is none."""
    table = read_json_table(content, name) if is_json(content) else read_table(content, name, sheets=sheets)
    kind = export_kind(table.header)
    if kind is None:
        raise TableError(TableErrorCode.MISSING_COLUMNS, not_an_export(name))
    return read_export_table(table, kind)


def not_an_export(name: str) -> str:
    """Why a table is no export of Marketplace's."""
    return (
        f"{file_phrase(name)} is not a Marketplace export: it has no column addonKey beside licenseId, addonLicenseId or "
        "appEntitlementNumber. Export the licenses on the partner portal again, with all columns."
    )


def read_export_table(table: Table, kind: ExportKind) -> Export:
    """What an export's table says."""
    places = {column_name(heading): index for index, heading in reversed(list(enumerate(table.header)))}
    cells = {column: text_column(table.columns[index]) for column, index in places.items() if column}
    values, problems = read_columns(table, cells)
    texts = {name: values[name].arrow(pa.string()) for name in (*_TEXTS, "sen")}
    hostings = text_column(cells["hosting"].array) if "hosting" in cells else TextColumn.blanks(len(table))
    ids = license_ids(texts, cells)
    # Vendors have seen the SEN in `addonLicenseId` alone.
    sens = pc.if_else(pc.match_substring_regex(ids, UNCHANGED_TEXTS[ColumnKind.SEN]), ids, texts["sen"])
    licenses = pa.table(
        {
            "line": pa.array(table.lines, pa.int64()),
            "id": ids,
            "product": values["app_key"].map(product_of_app).arrow(pa.string()),
            "hosting": actual_hostings(values["app_key"], hostings),
            **{name: values[name].arrow(pa.string()) for name in _TEXTS},
            **{name: typed(values[name], kind_of) for name, (_, kind_of, _) in _READERS.items()},
            "sen": sens,
        }
    )
    reasons = left_out_reasons(table, licenses, kind)
    is_kept = pd.isna(reasons)
    return Export(
        kind=kind,
        licenses=licenses.filter(pa.array(is_kept)),
        left_out=left_out_rows(licenses, reasons),
        problems=tuple(problems),
        fields=fields_in(cells),
        unknown_columns=tuple(heading for heading in table.header if heading and not column_name(heading)),
        missing_columns=tuple(column for column in _USEFUL if column not in places),
        rows=len(table),
    )


def fields_in(cells: Collection[str]) -> frozenset[str]:
    """The columns of `NAMES` that a file with these columns of Marketplace's says something about."""
    sources = {**_TEXTS, **{name: column for name, (column, _, _) in _READERS.items()}}
    # An app key says the hosting too, but not whether it is Server or Data Center.
    sources["hosting"] = "hosting"
    return frozenset(name for name in NAMES if sources.get(name, "addonKey") in {*cells, "addonKey"})


def text_column(column: pa.Array) -> TextColumn:
    """A column of a table, one text a row."""
    return TextColumn(decode_dictionary(column).fill_null(""))


def read_columns(table: Table, cells: Mapping[str, TextColumn]) -> tuple[dict[str, Column], list[ExportProblem]]:
    """The values of every field, and what could not be read."""
    blank = TextColumn.blanks(len(table))
    values: dict[str, Column] = {
        name: read_column(cells.get(column, blank), ColumnKind.TEXT, read_text, is_own_reader=True).values
        for name, column in _TEXTS.items()
    }
    problems: list[ExportProblem] = []
    for name, (column, kind, reader) in _READERS.items():
        is_own_reader = kind is ColumnKind.EMAIL
        reading = read_column(cells.get(column, blank), kind, reader, is_own_reader=is_own_reader)
        values[name] = reading.values
        problems += problems_of(column, reading, table)
    return values, problems


def problems_of(column: str, reading: ColumnReading, table: Table) -> Iterator[ExportProblem]:
    """The texts of a column that could not be read, each once."""
    codes, rows, counts = np.unique(reading.misreads.codes, return_index=True, return_counts=True)
    for code, row, count in zip(codes.tolist(), rows.tolist(), counts.tolist(), strict=True):
        misread = reading.misreads.values[code]
        if misread is not None:
            yield ExportProblem(column, reading.texts.at(row), misread.message, int(table.lines[row]), count)


def typed(values: Column, kind: ColumnKind) -> pa.Array:
    """Values as Arrow stores their kind."""
    if kind is ColumnKind.DATE:
        return values.arrow(pa.string()).cast(pa.date32())
    if kind is ColumnKind.SIZE:
        return values.arrow(pa.int32())
    return values.arrow(pa.string())


def product_of_app(app_key: str) -> str | None:
    """The plugin that an app key names; None for another vendor's."""
    app = APPS.get(app_key.casefold())
    return str(app[0]) if app else None


def actual_hostings(app_keys: Column, hostings: TextColumn) -> pa.Array:
    """Where each license runs: Data Center uses the key of the Server app, so the column `hosting` says which it is."""
    by_app = app_keys.map(hosting_of_app).arrow(pa.string())
    is_data_center = hostings.where_value(lambda text: text.casefold().replace(" ", "") == "datacenter")
    is_server = np.asarray(pc.equal(by_app, "server").fill_null(False))
    return pc.if_else(pa.array(is_data_center & is_server), "data_center", by_app)


def hosting_of_app(app_key: str) -> str | None:
    """The hosting of the app with that key."""
    app = APPS.get(app_key.casefold())
    return str(app[1]) if app else None


def license_ids(texts: Mapping[str, pa.Array], cells: Mapping[str, TextColumn]) -> pa.Array:
    """What each license is known by: its SEN, else its entitlement, else the number of its app license; else empty."""
    own = cells["addonLicenseId"].map(read_text).arrow(pa.string()) if "addonLicenseId" in cells else texts["sen"]
    other = cells["licenseId"].map(read_text).arrow(pa.string()) if "licenseId" in cells else texts["sen"]
    ids = texts["sen"]
    for others in (texts["entitlement"], own, other):
        ids = pc.if_else(pc.equal(ids, ""), others, ids)
    return ids


def left_out_reasons(table: Table, licenses: pa.Table, kind: ExportKind) -> Reasons:
    """The reason why each row is left out; None for a license that counts."""
    reasons = np.full(len(licenses), None, dtype=object)
    reasons[repeated_rows(licenses, kind)] = LeftOutReason.REPEATED
    is_trial_row = trial_rows(licenses)
    reasons[is_trial_row] = LeftOutReason.TRIAL
    reasons[np.asarray(pc.equal(licenses["id"], ""))] = LeftOutReason.NO_NUMBER
    reasons[np.asarray(pc.is_null(licenses["product"]))] = LeftOutReason.OTHER_APP
    reasons[list(table.ragged)] = LeftOutReason.WRONG_WIDTH
    return reasons


def trial_rows(licenses: pa.Table) -> Mask:
    """The evaluations and demonstrations."""
    is_trial_row = np.zeros(len(licenses), dtype=np.bool_)
    for name in ("license_type", "tier_text"):
        is_trial_row |= TextColumn(licenses[name].combine_chunks()).where_value(is_trial)
    return is_trial_row


def repeated_rows(licenses: pa.Table, kind: ExportKind) -> Mask:
    """The rows of a license besides its newest; of equally new ones, the last in the file counts."""
    newest_by = "sale_date" if kind is ExportKind.TRANSACTIONS else "updated"
    codes = licenses["id"].combine_chunks().dictionary_encode().indices.to_numpy()
    days = licenses[newest_by].cast(pa.int32()).fill_null(-(2**31)).to_numpy()
    # What never counts, such as an evaluation, must not outdo the license that was bought before it.
    may_count = ~trial_rows(licenses) & np.asarray(pc.is_valid(licenses["product"]))
    order = np.lexsort((np.arange(len(codes)), days, may_count, codes))
    is_last = np.append(codes[order][1:] != codes[order][:-1], True) if len(codes) else np.zeros(0, np.bool_)
    repeated = np.ones(len(codes), dtype=np.bool_)
    repeated[order[is_last]] = False
    return repeated


def left_out_rows(licenses: pa.Table, reasons: Reasons) -> pd.DataFrame:
    """The rows that were left out, as people look them up."""
    is_left_out = pd.notna(reasons)
    columns = licenses.select(["line", "id", "app_name", "company"])
    rows: pd.DataFrame = columns.filter(pa.array(is_left_out)).to_pandas()
    return rows.assign(reason=[str(reason) for reason in reasons[is_left_out]])
