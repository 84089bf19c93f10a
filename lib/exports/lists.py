"""The upgrade list of a cut as one file: the same bytes on the screen and from the command line."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection

from lib.cut import Cut
from lib.exports.about import About
from lib.exports.csv_files import upgrades_csv
from lib.exports.workbooks import upgrades_xlsx
from lib.policy import Policy
from lib.store import batches, versions, views


class Ending(StrEnum):
    """The kinds of file a list can be had as."""

    XLSX = "xlsx"
    CSV = "csv"


def upgrade_list(connection: Connection, cut: Cut, ending: Ending, *, by: str, policy: Policy) -> bytes:
    """The licenses of a cut that must grow, as a file; a workbook also lists what could not be judged.

    Raises RefusalError if a workbook has no room for all of it.
    """
    frame = views.upgrades(connection, cut)
    if ending is Ending.CSV:
        return upgrades_csv(frame)
    return upgrades_xlsx(frame, about_of(connection, cut, by=by, policy=policy), views.unclear(connection, cut))


def about_of(connection: Connection, cut: Cut, *, by: str, policy: Policy) -> About:
    """What a file made of a cut now says about itself."""
    last = batches.last_change(connection)
    # SQLite forgets time zones: what it gives back was stored as UTC.
    at = last.at.replace(tzinfo=last.at.tzinfo or UTC).astimezone(UTC) if last else datetime.now(UTC)
    return About(
        as_of=at,
        data_version=versions.latest_change(connection),
        policy_version=policy.version,
        by=by,
        cut=cut.described(),
        notices=tuple(notice.text for notice in policy.notices_on(at.date())),
    )
