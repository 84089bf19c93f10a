"""The numbers a sales manager asks for first, each with what it is a part of and the licenses it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lib.dashboard.notes import users_to_add
from lib.domain.display import needed_title
from lib.domain.eligibility import Outcome
from lib.domain.requests import UNDER_WAY
from lib.domain.text import percentage
from lib.measures.cut import Cut
from lib.measures.progress import ProgressCounts

MOVABLE = (
    "Movable = migrated, eligible, upgrade needed, or lacking information (not on Cloud). Not counted: licenses that are "
    "not eligible, and Cloud licenses, which Balsamiq moved itself, unless they have a SEN."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number of a `ProgressCounts`, what it is a part of, a second line, and the filters of the licenses it counts.

    `is_good` says whether more of it is better, None if neither.
    """

    title: str
    number: Callable[[ProgressCounts], int]
    part_of: str
    more: str
    filters: Mapping[str, tuple[str, ...]]
    help: str
    is_of_movable: bool = False
    is_good: bool | None = None

    def cut(self, cut: Cut) -> Cut:
        """The licenses of a cut that it counts."""
        whole = cut.only_movable() if self.is_of_movable else cut
        return whole.within(**self.filters)


def tiles(
    progress: ProgressCounts, unit: str, needed_items: Mapping[str, int], details_on_file: int = 0
) -> Sequence[Tile]:
    """The tiles of a cut.

    `needed_items` says how many licenses lack which information, the commonest first; `details_on_file` counts the movable ones
    that nobody requested yet and of which all details are on file.
    """
    return (
        fully_migrated(progress) if unit == "customers" else migrated(progress),
        eligible(progress),
        upgrade_needed(progress, unit),
        under_way(progress, details_on_file),
        needs_information(progress, unit, needed_items),
        legacy_plan(progress),
    )


def migrated(progress: ProgressCounts) -> Tile:
    """What has moved, and its share."""
    share = "Nothing to move"
    if progress.movable:
        share = f"{percentage(progress.migrated, progress.movable)} of them"
    return Tile(
        title="Migrated",
        number=lambda then: then.migrated,
        part_of=of_movable(progress),
        more=share,
        filters={"outcome": (Outcome.ALREADY_MIGRATED,)},
        help=MOVABLE,
        is_good=True,
    )


def fully_migrated(progress: ProgressCounts) -> Tile:
    """The customers of whose movable licenses none is left."""
    share = "Nothing to move"
    if progress.movable:
        share = f"{percentage(progress.fully_migrated, progress.movable)} · {progress.migrated:,} at least in part"
    return Tile(
        title="Fully migrated",
        number=lambda then: then.fully_migrated,
        part_of=of_movable(progress),
        more=share,
        filters={"outcome": (Outcome.ALREADY_MIGRATED,)},
        help=f"Customers of whose movable licenses all have migrated. {MOVABLE}",
        is_good=True,
    )


def eligible(progress: ProgressCounts) -> Tile:
    """What may move as it is."""
    return Tile(
        title="Eligible",
        number=lambda then: then.eligible,
        part_of=of_movable(progress),
        more="No upgrade needed",
        filters={"outcome": (Outcome.ELIGIBLE,)},
        help=f"Their size matches or exceeds the server's tier. {MOVABLE}",
    )


def upgrade_needed(progress: ProgressCounts, unit: str) -> Tile:
    """What must grow first, and by how many users."""
    more = f"{progress.users_added:,} users to add"
    if unit == "users":
        more = f"+{progress.users_added:,} to add"
    return Tile(
        title="Upgrade needed",
        number=lambda then: then.upgrade_needed,
        part_of=of_movable(progress),
        more=more,
        filters={"outcome": (Outcome.UPGRADE_NEEDED,)},
        help=f"They need an upgrade to the server's tier first. {users_to_add(progress)} {MOVABLE}",
    )


def under_way(progress: ProgressCounts, details_on_file: int) -> Tile:
    """Requests that somebody works on."""
    more = f"{progress.waiting:,} waiting for the customer"
    if details_on_file:
        more = f"{more} · {details_on_file:,} more with all details on file"
    return Tile(
        title="Requests under way",
        number=lambda then: then.under_way,
        part_of=of_movable(progress),
        more=more,
        filters={"stage": UNDER_WAY},
        is_of_movable=True,
        help="The customer was asked or has answered, or the request is verified or submitted, and there is no SEN yet. "
        "Details in a file make no request: a stage says what somebody did.",
    )


def needs_information(progress: ProgressCounts, unit: str, needed_items: Mapping[str, int]) -> Tile:
    """What cannot be judged, and the two things missing most."""
    # What is missing is always counted in licenses.
    counted = "" if unit == "licenses" else "licenses "
    commonest = islice(needed_items.items(), 2)
    items = " · ".join(f"{number:,} {counted}without {needed_title(item)}" for item, number in commonest)
    return Tile(
        title="Needs information",
        number=lambda then: then.needs_info,
        part_of=f"of all {progress.licenses:,} {unit}",
        more=items or "Nothing is missing",
        filters={"outcome": (Outcome.NEEDS_INFO,)},
        help="A size, the hosting, the product or the end of maintenance is missing: ask the customer. Cloud licenses are "
        "counted here too.",
        is_good=False,
    )


def legacy_plan(progress: ProgressCounts) -> Tile:
    """Cloud licenses with a free plan."""
    return Tile(
        title="Cloud legacy plan",
        number=lambda then: then.legacy_plan,
        part_of=f"of {progress.on_cloud:,} on Cloud",
        more=f"{progress.expired:,} expired",
        filters={"outcome": (Outcome.LEGACY_PLAN,)},
        help="Cloud licenses that Balsamiq moved to a free legacy plan; those whose maintenance had expired start a new "
        "subscription. See Cloud for both.",
    )


def of_movable(progress: ProgressCounts) -> str:
    """What most tiles are a part of."""
    return f"of {progress.movable:,} movable"
