"""What importing a batch did: stored with the batch, and what a person can keep."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from lib.checking.column_mapping import Remembered
from lib.domain.import_counts import Effect, RowCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The result of an import; `change` is None if nothing differed from the store."""

    batch: int
    change: int | None
    by: str
    policy: int
    counts: RowCounts
    effect: Effect
    warnings: int
    mapping: Mapping[str, str]
    unmapped: Sequence[str]
    encoding: str | None
    delimiter: str | None
    header_line: int | None
    remembered: Remembered | None = None
    """What was remembered of earlier files; the first versions did not store it."""

    seconds: float | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Receipt":
        """A receipt as `to_json` gave it, or an earlier version that stored less."""
        names = {part.name for part in fields(cls)}
        values = {name: value for name, value in stored.items() if name in names}
        values["counts"] = RowCounts.from_json(stored["counts"])
        values["effect"] = Effect.from_json(stored["effect"])
        if "known" in stored:
            values["remembered"] = Remembered(**stored["known"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """The receipt as JSON can hold it; what earlier versions did not store is left out."""
        stored = {
            "counts": self.counts.to_json(),
            "effect": self.effect.to_json(),
            "warnings": self.warnings,
            "mapping": dict(self.mapping),
            "unmapped": list(self.unmapped),
            "known": asdict(self.remembered) if self.remembered else None,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_line": self.header_line,
            "policy": self.policy,
            "by": self.by,
            "batch": self.batch,
            "change": self.change,
            "seconds": self.seconds,
        }
        absent = {name for name in ("known", "seconds") if stored[name] is None}
        return {name: value for name, value in stored.items() if name not in absent}
