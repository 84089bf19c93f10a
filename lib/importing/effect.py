"""What an import means for the business: licenses that can or can no longer move, tier moves, Cloud groups that flip."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.columnar.column import CodedColumn, Column, Mask
from lib.domain.eligibility import Outcome

_MAY_MOVE = frozenset((Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED))


def effect_of(after: Mapping[str, Column], before: Mapping[str, Column]) -> dict[str, int]:
    """Numbers of licenses, by what happens to them: those of `affected`, and for each outcome `now_…`, the licenses that
    end up there."""
    now = after["outcome"].coded()
    return {
        **{name: int(rows.sum()) for name, rows in affected(after, before).items()},
        **{f"now_{outcome}": int(now.where_value(_is(outcome)).sum()) for outcome in Outcome},
    }


def affected(after: Mapping[str, Column], before: Mapping[str, Column]) -> dict[str, Mask]:
    """Which licenses each effect happens to: gained, lost, tier_moves, to_expired, to_legacy.

    `after` has the columns outcome, from_size and to_tier of new licenses, then of changed ones; `before` the stored
    versions of the changed ones in the same order.
    """
    was = {name: before_of(after, before, name) for name in ("outcome", "from_size", "to_tier")}
    now, then = after["outcome"].coded(), was["outcome"]
    can, could = now.where_value(_may_move), then.where_value(_may_move)
    moved = now.where_value(_is(Outcome.ALREADY_MIGRATED))
    differs = [after[name].objects() != was[name].objects() for name in ("from_size", "to_tier")]
    return {
        "gained": can & ~could,
        "lost": could & ~can & ~moved,
        "tier_moves": differs[0] | differs[1],
        "to_expired": then.where_value(_is(Outcome.LEGACY_PLAN)) & now.where_value(_is(Outcome.EXPIRED)),
        "to_legacy": then.where_value(_is(Outcome.EXPIRED)) & now.where_value(_is(Outcome.LEGACY_PLAN)),
    }


def before_of(after: Mapping[str, Column], before: Mapping[str, Column], name: str) -> CodedColumn:
    """A column as it is stored now, in the order of `after`; None for new licenses."""
    new = len(after[name]) - len(before[name])
    return CodedColumn.constant(None, new).concat(before[name])


def _may_move(outcome: Any) -> bool:
    return outcome in _MAY_MOVE


def _is(outcome: Outcome) -> Callable[[Any], bool]:
    def same(value: Any) -> bool:
        return bool(value == outcome)

    return same
