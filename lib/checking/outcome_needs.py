"""Which columns an outcome needs, which of them a file has, and which of its other columns they may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.checking.check_summary import CheckSummary, ColumnSummary
from lib.domain.eligibility import Outcome
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.reading.cell_votes import is_readable

_NEEDED = {
    "license_key": "",
    "product": "",
    "hosting": "",
    "editors": "Server",
    "host_tier": "Server",
    "maintenance_end": "Cloud",
}
"""What the outcomes of domain.md §3 and §4 read, and of which licenses."""

_MOST_CANDIDATES = 3
_GUESSED_KINDS = frozenset(
    (ColumnKind.SIZE, ColumnKind.HOST_SIZE, ColumnKind.DATE, ColumnKind.HOSTING, ColumnKind.PRODUCT)
)


@dataclass(frozen=True, slots=True)
class OutcomeNeed:
    """A field that outcomes need: the column that has it, or those that may have it."""

    field: str
    hosting: str
    """Of which licenses; of all if blank."""

    column: str | None
    candidates: tuple[ColumnSummary, ...] = ()

    @property
    def title(self) -> str:
        """The field, and of which licenses it is needed."""
        title = COLUMNS[self.field].title
        if self.hosting:
            return f"{title} ({self.hosting})"
        return title


def outcome_needs(summary: CheckSummary) -> list[OutcomeNeed]:
    """What outcomes need, in the order of the domain."""
    headings = {field: heading for heading, field in summary.mapping.items()}
    needs = []
    for field, hosting in _NEEDED.items():
        if field == "hosting" and field not in headings and not summary.failure:
            continue  # each product's name says where it runs
        columns = () if field in headings else candidates(summary.columns, field)
        needs.append(OutcomeNeed(field, hosting, headings.get(field), columns))
    return needs


def candidates(columns: Sequence[ColumnSummary], field: str) -> tuple[ColumnSummary, ...]:
    """The columns without a field that may have this one: by their headings first, then by their samples."""
    free = [column for column in columns if not column.field and column.samples]
    by_heading = [column for column in free if field in column.suggestions]
    by_cells = [column for column in free if column not in by_heading and samples_fit(column, field)]
    return tuple([*by_heading, *by_cells][:_MOST_CANDIDATES])


def is_of_outcomes(column: ColumnSummary) -> bool:
    """Whether a column has samples that all can be read as something that outcomes need."""
    return bool(column.samples) and any(samples_fit(column, field) for field in _NEEDED)


def samples_fit(column: ColumnSummary, field: str) -> bool:
    """Whether a column's samples can all be read as a field whose cells can be told from others."""
    if field == "license_key":
        return all(map(looks_like_key, column.samples))
    return COLUMNS[field].kind in _GUESSED_KINDS and all(is_readable(text, field) for text in column.samples)


def looks_like_key(text: str) -> bool:
    """Whether a text has letters and digits and no blank, as keys mostly have, and is nothing that is told otherwise."""
    is_mixed = any(map(str.isalpha, text)) and any(map(str.isdigit, text)) and not any(map(str.isspace, text))
    return is_mixed and not any(is_readable(text, field) for field in ("editors", "maintenance_end", "contact_email"))


def lacks_every_outcome(summary: CheckSummary) -> bool:
    """Whether a file would bring in licenses of which none has an outcome."""
    count = summary.counts.written
    return count > 0 and summary.effect.verdicts.get(Outcome.NEEDS_INFO, 0) == count
