"""What importing a file did or would do, in words; and the receipt that a person can keep."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.text import quantity
from lib.store.batches import Batch, Change

COUNT_TITLES = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "held": "Held",
    "repeated": "Repeated",
}
"""What may become of a row, in the order people ask."""

DELIMITER_TITLES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
CHANGE_TITLES = {"import": "Imported", "undo": "Undone", "redo": "Brought back"}

_MANY_HELD = 0.1
"""The share of held rows from which a wrong file is likelier than wrong rows."""


def deed_in_words(counts: Mapping[str, int]) -> str:
    """What committing comes to, as a button says it: `Import 365 licenses, hold 6 rows`."""
    written = counts["new"] + counts["changed"]
    held = f", hold {quantity(counts['held'], 'row')}" if counts["held"] else ""
    return (f"Import {quantity(written, 'license')}" if written else "Close: nothing to import") + held


def effect_in_words(effect: Mapping[str, int]) -> str:
    """The business effect in one line."""
    words = [
        f"+{effect['gained']:,} can move",
        f"{effect['lost']:,} no longer can",
        quantity(effect["tier_moves"], "tier move"),
        f"Cloud legacy → expired {effect['to_expired']:,}",
    ]
    return " · ".join([*words, *([f"expired → legacy {effect['to_legacy']:,}"] if effect["to_legacy"] else [])])


def effect_in_short(effect: Mapping[str, int]) -> str:
    """The business effect as a list has room for: `+4 −0 can move`."""
    return f"+{effect['gained']:,} −{effect['lost']:,} can move"


def verdicts_in_words(effect: Mapping[str, int]) -> str:
    """How the licenses written are judged: `2 eligible · 1 needs information`; empty if none is written."""
    counts = {outcome: effect.get(f"now_{outcome}", 0) for outcome in Outcome}
    return " · ".join(f"{count:,} {_lowered(OUTCOME_TITLES[outcome])}" for outcome, count in counts.items() if count)


def looks_wrong(counts: Mapping[str, int]) -> bool:
    """Whether so many rows are held that the file, or how it is read, must be doubted."""
    return counts["held"] > _MANY_HELD * counts["rows"]


def receipt_of(batch: Batch, changes: Sequence[Change]) -> dict[str, Any]:
    """All there is to keep about an import, as JSON can hold it."""
    return {
        "batch": batch.id,
        "state": batch.state,
        "file": {"name": batch.name, "sha256": batch.sha256, "bytes": batch.size},
        "brought_in": {"at": _iso(batch.created_at), "by": batch.created_by},
        "settings": batch.settings,
        **batch.receipt,
        "history": [
            {"at": _iso(c.at), "by": c.by, "did": c.kind, "reason": c.reason, "counts": c.counts} for c in changes
        ],
    }


def _iso(at: datetime) -> str:
    return (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _lowered(title: str) -> str:
    return title if title.startswith("Cloud") else title[0].lower() + title[1:]
