"""Moving the requests of many licenses from stage to stage, as changes that can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.columnar.column import Column
from lib.domain.changes import ChangeKind
from lib.domain.codes import parse_needs
from lib.domain.eligibility import Outcome, compared_sizes
from lib.domain.facts import Facts
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.requests import Request, Stage, missing_items, refusal_of_move
from lib.domain.roles import Action, Actor, require
from lib.domain.text import clean
from lib.judging.stages import STAGE_INPUTS, stage_mark, stages_from_fields
from lib.judging.stored import stored_column
from lib.measures.cut import Cut
from lib.store import change_log, database, policies, request_moves, request_stages


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveResult:
    """What came of moving requests `to` a stage, or would: the `keys` that move, and by key why the others are refused.

    `change` is the number of the change, None if nothing was written.
    """

    to: Stage
    keys: tuple[str, ...]
    refused: Mapping[str, str]
    change: int | None = None


def move_requests(
    engine: Engine, keys: Sequence[str], to: Stage, actor: Actor, note: str, policy: Policy
) -> MoveResult:
    """Move the requests of licenses to a stage, in one transaction and one change.

    Those that may not move are left as they are and refused (see `requests.refusal_of_move`). Raises RefusalError if
    the actor may move none.
    """
    with database.writing(engine) as connection:
        return move_in_transaction(connection, keys, to, actor, note, policy)


def move_cut(engine: Engine, cut: Cut, to: Stage, actor: Actor, note: str, policy: Policy) -> MoveResult:
    """`move_requests` for all licenses that are in a cut at this moment, however many."""
    with database.writing(engine) as connection:
        return move_in_transaction(connection, request_stages.keys(connection, cut), to, actor, note, policy)


def stages_of(connection: Connection, keys: Sequence[str]) -> frozenset[Stage]:
    """The stages that the requests of some licenses are at."""
    return frozenset(map(Stage, request_moves.current(connection, keys)["stage"]))


def preview_move(connection: Connection, keys: Sequence[str], to: Stage, actor: Actor, policy: Policy) -> MoveResult:
    """What `move_requests` would do now."""
    return sort_out(request_moves.current(connection, keys), keys, to, policy, actor)


def move_in_transaction(
    connection: Connection,
    keys: Sequence[str],
    to: Stage,
    actor: Actor,
    note: str,
    policy: Policy,
    *,
    counts: Mapping[str, int] | None = None,
) -> MoveResult:
    """`move_requests` in a transaction that has begun; `counts` join the change's own count of licenses."""
    require(actor, Action.MOVE_REQUEST)
    policies.refuse_outdated(connection, policy)
    licenses = request_moves.current(connection, keys)
    result = sort_out(licenses, keys, to, policy, actor)
    if not result.keys:
        return result
    all_counts = {"changed": len(result.keys), **(counts or {})}
    change = change_log.begin_change(
        connection, actor=actor, kind=ChangeKind.STAGE, reason=clean(note), counts=all_counts
    )
    request_moves.move(connection, keys_by_mark(licenses.loc[list(result.keys)], to), to, change)
    return replace(result, change=change)


def build_requests(licenses: pd.DataFrame, policy: Policy) -> list[Request]:
    """What decides whether each license's request may move, of frames as `request_moves.current` gives them."""
    rows = (dict(zip(licenses.columns, row, strict=True)) for row in licenses.itertuples(index=False))
    return [build_request(row, policy) for row in rows]


def build_request(license: Mapping[str, Any], policy: Policy) -> Request:
    """What decides whether a license's request may move."""
    return Request(
        stage=Stage(license["stage"]),
        outcome=Outcome(license["outcome"]),
        missing_items=missing_items(license, parse_needs(license["needs"])),
        has_sen=bool(license["sen"]),
        # What Marketplace's own export says counts before what our license was sold as.
        reaches_tier=reaches_tier(license["marketplace_tier"] or license["editors"], license["host_tier"], policy),
        in_cloud=license["hosting"] == Hosting.CLOUD,
    )


def reaches_tier(editors: Any, host_tier: Any, policy: Policy) -> bool:
    """Whether a license is known to be as large as its server."""
    if editors is None or host_tier is None:
        return False
    size, tier = compared_sizes(Facts(editors=editors, host_tier=host_tier), policy)
    return size >= tier


def sort_out(licenses: pd.DataFrame, keys: Sequence[str], to: Stage, policy: Policy, actor: Actor) -> MoveResult:
    """The keys that may move, and why others may not."""
    requests = dict(zip(licenses["license_key"], build_requests(licenses, policy), strict=True))
    movable, refused = [], {}
    for key in dict.fromkeys(keys):
        if refusal := refusal_of_key(key, requests.get(key), to, actor):
            refused[key] = refusal
        else:
            movable.append(key)
    return MoveResult(to=to, keys=tuple(movable), refused=refused)


def refusal_of_key(key: str, request: Request | None, to: Stage, actor: Actor) -> str | None:
    """Why a license's request may not move; None if it may."""
    if request is None:
        return f'No license has the key "{key}" now.'
    return refusal_of_move(request, to, actor)


def keys_by_mark(licenses: pd.DataFrame, to: Stage) -> dict[int, list[str]]:
    """The keys by what their content hash is combined with, so that it says where people moved the license.

    A hash holds the mark of its stage, unless that is the one that the license's fields say (`stages.hashes_at_stages`).
    """
    columns: dict[str, Column] = {name: stored_column(name, licenses[name]) for name in STAGE_INPUTS}
    own_stages = stages_from_fields(columns).objects()
    keys: dict[int, list[str]] = {}
    for key, stage, own_stage in zip(licenses["license_key"], licenses["stage"], own_stages, strict=True):
        # An exclusive or with the old mark removes it from the hash, one with the new mark adds that.
        change_of_mark = mark_in_hash(Stage(stage), own_stage) ^ mark_in_hash(to, own_stage)
        keys.setdefault(change_of_mark, []).append(key)
    return keys


def mark_in_hash(stage: Stage, own_stage: Stage) -> int:
    """What a stage adds to a content hash."""
    # A license whose own fields say its stage keeps the hash that an import of the same fields gives.
    return 0 if stage is own_stage else stage_mark(stage)
