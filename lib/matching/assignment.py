"""One partner for each license: among pairs that compete, those that together have the highest score."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.matching.blocking import Pairs

MOST_EXACT = 60
"""Licenses on either side of a group up to which the best assignment is worked out; in larger ones the best pair comes first."""

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


def assign(pairs: Pairs, scores: Scores) -> Mask:
    """Which pairs are chosen, one partner at most for each license."""
    is_chosen = is_only_pair(pairs)
    rest = np.flatnonzero(~is_chosen)
    for group in connected_groups(pairs.where(~is_chosen)):
        rows = rest[group]
        is_chosen[rows] = assign_group(pairs.ours[rows], pairs.theirs[rows], scores[rows])
    return is_chosen


def is_only_pair(pairs: Pairs) -> Mask:
    """The pairs whose licenses are in no other pair, on either side."""
    is_only: Mask = (occurrences(pairs.ours) == 1) & (occurrences(pairs.theirs) == 1)
    return is_only


def occurrences(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each row occurs, place by place."""
    counts = np.bincount(rows, minlength=1).astype(np.int64)
    return counts[rows]


def connected_groups(pairs: Pairs) -> list[NDArray[np.int64]]:
    """The places of pairs that compete with each other, directly or through others."""
    if not len(pairs):
        return []
    labels = np.arange(len(pairs))
    while True:
        # The smallest label spreads to all pairs with a license in common, until nothing changes.
        before = labels
        for rows in (pairs.ours, pairs.theirs):
            smallest = np.full(rows.max() + 1, len(pairs))
            np.minimum.at(smallest, rows, labels)
            labels = smallest[rows]
        labels = labels[labels]
        if np.array_equal(labels, before):
            break
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def assign_group(ours: NDArray[np.int64], theirs: NDArray[np.int64], scores: Scores) -> Mask:
    """Which pairs of one group are chosen."""
    our_rows, own = np.unique(ours, return_inverse=True)
    their_rows, other = np.unique(theirs, return_inverse=True)
    if max(len(our_rows), len(their_rows)) > MOST_EXACT:
        return assign_greedily(own, other, scores)
    # Any partner is better than none, so that all gains are above that of a pair that does not exist.
    lowest = min(0.0, float(scores.min()))
    gains = np.zeros((len(our_rows), len(their_rows)))
    gains[own, other] = scores - lowest + 1.0
    partners = best_assignment(gains if gains.shape[0] <= gains.shape[1] else gains.T)
    if gains.shape[0] <= gains.shape[1]:
        return np.array([partners[one] == two for one, two in zip(own.tolist(), other.tolist(), strict=True)])
    return np.array([partners[two] == one for one, two in zip(own.tolist(), other.tolist(), strict=True)])


def assign_greedily(ours: NDArray[np.int64], theirs: NDArray[np.int64], scores: Scores) -> Mask:
    """Which pairs are chosen if the best one goes first."""
    is_chosen = np.zeros(len(scores), dtype=np.bool_)
    taken_ours, taken_theirs = set[int](), set[int]()
    for place in np.lexsort((theirs, ours, -scores)).tolist():
        one, other = int(ours[place]), int(theirs[place])
        if one not in taken_ours and other not in taken_theirs:
            is_chosen[place] = True
            taken_ours.add(one)
            taken_theirs.add(other)
    return is_chosen


def best_assignment(gains: NDArray[np.float64]) -> Sequence[int]:
    """The column of each row, all different, with the largest sum of gains; no more rows than columns.

    The Hungarian method with potentials, as in Kuhn and Munkres: rows are added one by one, each along the cheapest
    path of reassignments.
    """
    rows, columns = gains.shape
    row_of = [-1] * (columns + 1)  # of each column, the last being where a new row starts from
    row_price, column_price = np.zeros(rows), np.zeros(columns + 1)
    for new_row in range(rows):
        row_of[columns] = new_row
        here = columns
        distance, previous = np.full(columns, np.inf), np.full(columns, columns)
        is_done = np.zeros(columns + 1, dtype=np.bool_)
        while row_of[here] != -1:
            is_done[here] = True
            row = row_of[here]
            cost = -gains[row] - row_price[row] - column_price[:columns]
            is_nearer = ~is_done[:columns] & (cost < distance)
            distance[is_nearer], previous[is_nearer] = cost[is_nearer], here
            step = int(np.argmin(np.where(is_done[:columns], np.inf, distance)))
            shift = distance[step]
            for column in np.flatnonzero(is_done).tolist():
                row_price[row_of[column]] += shift
                column_price[column] -= shift
            distance[~is_done[:columns]] -= shift
            here = step
        while here != columns:
            row_of[here] = row_of[previous[here]]
            here = int(previous[here])
    partners = [0] * rows
    for column, row in enumerate(row_of[:columns]):
        if row != -1:
            partners[row] = column
    return partners
