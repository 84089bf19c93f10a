"""An import done the plainest way: row by row, cell by cell, with dictionaries. What the application does at once must be this."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from lib.checking.problem import Problem, Severity
from lib.checking.settings import Settings
from lib.checking.short_rows import is_whole
from lib.domain.customers import Identity, customer_key
from lib.domain.eligibility import Outcome
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS, TEXTUAL, ColumnKind, License
from lib.domain.mail_domains import WELL_KNOWN
from lib.domain.policy import Policy
from lib.domain.products import read_product
from lib.domain.rules import judge
from lib.domain.text import Misread
from lib.reading.cells import read_text
from lib.reading.column_readers import reader_for
from lib.reading.numeric_dates import DateOrder
from lib.reading.sizes import read_host_size
from tests.complaints import (
    FIELD,
    Row,
    conflicting,
    doubles,
    errors,
    needless_fields,
    nobody,
    ragged,
    repeated,
    short,
    warnings,
)

CONTENT = (*COLUMNS, "country_text", "extra")
VERDICT = ("from_size", "to_tier", "tier_steps", "users_added", "consent", "plan_detail", "plan_end", "borderline")
_MEANT = (ColumnKind.PRODUCT, ColumnKind.HOSTING, ColumnKind.YES_NO)
_MAY_MOVE = (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED)
_TO_GROUP = {"to_expired": (Outcome.LEGACY_PLAN, Outcome.EXPIRED), "to_legacy": (Outcome.EXPIRED, Outcome.LEGACY_PLAN)}
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file as a person brings it in: its header, its rows of cells, and what that person says of it."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    settings: Settings = field(default_factory=Settings)

    @property
    def others(self) -> list[str]:
        """The columns that are no field."""
        return [heading for heading in self.header if heading not in FIELD]

    @property
    def clears(self) -> set[str]:
        """The fields in which a blank cell clears what is stored."""
        fields = {FIELD[heading] for heading in self.header if heading in FIELD}
        fields |= {"country_text"} if "country" in fields else set()
        return fields if self.settings.blank == "clear" else set()


@dataclass(slots=True)
class Version:
    """A license as it stood from one change until before another, and the file and line that said so."""

    license: Fields
    batch: int
    line: int
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What importing a file came to."""

    problems: list[Problem]
    counts: dict[str, int]
    effect: dict[str, int]


class Reference:
    """Licenses and all that became of them, one file after the other."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.versions: list[Version] = []
        self.change = 0
        self.changes: list[int | None] = []
        """What each file changed last; None where it changed nothing."""
        self.meanings: dict[str, dict[str, str]] = {}
        """What texts were said to mean, by field, in any file until now."""

    def bring(self, file: File) -> Outcomes:
        """Import a file; rows that cannot be read, or contradict others, are held."""
        rows, problems = self._read(file)
        repeats, conflicts = doubles(rows)
        for row in rows:
            if row not in repeats:
                problems += errors(row)
            problems += warnings(row)
        problems += nobody(rows)
        problems += [repeated(row, rows) for row in repeats] + [conflicting(row, others) for row, others in conflicts]
        rows_with_errors = {problem.row for problem in problems if problem.severity is Severity.ERROR}
        good_rows = [row for row in rows if row.number not in rows_with_errors and row not in repeats]
        pairs = self._take(good_rows, file)
        counts = {"rows": len(file.rows), "held": len(rows_with_errors), "repeated": len(repeats), "edited": 0}
        new = sum(before is None for _, before in pairs)
        counts |= {"new": new, "changed": len(pairs) - new, "unchanged": len(good_rows) - len(pairs)}
        self._remember(file)
        return Outcomes(problems, counts, _effect(pairs))

    def take_back(self, batch: int) -> dict[str, int]:
        """Undo what a file changed last; doing so again takes the undoing back. What changed since is left alone."""
        change = self.changes[batch]
        added = {version.license["license_key"]: version for version in self.versions if version.since == change}
        removed = {version.license["license_key"]: version for version in self.versions if version.until == change}
        standing = self.standing()
        touched = added.keys() | removed.keys()
        back = [key for key in touched if _same(standing.get(key), added.get(key))]
        self.change += 1
        self.changes[batch] = self.change
        for key in back:
            if key in standing:
                standing[key].until = self.change
            if key in removed:
                was = removed[key]
                self.versions.append(Version(was.license, was.batch, was.line, self.change))
        restored = sum(key in removed for key in back)
        return {"removed": len(back) - restored, "restored": restored, "kept": len(touched) - len(back)}

    def standing(self) -> dict[str, Version]:
        """The version of each license that stands now."""
        return {version.license["license_key"]: version for version in self.versions if version.until is None}

    def _read(self, file: File) -> tuple[list[Row], list[Problem]]:
        rows, problems, line = [], [], 2
        for number, cells in enumerate(file.rows, 1):
            edits = file.settings.edits.get(str(number), {})
            missing = [""] * (len(file.header) - len(cells))
            if len(cells) == len(file.header) or set(edits) == set(file.header):
                row_cells = {**dict(zip(file.header, cells, strict=False)), **edits}
                rows.append(self._row(number, line, row_cells, file))
            elif not edits and is_whole(cells, [FIELD.get(heading) for heading in file.header]):
                rows.append(self._row(number, line, dict(zip(file.header, [*cells, *missing], strict=False)), file))
                problems.append(short(number, line, cells, len(file.header)))
            else:
                problems.append(ragged(number, line, cells, len(file.header)))
            line += 1 + "".join(cells).count("\n")
        return rows, problems

    def _row(self, number: int, line: int, cells: Mapping[str, str], file: File) -> Row:
        texts: dict[str, str] = {}
        values: dict[str, Any] = {}
        wrong: dict[str, Misread] = {}
        for heading, name in FIELD.items():
            if heading in cells:
                texts[name] = self._meant(number, heading, cells[heading], file.settings)
                order = DateOrder(file.settings.date_orders["*"])
                result = reader_for(COLUMNS[name], order=order, ladder=self.policy.ladder)(texts[name])
                if name == "host_tier":
                    product = values["product"] if "product" not in wrong else None
                    result = read_host_size(texts[name], self.policy.ladder, product)
                if isinstance(result, Misread) and not _forgiven(name, result, file.settings):
                    wrong[name] = result
                values[name] = _blank(name) if result is None or isinstance(result, Misread) else result
        if values["hosting"] is None and "hosting" not in wrong:
            reading = read_product(texts["product"])
            values["hosting"] = reading[1] if reading else None
        filled = {heading: text for heading in file.others if (text := cells[heading].strip())}
        row = Row(number, line, cells, texts, values, wrong, filled)
        titles = [COLUMNS[name].title for name in needless_fields(row)]
        return replace(row, others={**filled, **{title: cells[title].strip() for title in titles}})

    def _meant(self, number: int, heading: str, text: str, settings: Settings) -> str:
        if heading in settings.edits.get(str(number), {}):
            return text
        meanings = settings.replacements.get(heading, {})
        return {**self.meanings.get(FIELD[heading], {}), **meanings}.get(text.strip(), text)

    def _remember(self, file: File) -> None:
        for heading, meanings in file.settings.replacements.items():
            if COLUMNS[FIELD[heading]].kind in _MEANT or FIELD[heading] == "license_type":
                self.meanings.setdefault(FIELD[heading], {}).update(meanings)

    def _take(self, rows: Sequence[Row], file: File) -> list[tuple[Fields, Fields | None]]:
        """Write what is new or changed; gives each such license with what stood before."""
        standing, change, pairs = self.standing(), self.change + 1, []
        for row in rows:
            license, before = _license(row), standing.get(row.values["license_key"])
            if before:
                license = _merged(license, before.license, file)
                if all(license[name] == before.license[name] for name in CONTENT):
                    continue
                before.until = change
            now = requested(self._judged(license))
            self.versions.append(Version(now, len(self.changes), row.line, change))
            pairs.append((now, before.license if before else None))
        self.change = change if pairs else self.change
        self.changes.append(change if pairs else None)
        return pairs

    def _judged(self, license: Fields) -> Fields:
        verdict = judge(facts_of(License(**{name: license[name] for name in COLUMNS})), self.policy)
        return {
            **license,
            **{name: getattr(verdict, name) for name in VERDICT},
            "outcome": verdict.outcome,
            "reason": verdict.reasons[0].code,
            "needs": ",".join(verdict.needs),
            "flags": ",".join(verdict.flags),
            "customer": customer_key(
                Identity(**{field.name: license[field.name] for field in fields(Identity)}), WELL_KNOWN
            ),
        }


def requested(license: Fields) -> Fields:
    """The license with the stage of its request: a file holds no other deeds than a refusal and a SEN."""
    stage = "declined" if license["reason"] == "declined_to_match" else "not_requested"
    stage = "migrated" if license["outcome"] is Outcome.ALREADY_MIGRATED else stage
    return {**license, "stage": stage}


def _blank(name: str) -> Any:
    return "" if COLUMNS[name].kind in TEXTUAL else None


def _forgiven(name: str, misread: Misread, settings: Settings) -> bool:
    return name != "license_key" and f"{name}:{misread.code}" in settings.leave_empty


def _license(row: Row) -> Fields:
    return {
        **{name: row.values.get(name, _blank(name)) for name in COLUMNS},
        "country_text": read_text(row.texts.get("country", "")),
        "extra": dict(row.others),
    }


def _merged(license: Fields, before: Fields, file: File) -> Fields:
    """A blank says nothing, or clears where it shall; an unknown country is no blank."""
    values = {
        name: before[name] if value in (None, "") and name not in file.clears else value
        for name, value in license.items()
    }
    if license["country_text"]:
        values["country"] = license["country"]
    is_code = license["country_text"] == license["country"] == before["country"]
    if is_code and license["country"] and before["country_text"]:
        values["country_text"] = before["country_text"]
    gone = {heading for heading in file.header if heading in FIELD and license[FIELD[heading]] not in (None, "")}
    gone |= {heading for heading in file.header if heading in FIELD and file.settings.blank == "clear"}
    gone |= set(file.others) if file.settings.blank == "clear" else set()
    stays = {heading: text for heading, text in before["extra"].items() if heading not in gone}
    return {**values, "extra": {**stays, **license["extra"]}}


def _same(one: Version | None, other: Version | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(one.license[name] == other.license[name] for name in CONTENT)


def _effect(pairs: Sequence[tuple[Fields, Fields | None]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for now, before in pairs:
        was = before or dict.fromkeys(now)
        can, could = now["outcome"] in _MAY_MOVE, was["outcome"] in _MAY_MOVE
        counts["gained"] += can and not could
        counts["lost"] += could and not can and now["outcome"] is not Outcome.ALREADY_MIGRATED
        counts["tier_moves"] += any(now[name] != was[name] for name in ("from_size", "to_tier"))
        for name, flip in _TO_GROUP.items():
            counts[name] += (was["outcome"], now["outcome"]) == flip
        counts[f"now_{now['outcome']}"] += 1
    names = ("gained", "lost", "tier_moves", *_TO_GROUP, *(f"now_{outcome}" for outcome in Outcome))
    return {name: counts[name] for name in names}
