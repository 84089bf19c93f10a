"""The upgrade list of a cut as files: the same bytes on the screen and from the command line."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from lib.documents import doubts
from lib.documents.exports.about import About
from lib.documents.exports.csv_files import csv_parts
from lib.documents.exports.lines import EVERY_LICENSE, SHEET_OF_GROUP, SHEETS, lines_of
from lib.documents.exports.upgrade_books import UpgradeBook, upgrade_book
from lib.documents.exports.workbooks import refuse_too_many
from lib.domain.policy import Policy
from lib.domain.roles import Action, Actor, require
from lib.measures.cut import Cut
from lib.store import change_log, customer_lists, file_rows, policies
from lib.store.sample_stores import SAMPLE, is_sample


def upgrades_workbook(connection: Connection, cut: Cut, *, actor: Actor, policy: Policy) -> UpgradeBook:
    """The licenses of the customers of a list as a workbook, a sheet for each way that they stand.

    Raises RefusalError if it has no room for all of it, or if the actor may not have it.
    """
    require(actor, Action.DOWNLOAD_UPGRADES)
    refuse_what_has_no_room(connection, cut)
    about = about_of(connection, cut, actor=actor, policy=policy)
    about = replace(about, doubts=doubts.remarks_of_list(connection, cut))
    return upgrade_book(lines_of(file_rows.slices(connection, cut)), about)


def upgrades_csv_parts(connection: Connection, cut: Cut) -> Iterator[bytes]:
    """The licenses of a cut that its group is about as a CSV file, piece by piece, however many they are.

    Those that must grow where the group is of upgrades, all licenses where it is of every customer.
    """
    sheet = SHEET_OF_GROUP.get(customer_lists.group_of(cut), EVERY_LICENSE)
    return csv_parts(sheet.fields, file_rows.slices(connection, cut, sheet.outcomes))


def refuse_what_has_no_room(connection: Connection, cut: Cut) -> None:
    """Raise RefusalError if a sheet would have too many rows."""
    # Asked before the long work is begun.
    counts = file_rows.outcome_counts(connection, cut)
    for sheet in SHEETS:
        refuse_too_many(sheet.title, sum(counts.get(outcome, 0) for outcome in sheet.outcomes))


def about_of(connection: Connection, cut: Cut, *, actor: Actor, policy: Policy) -> About:
    """What a file made of a cut now says about itself; one of a past day names the policy of that day."""
    past = change_log.past_change_on(connection, cut.on)
    policy = policy if past is None else policies.in_force_at(connection, past)
    day = change_log.day_in_view(connection, cut.on)
    sample = (SAMPLE,) if is_sample(connection) else ()
    return About(
        as_of=change_log.last_change_at(connection),
        data_version=change_log.latest_change(connection),
        policy_version=policy.version,
        by=actor.name,
        cut=cut.description(),
        notices=(*sample, *(notice.text for notice in policy.notices_on(day))),
    )
