"""What checking a file found, in numbers and short lists: what a batch keeps and pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lib.checking.causes import Cause
from lib.checking.column_mapping import Remembered
from lib.checking.meanings import TextMeaning
from lib.checking.problem import Problem, Severity
from lib.checking.problem_table import problem_from
from lib.domain.import_counts import Effect, RowCounts
from lib.reading.match_kinds import Sureness, sureness_of
from lib.reading.problem_codes import ProblemCode


@dataclass(frozen=True, slots=True)
class Failure:
    """The error that stopped a check."""

    code: str
    message: str


_LISTS_OF_SHEETS = ("sheets", "sheet_rows", "license_sheets", "hidden_sheets")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSummary:
    """How a file was read; `rows` and `columns` are None if it is no table."""

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    sheet_rows: tuple[int, ...] = ()
    """How many rows each of several sheets has below its first."""

    license_sheets: tuple[str, ...] = ()
    """Those of several sheets whose first rows have a license's words, hidden ones only if no other has."""

    hidden_sheets: tuple[str, ...] = ()
    rows: int | None = None
    columns: int | None = None
    first_lines: tuple[tuple[int, str], ...] = ()
    """Physical line numbers and their unparsed text."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "FileSummary":
        """A summary from JSON, where every tuple is a list."""
        lines = tuple((number, text) for number, text in stored.get("first_lines", ()))
        sheets = {name: tuple(stored.get(name, ())) for name in _LISTS_OF_SHEETS}
        return cls(**{**stored, **sheets, "first_lines": lines})


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSummary:
    """One column of a file: its samples, the share of filled cells, and which field it is."""

    heading: str
    title: str
    """What the file calls it; `heading` tells columns of the same title apart."""

    samples: tuple[str, ...]
    filled: float
    field: str | None
    how: str
    """A `MatchKind` of `reading.match_kinds`, or `chosen` by a person."""

    suggestions: tuple[str, ...] = ()
    """Fields that its heading may mean, when it has none."""

    @property
    def sureness(self) -> Sureness | None:
        """How sure its field is; None if it has none, nor a suggestion."""
        return sureness_of(self.how, self.suggestions)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ColumnSummary":
        """A summary as JSON holds it; the first versions stored no title and no suggestions."""
        texts = {name: tuple(stored.get(name, ())) for name in ("samples", "suggestions")}
        return cls(**{"title": stored["heading"], **stored, **texts})


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSummary:
    """The order of day and month in one column, and what tells it."""

    order: str | None
    evidence: str
    must_ask: bool
    ambiguous: int = 1
    """Dates that can be read either way; earlier versions did not store it, so that pages offer the choice then."""

    examples: Sequence[Mapping[str, str]] = ()
    proofs: int = 0
    """Dates that can only be read in this order; earlier versions did not store it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSummary:
    """What a check found; after a `failure`, what was known until then."""

    failure: Failure | None = None
    reader: FileSummary = FileSummary()
    columns: Sequence[ColumnSummary] = ()
    dates: Mapping[str, DateSummary] = field(default_factory=dict)
    values: Mapping[str, Sequence[TextMeaning]] = field(default_factory=dict)
    unmapped: Sequence[str] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column → field."""

    remembered: Remembered | None = None
    """What was remembered and bears on this file; None if nothing was looked up."""

    counts: RowCounts = RowCounts()
    effect: Effect = Effect()
    causes: Sequence[Cause] = ()
    undecided: Sequence[Problem] = ()
    changed_fields: Mapping[str, int] = field(default_factory=dict)
    """Field → the stored licenses whose value would change."""

    policy: int = 0
    fingerprint: str = ""
    """What the check read of the store and what importing would write; earlier versions did not store it."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CheckSummary":
        """A summary as `to_json` gave it, or an earlier version that stored less."""
        failure, remembered = stored.get("failure"), stored.get("known")
        return cls(
            failure=Failure(**failure) if failure else None,
            reader=FileSummary.from_json(stored.get("reader", {})),
            columns=tuple(map(ColumnSummary.from_json, stored.get("columns", ()))),
            dates={name: DateSummary(**dates) for name, dates in stored.get("dates", {}).items()},
            values={name: meanings_from(texts) for name, texts in stored.get("values", {}).items()},
            unmapped=tuple(stored.get("unmapped", ())),
            mapping=stored.get("mapping", {}),
            remembered=Remembered(**remembered) if remembered is not None else None,
            counts=RowCounts.from_json(stored.get("counts", {})),
            effect=Effect.from_json(stored.get("effect", {})),
            causes=tuple(map(cause_from, stored.get("causes", ()))),
            undecided=tuple(map(problem_from, stored.get("undecided", ()))),
            changed_fields=stored.get("changed_fields", {}),
            policy=stored.get("policy", 0),
            fingerprint=stored.get("fingerprint", ""),
        )

    def to_json(self) -> dict[str, Any]:
        """The summary as JSON can hold it; a failure has no counts."""
        stored = {
            "failure": asdict(self.failure) if self.failure else None,
            "reader": asdict(self.reader),
            "columns": [asdict(column) for column in self.columns],
            "dates": {name: asdict(dates) for name, dates in self.dates.items()},
            "values": {name: list(map(asdict, texts)) for name, texts in self.values.items()},
            "unmapped": list(self.unmapped),
            "mapping": dict(self.mapping),
            "counts": {} if self.failure else self.counts.to_json(),
            "effect": {} if self.failure else self.effect.to_json(),
            "causes": [{**asdict(cause), "list": cause_list(place)} for place, cause in enumerate(self.causes)],
            "undecided": [asdict(problem) for problem in self.undecided],
            "changed_fields": dict(self.changed_fields),
            "policy": self.policy,
            "fingerprint": self.fingerprint,
        }
        if self.remembered is None:
            return stored
        return {**stored, "known": asdict(self.remembered)}


def cause_list(place: int) -> str:
    """The name of the list with the problems of a cause, by its place in the summary."""
    return f"cause:{place}"


def meanings_from(stored: Sequence[Mapping[str, Any]]) -> tuple[TextMeaning, ...]:
    """The meanings of a field's texts as JSON holds them."""
    return tuple(map(TextMeaning.from_json, stored))


def cause_from(stored: Mapping[str, Any]) -> Cause:
    """A cause as JSON holds it."""
    values = {name: value for name, value in stored.items() if name != "list"}
    return Cause(**{**values, "severity": Severity(stored["severity"]), "code": ProblemCode(stored["code"])})
