"""Moving the requests of many licenses from stage to stage, as changes that can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from lib.columnar.column import Column
from lib.domain.changes import ChangeKind
from lib.domain.codes import parse_needs
from lib.domain.eligibility import Outcome
from lib.domain.facts import Facts
from lib.domain.policy import Policy
from lib.domain.products import Hosting
from lib.domain.requests import Request, Stage, missing_items, refusal_of_move
from lib.domain.roles import Action, Actor, require
from lib.domain.rules import compared_sizes
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
    refusals = refusals_of(licenses, to, policy, actor)
    movable, refused = [], {}
    for key in dict.fromkeys(keys):
        if refusal := refusals.get(key, f'No license has the key "{key}".'):
            refused[key] = refusal
        else:
            movable.append(key)
    return MoveResult(to=to, keys=tuple(movable), refused=refused)


def refusals_of(licenses: pd.DataFrame, to: Stage, policy: Policy, actor: Actor) -> dict[str, str | None]:
    """Why each license's request may not move to a stage, by key; None where it may."""
    facts = deciding_facts(licenses)
    # Of very many requests few differ in what decides, so each combination is judged once.
    by_facts: dict[tuple[Any, ...], str | None] = {}
    refusals = {}
    for key, row in zip(licenses["license_key"], facts.itertuples(index=False, name=None), strict=True):
        if row not in by_facts:
            request = build_request(dict(zip(facts.columns, row, strict=True)), policy)
            by_facts[row] = refusal_of_move(request, to, actor)
        refusals[key] = by_facts[row]
    return refusals


def deciding_facts(licenses: pd.DataFrame) -> pd.DataFrame:
    """What decides whether requests may move: of texts of people only whether they are there."""
    facts = licenses.drop(columns="license_key")
    return facts.assign(**{name: [bool(text) for text in facts[name]] for name in request_moves.ONLY_IF_PRESENT})


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
