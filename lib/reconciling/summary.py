"""Where the comparison with Marketplace stands, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from lib.matching.finding_lists import FindingList
from lib.store import change_log, finding_conditions, findings, marketplace_exports
from lib.store.findings import Comparison
from lib.store.marketplace_exports import StoredExport


@dataclass(frozen=True, slots=True)
class Summary:
    """The newest export, the comparison with it, and how many licenses are in each list.

    `is_outdated` says whether our licenses changed since that comparison, or it is of an older export.
    """

    export: StoredExport
    comparison: Comparison
    is_outdated: bool
    theirs: int
    only_theirs: int
    lists: Mapping[FindingList, int]


def summary(connection: Connection) -> Summary | None:
    """Where the comparison stands; None before the first export."""
    export, comparison = marketplace_exports.newest(connection), findings.newest_comparison(connection)
    if export is None or comparison is None:
        return None
    return Summary(
        export=export,
        comparison=comparison,
        is_outdated=(comparison.export_id, comparison.change) != (export.id, change_log.latest_change(connection)),
        theirs=marketplace_exports.count(connection),
        only_theirs=findings.number_only_theirs(connection),
        lists=finding_conditions.counts(connection),
    )
