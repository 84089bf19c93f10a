"""Moving migration requests: what decides whether licenses may be moved, and moving many of them at once."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, literal, select, update

from lib.domain.requests import Stage
from lib.store import bulk, change_counts, marketplace_links, versions
from lib.store.frames import fetch_frame
from lib.store.schema import changes, license_versions, profiles, tallies

_v = license_versions.c

_FILES = select(changes.c.id).where(changes.c.batch_id.is_not(None))
"""The changes by files."""

COLUMNS = (
    "license_key",
    "stage",
    "outcome",
    "reason",
    "needs",
    "hosting",
    "sen",
    "editors",
    "host_tier",
    "server_confirmed",
    "match_agreed",
    "myatlassian_email",
    "holder_first_name",
    "holder_last_name",
    "company",
    "address",
    "country",
)
"""The columns that decide whether a license may be moved."""


ONLY_IF_PRESENT = (
    "sen",
    "myatlassian_email",
    "holder_first_name",
    "holder_last_name",
    "company",
    "address",
    "country",
)
"""Those of which it only counts whether they hold anything."""


def current(connection: Connection, keys: Sequence[str]) -> pd.DataFrame:
    """The current versions of these keys: `COLUMNS` and `marketplace_tier` (None if unknown), indexed by key."""
    is_one = bulk.is_one_of(connection, _v.license_key, keys)
    query = select(*(_v[name] for name in COLUMNS)).where(_v.until.is_(None), is_one)
    frame = fetch_frame(connection, query).set_index("license_key", drop=False)
    tiers = marketplace_links.tiers(connection, list(frame.index))
    return frame.assign(marketplace_tier=pd.Series([tiers.get(key) for key in frame.index], frame.index, dtype=object))


def move(connection: Connection, keys: Mapping[int, Collection[str]], to: str, change: int) -> None:
    """Move licenses to a stage, as a change; `keys` are by the mark that their content hash is combined with."""
    all_keys: list[str] = []
    for some_keys in keys.values():
        all_keys += some_keys
    versions.close(connection, all_keys, change)
    for mark, some_keys in keys.items():
        is_one = bulk.is_one_of(connection, _v.license_key, list(some_keys))
        versions.add_copies(
            connection,
            change,
            _v.until == change,
            is_one,
            content=exclusive_or(_v.content, mark),
            stage=literal(to),
            stage_since=literal(change),
        )
    change_counts.count_change(connection, change)


def has_received_by_file(connection: Connection) -> bool:
    """Whether a file made any license received."""
    # Older versions of this program let a file do what only a person can say.
    # The tallies answer at once for a million licenses.
    is_received = and_(tallies.c.profile == profiles.c.id, profiles.c.stage == Stage.RECEIVED)
    rows = select(tallies.c.licenses).select_from(tallies.join(profiles, is_received))
    return connection.execute(rows.where(tallies.c.stage_since.in_(_FILES)).limit(1)).first() is not None


def withdraw_received_by_file(connection: Connection, change: int) -> int:
    """Make licenses that a file made received not requested."""
    stage_since = func.coalesce(_v.stage_since, _v.since)
    received = and_(_v.until.is_(None), _v.stage == Stage.RECEIVED, stage_since.in_(_FILES))
    number = int(connection.execute(update(license_versions).where(received).values(until=change)).rowcount)
    # The content hash stays: it holds no mark of a stage that a file gave, as it holds none of its absence.
    versions.add_copies(
        connection,
        change,
        _v.until == change,
        stage=literal(str(Stage.NOT_REQUESTED)),
        stage_since=literal(change),
    )
    change_counts.count_change(connection, change)
    return number


def stage_steps(connection: Connection, change: int) -> list[tuple[str, str]]:
    """The distinct steps from stage to stage that a change took."""
    before, after = license_versions.alias("before").c, license_versions.alias("after").c
    same_license = and_(after.license_key == before.license_key, before.until == change, after.since == change)
    query = select(before.stage, after.stage).where(same_license, after.stage != before.stage).distinct()
    return [(row[0], row[1]) for row in connection.execute(query)]


def exclusive_or(content: ColumnElement[int], mark: int) -> ColumnElement[int]:
    """The bits that either has, but not both."""
    # SQLite has no operator for it: all bits of either, without those of both.
    number = literal(mark, BigInteger)
    return content.bitwise_or(number).bitwise_and(content.bitwise_and(number).bitwise_not())
