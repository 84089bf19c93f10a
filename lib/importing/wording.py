"""What importing a file did or would do, in words."""

from lib.checking.check_summary import CheckSummary
from lib.checking.outcome_needs import lacks_every_outcome
from lib.domain.changes import ChangeKind
from lib.domain.display import column_title
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.import_counts import Effect, RowCounts
from lib.domain.text import quantity

COUNT_TITLES = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "held": "Skipped",
    "repeated": "Duplicates",
}
"""What may become of a row, in the order people ask."""

DELIMITER_TITLES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
"""What the separators are called."""

CHANGE_TITLES = {ChangeKind.IMPORT: "Imported", ChangeKind.UNDO: "Undone", ChangeKind.REDO: "Redone"}

_MOST = 0.5
"""The share of stored licenses with another value in a field from which a wrong file is likely."""

# So few licenses may all change without a question.
_FEW_LICENSES = 5

_MANY_HELD = 0.1
"""The share of held rows from which a wrong file is likelier than wrong rows."""


def delimiter_title(delimiter: str | None) -> str:
    """What a separator is called; one without a name stands for itself."""
    if not delimiter:
        return "none"
    return DELIMITER_TITLES.get(delimiter, delimiter)


def commit_label(counts: RowCounts) -> str:
    """The label of the button: `Import 365 licenses, skip 6 rows`."""
    label = "Close: nothing to import"
    if counts.written:
        label = f"Import {quantity(counts.written, 'license')}"
    if not counts.held:
        return label
    return f"{label}, skip {quantity(counts.held, 'row')}"


def replaced_fields(summary: CheckSummary) -> dict[str, int]:
    """The fields that most of the stored licenses in a file would change, the most changed first."""
    stored = summary.counts.changed + summary.counts.unchanged
    if stored < _FEW_LICENSES:
        return {}
    fields = {name: count for name, count in summary.changed_fields.items() if count > _MOST * stored}
    return dict(sorted(fields.items(), key=lambda entry: -entry[1]))


def right_file_sentence(summary: CheckSummary) -> str:
    """Whether a file that would change most licenses in a field is the right one; empty if it would not."""
    changes = [f"{count:,} would change their {field_title(name)}" for name, count in replaced_fields(summary).items()]
    if not changes:
        return ""
    stored = summary.counts.changed + summary.counts.unchanged
    return f"Right file? Of {stored:,} stored licenses, {', '.join(changes)}."


def field_title(name: str) -> str:
    """A field within a sentence."""
    title = column_title(name)
    if title[1:2].islower():
        return title[0].lower() + title[1:]
    return title


def import_label(summary: CheckSummary) -> str:
    """What importing a checked file does, as its button says it."""
    if replaced_fields(summary):
        return overwrite_label(summary.counts)
    label = commit_label(summary.counts)
    if lacks_every_outcome(summary):
        return f"{label} without an outcome"
    return label


def overwrite_label(counts: RowCounts) -> str:
    """What importing does where most stored licenses change: `Overwrite 594 licenses, add 3`."""
    label = f"Overwrite {quantity(counts.changed, 'license')}"
    if counts.new:
        label = f"{label}, add {counts.new:,}"
    if counts.held:
        return f"{label}, skip {quantity(counts.held, 'row')}"
    return label


def many_skipped_sentence(counts: RowCounts) -> str:
    """How many rows would be skipped, as a question."""
    verb = "has" if counts.held == 1 else "have"
    return (
        f"{counts.held:,} of {quantity(counts.rows, 'row')} {verb} errors and will not be imported. "
        "Are the columns, the date order and the file right?"
    )


def effect_line(effect: Effect) -> str:
    """The business effect in one line: `220 become ready · 3 no longer ready`."""
    verb = "becomes" if effect.gained == 1 else "become"
    upgrades = "new or changed upgrade" if effect.tier_moves == 1 else "new or changed upgrades"
    parts = {
        f"{verb} ready to move or upgrade": effect.gained,
        "no longer ready": effect.lost,
        upgrades: effect.tier_moves,
        "Cloud: legacy plan → expired": effect.to_expired,
        "Cloud: expired → legacy plan": effect.to_legacy,
    }
    return " · ".join(f"{count:,} {name}" for name, count in parts.items() if count) or "No outcome changes"


def short_effect(effect: Effect) -> str:
    """The business effect as a list has room for: `+4 −0 ready`."""
    return f"+{effect.gained:,} −{effect.lost:,} ready"


def verdicts_line(effect: Effect) -> str:
    """How the written licenses are judged: `2 eligible · 1 needs information`; empty if none is written."""
    counts = [(effect.verdicts.get(outcome, 0), outcome) for outcome in Outcome]
    return " · ".join(f"{count:,} {title_within_line(outcome)}" for count, outcome in counts if count)


def title_within_line(outcome: Outcome) -> str:
    """An outcome's title in lower case, except for the name Cloud."""
    title = OUTCOME_TITLES[outcome]
    if title.startswith("Cloud"):
        return title
    return title[0].lower() + title[1:]


def has_many_held(counts: RowCounts) -> bool:
    """Whether so many rows are held that the file, or how it is read, must be doubted."""
    return counts.held > _MANY_HELD * counts.rows
