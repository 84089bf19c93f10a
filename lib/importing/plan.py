"""What importing a checked file would do: compared with the store, merged, judged, and ready to be written."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from lib.checking.check import CheckedFile
from lib.columnar.column import CodedColumn, Column, Mask, Rows
from lib.columnar.combinations import Hashes
from lib.domain.import_counts import Effect, RowCounts
from lib.domain.policy import Policy
from lib.importing.effect import measure_effect
from lib.importing.merge import MergedRows, concat_merged, differing, merge_rows
from lib.judging.content_hash import CONTENT_COLUMNS, content_hashes
from lib.judging.derive import derive
from lib.store import bulk, change_log, customer_aliases, versions
from lib.store.versions import ContentHashes

_COMPARED = 50_000
"""Rows compared with their stored versions at once."""

_WRITTEN = 10_000
"""Rows made ready for the store at once, of which there are up to four such parts on their way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What importing a file would do to the store as it is at change `base`."""

    base: int
    checked: CheckedFile
    rows: Rows
    """The row indexes in the file of the licenses to write, in the order of `written`."""

    hashes: Hashes
    """The content hashes of those licenses."""

    stored: Hashes
    """The content hashes that were stored under the keys of the file's licenses, 0 for new ones."""

    written: dict[str, Column]
    """The new versions: first the new licenses, then the changed ones."""

    before: dict[str, Column]
    """The stored versions of the changed ones, in their order (`merge.STORED`)."""

    edited: pd.DataFrame
    """The cells that keep what a person wrote here although the file differs (`merge.EDITED`)."""

    counts: RowCounts
    effect: Effect


def plan_import(
    connection: Connection, checked: CheckedFile, policy: Policy, stored: ContentHashes | None = None
) -> ImportPlan:
    """Compare a checked file with the store.

    `stored` are the hashes of all current licenses, for a file of many (`versions.FEW`).
    """
    if stored is None:
        stored = versions.content_hashes_of(connection, checked.licenses["license_key"].take(checked.rows))
    is_stored, hashes = hashes_in_store(checked, stored)
    differs = is_stored & (hashes != checked.contents[checked.rows])
    new, others = checked.rows[~is_stored], checked.rows[differs]
    merged = merge_with_store(connection, checked, others)
    columns = written_columns(checked, new, merged)
    own_hashes = np.concatenate([checked.contents[new], content_hashes(merged.columns)])
    decisions = customer_aliases.customer_decisions(connection)
    derived = derive(columns, merged.before, decisions, policy, own_hashes)
    columns |= derived.columns
    return ImportPlan(
        base=change_log.latest_change(connection),
        checked=checked,
        rows=np.concatenate([new, merged.rows]),
        hashes=derived.hashes,
        stored=hashes,
        written=columns,
        before=merged.before,
        edited=merged.edited_cells,
        counts=count_rows(checked, new, merged),
        effect=measure_effect(columns, merged.before),
    )


def hashes_in_store(checked: CheckedFile, stored: ContentHashes) -> tuple[Mask, Hashes]:
    """Which of the file's licenses are stored under their keys, and the content hash of each there, 0 for the others."""
    keys = checked.licenses["license_key"].take(checked.rows).arrow(pa.string())
    places = np.asarray(pc.index_in(keys, stored.keys).fill_null(-1))
    is_stored = places >= 0
    hashes = np.zeros(len(places), np.int64)
    hashes[is_stored] = stored.hashes[places[is_stored]]
    return is_stored, hashes


def merge_with_store(connection: Connection, checked: CheckedFile, rows: Rows) -> MergedRows:
    """Rows merged with the versions that are stored under their keys."""
    parts = []
    # In parts: stored versions are Python objects, too many to hold all that look changed. At least one, for its columns.
    for start in range(0, max(len(rows), 1), _COMPARED):
        part = rows[start : start + _COMPARED]
        keys = checked.licenses["license_key"].take(part).objects()
        parts.append(merge_rows(checked, part, versions.current(connection, keys.tolist()).reindex(keys)))
    return concat_merged(parts)


def written_columns(checked: CheckedFile, new: Rows, merged: MergedRows) -> dict[str, Column]:
    """The fields of new licenses, then of changed ones."""
    columns: dict[str, Column] = {
        name: checked.licenses[name].view(new).concat(merged.columns[name]) for name in CONTENT_COLUMNS
    }
    columns["edited"] = CodedColumn.constant(None, len(new)).concat(merged.edited)
    return columns


def count_rows(checked: CheckedFile, new: Rows, merged: MergedRows) -> RowCounts:
    """How many rows of the file become what."""
    total, valid, held_count = len(checked.table), len(checked.rows), int(checked.held.sum())
    return RowCounts(
        rows=total,
        new=len(new),
        changed=len(merged.rows),
        unchanged=valid - len(new) - len(merged.rows),
        held=held_count,
        repeated=total - valid - held_count,
        edited=merged.edited_cells["license_key"].nunique(),
    )


def changed_fields(plan: ImportPlan) -> dict[str, int]:
    """How many stored licenses would change in each field; fields in which none would are left out."""
    changed = np.arange(plan.counts.new, len(plan.rows))
    after = {name: plan.written[name].take(changed) for name in CONTENT_COLUMNS}
    counts = {name: int(mask.sum()) for name, mask in differing(after, plan.before).items()}
    return {name: count for name, count in counts.items() if count}


def rows_to_store(plan: ImportPlan, change: int) -> Iterator[pa.RecordBatch]:
    """The planned versions as rows of the store, some thousand at a time, with their content hash and line.

    Stages that are new start with the change that writes them.
    """
    coded = {
        name: column.dictionary(bulk.ARROW_TYPES[name])
        for name, column in plan.written.items()
        if isinstance(column, CodedColumn)
    }
    texts = {name: column for name, column in plan.written.items() if name not in coded}
    lines, hashes = plan.checked.table.lines[plan.rows], pa.array(plan.hashes)
    for start in range(0, len(plan.rows), _WRITTEN):
        stop = start + _WRITTEN
        rows = {name: column.slice(start, _WRITTEN).dictionary_decode() for name, column in coded.items()}
        rows |= {name: column.slice(start, stop).arrow(pa.string()) for name, column in texts.items()}
        rows |= {"content": hashes.slice(start, _WRITTEN), "line": pa.array(lines[start:stop])}
        rows["extra"] = null_for_blanks(rows["extra"])
        rows["stage_since"] = rows["stage_since"].fill_null(change)
        yield pa.record_batch(rows)


def null_for_blanks(texts: pa.Array) -> pa.Array:
    """The texts with None for each empty one."""
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
