"""What a new export says beside those before it: which licenses are new, altered or gone, and what stays as it was."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.columnar.column import Mask
from lib.marketplace.export import NAMES, Export
from lib.marketplace.export_columns import ExportKind

STORED = tuple(name for name in NAMES if name not in ("sale_date", "sale_type"))
"""The columns that are kept of Marketplace licenses."""

# Those in which a license may differ from what it was; a line and a date of writing are no difference.
_COMPARED = tuple(name for name in STORED if name not in ("line", "updated"))


class Alteration(StrEnum):
    """What became of a Marketplace license from one export to the next."""

    NEW = "new"
    VANISHED = "vanished"
    OTHER_TIER = "other_tier"
    LAPSED = "lapsed"
    OTHERWISE = "otherwise"


ALTERATION_TITLES = {
    Alteration.NEW: "New",
    Alteration.VANISHED: "Vanished",
    Alteration.OTHER_TIER: "Changed tier",
    Alteration.LAPSED: "Maintenance lapsed",
    Alteration.OTHERWISE: "Changed otherwise",
}


@dataclass(frozen=True, slots=True)
class Succession:
    """The `begun` versions that an export adds, and the ids of those that it `ended`, altered or vanished."""

    begun: pa.Table
    ended: pa.Array
    unknown: int
    """Licenses of a transactions export that no license export has shown yet."""


def succeed(current: pa.Table, export: Export) -> Succession:
    """What an export makes of the `current` Marketplace licenses (columns `STORED`).

    A license export says nothing of licenses of apps that it has none of; transactions only alter licenses that are known.
    """
    new = complete(current, export)
    places = pc.index_in(new["id"].combine_chunks(), current["id"].combine_chunks())
    is_known = np.asarray(places.is_valid())
    is_same = same_rows(new, current.take(places.fill_null(0))) if len(current) else np.zeros(len(new), np.bool_)
    is_begun = ~(is_known & is_same)
    if export.kind is ExportKind.TRANSACTIONS:
        is_begun &= is_known
    begun = new.filter(pa.array(is_begun))
    altered = new["id"].filter(pa.array(is_begun & is_known)).combine_chunks()
    if export.kind is ExportKind.TRANSACTIONS:
        return Succession(begun, altered, int((~is_known).sum()))
    is_of_app = pc.is_in(pc.ascii_lower(current["app_key"]), pc.unique(pc.ascii_lower(new["app_key"])))
    is_gone = pc.and_(is_of_app, pc.invert(pc.is_in(current["id"], new["id"].combine_chunks())))
    vanished = current["id"].filter(is_gone).combine_chunks()
    return Succession(begun, pa.concat_arrays([altered, vanished]), 0)


def complete(current: pa.Table, export: Export) -> pa.Table:
    """The licenses of an export, with what the file does not have of them as it was."""
    new = export.licenses.select(list(STORED))
    if not len(current):
        return new
    places = pc.index_in(new["id"].combine_chunks(), current["id"].combine_chunks())
    is_known = places.is_valid()
    before = current.take(places.fill_null(0))
    is_outdated = pc.fill_null(pc.less(export.licenses["sale_date"], before["updated"]), False)
    columns = {}
    for name in STORED:
        keeps = is_known if name not in export.fields and name != "line" else pa.array(np.zeros(len(new), np.bool_))
        if export.kind is ExportKind.TRANSACTIONS and name not in ("id", "line"):
            # A sale from before the newest license export is known to that already.
            keeps = pc.or_(keeps, pc.and_(is_known, is_outdated))
        columns[name] = pc.if_else(keeps, before[name], new[name])
    return pa.table(columns)


def same_rows(one: pa.Table, other: pa.Table) -> Mask:
    """The rows of two tables that agree in all columns that are compared."""
    same = np.ones(len(one), dtype=np.bool_)
    for name in _COMPARED:
        ours, theirs = one[name], other[name]
        are_equal = pc.fill_null(pc.equal(ours, theirs), False)
        are_blank = pc.and_(pc.is_null(ours), pc.is_null(theirs))
        same &= np.asarray(pc.or_(are_equal, are_blank))
    return same


def alterations(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What became of licenses: versions that an export ended (`before`), and those that it began (`after`).

    Columns: id, alteration, product, hosting, company, tier_before, tier, status_before, status, end_before, end.
    """
    columns = ["id", "product", "hosting", "company", "tier", "status", "end"]
    both = before[columns].merge(after[columns], on="id", how="outer", suffixes=("_before", ""), indicator=True)
    for name in ("product", "hosting", "company"):
        both[name] = both[name].where(both["_merge"] != "left_only", both[f"{name}_before"])
    both = both.astype({"tier": "Int64", "tier_before": "Int64"})
    is_both = both["_merge"] == "both"
    other_tier = both["tier"].fillna(-1) != both["tier_before"].fillna(-1)
    lapsed = (both["status_before"] == "active") & (both["status"] != "active")
    both["alteration"] = np.select(
        [both["_merge"] == "right_only", both["_merge"] == "left_only", is_both & other_tier, is_both & lapsed],
        [str(kind) for kind in (Alteration.NEW, Alteration.VANISHED, Alteration.OTHER_TIER, Alteration.LAPSED)],
        default=str(Alteration.OTHERWISE),
    )
    names = ["id", "alteration", "product", "hosting", "company", "tier_before", "tier"]
    names += ["status_before", "status", "end_before", "end"]
    return both[names].sort_values(["alteration", "id"]).reset_index(drop=True)
