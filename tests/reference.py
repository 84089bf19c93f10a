"""An import done the plainest way: row by row, cell by cell, with dictionaries. What the application does at once must be this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.cells import formula_like, read_text
from lib.columns import reader_for
from lib.customers import organisation
from lib.dates import DateOrder
from lib.eligibility import Outcome, judge
from lib.facts import facts_of
from lib.licenses import COLUMNS, TEXTUAL, Kind, License
from lib.policy import Policy
from lib.products import read_product
from lib.words import Misread

CONTENT = (*COLUMNS, "country_text")
_VERDICT = ("from_size", "to_tier", "tier_steps", "users_added", "consent", "plan_detail", "plan_end", "borderline")

Row = Mapping[str, str]
"""A row's cells by field."""
Told = tuple[int, str, str | None, str | None]
"""What is wrong: the row from 1, the code, the field, the cell's text."""


@dataclass(slots=True)
class Version:
    """A license as it stood from one change until before another."""

    license: dict[str, Any]
    since: int
    until: int | None = None


@dataclass(slots=True)
class Reading:
    """One row read: values by field, blank where unreadable, and what could not be read."""

    values: dict[str, Any]
    wrong: dict[str, Misread]


@dataclass(slots=True)
class Outcomes:
    """What importing a file came to."""

    errors: list[Told] = field(default_factory=list)
    warnings: list[Told] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)


class Reference:
    """Licenses and all that became of them, one file after the other."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.versions: list[Version] = []
        self.change = 0

    def standing(self) -> dict[str, Version]:
        """The version of each license that stands now."""
        return {version.license["license_key"]: version for version in self.versions if version.until is None}

    def bring(self, fields: Sequence[str], lines: Sequence[Sequence[str]]) -> Outcomes:
        """Import rows of cells; those not as wide as the header are held."""
        told = Outcomes()
        rows = {number: dict(zip(fields, cells, strict=True)) for number, cells in _whole(fields, lines).items()}
        read = {number: self._read(cells) for number, cells in rows.items()}
        told.errors += [(n, "wrong_width", None, ",".join(c)) for n, c in enumerate(lines, 1) if n not in rows]
        repeats, conflicts = _doubles(read)
        for number, cells in rows.items():
            if number not in repeats:
                told.errors += self._errors(number, cells, read[number])
            told.warnings += self._warnings(number, cells, read[number])
        told.errors += [(n, "conflicting_duplicate", "license_key", rows[n]["license_key"]) for n in conflicts]
        told.warnings += [(n, "duplicate_row", "license_key", rows[n]["license_key"]) for n in repeats]
        held = {number for number, *_ in told.errors}
        taken = [self._license(rows[n], read[n]) for n in rows if n not in held and n not in repeats]
        told.counts = {"rows": len(lines), "held": len(held), "repeated": len(repeats), **self._take(taken)}
        told.reached = {code for _, code, *_ in [*told.errors, *told.warnings]}
        told.reached |= {version.license["outcome"] for version in self.versions}
        told.reached |= {version.license["reason"] for version in self.versions}
        return told

    def _read(self, cells: Row) -> Reading:
        said = {
            name: reader_for(COLUMNS[name], order=DateOrder.DMY, ladder=self.policy.ladder)(text)
            for name, text in cells.items()
        }
        wrong = {name: value for name, value in said.items() if isinstance(value, Misread)}
        values = {name: _blank(name) if name in wrong or value is None else value for name, value in said.items()}
        if values.get("hosting") is None and "hosting" not in wrong:
            known = read_product(cells["product"])
            values["hosting"] = known[1] if known else None
        return Reading(values, wrong)

    def _errors(self, number: int, cells: Row, read: Reading) -> list[Told]:
        blank = [
            (number, "missing_required", name, cells[name])
            for name in ("license_key", "product")
            if name not in read.wrong and not read.values[name]
        ]
        unread = [
            (number, misread.code, name, cells[name])
            for name, misread in read.wrong.items()
            if misread.code != "unknown_country"
        ]
        return [*blank, *unread]

    def _warnings(self, number: int, cells: Row, read: Reading) -> list[Told]:
        formulas = [
            (number, "formula_like", name, text)
            for name, text in cells.items()
            if COLUMNS[name].kind in (Kind.KEY, Kind.TEXT) and formula_like(text)
        ]
        unknown = [
            (number, misread.code, name, cells[name])
            for name, misread in read.wrong.items()
            if misread.code == "unknown_country"
        ]
        return [*formulas, *unknown]

    def _license(self, cells: Row, read: Reading) -> dict[str, Any]:
        license = {name: read.values.get(name, _blank(name)) for name in COLUMNS}
        return {**license, "country_text": read_text(cells.get("country", ""))}

    def _take(self, licenses: Sequence[dict[str, Any]]) -> dict[str, int]:
        counts = {"new": 0, "changed": 0, "unchanged": 0}
        standing, change = self.standing(), self.change + 1
        for license in licenses:
            before = standing.get(license["license_key"])
            now = self._judged(_merged(license, before.license) if before else license)
            if before is None:
                counts["new"] += 1
            elif all(now[name] == before.license[name] for name in CONTENT):
                counts["unchanged"] += 1
                continue
            else:
                counts["changed"] += 1
                before.until = change
            self.versions.append(Version(now, change))
            self.change = change
        return counts

    def _judged(self, license: dict[str, Any]) -> dict[str, Any]:
        verdict = judge(facts_of(License(**{name: license[name] for name in COLUMNS})), self.policy)
        named = organisation(license["company"]) or organisation(license["license_name"])
        return {
            **{name: license[name] for name in CONTENT},
            **{name: getattr(verdict, name) for name in _VERDICT},
            "outcome": Outcome(verdict.outcome),
            "reason": verdict.reasons[0].code,
            "needs": ",".join(verdict.needs),
            "flags": ",".join(verdict.flags),
            "customer": named or license["contact_email"].casefold(),
        }


def _whole(fields: Sequence[str], lines: Sequence[Sequence[str]]) -> dict[int, Sequence[str]]:
    return {number: cells for number, cells in enumerate(lines, 1) if len(cells) == len(fields)}


def _blank(name: str) -> Any:
    return "" if COLUMNS[name].kind in TEXTUAL else None


def _doubles(read: Mapping[int, Reading]) -> tuple[list[int], list[int]]:
    """The rows that repeat an earlier one exactly, and those that contradict another of the same key."""
    repeats: list[int] = []
    firsts: dict[str, list[int]] = {}
    for number, row in read.items():
        if key := row.values["license_key"]:
            same = [other for other in firsts.setdefault(key, []) if read[other] == row]
            if same:
                repeats.append(number)
            else:
                firsts[key].append(number)
    return repeats, sorted(number for numbers in firsts.values() if len(numbers) > 1 for number in numbers)


def _merged(license: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A blank says nothing; but an unknown country is no blank."""
    kept = {name: before[name] if license[name] in (None, "") else license[name] for name in CONTENT}
    if license["country_text"]:
        kept["country"] = license["country"]
    return kept
