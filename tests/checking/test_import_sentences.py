"""What an import says to people: causes, samples, questions, findings, receipts."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lib.checking.causes import Cause, problems_csv, sort_causes
from lib.checking.check import CheckedFile
from lib.checking.column_samples import column_samples
from lib.checking.problem import Problem, Severity
from lib.checking.questions import assign_field
from lib.checking.settings import Settings
from lib.domain.display import display_text
from lib.domain.import_counts import RowCounts
from lib.domain.policy import Policy
from lib.domain.text import format_time
from lib.domain.tiers import UNLIMITED
from lib.importing import imports, reversal
from lib.importing.wording import commit_label, effect_line, has_many_held, verdicts_line
from lib.reading.date_order import describe_evidence
from lib.reading.problem_codes import ProblemCode
from lib.reading.tables import read_table
from lib.store import batches, change_log, check_results, database, reverts, row_problems
from tests.actors import ADMIN, EDITOR, editor

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample_legacy_licenses.csv"
HEADER = "License Key,Product,Hosting,Editors,Server tier,Purchase Date,Maintenance Expires\n"
POLICY = Policy()


def checked(text: str, settings: Settings | None = None) -> CheckedFile:
    return imports.read_and_check(text.encode(), "file.csv", settings or Settings(), POLICY)


def problem(code: str, line: int, severity: Severity = Severity.ERROR, **text: str | None) -> Problem:
    where: dict[str, str | None] = {"column": "Ends", "field": "maintenance_end", "value": "x", **text}
    return Problem(
        severity=severity, row=line - 1, line=line, code=ProblemCode(code), message=f"Line {line}: bad.", **where
    )


def brought_in(engine: Engine, text: str) -> int:
    number = imports.add_file(engine, "file.csv", text.encode(), Settings(), editor("ann"))
    imports.commit(engine, number, editor("ann"), POLICY)
    return number


def cause(code: str, count: int = 1, severity: Severity = Severity.ERROR, field: str = "maintenance_end") -> Cause:
    return Cause(severity, ProblemCode(code), "Ends", field, count)


def test_causes_are_told_the_errors_first_and_the_commonest_of_them() -> None:
    often, once, harmless = cause("invalid_date", 2), cause("invalid_size"), cause("formula_like", 3, Severity.WARNING)
    assert sort_causes([harmless, once, often]) == [often, once, harmless]
    assert often.title == "Ends: not a date"
    assert [often.covers(problem(code, 6)) for code in ("invalid_date", "invalid_size")] == [True, False]


def test_only_unreadable_cells_can_be_left_empty_and_never_the_key() -> None:
    dates, blanks, keys, notices = (
        cause(code, severity=severity, field=field)
        for code, severity, field in (
            ("invalid_date", Severity.ERROR, "maintenance_end"),
            ("missing_required", Severity.ERROR, "product"),
            ("mangled_number", Severity.ERROR, "license_key"),
            ("formula_like", Severity.WARNING, "notes"),
        )
    )
    assert (dates.leaving, blanks.leaving, keys.leaving, notices.leaving) == (
        "maintenance_end:invalid_date",
        None,
        None,
        None,
    )


def test_a_list_of_problems_opens_safely_in_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(problems_csv([problem("invalid_size", 4, value="=1+1")]).decode("utf-8-sig"))))
    assert rows == [
        ["Severity", "Line", "Column", "Code", "Value", "Message"],
        ["error", "4", "Ends", "invalid_size", "'=1+1", "Line 4: bad."],
    ]


def test_a_sample_shows_the_first_different_texts_and_how_much_is_filled() -> None:
    table = read_table(b"Key,Note\nA1,x\nA2,x\nA3, \nA4,y\n", "file.csv")
    keys, notes = column_samples(table)
    assert keys.texts == ("A1", "A2", "A3")
    assert keys.filled == 1
    assert notes.texts == ("x", "y")
    assert notes.filled == 0.75


def test_a_column_takes_its_field_away_from_the_one_that_had_it() -> None:
    assert assign_field({"A": "editors", "B": "host_tier"}, "C", "editors") == {"B": "host_tier", "C": "editors"}
    assert assign_field({"A": "editors", "B": "host_tier"}, "A", None) == {"B": "host_tier"}


def test_evidence_that_is_not_there_is_not_told() -> None:
    states_of = checked(HEADER + "A1,Confluence,Cloud,,,,31/04/2016\nA2,Confluence,Cloud,,,,30/03/2016\n")
    assert describe_evidence(states_of.evidence["maintenance_end"]) == "2 can only have the day first"


def test_the_cells_that_change_are_told_old_and_new_as_people_read_them(engine: Engine) -> None:
    brought_in(engine, HEADER + "A1,Confluence,Server,10,25,2015-01-31,\nA2,Jira,Server,10,10,,\n")
    later = (
        HEADER
        + "A3,Jira,Cloud,,,,2016-05-01\nA2,Jira,Server,10,10,,\nA1,Confluence,Server,unlimited,2000,2015-02-28,\n"
    )
    number = imports.add_file(engine, "later.csv", later.encode(), Settings(), editor("ann"))
    imports.check_batch(engine, number, EDITOR, POLICY)
    assert rows_of(engine, number, "changed") == [
        ["A1", "Editors", "10", "Unlimited"],
        ["A1", "Server tier", "25", "2,000"],
        ["A1", "Purchase date", "2015-01-31", "2015-02-28"],
        ["A1", "Outcome", "Upgrade needed", "Eligible"],
    ]
    assert rows_of(engine, number, "new") == [
        [2, "A3", None, "Jira", "Cloud", None, None, "2016-05-01", "Cloud: legacy plan"]
    ]


def rows_of(engine: Engine, number: int, name: str) -> list[list[object]]:
    with database.reading(engine) as connection:
        page: list[list[object]] = check_results.page(connection, number, name, 0, 50).to_numpy().tolist()
    return page


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("match_agreed", True, "yes"),
        ("match_agreed", False, "no"),
        ("sen", None, ""),
        ("host_tier", UNLIMITED, "Unlimited"),
    ],
)
def test_values_read_well(name: str, value: object, text: str) -> None:
    assert display_text(name, value) == text


def test_times_are_told_in_utc_wherever_the_database_keeps_them() -> None:
    berlin = timezone(timedelta(hours=2))
    assert format_time(datetime(2019, 5, 2, 11, 12, tzinfo=berlin), "UTC") == "2 May 2019 09:12 UTC"
    assert format_time(datetime(2019, 5, 2, 9, 12, tzinfo=UTC), "UTC") == format_time(
        datetime(2019, 5, 2, 9, 12), "UTC"
    )


@pytest.mark.parametrize(
    ("new", "held", "sentence"),
    [
        (365, 6, "Import 365 licenses, skip 6 rows"),
        (1, 1, "Import 1 license, skip 1 row"),
        (1200, 0, "Import 1,200 licenses"),
        (0, 0, "Close: nothing to import"),
    ],
)
def test_the_button_says_what_it_does(new: int, held: int, sentence: str) -> None:
    assert commit_label(RowCounts(new=new, held=held)) == sentence


def test_a_tenth_of_the_rows_may_be_held_and_no_more() -> None:
    assert not has_many_held(RowCounts(rows=100, held=10))
    assert has_many_held(RowCounts(rows=100, held=11))


def test_the_effect_of_the_sample_is_told_in_words(engine: Engine) -> None:
    number = imports.add_file(engine, SAMPLE.name, SAMPLE.read_bytes(), Settings(), editor("ann"))
    effect = imports.commit(engine, number, editor("ann"), POLICY).effect
    assert effect_line(effect) == "4 become ready to move or upgrade · 2 new or changed upgrades"
    assert effect_line(replace(effect, gained=1)) == "1 becomes ready to move or upgrade · 2 new or changed upgrades"
    assert verdicts_line(effect) == (
        "2 eligible · 2 upgrade needed · 1 needs information · 2 not eligible · 1 migrated · "
        "2 Cloud: legacy plan · 1 Cloud: expired"
    )


def test_what_undoing_would_do_is_what_it_does(engine: Engine) -> None:
    rows = [f"A{n},Confluence,Server,10,25,,\n" for n in range(6)]
    brought_in(engine, HEADER + "".join(rows[:3]))
    second = brought_in(engine, HEADER + "".join(row.replace(",10,", ",50,") for row in rows))
    brought_in(engine, HEADER + "".join(row.replace(",10,", ",100,") for row in (rows[0], rows[5])))
    done = [(2, 2, 2), (0, 4, 0), (2, 2, 0)]
    for turn, counts in zip((reversal.undo, reversal.redo, reversal.undo), done, strict=True):
        with database.reading(engine) as connection:
            last = change_log.last_change_of_batch(connection, second)
            assert last
            expected = reverts.preview_revert(connection, last.id).to_json()
        assert turn(engine, second, ADMIN) == expected
        assert tuple(expected.values()) == counts


def test_the_problems_of_a_batch_come_back_by_cause_and_page(engine: Engine) -> None:
    rows = "".join(f"A{n},Confluence,Server,{n if n < 5 else 'x'},25,,\n" for n in range(1, 12))
    number = brought_in(engine, HEADER + rows + "B1,Confluence,10,25\n")
    with database.reading(engine) as connection:
        causes = row_problems.causes(connection, number)
        assert [(cause.code, cause.count) for cause in causes] == [("invalid_size", 7), ("wrong_width", 1)]
        page = row_problems.problems(connection, number, causes[0], start=5, count=5)
        assert [problem.line for problem in page] == [11, 12]
        assert [problem.code for problem in row_problems.problems(connection, number, causes[1])] == ["wrong_width"]


def test_batches_are_found_by_state_name_person_and_number(engine: Engine) -> None:
    first = brought_in(engine, HEADER + "A1,Confluence,Server,10,25,,\n")
    second = imports.add_file(engine, "Other_50%.csv", b"x", Settings(), editor("bob"))
    with database.reading(engine) as connection:

        def states_of(search: str = "", *states: str) -> list[int]:
            return [batch.id for batch in batches.page(connection, search=search, states=states)[0]]

        assert states_of() == [second, first]
        assert states_of("", "imported") == [first]
        assert states_of("other_50%") == [second]
        assert states_of("BOB") == [second]
        assert states_of(f"#{first}") == [first]
        assert states_of("_xx") == []
        page, total = batches.page(connection, start=1, count=1)
        assert ([batch.id for batch in page], total) == ([first], 2)
