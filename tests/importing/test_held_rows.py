"""Held rows come back as a file that can be corrected and brought in again; files go after their time, receipts stay."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from lib.checking.check import check
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.importing import held_rows, imports, retention, reversal
from lib.importing.retention import Removal
from lib.reading.tables import read_table
from lib.store import batches, check_results, database, people, row_problems
from lib.store.batches import BatchState
from lib.store.people import Account
from lib.store.schema import batch_parts, check_pages, checks
from tests.actors import ADMIN, EDITOR, editor
from tests.store.stories import POLICY, a_file, a_row, brought_in, imported, now
from tests.workbooks import book, two_sheets

HEADER = "Key,Plugin,Hosting,Editors,,Remark"
ROWS = (
    "K-1,Jira,Server,ten,7,=1+1",
    "K-2,Jira,Server,10,,",
    "K-3,Wirefr,Server,ten,é,'=1+1",
    "K-4,Jira,10,Server",
    'K-5,Jira,Server,10,x,"a, b",y',
    "+K-6,Jira,Server,ten,,plain",
)
CONTENT = "\n".join((HEADER, *ROWS)).encode()


def a_batch(engine: Engine, content: bytes = CONTENT, *, of: str = "open") -> int:
    number = imports.add_file(engine, "licenses.csv", content, Settings(), editor("ada"))
    if of == "checked":
        imports.check_batch(engine, number, EDITOR, POLICY)
    elif of == "imported":
        imports.commit(engine, number, editor("ada"), POLICY)
    return number


def error_file(engine: Engine, number: int) -> bytes:
    return b"".join(held_rows.held_rows_csv(engine, number, EDITOR, POLICY))


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("of", ["open", "checked", "imported"])
def test_an_error_file_has_the_held_rows_with_what_is_wrong_with_each(engine: Engine, of: str) -> None:
    header, *rows = cells(error_file(engine, a_batch(engine, of=of)))
    assert header == ["_line", "_code", "_message", "Key", "Plugin", "Hosting", "Editors", "Column 5", "Remark"]
    assert [row[:2] for row in rows] == [
        ["2", "invalid_size"],
        ["4", "unknown_product;invalid_size"],
        ["5", "wrong_width"],
        ["6", "wrong_width"],
        ["7", "invalid_size"],
    ]
    assert "Line 4, column Plugin: " in rows[1][2]
    assert "Line 4, column Editors: " in rows[1][2]
    assert [row[3:] for row in rows] == [
        ["K-1", "Jira", "Server", "ten", "7", "'=1+1"],
        ["K-3", "Wirefr", "Server", "ten", "é", "''=1+1"],
        ["K-4", "Jira", "10", "Server"],
        ["K-5", "Jira", "Server", "10", "x", "a, b", "y"],
        ["'+K-6", "Jira", "Server", "ten", "", "plain"],
    ]


def test_an_error_file_brought_in_again_is_read_as_the_rows_it_is_of(engine: Engine) -> None:
    number = a_batch(engine)
    again = check(read_table(error_file(engine, number), "errors.csv"), Settings(), POLICY)
    assert [(e.code, e.column, e.value) for e in again.errors if e.code != "wrong_width"] == [
        ("invalid_size", "Editors", "ten"),
        ("unknown_product", "Plugin", "Wirefr"),
        ("invalid_size", "Editors", "ten"),
        ("invalid_size", "Editors", "ten"),
    ]
    assert again.unmapped == ["Column 5"]
    assert again.held.all()
    whole = again.licenses
    assert list(whole["license_key"].objects())[:2] == ["K-1", "K-3"]
    assert list(whole["license_key"].objects())[-1] == "+K-6"
    assert list(whole["notes"].objects())[:2] == ["=1+1", "=1+1"]
    assert list(whole["extra"].objects())[:2] == ['{"Column 5":"7"}', '{"Column 5":"é"}']


def test_a_corrected_error_file_brings_in_the_rest_under_the_mapping_of_the_first(engine: Engine) -> None:
    content = b"Kee,What,Where,Many\nK-1,Jira,Server,10\nK-2,Jira,Server,ten\n"
    settings = Settings(mapping={"Kee": "license_key", "What": "product", "Where": "hosting", "Many": "editors"})
    receipt = imports.import_file(engine, "licenses.csv", content, settings, editor("ada"), POLICY)
    corrected = error_file(engine, receipt.batch).replace(b",ten", b",25")
    again = imports.import_file(engine, "errors.csv", corrected, Settings(), editor("ada"), POLICY)
    assert (again.counts.new, again.counts.held, again.unmapped) == (1, 0, [])
    assert (now(engine)["K-2"]["editors"], now(engine)["K-2"]["extra"]) == (25, None)


def test_an_error_file_tells_the_cells_as_they_were_corrected(engine: Engine) -> None:
    number = a_batch(engine)
    with database.writing(engine) as connection:
        batches.set_settings(
            connection, number, Settings(edits={"1": {"Editors": "eleven"}, "3": {"Editors": "10"}}).to_json(), EDITOR
        )
    first, second = cells(error_file(engine, number))[1:3]
    assert (first[6], second[6], second[1]) == ("eleven", "10", "unknown_product")


def test_an_error_file_of_a_good_batch_is_its_header(engine: Engine) -> None:
    for of in ("open", "checked", "imported"):
        number = a_batch(engine, a_file(a_row(of)), of=of)
        assert len(cells(error_file(engine, number))) == 1


@pytest.mark.parametrize("of", ["open", "checked", "imported"])
def test_what_holds_rows_can_be_told(engine: Engine, of: str) -> None:
    problems = held_rows.held_problems(engine, a_batch(engine, of=of), EDITOR, POLICY)
    assert [(problem.row, problem.code) for problem in problems][:3] == [
        (1, "invalid_size"),
        (3, "unknown_product"),
        (3, "invalid_size"),
    ]


def test_a_discarded_batch_stays_in_the_list_and_is_neither_imported_nor_checked(engine: Engine) -> None:
    number = a_batch(engine, of="checked")
    imports.discard(engine, number, EDITOR)
    with database.reading(engine) as connection:
        assert batches.batch(connection, number).state is BatchState.DISCARDED
        assert check_results.newest(connection, number) is None
    for deed in (
        lambda: imports.commit(engine, number, editor("ada"), POLICY),
        lambda: imports.check_batch(engine, number, EDITOR, POLICY),
        lambda: imports.discard(engine, number, EDITOR),
        lambda: reversal.undo(engine, number, editor("ada")),
    ):
        with pytest.raises(RefusalError, match="discarded"):
            deed()


def test_files_go_after_the_days_of_the_policy_and_what_came_of_them_stays(engine: Engine) -> None:
    receipt = imported(engine, a_row("K-1"), a_row("K-2", editors="ten"))
    waiting = brought_in(engine, a_row("K-3"))
    imports.check_batch(engine, waiting, EDITOR, POLICY)
    policy = Policy(keep_files_days=30)
    soon = datetime.now(UTC) + timedelta(days=29)
    assert retention.apply(engine, ADMIN, policy, soon) == Removal([], [], 0, 0)
    assert retention.apply(engine, ADMIN, policy, soon + timedelta(days=2)).files == [receipt.batch, waiting]
    assert retention.apply(engine, ADMIN, policy, soon + timedelta(days=2)) == Removal([], [], 0, 0)
    with database.reading(engine) as connection:
        for table in (batch_parts, check_pages):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
        batch = batches.batch(connection, receipt.batch)
        assert batch.receipt
        assert (batch.state, batch.receipt.counts) == (BatchState.IMPORTED, receipt.counts)
        assert batch.purged_at is not None
        assert [problem.code for problem in row_problems.problems(connection, receipt.batch)] == ["invalid_size"]
        assert batches.batch(connection, waiting).state is BatchState.DISCARDED
    with pytest.raises(RefusalError, match="no longer kept"):
        error_file(engine, receipt.batch)
    assert reversal.undo(engine, receipt.batch, editor("ada"))["removed"] == 1


@pytest.mark.parametrize("of", ["open", "checked", "imported"])
def test_the_error_file_of_a_workbook_is_a_workbook_that_can_be_brought_in_again(engine: Engine, of: str) -> None:
    # openpyxl would write the note of the first row as a formula.
    content = book(Notes=[["About"]], Licenses=[line.split(",") for line in (HEADER, *ROWS[1:4], ROWS[5])])
    file = held_rows.held_rows_file(engine, a_batch(engine, content, of=of), EDITOR, POLICY)
    table = read_table(b"".join(file.parts), "errors.xlsx")
    assert (file.suffix, table.sheet) == ("xlsx", "Licenses")
    assert table.header[:4] == ["_line", "_code", "_message", "Key"]
    again = check(table, Settings(), POLICY)
    assert again.held.all()
    assert again.licenses["license_key"].objects().tolist() == ["K-3", "K-4", "+K-6"]
    assert again.licenses["notes"].objects().tolist()[0] == "=1+1"


def test_a_corrected_row_of_one_of_several_sheets_still_has_its_product(engine: Engine) -> None:
    settings = Settings(sheets=("Confluence", "Jira"))
    number = imports.add_file(engine, "two.xlsx", two_sheets(), settings, editor("ada"))
    content = b"".join(held_rows.held_rows_file(engine, number, EDITOR, POLICY).parts)
    again = check(read_table(content, "errors.xlsx"), Settings(), POLICY)
    assert again.licenses["product"].objects().tolist() == ["jira"]


def test_drafts_that_nobody_checked_and_texts_of_wrong_cells_go_after_their_days(engine: Engine) -> None:
    receipt = imported(engine, a_row("K-1"), a_row("K-2", editors="ten"), a_row("K-3", editors="twelve"))
    forgotten, worked_on = brought_in(engine, a_row("K-4")), brought_in(engine, a_row("K-5"))
    later = datetime.now(UTC) + timedelta(days=31)
    imports.check_batch(engine, worked_on, EDITOR, POLICY)
    with database.writing(engine) as connection:
        connection.execute(update(checks).values(at=later))
        people.begin_sign_in(connection, "1", Account("eva@example.com", "", ""), EDITOR, "")
    policy = Policy(keep_drafts_days=30, keep_cells_days=30, keep_sign_ins_days=30)
    assert retention.apply(engine, ADMIN, policy, later) == Removal([], [forgotten], 2, 1)
    assert retention.apply(engine, ADMIN, policy, later) == Removal([], [], 0, 0)
    with database.reading(engine) as connection:
        assert batches.batch(connection, forgotten).state is BatchState.DISCARDED
        assert batches.batch(connection, worked_on).state is BatchState.OPEN
        assert [(one.count, one.code) for one in row_problems.causes(connection, receipt.batch)] == [
            (2, "invalid_size")
        ]
        cells = row_problems.problems(connection, receipt.batch)
        assert {(cell.value, cell.message) for cell in cells} == {(None, row_problems.FORGOTTEN)}
        assert [cell.line for cell in cells] == [3, 4]
        assert people.is_ended(connection, "1") is None
