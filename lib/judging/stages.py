"""How far the requests of many licenses have come: what their own fields tell, after where they stood before."""

from collections.abc import Mapping
from hashlib import sha256

import numpy as np

from lib.columnar.column import CodedColumn, Column, Mask
from lib.columnar.combinations import Hashes, combinations
from lib.domain.codes import ReasonCode
from lib.domain.eligibility import Outcome
from lib.domain.products import Hosting
from lib.domain.requests import Stage, stage_after, stage_from_fields

REQUEST_FIELDS = ("server_confirmed", "match_agreed", "myatlassian_email", "holder_first_name", "holder_last_name")
"""Fields that only a request fills."""

STAGE_INPUTS = ("outcome", "reason", "hosting", *REQUEST_FIELDS)
"""What `stages_from_fields` reads of licenses."""


def stages_from_fields(licenses: Mapping[str, Column]) -> CodedColumn:
    """The stage that each license's own fields and verdict tell; the columns are those of `STAGE_INPUTS`."""
    asked = np.logical_or.reduce([~licenses[name].blank() for name in REQUEST_FIELDS]) & ~_in_cloud(licenses)
    if not len(asked):
        return CodedColumn.of(())
    rows, codes = combinations(
        [licenses["outcome"], licenses["reason"], CodedColumn(asked.astype(np.int32), (False, True))]
    )
    shown = zip(*(licenses[name].take(rows).objects() for name in ("outcome", "reason")), asked[rows], strict=True)
    told = (
        stage_from_fields(Outcome(outcome), ReasonCode(reason), bool(is_asked)) for outcome, reason, is_asked in shown
    )
    return CodedColumn(codes.astype(np.int32), tuple(told)).distinct()


def stage_columns(told: CodedColumn, before: Mapping[str, Column]) -> dict[str, CodedColumn]:
    """The columns `stage` and `stage_since` of licenses whose fields tell a stage; None in the latter where it is new.

    `before` has both, and the columns of `STAGE_INPUTS`, of the stored versions that the last of the licenses come in place of.
    """
    new = len(told) - len(before["stage"])
    columns = (before["stage"], before["stage_since"], stages_from_fields(before))
    stood, since, told_before = (CodedColumn.constant(None, new).concat(column) for column in columns)
    if not len(told):
        return {"stage": told, "stage_since": since}
    rows, codes = combinations([stood, told, told_before])
    each = zip(*(column.take(rows).objects() for column in (stood, told, told_before)), strict=True)
    stage = CodedColumn(
        codes.astype(np.int32), tuple(stage_after(was and Stage(was), now, then) for was, now, then in each)
    )
    same: Mask = np.asarray(stage.objects() == stood.objects(), dtype=np.bool_)
    return {"stage": stage, "stage_since": since.where(same)}


def hashes_at_stages(contents: Hashes, stages: Column, told: CodedColumn) -> Hashes:
    """Content hashes of licenses that also differ where a license is at another stage than its fields tell."""
    at = np.array([stage_mark(Stage(stage)) for stage in stages.coded().values], dtype=np.int64)[stages.coded().codes]
    own = np.array([stage_mark(stage) for stage in told.values], dtype=np.int64)[told.codes]
    return np.where(at == own, contents, contents ^ at)


def stage_mark(stage: Stage) -> int:
    """What a content hash is combined with (by exclusive or) where people moved a license to a stage."""
    return int.from_bytes(sha256(stage.encode()).digest()[:8], "big", signed=True)


def _in_cloud(licenses: Mapping[str, Column]) -> Mask:
    return licenses["hosting"].where_value(lambda hosting: hosting is Hosting.CLOUD)
