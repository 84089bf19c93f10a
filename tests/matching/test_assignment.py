"""One partner for each license, and together the best ones."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.matching.assignment import MOST_EXACT, assign, best_assignment
from lib.matching.blocking import Pairs


def pairs_of(*pairs: tuple[int, int]) -> Pairs:
    """Pairs of rows."""
    return Pairs(*np.array(pairs, dtype=np.int64).T)


def test_competing_pairs_are_chosen_for_the_sum_not_for_the_best_one() -> None:
    pairs = pairs_of((0, 0), (0, 1), (1, 0), (1, 1))
    assert assign(pairs, np.array([30.0, 29.0, 29.0, 5.0])).tolist() == [False, True, True, False]


def test_a_low_score_is_better_than_no_partner() -> None:
    pairs = pairs_of((0, 0), (0, 1), (1, 1))
    assert assign(pairs, np.array([-5.0, -7.0, -9.0])).tolist() == [True, False, True]


def test_pairs_without_rivals_are_chosen_whatever_their_score() -> None:
    assert assign(pairs_of((0, 3), (2, 1)), np.array([-9.0, 1.0])).tolist() == [True, True]


def test_nothing_to_assign_is_nothing_chosen() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert assign(Pairs(none, none), np.zeros(0)).tolist() == []


def test_a_large_group_still_gives_each_license_one_partner() -> None:
    count = MOST_EXACT + 1
    pairs = Pairs(*(rows.ravel() for rows in np.indices((count, count))))
    partners = assign(pairs, (pairs.ours == pairs.theirs).astype(np.float64))
    assert pairs.ours[partners].tolist() == pairs.theirs[partners].tolist() == list(range(count))


@settings(max_examples=40)
@given(st.integers(1, 4), st.integers(0, 2), st.data())
def test_no_other_assignment_gains_more(rows: int, more: int, data: st.DataObject) -> None:
    columns = rows + more
    numbers = data.draw(st.lists(st.integers(-9, 9), min_size=rows * columns, max_size=rows * columns))
    gains = np.array(numbers, dtype=np.float64).reshape(rows, columns)
    partners = best_assignment(gains)
    best = max(
        sum(gains[row, column] for row, column in enumerate(permutation))
        for permutation in permutations(range(columns), rows)
    )
    assert len(set(partners)) == rows
    assert sum(gains[row, column] for row, column in enumerate(partners)) == best
