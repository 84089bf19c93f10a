"""How far the requests of many licenses have come: what their own fields tell, after where they stood before."""

from collections.abc import Mapping

import numpy as np

from lib.coded import Coded, Column, Mask
from lib.combined import combinations
from lib.eligibility import Verdict
from lib.merging import instead
from lib.migration_requests import Stage, stage_after, stage_told
from lib.products import Hosting

ASKED = ("server_confirmed", "match_agreed", "myatlassian_email", "holder_first_name", "holder_last_name")
"""Fields that only a request fills."""


def stages(licenses: Mapping[str, Column], verdicts: Coded, before: Mapping[str, Column]) -> dict[str, Coded]:
    """The columns `stage` and `stage_since` of licenses; None in the latter where the stage is new.

    `before` has both of the stored versions that the last of the licenses come in place of.
    """
    asked = np.logical_or.reduce([~licenses[name].blank() for name in ASKED]) & ~_in_cloud(licenses)
    told = instead(_told(verdicts, asked=False), asked, _told(verdicts, asked=True))
    new = len(told) - len(before["stage"])
    stood, since = (Coded.constant(None, new).followed_by(before[name]) for name in ("stage", "stage_since"))
    if not len(told):
        return {"stage": told.coded(), "stage_since": since}
    rows, codes = combinations([stood, told])
    pairs = zip(stood.take(rows).objects(), told.take(rows).objects(), strict=True)
    stage = Coded(codes.astype(np.int32), tuple(stage_after(was and Stage(was), now) for was, now in pairs))
    same: Mask = np.asarray(stage.objects() == stood.objects(), dtype=np.bool_)
    return {"stage": stage, "stage_since": since.where(same)}


def _told(verdicts: Coded, *, asked: bool) -> Coded:
    def told(verdict: Verdict) -> Stage:
        return stage_told(verdict.outcome, verdict.reasons[0].code, asked)

    return verdicts.map(told)


def _in_cloud(licenses: Mapping[str, Column]) -> Mask:
    return licenses["hosting"].where_value(lambda hosting: hosting is Hosting.CLOUD)
