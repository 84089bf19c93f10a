"""People move the requests of many licenses from stage to stage; each such move is a change, and can be taken back."""

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
from lib.store import change_log, database, request_moves


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveResult:
    """What came of moving requests `to` a stage, or would: the `keys` that are moved, and the others, each with the
    sentence that says why not. `change` is the number of the change; None if nothing was written."""

    to: Stage
    keys: tuple[str, ...]
    refused: Mapping[str, str]
    change: int | None = None


def move_requests(
    engine: Engine, keys: Sequence[str], to: Stage, actor: Actor, note: str, policy: Policy
) -> MoveResult:
    """Move the requests of licenses to a stage, in one transaction and one change; those that may not be are left as they
    are and told. Nothing is written if none may. See `migration_requests.refusal_of_move`.

    Raises RefusalError if the actor may move none."""
    with database.writing(engine) as connection:
        return move_within(connection, keys, to, actor, note, policy)


def preview_move(connection: Connection, keys: Sequence[str], to: Stage, actor: Actor, policy: Policy) -> MoveResult:
    """What `move` would do now."""
    return _sorted(request_moves.current(connection, keys), keys, to, policy, actor)


def move_within(
    connection: Connection,
    keys: Sequence[str],
    to: Stage,
    actor: Actor,
    note: str,
    policy: Policy,
    *,
    counts: Mapping[str, int] | None = None,
) -> MoveResult:
    """`move`, in a transaction that has begun; `counts` are told of the change besides how many licenses it changed."""
    require(actor, Action.MOVE_REQUEST)
    found = request_moves.current(connection, keys)
    moved = _sorted(found, keys, to, policy, actor)
    if not moved.keys:
        return moved
    told = {"changed": len(moved.keys), **(counts or {})}
    change = change_log.begin_change(connection, by=actor.name, kind=ChangeKind.STAGE, reason=clean(note), counts=told)
    request_moves.move(connection, _by_mark(found.loc[list(moved.keys)], to), to, change)
    return replace(moved, change=change)


def build_requests(licenses: pd.DataFrame, policy: Policy) -> list[Request]:
    """What decides whether each license's request may be moved, of frames with the columns `request_moves.COLUMNS`."""
    return [_request(dict(zip(licenses.columns, row, strict=True)), policy) for row in licenses.itertuples(index=False)]


def _sorted(found: pd.DataFrame, keys: Sequence[str], to: Stage, policy: Policy, actor: Actor) -> MoveResult:
    standing = dict(zip(found["license_key"], build_requests(found, policy), strict=True))
    told = {key: _refusal(key, standing.get(key), to, actor) for key in dict.fromkeys(keys)}
    may = tuple(key for key, sentence in told.items() if sentence is None)
    return MoveResult(
        to=to, keys=may, refused={key: sentence for key, sentence in told.items() if sentence is not None}
    )


def _refusal(key: str, request: Request | None, to: Stage, actor: Actor) -> str | None:
    if request is None:
        return f'No license has the key "{key}" now.'
    return refusal_of_move(request, to, actor)


def _request(license: Mapping[str, Any], policy: Policy) -> Request:
    return Request(
        stage=Stage(license["stage"]),
        outcome=Outcome(license["outcome"]),
        missing_items=missing_items(license, parse_needs(license["needs"])),
        has_sen=bool(license["sen"]),
        reaches_tier=_reaches_tier(license["editors"], license["host_tier"], policy),
        in_cloud=license["hosting"] == Hosting.CLOUD,
    )


def _reaches_tier(editors: Any, host_tier: Any, policy: Policy) -> bool:
    if editors is None or host_tier is None:
        return False
    size, tier = compared_sizes(Facts(editors=editors, host_tier=host_tier), policy)
    return size >= tier


def _by_mark(licenses: pd.DataFrame, to: Stage) -> dict[int, list[str]]:
    """The keys by what their content hash is combined with, so that it tells where people moved the license.

    A hash holds the mark of its stage, unless that is the one the license's fields tell (`stages.hashes_at_stages`).
    """
    columns: dict[str, Column] = {name: stored_column(name, licenses[name]) for name in STAGE_INPUTS}
    marks: dict[int, list[str]] = {}
    for key, stage, told in zip(
        licenses["license_key"], licenses["stage"], stages_from_fields(columns).objects(), strict=True
    ):
        had, has = (0 if at is told else stage_mark(at) for at in (Stage(stage), to))
        marks.setdefault(had ^ has, []).append(key)
    return marks
