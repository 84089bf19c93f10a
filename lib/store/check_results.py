"""What checking an open batch found: numbers to show at once, and the rows behind them, page by page."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, func, insert, select

from lib.checking.check_summary import CheckSummary
from lib.columnar.combinations import prefetch
from lib.store.schema import check_pages, checks

PAGE = 2_000
"""Rows of a list that are packed and stored together."""

_SENT = 50
"""Pages handed to the database at once."""

_PACKED = pa.ipc.IpcWriteOptions(compression="zstd")
_page = check_pages.c


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What checking a batch found when the store was at change `base`, and the batch's settings then."""

    base: int
    at: datetime
    settings: dict[str, Any]
    summary: CheckSummary


CompressedPages = list[dict[str, Any]]
"""Pages of lists, ready to be stored."""


def compress(lists: Mapping[str, Iterable[pa.Table]]) -> CompressedPages:
    """The rows of each list, told some at a time (a multiple of PAGE, or the last), compressed page by page."""
    return [page for name, parts in lists.items() for page in _pages(name, parts)]


def _pages(name: str, parts: Iterable[pa.Table]) -> Iterator[dict[str, Any]]:
    first = 0
    with closing(prefetch(iter(parts))) as made:
        for part in made:
            for start in range(0, max(len(part), 1), PAGE):
                rows = part.slice(start, PAGE)
                yield {"list": name, "first": first, "rows": len(rows), "content": _content(rows)}
                first += len(rows)


def store(
    connection: Connection,
    batch_id: int,
    base: int,
    settings: dict[str, Any],
    summary: CheckSummary,
    lists: CompressedPages,
) -> None:
    """Keep what checking a batch found, instead of what an earlier check did; `lists` come from `packed`."""
    delete_result(connection, batch_id)
    row = {
        "batch_id": batch_id,
        "base": base,
        "at": datetime.now(UTC),
        "settings": settings,
        "summary": summary.to_json(),
    }
    connection.execute(insert(checks).values(row))
    for start in range(0, len(lists), _SENT):
        connection.execute(
            insert(check_pages), [{"batch_id": batch_id, **page} for page in lists[start : start + _SENT]]
        )


def newest(connection: Connection, batch_id: int) -> CheckResult | None:
    """The newest check of a batch; None if it was not checked yet, or is no longer open."""
    names = ("base", "at", "settings", "summary")
    row = connection.execute(select(*(checks.c[n] for n in names)).where(checks.c.batch_id == batch_id)).one_or_none()
    if row is None:
        return None
    return CheckResult(**{**row._asdict(), "summary": CheckSummary.from_json(row.summary)})


def page(connection: Connection, batch_id: int, list: str, start: int, count: int) -> pd.DataFrame:
    """`count` rows of a list from the `start`-th on (from 0), dtype object, None for blanks; no columns if there is no such list."""
    first = start - start % PAGE
    asked = _pages_of(batch_id, list).where(_page.first >= first, _page.first < start + count)
    parts = [_unpacked(row.content) for row in connection.execute(asked)]
    if not parts:
        return pd.DataFrame(dtype=object)
    return frame(pa.concat_tables(parts).slice(start - first, count))


def length(connection: Connection, batch_id: int, list: str) -> int:
    """How many rows a list has."""
    asked = select(func.coalesce(func.sum(_page.rows), 0)).where(_page.batch_id == batch_id, _page.list == list)
    return int(connection.execute(asked).scalar_one())


def pages(connection: Connection, batch_id: int, list: str) -> Iterator[pd.DataFrame]:
    """All rows of a list, some thousands at a time."""
    for row in connection.execute(_pages_of(batch_id, list), execution_options={"yield_per": 10}):
        yield frame(_unpacked(row.content))


def delete_result(connection: Connection, batch_id: int) -> None:
    """Let go of what checking a batch found."""
    for table in (check_pages, checks):
        connection.execute(delete(table).where(table.c.batch_id == batch_id))


def _pages_of(batch_id: int, list: str) -> Any:
    asked = select(_page.content).where(_page.batch_id == batch_id, _page.list == list)
    return asked.order_by(_page.first)


def _content(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=_PACKED) as stream:
        stream.write_table(rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _unpacked(content: bytes) -> pa.Table:
    with pa.ipc.open_stream(content) as stream:
        return stream.read_all()


def frame(rows: pa.Table) -> pd.DataFrame:
    """Arrow rows as a frame, dtype object, None for blanks."""
    return pd.DataFrame({name: rows[name].to_pylist() for name in rows.column_names}, dtype=object)
