"""What an import does at once, column by column, is what it would do row by row, on both databases."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from lib.checking.settings import Settings
from lib.domain.changes import ChangeKind
from lib.domain.cloud_plan import PlanDetail
from lib.domain.eligibility import Outcome
from lib.domain.facts import Consent
from lib.domain.flags import FLAG_TITLES
from lib.domain.licenses import COLUMNS, REQUIRED, ColumnKind
from lib.domain.policy import Policy
from lib.importing import imports, reversal
from lib.store import change_log, database, row_problems
from lib.store.schema import batch_parts, batches, changes, license_versions, mappings, meanings, rejections
from tests.actors import editor
from tests.complaints import FIELD
from tests.examples import examples
from tests.reference import CONTENT, VERDICT, File, Outcomes, Reference
from tests.store.stories import versions

POLICY = Policy()
OTHERS = ("Colour", "Shelf")
"""Columns that are no field."""
BLANKS = st.sampled_from(("", "", " ", "-", "N/A"))
_DAYS = (POLICY.confluence_moved, POLICY.jira_moved, POLICY.old_unlimited_before, date(2016, 3, 20), date(2016, 1, 4))
_EDGES = st.sampled_from([day + timedelta(days=near) for day in _DAYS for near in (-31, -1, 0, 1, 30)])
_ODD_SIZES = ("2,000", "2001", "10.000", "Unlimited", "-1", "10 users", "1-25", "500+", "many", "-3", "0")
_SIZES = ("1", "9", "10", "11", "24", "25", "26", "100", "101", "9999", *_ODD_SIZES)
CELLS: dict[ColumnKind, st.SearchStrategy[str]] = {
    ColumnKind.KEY: st.sampled_from(("K-1", "K-2", "K-3", "K-7", "K-8", "K-9", "k-1"))
    | st.sampled_from((" K-4 ", '="K-5"', "=K-6", "1.23E+11", "ключ", "")),
    ColumnKind.TEXT: BLANKS
    | st.sampled_from(("Acme", "ACME Corp.", "Müller & Söhne GmbH", "=1+1", "@x", "+49 30 1", "a  b", "two\nlines"))
    | st.sampled_from(("株式会社", "x@partner.example", "ＡＣＭＥ ltd", "zero\u200bwidth")),
    ColumnKind.SIZE: BLANKS | st.sampled_from((*_SIZES, "Evaluation")),
    ColumnKind.HOST_SIZE: BLANKS
    | st.sampled_from((*_SIZES, "Jira 25, Service Desk 15", "Jira 100 / Confluence 500", "Confluence 50")),
    ColumnKind.DATE: BLANKS
    | _EDGES.map(lambda day: f"{day:%d/%m/%Y}")
    | _EDGES.map(date.isoformat)
    | _EDGES.map(lambda day: f"{day:%-m/%-d/%y}")
    | st.sampled_from(("31/02/2018", "soon", "13/13/2016", "1 May 1850", "Never", "0000-00-00")),
    ColumnKind.PRODUCT: BLANKS
    | st.sampled_from(("Mockups for Confluence", "Wireframes for Jira Server", "Jira", "Confluence Cloud"))
    | st.sampled_from(("Balsamiq Desktop", "Mockups for XWiki", "Trello", "Mokups")),
    ColumnKind.HOSTING: BLANKS | st.sampled_from(("Server", "Cloud", "Cloud", "Data Center", "OnDemand", "the moon")),
    ColumnKind.YES_NO: BLANKS | st.sampled_from(("yes", "no", "ja", "✓", "0", "perhaps")),
    ColumnKind.EMAIL: BLANKS
    | st.sampled_from(("ada@acme.example", "Bo <bo@PARTNER.example>", "x@partner.example", "a@b, c@d", "none at all")),
    ColumnKind.COUNTRY: BLANKS | st.sampled_from(("DE", "Germany", "Österreich", "USA", "Atlantis")),
    ColumnKind.SEN: BLANKS | st.sampled_from(("SEN-1", "sen-l22", "AT-123", "12345")),
}
_TYPES = BLANKS | st.sampled_from(("Commercial", "Academic", "Evaluation", "Trial", "Community"))
_OTHER_CELLS = st.sampled_from(("", "", "red", ' "7" ', "ü\nx", "C:\\x"))
_CELLS = {title: _TYPES if name == "license_type" else CELLS[COLUMNS[name].kind] for title, name in FIELD.items()}
_CELLS |= dict.fromkeys(OTHERS, _OTHER_CELLS)
_USUAL = {"License key": "K-1", "Product": "Jira", "Hosting": "Server", "Editors": "10", "Server tier": "25"}
_MOVED = ("Jira", "2016-04-04"), ("Jira", "2016-01-03"), ("Confluence", "2016-06-19"), ("Confluence", "2016-03-19")
_PARTNER = {"Contact email": "x@partner.example"}
_OTHERWISE: tuple[dict[str, str], ...] = (
    {},
    {"Editors": "25", "Maintenance ends": "2020-01-31"},
    {"Editors": "3", "Maintenance ends": "2020-01-31"},
    {"Editors": "100", "Maintenance ends": "2021-01-31", "Contact email": "Ada@ACME.example"},
    {"Editors": ""},
    {"Server tier": ""},
    {"Server tier": "87"},
    {"Server tier": "Confluence 50"},
    {"Editors": "Evaluation"},
    {"Hosting": "Cloud", "Maintenance ends": "Never"},
    {"Hosting": "the moon"},
    {"Server tier": "Unlimited", "Purchase date": "2012-01-31"},
    {"Consent to match": "no"},
    {"Consent to match": "yes"},
    {"Hosting": "Data Center"},
    {"Product": "Wireframes for Jira Server"},
    {"Product": "Wireframes for Jira Server", "Hosting": ""},
    {"SEN": "SEN-1"},
    {"License type": "Evaluation"},
    {"Product": "Balsamiq Desktop", "Country": "Atlantis"},
    {"License type": "Academic", **_PARTNER, "Reseller": "PARTNER.example"},
    {**_PARTNER, "Expert email": "bo@partner.example"},
    *({"Product": name, "Hosting": "Cloud", "Maintenance ends": day} for name, day in _MOVED * 3),
)
_UNREADABLE = ("editors:invalid_size", "product:unknown_product", "hosting:unknown_hosting", "sen:invalid_sen")
_FORGIVEN = st.sets(
    st.sampled_from((*_UNREADABLE, "country:unknown_country", "license_key:mangled_number", "editors:no_size")),
    max_size=3,
)
_LEAST = 3
"""Cells that a row fills: a line of fewer may be taken for a title or a footer."""


@st.composite
def lines(draw: st.DrawFn, header: Sequence[str], key: str) -> list[str]:
    """A row: a usual license with some cells told otherwise, sometimes too short or too long."""
    usual = {**_USUAL, **draw(st.sampled_from(_OTHERWISE)), "License key": key}
    odd = draw(st.sets(st.sampled_from(header), max_size=draw(st.sampled_from((0, 1, 4)))))
    row = [draw(_CELLS[title]) if title in odd else usual.get(title, "") for title in header]
    row = row if sum(bool(cell.strip()) for cell in row) >= _LEAST else [usual.get(title, "") for title in header]
    return draw(st.sampled_from((row,) * 20 + (row[:-1], [*row, "more"])))


@st.composite
def random_settings(draw: st.DrawFn, header: Sequence[str], length: int) -> Settings:
    """What a person says of a file: texts that mean others, cells to correct, unreadable ones to leave empty."""
    fields = st.sampled_from([title for title in header if title in FIELD])
    edits: dict[str, dict[str, str]] = {}
    for number in draw(st.sets(st.integers(1, length), max_size=1)):
        titles = draw(st.sets(st.sampled_from(header), min_size=1, max_size=3) | st.just(set(header)))
        edits[str(number)] = {title: draw(_CELLS[title]) for title in header if title in titles}
    return Settings(
        encoding="utf-8",
        delimiter=",",
        header_line=1,
        date_orders={"*": draw(st.sampled_from(("dmy", "dmy", "mdy")))},
        leave_empty=tuple(sorted(draw(_FORGIVEN))) if draw(st.booleans()) else (),
        replacements={title: draw(random_meanings(title)) for title in draw(st.sets(fields, max_size=2))},
        edits=edits,
        blank=draw(st.sampled_from(("keep", "keep", "clear"))),
    )


def random_meanings(title: str) -> st.SearchStrategy[dict[str, str]]:
    texts = _CELLS[title].map(str.strip).filter(bool)
    return st.dictionaries(texts, _CELLS[title], min_size=1, max_size=2)


@st.composite
def files(draw: st.DrawFn) -> File:
    """A file of all columns or of some."""
    needed = {COLUMNS[name].title for name in REQUIRED}
    left_out = draw(st.just(set()) | st.sets(st.sampled_from((*FIELD, *OTHERS)), max_size=12)) - needed
    header = [title for title in (*FIELD, *OTHERS) if title not in left_out]
    keys = draw(
        st.lists(CELLS[ColumnKind.KEY], min_size=1, max_size=12, unique=draw(st.sampled_from((True, True, False))))
    )
    rows = [draw(lines(header, key)) for key in keys]
    plain = Settings(encoding="utf-8", delimiter=",", header_line=1, date_orders={"*": "dmy"})
    return File(header, rows, draw(st.just(plain) | random_settings(header, len(rows))))


STORIES = st.lists(files() | files() | st.integers(0, 2), min_size=2, max_size=6)
"""Files, and the places of earlier files that are undone, or redone if they were undone before."""


def outcome(*rows: dict[str, str], **settings: Any) -> File:
    """A file of usual licenses with some cells told otherwise."""
    header = [*dict.fromkeys(title for row in ({**_USUAL}, *rows) for title in row)]
    cells = [[{**_USUAL, **row}.get(title, "") for title in header] for row in rows]
    return File(header, cells, Settings(date_orders={"*": "dmy"}, **settings))


RARE: tuple[list[File | int], ...] = (
    [
        outcome(
            {"Editors": "25", "Maintenance ends": "2020-01-31"},
            {"Maintenance ends": "2020-01-31"},
            {"License key": "K-2", "Editors": "25", "Maintenance ends": "2020-01-31"},
            {"License key": "K-2", "Maintenance ends": "2020-02-01"},
            {"License key": "K-3", "Product": "Jira Server", "Hosting": ""},
            {"License key": "K-3", "Product": "Jira Server"},
        )
    ],
    [outcome({"Editors": "25"}), outcome({"SEN": "SEN-1"}), outcome({"SEN": "SEN-2", "Editors": "50"}), 1, 2, 1, 0],
    [
        outcome({"Editors": "25", "Colour": "red", "Shelf": "7", "Country": "DE", "Company": "Acme"}),
        outcome({"Editors": "", "Colour": "", "Country": "", "Company": "-"}, blank="clear"),
        outcome({"Country": "Atlantis", "Colour": "", "Shelf": " 8 "}),
    ],
    [
        outcome({"Product": "Confluence", "Hosting": "Cloud", "Maintenance ends": "2016-03-20"}),
        outcome({"Product": "Confluence", "Hosting": "Cloud", "Maintenance ends": "2016-03-19"}),
        outcome({"Product": "Trello", "Hosting": "Cloud", "Maintenance ends": "2016-06-20"}, leave_empty=_UNREADABLE),
    ],
    [
        outcome({"Product": "Mokups"}, replacements={"Product": {"Mokups": "Jira"}}),
        outcome({"Product": "Mokups"}, {"Editors": "1"}),
    ],
)
"""What chance rarely finds: advice on equal days, hosting told twice over, a move that is no loss, cells cleared."""


def content(file: File) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([file.header, *file.rows])
    return text.getvalue().encode()


def emptied(engine: Engine) -> int:
    """Forget everything; gives the highest number that a change ever had: none is used twice."""
    with database.writing(engine) as connection:
        number = change_log.begin_change(connection, actor=editor("nobody"), kind=ChangeKind.IMPORT)
        for table in (license_versions, changes, rejections, batch_parts, batches, mappings, meanings):
            connection.execute(delete(table))
    return number


def plain(value: Any) -> Any:
    """A stored value as the reference has it: numbers for truths, nothing for blanks."""
    return None if value in (None, "", {}) else int(value) if isinstance(value, bool) else value


def same_versions(engine: Engine, reference: Reference, first: int, numbers: Sequence[int]) -> None:
    """Every version in the store is one of the reference, from and until the same change, of the same line."""
    names = (
        *(set(CONTENT) - {"extra"}),
        *VERDICT,
        "customer",
        "outcome",
        "reason",
        "needs",
        "flags",
        "edited",
        "stage",
    )
    with database.reading(engine) as connection:
        stored = [
            (
                *(row["since"] - first, row["until"] and row["until"] - first, row["batch_id"], row["line"]),
                *(plain(json.loads(row["extra"] or "{}")), *(plain(row[name]) for name in names)),
            )
            for row in versions(connection)
        ]
    expected = [
        (
            *(version.since, version.until, numbers[version.batch], version.line),
            *(plain(version.license["extra"]), *(plain(version.license.get(name)) for name in names)),
        )
        for version in reference.versions
    ]
    assert sorted(stored, key=repr) == sorted(expected, key=repr)


def bring_in(engine: Engine, reference: Reference, file: File) -> int:
    """The same file brought in both ways; all that is told of it must be the same. Gives its number."""
    expected = reference.bring(file)
    receipt = imports.import_file(engine, "licenses.csv", content(file), file.settings, editor("ada"), POLICY)
    number = receipt.batch
    with database.reading(engine) as connection:
        problems = row_problems.problems(connection, number)
    assert sorted(problems, key=repr) == sorted(expected.problems, key=repr)
    assert receipt.counts.to_json() == expected.counts
    assert receipt.effect.to_json() == expected.effect
    return number


def turned(engine: Engine, reference: Reference, place: int, numbers: Sequence[int], undone: set[int]) -> None:
    """Undo or redo a file both ways, if there is one at that place that changed anything."""
    if place < len(numbers) and reference.changes[place] is not None:
        turn = reversal.redo if place in undone else reversal.undo
        assert turn(engine, numbers[place], editor("ada")) == reference.take_back(place)
        undone ^= {place}


def come_to_the_same(engine: Engine, story: Sequence[File | int]) -> None:
    """A story told both ways, from an empty store."""
    first, reference = emptied(engine), Reference(POLICY)
    numbers: list[int] = []
    undone: set[int] = set()
    for step in story:
        if isinstance(step, File):
            numbers.append(bring_in(engine, reference, step))
        else:
            turned(engine, reference, step, numbers, undone)
    same_versions(engine, reference, first, numbers)


def test_columns_at_once_come_to_what_rows_one_by_one_do(engine: Engine) -> None:
    @settings(max_examples=examples(8), suppress_health_check=list(HealthCheck))
    @given(STORIES)
    def any_story(story: list[File | int]) -> None:
        come_to_the_same(engine, story)

    for story in RARE:
        come_to_the_same(engine, story)
    any_story()


def test_the_stories_reach_every_error_warning_and_verdict() -> None:
    """Else the property above would be true of less than it says."""
    reached: set[Any] = set()

    @settings(max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(STORIES)
    def reach(story: list[File | int]) -> None:
        reference = Reference(POLICY)
        for step in story:
            if isinstance(step, File):
                reached.update(reached_by(reference.bring(step)))
            elif step < len(reference.changes) and reference.changes[step] is not None:
                reached.update(name for name, count in reference.take_back(step).items() if count)
        for version in reference.versions:
            reached.update(str(version.license[name]) for name in ("outcome", "reason", "consent", "plan_detail"))
            reached.update(version.license["flags"].split(","))
            reached.add("borderline" if version.license["borderline"] else "plain")

    reach()
    assert EVERYTHING - reached == set()


def reached_by(outcomes: Outcomes) -> set[str]:
    """The codes of problems, and what was counted."""
    names = {name for name, count in {**outcomes.counts, **outcomes.effect}.items() if count}
    return {problem.code for problem in outcomes.problems} | names


ERRORS = frozenset(
    (
        *("missing_required", "invalid_date", "invalid_size", "invalid_email", "invalid_yes_no", "invalid_sen"),
        *("unknown_product", "unknown_hosting", "mangled_number", "conflicting_duplicate", "wrong_width"),
        *("contradicting_hosting", "several_servers", "no_date", "no_size"),
    )
)
WARNINGS = frozenset(("unknown_country", "formula_like", "duplicate_row", "no_customer", "short_row"))
REASONS = frozenset(
    (
        *("sen_recorded", "product", "evaluation", "data_center", "hosting", "maintenance_end", "maintenance_expired"),
        *("editors", "host_tier", "matched", "exceeds", "declined_to_match", "below_host_tier", *PlanDetail),
    )
)
EFFECTS = frozenset(("gained", "lost", "tier_moves", "to_expired", "to_legacy"))
COUNTS = frozenset(("rows", "new", "changed", "unchanged", "held", "repeated", "removed", "restored", "kept"))
FLAGS = frozenset(FLAG_TITLES) - {"maintenance_expired"}
"""Whether maintenance has run out is a matter of the day that someone looks: no import tells it."""
EVERYTHING = ERRORS | WARNINGS | REASONS | EFFECTS | COUNTS | FLAGS | {*Outcome, *Consent, "borderline", "plain"}
