"""How long a job still takes."""

from datetime import datetime

from lib.store.job import Job, JobKind
from lib.store.work_steps import CHECKING, COMPARING, READING, STORING, WRITING

COSTS: dict[JobKind, dict[str, float]] = {
    JobKind.CHECK: {READING: 3, CHECKING: 2, COMPARING: 6, STORING: 4},
    JobKind.IMPORT: {READING: 3, CHECKING: 2, COMPARING: 6, WRITING: 12},
    JobKind.RECONCILE: {READING: 40, COMPARING: 160, WRITING: 20},
}
"""Seconds that each step takes for a million rows, about, in the order of the steps."""


def seconds_left(job: Job, now: datetime) -> int | None:
    """About how many seconds a job still takes, once its rows are counted."""
    costs = COSTS.get(job.kind, {})
    if job.began_at is None or job.beat_at is None or not job.is_live or not job.total or job.step not in costs:
        return None
    seconds = list(costs.values())
    step, whole = list(costs).index(job.step), sum(seconds)
    elapsed = (now - job.began_at).total_seconds()
    if job.step == WRITING:
        # The pace of this very job is known: at its last beat, which came when it began to write, or with a number of
        # rows. SQLite has no beats while it writes, so `now` would make a job look slower and slower.
        at_beat = (job.beat_at - job.began_at).total_seconds()
        share = (sum(seconds[:step]) + seconds[step] * job.done / job.total) / whole
        expected = at_beat / share
    else:
        # What such jobs usually take, or more where the steps until now took longer than usual.
        usual = job.total * whole / 1_000_000
        expected = max(usual, elapsed / (sum(seconds[: step + 1]) / whole))
    return max(1, round(expected - elapsed))
