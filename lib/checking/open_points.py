"""What a checked file leaves to a person, by the steps of its journey."""

from collections.abc import Mapping
from enum import StrEnum

from lib.checking.check_summary import CheckSummary
from lib.checking.outcome_needs import lacks_every_outcome
from lib.checking.problem import Severity
from lib.reading.match_kinds import Sureness


class Step(StrEnum):
    """The steps of an open file, in their order."""

    FILE = "file"
    COLUMNS = "columns"
    CHECK = "check"
    PREVIEW = "preview"


def open_points(summary: CheckSummary) -> Mapping[Step, int]:
    """How many points of each step wait for a person; a failure hides those of later steps."""
    if summary.failure:
        return {Step.COLUMNS if summary.columns else Step.FILE: 1}
    errors = sum(cause.count for cause in summary.causes if cause.severity is Severity.ERROR)
    return {Step.COLUMNS: open_columns(summary), Step.CHECK: errors}


def open_columns(summary: CheckSummary) -> int:
    """How many questions about columns wait, the one for fields that outcomes need included."""
    probable = sum(1 for column in summary.columns if column.field and column.sureness is Sureness.PROBABLE)
    return len(summary.undecided) + probable + lacks_every_outcome(summary)


def first_step(summary: CheckSummary) -> Step:
    """The first step that needs a person: the preview, if nothing before it does."""
    points = open_points(summary)
    return next((step for step in Step if points.get(step)), Step.PREVIEW)


def is_settled(summary: CheckSummary, step: Step) -> bool:
    """Whether nothing waits in a step, nor did a failure keep it from being reached."""
    points = open_points(summary)
    if step is Step.PREVIEW or points.get(step):
        return False
    if step is Step.CHECK and lacks_every_outcome(summary):
        return False
    return not summary.failure or list(Step).index(step) < list(Step).index(first_step(summary))
