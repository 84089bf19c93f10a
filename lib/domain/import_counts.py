"""What an import does, in numbers: to the rows of its file, and to the business."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from lib.domain.eligibility import Outcome

_VERDICT = "now_{}"
"""How the JSON names the number of licenses with an outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """How many rows of a file become what.

    Licenses that keep what a person wrote here are `edited`, and changed or unchanged besides.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    repeated: int = 0
    edited: int = 0

    @property
    def written(self) -> int:
        """The licenses that get a version."""
        return self.new + self.changed

    @classmethod
    def from_json(cls, stored: Mapping[str, int]) -> "RowCounts":
        """Counts as `to_json` gave them; earlier versions stored fewer."""
        return cls(**{name.name: stored.get(name.name, 0) for name in fields(cls)})

    def to_json(self) -> dict[str, int]:
        """Counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How many licenses gain or lose the right to move, get another tier, or change Cloud groups."""

    gained: int = 0
    lost: int = 0
    tier_moves: int = 0
    to_expired: int = 0
    to_legacy: int = 0
    verdicts: Mapping[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    """How the written licenses are judged."""

    @classmethod
    def from_json(cls, stored: Mapping[str, int]) -> "Effect":
        """An effect as `to_json` gave it; earlier versions stored fewer numbers."""
        verdicts = {outcome: stored.get(_VERDICT.format(outcome), 0) for outcome in Outcome}
        return cls(**{name: stored.get(name, 0) for name in EFFECTS}, verdicts=verdicts)

    def to_json(self) -> dict[str, int]:
        """Numbers by name, with `now_…` for each outcome."""
        verdicts = {_VERDICT.format(outcome): count for outcome, count in self.verdicts.items()}
        return {**{name: getattr(self, name) for name in EFFECTS}, **verdicts}


EFFECTS = tuple(part.name for part in fields(Effect) if part.name != "verdicts")
"""The names of what can happen to a license."""
