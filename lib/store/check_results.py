"""The result of checking an open batch: numbers to show at once, and the rows behind them, page by page."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Select, delete, func, insert, select

from lib.checking.check_summary import CheckSummary
from lib.columnar.combinations import prefetch
from lib.store.schema import check_pages, checks

PAGE = 2_000
"""Rows of a list that are compressed and stored together."""

_PAGES_AT_ONCE = 50
"""Pages handed to the database in one statement."""

_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")
_page = check_pages.c


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of checking a batch when the store was at change `base`, and the batch's settings then."""

    base: int
    at: datetime
    settings: dict[str, Any]
    summary: CheckSummary


CompressedPages = list[dict[str, Any]]
"""Pages of lists, ready to be stored."""


def compress(lists: Mapping[str, Iterable[pa.Table]]) -> CompressedPages:
    """Compress the rows of each list page by page; each part but the last is a multiple of PAGE."""
    pages: CompressedPages = []
    for name, parts in lists.items():
        pages += compressed_pages(name, parts)
    return pages


def compressed_pages(name: str, parts: Iterable[pa.Table]) -> Iterator[dict[str, Any]]:
    """The pages of one list, as rows of `check_pages`."""
    first = 0
    # A second thread makes the next part meanwhile.
    with closing(prefetch(iter(parts))) as prepared:
        for part in prepared:
            # An empty list has one page too: it tells its columns.
            for start in range(0, max(len(part), 1), PAGE):
                rows = part.slice(start, PAGE)
                yield {"list": name, "first": first, "rows": len(rows), "content": to_bytes(rows)}
                first += len(rows)


def store(
    connection: Connection,
    batch_id: int,
    base: int,
    settings: dict[str, Any],
    summary: CheckSummary,
    lists: CompressedPages,
) -> None:
    """Store a check, with lists from `compress`, in place of an earlier one."""
    store_json(connection, batch_id, base, settings, summary.to_json(), lists)


def store_json(
    connection: Connection,
    batch_id: int,
    base: int,
    settings: dict[str, Any],
    summary: Mapping[str, Any],
    lists: CompressedPages,
) -> None:
    """Store what reading a file came to, in place of an earlier result."""
    delete_result(connection, batch_id)
    row = {"batch_id": batch_id, "base": base, "at": datetime.now(UTC), "settings": settings, "summary": summary}
    connection.execute(insert(checks).values(row))
    for start in range(0, len(lists), _PAGES_AT_ONCE):
        pages = [{"batch_id": batch_id, **page} for page in lists[start : start + _PAGES_AT_ONCE]]
        connection.execute(insert(check_pages), pages)


def newest(connection: Connection, batch_id: int) -> CheckResult | None:
    """The newest check of an open batch, if there is one."""
    names = ("base", "at", "settings", "summary")
    row = connection.execute(select(*(checks.c[n] for n in names)).where(checks.c.batch_id == batch_id)).one_or_none()
    if row is None:
        return None
    return CheckResult(**{**row._asdict(), "summary": CheckSummary.from_json(row.summary)})


def newest_json(connection: Connection, batch_id: int) -> dict[str, Any] | None:
    """What reading a file came to, as `store_json` stored it, or None."""
    summary: dict[str, Any] | None = connection.scalar(select(checks.c.summary).where(checks.c.batch_id == batch_id))
    return summary


def page(connection: Connection, batch_id: int, list: str, start: int, count: int) -> pd.DataFrame:
    """A page of a list; without columns if there is no such list."""
    first = start - start % PAGE
    query = pages_of_list(batch_id, list).where(_page.first >= first, _page.first < start + count)
    parts = [from_bytes(row.content) for row in connection.execute(query)]
    if not parts:
        return pd.DataFrame(dtype=object)
    return frame(pa.concat_tables(parts).slice(start - first, count))


def length(connection: Connection, batch_id: int, list: str) -> int:
    """How many rows a list has."""
    query = select(func.coalesce(func.sum(_page.rows), 0)).where(_page.batch_id == batch_id, _page.list == list)
    return int(connection.execute(query).scalar_one())


def pages(connection: Connection, batch_id: int, list: str) -> Iterator[pd.DataFrame]:
    """All rows of a list, some thousands at a time."""
    for row in connection.execute(pages_of_list(batch_id, list), execution_options={"yield_per": 10}):
        yield frame(from_bytes(row.content))


def delete_result(connection: Connection, batch_id: int) -> None:
    """Delete the check of a batch."""
    for table in (check_pages, checks):
        connection.execute(delete(table).where(table.c.batch_id == batch_id))


def pages_of_list(batch_id: int, list: str) -> Select[tuple[bytes]]:
    """Select the pages of a list, in their order."""
    query = select(_page.content).where(_page.batch_id == batch_id, _page.list == list)
    return query.order_by(_page.first)


def to_bytes(rows: pa.Table) -> bytes:
    """Arrow rows as a compressed stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=_COMPRESSED) as stream:
        stream.write_table(rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def from_bytes(content: bytes) -> pa.Table:
    """The Arrow rows of a compressed stream."""
    with pa.ipc.open_stream(content) as stream:
        return stream.read_all()


def frame(rows: pa.Table) -> pd.DataFrame:
    """Arrow rows as a frame, dtype object, None for blanks."""
    return pd.DataFrame({name: rows[name].to_pylist() for name in rows.column_names}, dtype=object)
