"""Which findings are in which list."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from lib.domain.requests import Stage
from lib.matching.differences import TierState
from lib.matching.finding_lists import FindingList
from lib.matching.findings import FindingState
from lib.store.schema import findings, marketplace_links, marketplace_versions

_f = findings.c

_IS_LINKED = (
    select(marketplace_links.c.license_key)
    .where(
        marketplace_links.c.license_key == _f.license_key,
        marketplace_links.c.marketplace_id == _f.marketplace_id,
        marketplace_links.c.until.is_(None),
    )
    .exists()
)
# What was applied may have been undone since the comparison.
_IS_APPLIED = and_(_f.state == FindingState.APPLIED, _IS_LINKED)
_IS_READY = or_(_f.state == FindingState.READY, and_(_f.state == FindingState.APPLIED, ~_IS_LINKED))
_IS_SURE = _f.state.in_([str(FindingState.APPLIED), str(FindingState.READY)])

CONDITIONS: Mapping[FindingList, ColumnElement[bool]] = {
    FindingList.REVIEW: _f.state == FindingState.REVIEW,
    FindingList.READY: _IS_READY,
    FindingList.MATCHED: and_(_IS_APPLIED, _f.target_stage == Stage.MATCHED),
    FindingList.UPGRADE_PENDING: and_(
        _IS_APPLIED, _f.target_stage == Stage.MIGRATED, _f.tier_state == TierState.UPGRADE_PENDING
    ),
    FindingList.TIER_UNKNOWN: and_(
        _IS_APPLIED, _f.target_stage == Stage.MIGRATED, _f.tier_state != TierState.UPGRADE_PENDING
    ),
    FindingList.ON_CLOUD: and_(_IS_APPLIED, _f.target_stage == ""),
    FindingList.DISAGREES: and_(_IS_SURE, _f.differences != ""),
    FindingList.NOT_FOUND: _f.state == FindingState.NOT_FOUND,
    FindingList.EXPECTED: _f.state == FindingState.EXPECTED,
    FindingList.NO_EXPORT: _f.state == FindingState.NO_EXPORT,
}
"""The condition of each list on `findings`."""


def ends_between(first: date, last: date) -> ColumnElement[bool]:
    """Whether the Marketplace license of a finding ends on one of these days."""
    return and_(marketplace_versions.c.end >= first, marketplace_versions.c.end <= last)


def counts(connection: Connection) -> dict[FindingList, int]:
    """How many licenses are in each list."""
    numbers = [func.count().filter(condition) for condition in CONDITIONS.values()]
    row = connection.execute(select(*numbers).select_from(findings)).one()
    return dict(zip(CONDITIONS, row, strict=True))


def keys_in(lists: Sequence[str]) -> Select[tuple[str]]:
    """The licenses in any of these lists."""
    return select(_f.license_key).where(or_(*(CONDITIONS[FindingList(name)] for name in lists)))
