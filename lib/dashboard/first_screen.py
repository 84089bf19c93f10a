"""All numbers of the first screen of Progress, which is drawn on every run: to be remembered as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.dashboard import cuts, frames, numbers
from lib.dashboard.cloud_numbers import CloudCounts, cloud_counts
from lib.dashboard.figures import BURN_UP
from lib.dashboard.numbers import Numbers
from lib.dashboard.view import View
from lib.measures.forecast import Pace
from lib.measures.progress import ProgressCounts

COURSE_WEEKS = 12
"""Weeks that the line in a tile shows."""


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """How a view stands: `now`, `before` on the day compared with (None if there was nothing), at the ends of `weeks`.

    `needed_items` says how many licenses lack which information, the commonest first; `details_on_file` how many movable
    ones that nobody requested yet lack nothing.
    """

    now: ProgressCounts
    before: ProgressCounts | None
    weeks: Sequence[ProgressCounts]
    needed_items: Mapping[str, int]
    details_on_file: int
    pace: Pace
    cloud: CloudCounts


def first_screen(source: Numbers, view: View) -> FirstScreen:
    """The numbers of the first screen of a view."""
    before: ProgressCounts | None = None
    weeks: Sequence[ProgressCounts] = ()
    if view.first_day <= view.before or view.since is not None:
        before = numbers.progress_on(source, view.cut, view.unit, view.before)
        weeks = numbers.weekly_course(source, view.cut, view.unit, view.day, COURSE_WEEKS)
    return FirstScreen(
        source.progress(view.cut, view.unit),
        before,
        weeks,
        numbers.needed_items(source, view.cut),
        source.progress(cuts.ready_to_request(view.cut), view.unit).licenses,
        frames.pace_of(source, BURN_UP.in_own_unit(view)),
        cloud_counts(source, view),
    )
