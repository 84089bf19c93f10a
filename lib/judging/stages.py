"""How far the migration requests of many licenses have come: what their own fields say, after where they were before."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from lib.columnar.column import CodedColumn, Column
from lib.columnar.combinations import Hashes, map_combinations
from lib.domain.codes import ReasonCode
from lib.domain.eligibility import Outcome
from lib.domain.requests import Stage, stage_after, stage_from_fields

REQUEST_FIELDS = ("server_confirmed", "match_agreed", "myatlassian_email", "holder_first_name", "holder_last_name")
"""Fields that only a customer can say; what a file has in them makes a request more complete, not received."""

STAGE_INPUTS = ("outcome", "reason")
"""What `stages_from_fields` reads of licenses."""


def stages_from_fields(licenses: Mapping[str, Column]) -> CodedColumn:
    """The stage that each license's own verdict says; the columns are those of `STAGE_INPUTS`."""
    columns = (licenses["outcome"], licenses["reason"])
    return map_combinations(columns, lambda outcome, reason: stage_from_fields(Outcome(outcome), ReasonCode(reason)))


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


def at_stage(values: dict[str, Any], stage: Stage, own_stage: Stage) -> dict[str, Any]:
    """What is derived of a license (`Derived.at`), moved to a stage other than that of its fields."""
    # The hash holds the mark of the stage unless the fields themselves say it (see `hashes_at_stages`).
    content = values["content"]
    for each in (Stage(values["stage"]), stage):
        content ^= 0 if each is own_stage else stage_mark(each)
    return {**values, "stage": str(stage), "content": content}
