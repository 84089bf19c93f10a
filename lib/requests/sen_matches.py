"""The result of each line with a SEN, in codes and in sentences."""

from dataclasses import dataclass
from enum import StrEnum

from lib.domain.text import quote
from lib.requests.sen_lines import SenCode, problem_sentence, remark_sentence


class SenOutcome(StrEnum):
    """What comes of a line."""

    RECORDED = "recorded"
    SAME = "same"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    UNKNOWN_KEY = "unknown_key"
    GONE = "gone"
    MALFORMED = "malformed"
    HEADING = "heading"
    TAKEN = "taken"
    HAS_OTHER = "has_other"
    CLOUD = "cloud"


SEN_OUTCOME_TITLES = {
    SenOutcome.RECORDED: "Matches",
    SenOutcome.SAME: "Recorded already",
    SenOutcome.REPEATED: "Listed twice",
    SenOutcome.CONTRADICTS: "Contradicts another line",
    SenOutcome.UNKNOWN_KEY: "Unknown key",
    SenOutcome.GONE: "License removed",
    SenOutcome.MALFORMED: "Cannot be read",
    SenOutcome.HEADING: "Heading",
    SenOutcome.TAKEN: "SEN of another license",
    SenOutcome.HAS_OTHER: "Has another SEN",
    SenOutcome.CLOUD: "Cloud license",
}


@dataclass(frozen=True, slots=True)
class SenMatch:
    """What comes of a line, or would: `key` is the license's if `is_known`, else what the line has for one.

    What stands against it is another line (`other_place`) and its SEN for this license or its license for this SEN, the
    SEN that the license has (`other_sen`), or the license that has the SEN (`other_key`). `remark` is what else an
    answer says of the license. `lines` is the number of lines that it takes.
    """

    line: int
    place: str
    key: str
    sen: str
    outcome: SenOutcome
    is_known: bool = False
    problem: SenCode | None = None
    remark: str = ""
    other_place: str = ""
    other_key: str = ""
    other_sen: str = ""
    lines: int = 1

    @property
    def sentence(self) -> str:
        """Why that comes of it, and the answer's remark."""
        return self.reason + remark_sentence(self.remark)

    @property
    def reason(self) -> str:
        """Why that comes of it."""
        match self.outcome:
            case SenOutcome.MALFORMED | SenOutcome.HEADING:
                return problem_sentence(self.problem or SenCode.NO_LICENSE, self.key, self.sen)
            case SenOutcome.UNKNOWN_KEY:
                what = f"the key {quote(self.key)}" if self.key else "a key that is on this line"
                return f"No license has {what}, nor is it the id of a pack."
            case SenOutcome.CONTRADICTS if self.other_sen:
                return f"{self.other_place} says another SEN of this license. Find out which is right."
            case SenOutcome.CONTRADICTS:
                return f"{self.other_place} says {self.sen} of another license. One SEN belongs to one license."
            case SenOutcome.TAKEN:
                return f'{self.sen} is that of license "{self.other_key}". One SEN belongs to one license.'
        return self._reason_of_known_license()

    def _reason_of_known_license(self) -> str:
        reasons = {
            SenOutcome.RECORDED: "With this SEN, the license counts as migrated.",
            SenOutcome.SAME: f"{self.sen} is already recorded.",
            SenOutcome.REPEATED: f"{self.other_place} says the same.",
            SenOutcome.GONE: f'No license has the key "{self.key}".',
            SenOutcome.HAS_OTHER: f"It already has {self.other_sen}. Edit the license if that is wrong.",
            SenOutcome.CLOUD: "It is a Cloud license: Balsamiq moved those without a request.",
        }
        return reasons[self.outcome]


@dataclass(frozen=True, slots=True)
class SenMatches:
    """What comes of lines, or would, line by line; `change` is the number of the change, None if nothing was written."""

    lines: tuple[SenMatch, ...]
    change: int | None = None

    def of(self, *outcomes: SenOutcome) -> tuple[SenMatch, ...]:
        """The lines of which this comes."""
        return tuple(match for match in self.lines if match.outcome in outcomes)

    @property
    def line_counts(self) -> tuple[int, int]:
        """How many lines are recorded, and how many are not; both together are all lines."""
        recorded = sum(match.lines for match in self.of(SenOutcome.RECORDED))
        return recorded, sum(match.lines for match in self.lines) - recorded

    @property
    def sens(self) -> dict[str, str]:
        """The SENs that are recorded, by license key."""
        return {match.key: match.sen for match in self.of(SenOutcome.RECORDED)}
