"""What an import does at once, column by column, is what it would do row by row, on both databases."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from lib import database, intake
from lib.check import Settings
from lib.eligibility import Outcome
from lib.licenses import COLUMNS, Kind
from lib.policy import Policy
from lib.schema import batch_parts, batches, changes, license_versions, rejections
from lib.store import batches as kept_batches
from lib.store import versions as change_numbers
from tests.reference import CONTENT, Outcomes, Reference
from tests.store.stories import versions

POLICY = Policy()
FIELDS = tuple(COLUMNS)
HEADER = [COLUMNS[name].title for name in FIELDS]
BLANKS = st.sampled_from(("", "", " ", "-", "N/A"))
_EDGES = [
    day + timedelta(days=near)
    for day in (
        POLICY.confluence_moved,
        POLICY.jira_moved,
        POLICY.old_unlimited_before,
        date(2016, 3, 20),
        date(2016, 1, 4),
    )
    for near in (-31, -1, 0, 1, 30)
]
_SIZES = ("1", "9", "10", "11", "24", "25", "100", "2,000", "2001", "10000", "Unlimited", "10 users", "many", "-3", "0")
CELLS: dict[Kind, st.SearchStrategy[str]] = {
    Kind.KEY: st.sampled_from(("K-1", "K-2", "K-3", "k-1", " K-4 ", '="K-5"', "=K-6", "1.23E+11", "ключ", "")),
    Kind.TEXT: BLANKS
    | st.sampled_from(
        ("Acme", "ACME Corp.", "Müller & Söhne GmbH", "=1+1", "@x", "+49 30 1", "a  b", "株式会社", "x@partner.example")
    ),
    Kind.SIZE: BLANKS | st.sampled_from(_SIZES),
    Kind.HOST_SIZE: BLANKS | st.sampled_from(_SIZES),
    Kind.DATE: BLANKS
    | st.sampled_from(_EDGES).map(lambda day: f"{day:%d/%m/%Y}")
    | st.sampled_from(_EDGES).map(date.isoformat)
    | st.sampled_from(("31/02/2018", "soon", "13/13/2016")),
    Kind.PRODUCT: BLANKS
    | st.sampled_from(
        (
            *("Mockups for Confluence", "Wireframes for Jira Server", "Jira", "Confluence Cloud", "Balsamiq Desktop"),
            *("Mockups for XWiki", "Trello", "Mokups"),
        )
    ),
    Kind.HOSTING: BLANKS | st.sampled_from(("Server", "Cloud", "Cloud", "Data Center", "OnDemand", "the moon")),
    Kind.YES_NO: BLANKS | st.sampled_from(("yes", "no", "ja", "✓", "0", "perhaps")),
    Kind.EMAIL: BLANKS
    | st.sampled_from(("ada@acme.example", "Bo <bo@PARTNER.example>", "x@partner.example", "a@b, c@d", "none at all")),
    Kind.COUNTRY: BLANKS | st.sampled_from(("DE", "Germany", "Deutschland", "USA", "Atlantis")),
    Kind.SEN: BLANKS | st.sampled_from(("SEN-1", "sen-l22", "AT-123", "12345")),
}
_TYPES = BLANKS | st.sampled_from(("Commercial", "Academic", "Evaluation", "Trial", "Community"))
_CELLS = {name: _TYPES if name == "license_type" else CELLS[column.kind] for name, column in COLUMNS.items()}
_LIKELY = {"license_key": "K-1", "product": "Jira", "hosting": "Server", "editors": "10", "host_tier": "25"}
_OTHERWISE: tuple[dict[str, str], ...] = (
    {},
    {"editors": "25"},
    {"editors": "100"},
    {"editors": ""},
    {"match_agreed": "no"},
    {"hosting": "Cloud"},
)
Line = list[str]


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A row: a usual license with some cells told otherwise, sometimes too short, rarely anything at all."""
    likely = {**_LIKELY, **draw(st.sampled_from(_OTHERWISE))}
    odd = draw(st.sets(st.sampled_from(FIELDS), max_size=5)) | {"license_key"}
    odd |= {"maintenance_end"} if likely["hosting"] == "Cloud" else set()
    row = [draw(_CELLS[name]) if name in odd else likely.get(name, "") for name in FIELDS]
    return row[: draw(st.sampled_from((len(row),) * 12 + (len(row) - 2,)))]


FILES = st.lists(st.lists(lines(), min_size=1, max_size=6), min_size=1, max_size=3)


def content(rows: Sequence[Line]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


def emptied(engine: Engine) -> None:
    with database.writing(engine) as connection:
        for table in (license_versions, changes, rejections, batch_parts, batches):
            connection.execute(delete(table))


def plain(value: Any) -> Any:
    """A stored value as the reference has it: numbers for truths, nothing for blanks."""
    return None if value in (None, "") else int(value) if isinstance(value, bool) else value


def told(engine: Engine, batch: int) -> dict[str, list[Any]]:
    with database.reading(engine) as connection:
        found = kept_batches.problems(connection, batch)
    return {
        severity: sorted((p.row, p.code, p.field, p.value or "") for p in found if p.severity == severity)
        for severity in ("error", "warning")
    }


def same(engine: Engine, reference: Reference, first: int) -> None:
    """Every version in the store is one of the reference, from and until the same file."""
    names = (*CONTENT, "customer", "outcome", "reason", "needs", "flags", "from_size", "to_tier", "tier_steps")
    names += ("users_added", "consent", "plan_detail", "plan_end", "borderline")
    with database.reading(engine) as connection:
        stored = [
            (row["since"] - first, row["until"] and row["until"] - first, *(plain(row[name]) for name in names))
            for row in versions(connection)
        ]
    expected = [
        (version.since, version.until, *(plain(version.license[name]) for name in names))
        for version in reference.versions
    ]
    assert sorted(stored, key=repr) == sorted(expected, key=repr)


def brought(engine: Engine, reference: Reference, rows: Sequence[Line]) -> Outcomes:
    """The same file brought in both ways; all that is told of it must be the same."""
    expected = reference.bring(FIELDS, rows)
    said = Settings(date_orders={"*": "dmy"})
    receipt = intake.import_file(engine, "licenses.csv", content(rows), said, "ada", POLICY)
    assert {name: receipt["counts"][name] for name in expected.counts} == expected.counts
    in_text = {
        severity: sorted((number, code, name, value or "") for number, code, name, value in problems)
        for severity, problems in (("error", expected.errors), ("warning", expected.warnings))
    }
    assert told(engine, receipt["batch"]) == in_text
    return expected


def test_columns_at_once_come_to_what_rows_one_by_one_do(engine: Engine) -> None:
    bounds = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

    @bounds
    @given(FILES)
    def come_to_the_same(files: list[list[Line]]) -> None:
        emptied(engine)
        reference = Reference(POLICY)
        first = newest_number(engine)
        for rows in files:
            brought(engine, reference, rows)
        same(engine, reference, first)

    come_to_the_same()


def newest_number(engine: Engine) -> int:
    """The highest number that a change ever had: none is used twice."""
    with database.writing(engine) as connection:
        number = change_numbers.begin_change(connection, by="nobody", kind="import", counts={})
        connection.execute(delete(changes))
    return number


def test_the_files_reach_every_error_warning_outcome_and_reason() -> None:
    """Else the property above would be true of less than it says."""
    reached: set[str] = set()

    @settings(max_examples=250, deadline=None, derandomize=True, database=None)
    @given(FILES)
    def reach(files: list[list[Line]]) -> None:
        reference = Reference(POLICY)
        for rows in files:
            reached.update(reference.bring(FIELDS, rows).reached)

    reach()
    codes = (
        "missing_required invalid_date invalid_size invalid_email invalid_yes_no invalid_sen unknown_product".split()
    )
    codes += "unknown_hosting unknown_country mangled_number duplicate_row conflicting_duplicate wrong_width".split()
    codes += "formula_like".split()
    reasons = "sen_recorded product evaluation data_center hosting maintenance_end maintenance_expired active".split()
    reasons += "recently_active editors host_tier matched exceeds declined_to_match below_host_tier".split()
    assert reached >= {*codes, *reasons, *Outcome}
