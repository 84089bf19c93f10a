"""What checking a batch found is kept with it: numbers at once, and the rows behind them page by page."""

import json
from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import Engine

from lib.checking.check_summary import CheckSummary, cause_list
from lib.checking.meanings import TextMeaning
from lib.checking.settings import Settings
from lib.domain.import_counts import RowCounts
from lib.domain.refusal import RefusalError
from lib.importing import imports
from lib.reading.problem_codes import ProblemCode
from lib.store import batches, check_results, database
from lib.store.check_results import PAGE
from tests.actors import EDITOR, editor
from tests.store.stories import POLICY, a_row, brought_in, checked, imported, rows_of


def bring(engine: Engine, text: str, **settings: Any) -> int:
    return imports.add_file(engine, "licenses.csv", text.encode(), Settings(**settings), editor("ada"))


def stored(engine: Engine, count: int) -> int:
    number = brought_in(engine, a_row())
    lists = check_results.compress(
        {"new": [pa.table({"place": range(count)})], "held": [pa.table({"place": pa.array([], "int64")})]}
    )
    with database.writing(engine) as connection:
        check_results.store(connection, number, 7, {"blank": "keep"}, CheckSummary(counts=RowCounts(rows=count)), lists)
    return number


def test_a_check_comes_back_as_it_was_kept(engine: Engine) -> None:
    number, summary = stored(engine, 3), CheckSummary(counts=RowCounts(rows=3))
    with database.reading(engine) as connection:
        newest = check_results.newest(connection, number)
        assert newest is not None
        assert (newest.base, newest.settings, newest.summary) == (7, {"blank": "keep"}, summary)
        assert check_results.newest(connection, number + 1) is None


@pytest.mark.parametrize(
    ("start", "count"), [(0, 50), (PAGE - 20, 50), (PAGE, PAGE), (2 * PAGE, 50), (2 * PAGE + 7, 50), (10 * PAGE, 50)]
)
def test_a_page_begins_and_ends_where_it_is_asked_to(sqlite: Engine, start: int, count: int) -> None:
    number = stored(sqlite, 2 * PAGE + 10)
    places = [row["place"] for row in rows_of(sqlite, number, "new", start, count)]
    assert places == list(range(2 * PAGE + 10))[start : start + count]


def test_all_pages_are_the_whole_list_and_an_empty_one_knows_its_columns(engine: Engine) -> None:
    number = stored(engine, 2 * PAGE + 10)
    with database.reading(engine) as connection:
        parts = list(check_results.pages(connection, number, "new"))
        assert [len(part) for part in parts] == [PAGE, PAGE, 10]
        assert pd.concat(parts)["place"].tolist() == list(range(2 * PAGE + 10))
        empty = check_results.page(connection, number, "held", 0, 50)
        assert (list(empty.columns), len(empty)) == (["place"], 0)
        assert list(check_results.page(connection, number, "no such list", 0, 50).columns) == []


def test_a_newer_check_takes_the_place_of_an_older_one_and_can_be_forgotten(engine: Engine) -> None:
    number = stored(engine, 3 * PAGE)
    with database.writing(engine) as connection:
        check_results.store(
            connection, number, 8, {}, CheckSummary(), check_results.compress({"new": [pa.table({"place": [1]})]})
        )
    assert rows_of(engine, number, "new", 0, 9_999) == [{"place": 1}]
    with database.writing(engine) as connection:
        check_results.delete_result(connection, number)
        assert check_results.newest(connection, number) is None
        assert list(check_results.pages(connection, number, "new")) == []


def test_checking_a_batch_keeps_its_numbers_and_their_rows(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2", company="Acme"))
    number = brought_in(
        engine,
        a_row("K-1"),
        a_row("K-2", company="Globex", host_tier="10"),
        a_row("K-3", company="Initech", editors="many"),
        a_row("K-4", company="Umbrella", editors="100"),
    )
    newest = checked(engine, number)
    counts = {"rows": 4, "new": 1, "changed": 1, "unchanged": 1, "held": 1, "repeated": 0, "edited": 0}
    assert newest.summary.counts.to_json() == counts
    assert newest.summary.failure is None
    assert newest.base == 1
    assert [row["license_key"] for row in rows_of(engine, number, "unchanged")] == ["K-1"]
    (new,) = rows_of(engine, number, "new")
    assert (new["line"], new["license_key"], new["customer_name"], new["outcome"]) == (5, "K-4", "Umbrella", "Eligible")
    assert rows_of(engine, number, "changed") == [
        {"license_key": "K-2", "column": "Server tier", "old": "100", "new": "10"},
        {"license_key": "K-2", "column": "Company", "old": "Acme", "new": "Globex"},
        {"license_key": "K-2", "column": "Outcome", "old": "Upgrade needed", "new": "Eligible"},
    ]
    (error_row,) = rows_of(engine, number, "held")
    assert (error_row["row"], error_row["line"], error_row["license_key"], error_row["problems"]) == (3, 4, "K-3", 1)
    assert error_row["message"].startswith('Line 4, column editors: "many" is not a number of users.')
    gained = rows_of(engine, number, "gained")
    assert [(row["license_key"], row["outcome_before"]) for row in gained] == [("K-4", None)]
    (tier_move,) = rows_of(engine, number, "tier_moves")
    assert (tier_move["license_key"], tier_move["move_before"], tier_move["move"]) == ("K-2", "10 → 100", None)


def test_a_change_in_other_columns_is_told_in_words(engine: Engine) -> None:
    imported(engine, {**a_row(), "Shelf": "7"})
    number = brought_in(engine, {**a_row(), "Shelf": "8", "Colour": "red"})
    checked(engine, number)
    assert rows_of(engine, number, "changed") == [
        {"license_key": "K-1", "column": "Other columns", "old": "Shelf: 7", "new": "Colour: red · Shelf: 8"}
    ]


def test_each_cause_has_a_list_of_its_own(engine: Engine) -> None:
    number = brought_in(engine, a_row("K-1", editors="many"), a_row("K-2", editors="few"), a_row("K-2", company="=x"))
    causes = {
        cause.code: (cause.count, cause_list(place))
        for place, cause in enumerate(checked(engine, number).summary.causes)
    }
    assert {code: count for code, (count, _) in causes.items()} == {
        "conflicting_duplicate": 2,
        "invalid_size": 2,
        "formula_like": 1,
    }
    assert [
        (row["row"], row["line"], row["value"]) for row in rows_of(engine, number, causes[ProblemCode.INVALID_SIZE][1])
    ] == [
        (1, 2, "many"),
        (2, 3, "few"),
    ]


def test_the_top_of_the_file_and_its_columns_are_kept_with_how_they_matched(engine: Engine) -> None:
    number = bring(
        engine, "My licenses\nLicense key,Plugin,Hosting,Shelf\nK-1,Mockups for JIRA,Server,\nK-2,Jira,Cloud,7\n"
    )
    summary = checked(engine, number).summary
    assert json.loads(json.dumps(summary.to_json()["reader"])) == {
        "encoding": "utf-8",
        "delimiter": ",",
        "header_line": 2,
        "sheet": None,
        "sheets": [],
        "sheet_rows": [],
        "license_sheets": [],
        "hidden_sheets": [],
        "rows": 2,
        "columns": 4,
        "first_lines": [
            [1, "My licenses"],
            [2, "License key,Plugin,Hosting,Shelf"],
            [3, "K-1,Mockups for JIRA,Server,"],
            [4, "K-2,Jira,Cloud,7"],
            [5, ""],
        ],
    }
    assert [(c.heading, c.field, c.how, c.filled) for c in summary.columns] == [
        ("License key", "license_key", "exact", 1),
        ("Plugin", "product", "alias", 1),
        ("Hosting", "hosting", "exact", 1),
        ("Shelf", None, "unknown", 0.5),
    ]
    assert summary.unmapped == ("Shelf",)
    assert summary.columns[1].samples == ("Mockups for JIRA", "Jira")


def test_texts_that_are_not_understood_come_first_among_the_values(engine: Engine) -> None:
    rows = [
        a_row(f"K-{at}", product=text) for at, text in enumerate(["Jira", "Jira", "Wirefrems", " Wirefrems", "", "N/A"])
    ]
    values = checked(engine, brought_in(engine, *rows)).summary.values
    assert values["product"] == (TextMeaning("Wirefrems", 2, None, None), TextMeaning("Jira", 2, "Jira", None))
    assert values["hosting"] == (TextMeaning("Server", 6, "Server", None),)


def test_a_date_column_tells_its_evidence_and_reads_examples_in_both_orders(engine: Engine) -> None:
    header = "license_key,product,hosting,maintenance_end\n"
    number = bring(engine, header + "K-1,Jira,Cloud,03/04/2018\nK-2,Jira,Cloud,13/04/2018\n")
    dates = checked(engine, number).summary.dates["maintenance_end"]
    assert asdict(dates) == {
        "order": "dmy",
        "evidence": "1 date can only be day-first; none can only be month-first; 1 date can be read either way",
        "must_ask": False,
        "ambiguous": 1,
        "examples": [{"text": "03/04/2018", "dmy": "2018-04-03", "mdy": "2018-03-04"}],
        "proofs": 1,
    }
    number = bring(engine, header + "K-1,Jira,Cloud,03/04/2018\n")
    summary = checked(engine, number).summary
    assert (summary.dates["maintenance_end"].order, summary.dates["maintenance_end"].must_ask) == (
        None,
        True,
    )
    assert [question.code for question in summary.undecided] == ["ambiguous_date"]


def test_a_file_that_cannot_be_imported_still_shows_its_top_and_its_columns(engine: Engine) -> None:
    summary = checked(engine, bring(engine, "Name,Hosting\nAda,Server\n")).summary
    assert summary.failure
    assert summary.failure.code == "missing_columns"
    assert summary.reader.first_lines[:2] == ((1, "Name,Hosting"), (2, "Ada,Server"))
    assert [(column.heading, column.field) for column in summary.columns][1] == ("Hosting", "hosting")
    assert (summary.to_json()["counts"], summary.counts, summary.causes) == ({}, RowCounts(), ())


def test_a_file_that_is_no_table_is_kept_with_the_sentence_that_refuses_it(engine: Engine) -> None:
    number = imports.add_file(engine, "x.pdf", b"%PDF-1.7\n\x00\x01\x02\x03\x04" * 50, Settings(), editor("ada"))
    summary = checked(engine, number).summary
    assert summary.failure
    assert summary.failure.message.startswith("The file x.pdf is a PDF document")
    assert (summary.reader.rows, summary.reader.first_lines, summary.columns) == (None, (), ())


def test_each_step_is_told_and_may_end_the_work(engine: Engine) -> None:
    number, steps = brought_in(engine, a_row()), []

    def tell(step: str, done: int, total: int) -> None:
        steps.append(step)
        if len(steps) == 3:
            raise RefusalError("Cancelled.")

    with pytest.raises(RefusalError, match="Cancelled"):
        imports.check_batch(engine, number, EDITOR, POLICY, tell)
    assert steps == ["Reading the file", "Checking every cell", "Comparing with the licenses"]
    with database.reading(engine) as connection:
        assert check_results.newest(connection, number) is None


def test_an_imported_batch_is_not_checked_again(engine: Engine) -> None:
    receipt = imported(engine, a_row())
    with pytest.raises(RefusalError, match="has already been imported"):
        imports.check_batch(engine, receipt.batch, EDITOR, POLICY)
    with database.reading(engine) as connection:
        assert batches.batch(connection, receipt.batch).state is batches.BatchState.IMPORTED


def test_a_file_with_a_header_alone_was_read(engine: Engine) -> None:
    reader = checked(engine, bring(engine, "license_key;product;hosting\n")).summary.reader
    assert (reader.rows, reader.columns, reader.encoding, reader.delimiter) == (0, 3, "utf-8", ";")
