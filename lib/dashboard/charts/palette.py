"""The colours of the charts, for the light and for the dark theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.eligibility import Outcome
from lib.domain.requests import Stage


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours for one theme: of each outcome and stage (a colour of one is none of another, but migrated is migrated), of few, some and many, of what is settled and of texts on them.

    `text` and `quiet` are beside marks, `ground` is behind totals and empty cells, `page` what the charts stand on, `band` a window of time behind bars.
    """

    outcomes: Mapping[Outcome, str]
    stages: Mapping[Stage, str]
    few: str
    half: str
    many: str
    ground: str
    page: str
    band: str
    text: str
    quiet: str
    on_few: str
    on_many: str
    on_outcome: str

    @property
    def labels(self) -> Mapping[str, Any]:
        """The part of a specification that colours the labels of axes and legends."""
        quiet = {"labelColor": self.quiet, "titleColor": self.quiet}
        return {"config": {"axis": quiet, "legend": quiet}}


LIGHT = Palette(
    outcomes={
        Outcome.ELIGIBLE: "#0B7A5E",
        Outcome.UPGRADE_NEEDED: "#3B5BDB",
        Outcome.NEEDS_INFO: "#B35900",
        Outcome.NOT_ELIGIBLE: "#64708A",
        Outcome.ALREADY_MIGRATED: "#7A3FB8",
        Outcome.LEGACY_PLAN: "#0E7490",
        Outcome.EXPIRED: "#C2334D",
    },
    stages={
        Stage.MIGRATED: "#7A3FB8",
        Stage.SUBMITTED: "#A62C8F",
        Stage.VERIFIED: "#B8479F",
        Stage.RECEIVED: "#D06BAE",
        Stage.NOT_REQUESTED: "#828CA3",
    },
    few="#DFE6FD",
    half="#93A5EC",
    many="#3B5BDB",
    ground="#EDF0F7",
    page="#FBFCFE",
    band="#FDE9CF",
    text="#131A2A",
    quiet="#5A657C",
    on_few="#131A2A",
    on_many="#FFFFFF",
    on_outcome="#FFFFFF",
)
DARK = Palette(
    outcomes={
        Outcome.ELIGIBLE: "#3DD6A3",
        Outcome.UPGRADE_NEEDED: "#8FA6FF",
        Outcome.NEEDS_INFO: "#FFB454",
        Outcome.NOT_ELIGIBLE: "#8D99B3",
        Outcome.ALREADY_MIGRATED: "#C79BFF",
        Outcome.LEGACY_PLAN: "#5CC8E8",
        Outcome.EXPIRED: "#FF8299",
    },
    stages={
        Stage.MIGRATED: "#C79BFF",
        Stage.SUBMITTED: "#E87BE0",
        Stage.VERIFIED: "#F08BC8",
        Stage.RECEIVED: "#F2B3D3",
        Stage.NOT_REQUESTED: "#6E7A95",
    },
    few="#1E2A4D",
    half="#4B5F9C",
    many="#8FA6FF",
    ground="#182032",
    page="#0E131F",
    band="#3A2E1B",
    text="#E7ECF6",
    quiet="#A3AEC6",
    on_few="#E7ECF6",
    on_many="#0E131F",
    on_outcome="#0E131F",
)
