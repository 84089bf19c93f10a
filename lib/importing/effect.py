"""What an import means for the business: licenses that can or can no longer move, tier moves, Cloud groups that flip."""

from collections.abc import Mapping

import numpy as np

from lib.columnar.column import CodedColumn, Column, Mask
from lib.domain.eligibility import Outcome
from lib.domain.import_counts import Effect

_MAY_MOVE = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED)


def measure_effect(after: Mapping[str, Column], before: Mapping[str, Column]) -> Effect:
    """How many licenses each effect happens to; `after` and `before` are those of `effect_masks`."""
    outcomes = after["outcome"].coded()
    verdicts = {outcome: int(is_any(outcomes, outcome).sum()) for outcome in Outcome}
    counts = {name: int(mask.sum()) for name, mask in effect_masks(after, before).items()}
    return Effect(**counts, verdicts=verdicts)


def effect_masks(after: Mapping[str, Column], before: Mapping[str, Column]) -> dict[str, Mask]:
    """Which licenses each effect happens to, by the names of `Effect`.

    `after` has the columns outcome, from_size and to_tier of new licenses, then of changed ones; `before` the stored
    versions of the changed ones in the same order.
    """
    now, then = after["outcome"].coded(), stored_values(after, before, "outcome")
    can_move, could_move = is_any(now, *_MAY_MOVE), is_any(then, *_MAY_MOVE)
    return {
        "gained": can_move & ~could_move,
        "lost": could_move & ~can_move & ~is_any(now, Outcome.ALREADY_MIGRATED),
        "tier_moves": differs(after, before, "from_size") | differs(after, before, "to_tier"),
        "to_expired": is_any(then, Outcome.LEGACY_PLAN) & is_any(now, Outcome.EXPIRED),
        "to_legacy": is_any(then, Outcome.EXPIRED) & is_any(now, Outcome.LEGACY_PLAN),
    }


def stored_values(after: Mapping[str, Column], before: Mapping[str, Column], name: str) -> CodedColumn:
    """A column as it is stored now, in the order of `after`; None for new licenses."""
    new = len(after[name]) - len(before[name])
    return CodedColumn.constant(None, new).concat(before[name])


def differs(after: Mapping[str, Column], before: Mapping[str, Column], name: str) -> Mask:
    """Which licenses have another value in a column than is stored."""
    return np.asarray(after[name].objects() != stored_values(after, before, name).objects(), dtype=np.bool_)


def is_any(column: CodedColumn, *outcomes: Outcome) -> Mask:
    """Which licenses have one of some outcomes."""
    return column.where_value(lambda outcome: outcome in outcomes)
