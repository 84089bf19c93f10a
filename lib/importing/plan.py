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
from lib.domain.policy import Policy
from lib.importing.effect import effect_of
from lib.importing.merge import Merged, joined, merge
from lib.judging.content_hash import CONTENT_COLUMNS, content_hashes
from lib.judging.derive import derive
from lib.store import aliases, bulk, versions
from lib.store.versions import ContentHashes

_SLICE = 50_000
"""Rows compared with their stored versions at once."""

_WRITTEN = 10_000
"""Rows made ready for the store at once, of which there are up to four such parts on their way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing a file would do to the store as it is at change `base`.

    `written` has the new versions, first the new licenses, then the changed ones, whose stored versions are `before`
    (merge.STORED) in the same order; `rows` are their row indexes in the file, `contents` their content hashes. `edited` tells the cells
    that keep what a person wrote here although the file says otherwise (merge.KEPT); their licenses are counted as
    `edited`, and besides as changed or unchanged. `effect` counts what it means for the business.
    """

    base: int
    checked: CheckedFile
    rows: Rows
    contents: Hashes
    written: dict[str, Column]
    before: dict[str, Column]
    edited: pd.DataFrame
    counts: dict[str, int]
    effect: dict[str, int]


def plan(connection: Connection, checked: CheckedFile, policy: Policy, stored: ContentHashes | None = None) -> Plan:
    """Compare a checked file with the store: new, changed and unchanged licenses, and the effect of writing them.

    `stored` are the contents of all licenses that stand, for a file of many (`versions.FEW`).
    """
    licenses, rows = checked.licenses, checked.rows
    keys, contents = licenses["license_key"].take(rows), checked.contents
    stored = stored or versions.content_hashes_of(connection, keys)
    new, other = (rows[found] for found in _compared(keys, contents[rows], stored))
    merged = joined([_merged(connection, checked, part) for part in _in_parts(other)])
    written: dict[str, Column] = {
        name: licenses[name].view(new).concat(merged.columns[name]) for name in CONTENT_COLUMNS
    }
    written["edited"] = CodedColumn.constant(None, len(new)).concat(merged.edited)
    own_hashes = np.concatenate([contents[new], content_hashes(merged.columns)])
    derived = derive(written, merged.before, aliases.all_aliases(connection), policy, own_hashes)
    written |= derived.columns
    return Plan(
        base=versions.latest_change(connection),
        checked=checked,
        rows=np.concatenate([new, merged.rows]),
        contents=derived.hashes,
        written=written,
        before=merged.before,
        edited=merged.kept,
        counts={
            "rows": len(checked.table),
            "new": len(new),
            "changed": len(merged.rows),
            "unchanged": len(rows) - len(new) - len(merged.rows),
            "held": int(checked.held.sum()),
            "repeated": len(checked.table) - len(rows) - int(checked.held.sum()),
            "edited": merged.kept["license_key"].nunique(),
        },
        effect=effect_of(written, merged.before),
    )


def _in_parts(rows: Rows) -> list[Rows]:
    """The rows some at a time, at least once: stored licenses are Python objects, too many to hold all that look changed."""
    return [rows[start : start + _SLICE] for start in range(0, max(len(rows), 1), _SLICE)]


def _merged(connection: Connection, checked: CheckedFile, rows: Rows) -> Merged:
    keys = checked.licenses["license_key"].take(rows).objects()
    return merge(checked, rows, versions.current(connection, keys.tolist()).reindex(keys))


def rows_to_store(planned: Plan, change: int) -> Iterator[pa.RecordBatch]:
    """The planned versions as rows of the store, some thousand at a time, with their content hash and line.

    Stages that are new begin with the change that writes them.
    """
    repeated = {
        name: column.dictionary(bulk.ARROW_TYPES[name])
        for name, column in planned.written.items()
        if isinstance(column, CodedColumn)
    }
    texts = {name: column for name, column in planned.written.items() if name not in repeated}
    lines, contents = planned.checked.table.lines[planned.rows], pa.array(planned.contents)
    for start in range(0, len(planned.rows), _WRITTEN):
        stop = start + _WRITTEN
        rows = {name: column.slice(start, _WRITTEN).dictionary_decode() for name, column in repeated.items()}
        rows |= {name: column.slice(start, stop).arrow(pa.string()) for name, column in texts.items()}
        rows |= {"content": contents.slice(start, _WRITTEN), "line": pa.array(lines[start:stop])}
        rows["extra"] = _nothing_for_blanks(rows["extra"])
        yield pa.record_batch({**rows, "stage_since": rows["stage_since"].fill_null(change)})


def _nothing_for_blanks(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _compared(keys: Column, contents: Hashes, stored: ContentHashes) -> tuple[Rows, Rows]:
    """The rows whose key is new, and those whose content is not what is stored under their key."""
    known = np.asarray(pc.index_in(keys.arrow(pa.string()), stored.keys).fill_null(-1))
    is_new: Mask = known < 0
    same = ~is_new
    same[same] = stored.hashes[known[same]] == contents[same]
    return np.flatnonzero(is_new).astype(np.int64), np.flatnonzero(~is_new & ~same).astype(np.int64)
