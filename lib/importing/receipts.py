"""The receipt that a person can keep of an import."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lib.store.batches import Batch
from lib.store.change_log import Change


def receipt_document(batch: Batch, changes: Sequence[Change]) -> dict[str, Any]:
    """Everything to keep about an import, as JSON."""
    return {
        "batch": batch.id,
        "state": batch.state,
        "file": {"name": batch.name, "sha256": batch.sha256, "bytes": batch.size},
        "brought_in": {"at": in_utc(batch.created_at), "by": batch.created_by},
        "settings": batch.settings,
        **(batch.receipt.to_json() if batch.receipt else {}),
        "history": [change_entry(change) for change in changes],
    }


def change_entry(change: Change) -> dict[str, Any]:
    """One change of a batch."""
    return {
        "at": in_utc(change.at),
        "by": change.by,
        "did": change.kind,
        "reason": change.reason,
        "counts": change.counts,
    }


def in_utc(at: datetime) -> str:
    """A time in ISO format, in UTC."""
    # SQLite gives times in UTC without saying so.
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return at.astimezone(UTC).isoformat(timespec="seconds")
