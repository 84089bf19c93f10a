"""How far the migration requests of many licenses have come: what their own fields say, after where they were before."""

from collections.abc import Mapping
from hashlib import sha256

import numpy as np

from lib.columnar.column import CodedColumn, Column, Mask
from lib.columnar.combinations import Hashes, map_combinations
from lib.domain.codes import ReasonCode
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.requests import Stage, stage_after, stage_from_fields

REQUEST_FIELDS = ("server_confirmed", "match_agreed", "myatlassian_email", "holder_first_name", "holder_last_name")
"""Fields that only a request fills."""

STAGE_INPUTS = ("outcome", "reason", "hosting", *REQUEST_FIELDS)
"""What `stages_from_fields` reads of licenses."""


def stages_from_fields(licenses: Mapping[str, Column]) -> CodedColumn:
    """The stage that each license's own fields and verdict say; the columns are those of `STAGE_INPUTS`."""
    is_requested = CodedColumn.of_mask(has_request(licenses))
    columns = (licenses["outcome"], licenses["reason"], is_requested)
    return map_combinations(
        columns,
        lambda outcome, reason, requested: stage_from_fields(Outcome(outcome), ReasonCode(reason), requested),
    )


def has_request(licenses: Mapping[str, Column]) -> Mask:
    """Which licenses have an item that only a request fills; those on Cloud need none."""
    filled = np.logical_or.reduce([~licenses[name].blank() for name in REQUEST_FIELDS])
    is_cloud = licenses["hosting"].where_value(lambda hosting: hosting is Hosting.CLOUD)
    return np.asarray(filled & ~is_cloud, dtype=np.bool_)


def stage_columns(from_fields: CodedColumn, before: Mapping[str, Column]) -> dict[str, CodedColumn]:
    """The columns `stage` and `stage_since` of licenses, by the stages that their fields say; the latter None if new.

    `before` has both, and those of `STAGE_INPUTS`, of the stored versions that the last of the licenses replace.
    """
    new = CodedColumn.constant(None, len(from_fields) - len(before["stage"]))
    was_at, since, was_from_fields = (
        new.concat(column) for column in (before["stage"], before["stage_since"], stages_from_fields(before))
    )
    stage = map_combinations((was_at, from_fields, was_from_fields), next_stage)
    is_same = np.asarray(stage.objects() == was_at.objects(), dtype=np.bool_)
    return {"stage": stage, "stage_since": since.where(is_same)}


def next_stage(before: str | None, from_fields: Stage, from_fields_before: Stage | None) -> Stage:
    """The stage of one license; the first and last are None for a new one."""
    return stage_after(Stage(before) if before else None, from_fields, from_fields_before)


def hashes_at_stages(hashes: Hashes, stages: Column, from_fields: CodedColumn) -> Hashes:
    """Content hashes that also differ where a license is at another stage than its own fields say."""
    marks, own_marks = stage_marks(stages.coded()), stage_marks(from_fields)
    # Exclusive or keeps different hashes different, and undoes itself when the license returns to the stage of its fields.
    return np.where(marks == own_marks, hashes, hashes ^ marks)


def stage_marks(stages: CodedColumn) -> Hashes:
    """The mark of each license's stage."""
    return np.array([stage_mark(Stage(stage)) for stage in stages.values], dtype=np.int64)[stages.codes]


def stage_mark(stage: Stage) -> int:
    """What a content hash is combined with (by exclusive or) where people moved a license to a stage."""
    return int.from_bytes(sha256(stage.encode()).digest()[:8], "big", signed=True)
