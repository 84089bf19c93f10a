"""What a person says about a file is heard: meanings, corrections, blanks, other columns, and what was edited here."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, update

from lib.checking import other_columns
from lib.checking.check import CheckedFile, check
from lib.checking.column_mapping import Remembered
from lib.checking.meanings import MeaningSource, TextMeaning
from lib.checking.settings import Settings
from lib.domain.import_counts import RowCounts
from lib.importing import imports, source_file
from lib.reading.tables import TableError, read_table
from lib.store import batches, check_results, database, remembered
from lib.store.receipt import Receipt
from lib.store.schema import license_versions
from tests.actors import EDITOR, editor
from tests.store import stories
from tests.store.stories import POLICY, a_file, a_row, imported, now

HEADER = "Key,Plugin,Hosting,Editors,Ends"


def checked(*lines: str, remembered: Remembered | None = None, **settings: Any) -> CheckedFile:
    return check(read_table("\n".join(lines).encode(), "licenses.csv"), Settings(**settings), POLICY, remembered)


def value_of(result: CheckedFile, field: str) -> list[Any]:
    return list(result.licenses[field].objects())


def codes(result: CheckedFile) -> list[tuple[int | None, str]]:
    return [(error.row, error.code) for error in result.errors]


def import_settings(engine: Engine, content: bytes) -> int:
    return imports.add_file(engine, "licenses.csv", content, Settings(), editor("ada"))


def count_of(engine: Engine, content: bytes) -> RowCounts:
    """What importing a file would come to."""
    return stories.checked(engine, import_settings(engine, content)).summary.counts


def importing(engine: Engine, content: bytes, **settings: Any) -> Receipt:
    return imports.import_file(engine, "licenses.csv", content, Settings(**settings), editor("ada"), POLICY)


def edited_here(engine: Engine, key: str, **values: Any) -> None:
    """As if a person had changed some fields of a license in the application."""
    row = {**values, "edited": ",".join(values), "content": 1}
    with database.writing(engine) as connection:
        connection.execute(
            update(license_versions).where(license_versions.c.license_key == key).values(row),
        )


def test_a_text_is_read_as_a_person_says_it_is_meant_and_still_shown_as_it_was() -> None:
    rows = ["K-1,Wirefr,Server,10,", "K-2,  Wirefr ,Server,10,", "K-3,Wirefrx,Server,ten,"]
    result = checked(HEADER, *rows, replacements={"Plugin": {"Wirefr": "Jira"}, "Editors": {"ten": "tenn"}})
    assert value_of(result, "product") == ["jira", "jira", None]
    assert codes(result) == [(3, "unknown_product"), (3, "invalid_size")]
    assert [error.value for error in result.errors] == ["Wirefrx", "ten"]
    assert '"tenn" is not a number' in result.errors[1].message


def test_a_blank_can_be_given_a_meaning_too() -> None:
    result = checked(HEADER, "K-1,,Server,10,", "K-2,Jira,Server,10,", replacements={"Plugin": {"": "Confluence"}})
    assert value_of(result, "product") == ["confluence", "jira"]
    assert codes(result) == []


def test_a_meaning_may_name_the_field_instead_of_the_column() -> None:
    assert codes(checked(HEADER, "K-1,Wirefr,Server,10,", replacements={"product": {"Wirefr": "Jira"}})) == []


def test_a_corrected_cell_wins_over_what_its_text_means_and_is_shown_corrected() -> None:
    result = checked(
        HEADER,
        "K-1,Wirefr,Server,10,",
        "K-2,Wirefr,Server,10,",
        replacements={"Plugin": {"Wirefr": "Jira"}},
        edits={"2": {"Plugin": "Wirefr", "Editors": "25"}},
    )
    assert value_of(result, "product") == ["jira", None]
    assert value_of(result, "editors") == [10, 25]
    assert [(error.row, error.value) for error in result.errors] == [(2, "Wirefr")]


def test_a_row_of_a_wrong_width_is_whole_once_all_its_cells_are_told() -> None:
    lines = (HEADER, "K-1,Jira,10,Server", "K-2,Jira,Server,10,x,y,z")
    whole = {"Key": "K-9", "Plugin": "Jira", "Hosting": "Cloud", "Editors": "", "Ends": "2018-01-31"}
    assert codes(checked(*lines)) == [(1, "wrong_width"), (2, "wrong_width")]
    result = checked(*lines, edits={"2": whole})
    assert codes(result) == [(1, "wrong_width")]
    assert value_of(result, "license_key") == ["", "K-9"]
    assert codes(checked(*lines, edits={"2": {"Key": "K-9"}})) == [(1, "wrong_width"), (2, "wrong_width")]


@pytest.mark.parametrize("edits", [{"9": {"Key": "K-9"}}, {"0": {"Key": "K-9"}}, {"1": {"Kee": "K-9"}}, {"x": {}}])
def test_a_correction_of_what_is_not_there_is_refused(edits: dict[str, dict[str, str]]) -> None:
    with pytest.raises(TableError, match="corrected when the file was read in another way") as error:
        checked(HEADER, "K-1,Jira,Server,10,", edits=edits)
    assert error.value.code == "unknown_edit"


def test_dates_that_are_meant_otherwise_are_evidence_of_the_order_they_are_meant_in() -> None:
    result = checked(
        HEADER,
        "K-1,Jira,Cloud,,soon",
        replacements={"Ends": {"soon": "31/01/2018"}},
        mapping={"Key": "license_key", "Plugin": "product", "Hosting": "hosting", "Ends": "maintenance_end"},
    )
    assert [f"{day}" for day in value_of(result, "maintenance_end")] == ["2018-01-31"]
    assert result.orders["maintenance_end"] == "dmy"


def test_only_columns_that_are_asked_for_otherwise_are_read_again() -> None:
    table = read_table(f"{HEADER}\nK-1,Wirefr,Server,10,\n".encode(), "licenses.csv")
    first = check(table, Settings(), POLICY)
    second = check(table, Settings(replacements={"Plugin": {"Wirefr": "Jira"}}), POLICY, None, first.cache)
    same_readings = {name for name in first.readings if first.readings[name] is second.readings[name]}
    assert same_readings == set(first.readings) - {"product"}
    third = check(table, Settings(edits={"1": {"Editors": "25"}}), POLICY, None, second.cache)
    assert {name for name in first.readings if third.readings[name] is second.readings[name]} == set(first.readings) - {
        "product",
        "editors",
    }
    assert value_of(third, "editors") == [25]


def test_a_check_again_opens_the_file_no_second_time_and_says_the_same_as_a_first(engine: Engine) -> None:
    content = a_file(a_row("K-1", product="Wirefr"), a_row("K-2"))
    number = imports.add_file(engine, "licenses.csv", content, Settings(), editor("ada"))
    imports.check_batch(engine, number, EDITOR, POLICY)
    settings = Settings(replacements={"product": {"Wirefr": "Jira"}})
    with database.writing(engine) as connection:
        before = source_file.load_file(connection, batches.batch(connection, number))
        batches.set_settings(connection, number, settings.to_json(), EDITOR)
    imports.check_batch(engine, number, EDITOR, POLICY)
    with database.reading(engine) as connection:
        assert source_file.load_file(connection, batches.batch(connection, number)).table is before.table
        again = check_results.newest(connection, number)
        assert again
        assert again.summary.counts.new == 2
    source_file.forget_file()
    imports.check_batch(engine, number, EDITOR, POLICY)
    with database.reading(engine) as connection:
        first = check_results.newest(connection, number)
    assert first
    assert first.summary == again.summary


def test_a_blank_cell_keeps_what_is_stored_unless_it_is_to_clear_it(engine: Engine) -> None:
    imported(engine, a_row(company="Acme", country="US", notes="kept"))
    blank = a_file(a_row(company="", country=""))
    assert count_of(engine, blank).unchanged == 1
    importing(engine, blank, blank="clear")
    license = now(engine)["K-1"]
    assert (license["company"], license["country"], license["country_text"]) == ("", "", "")
    assert (license["notes"], license["editors"]) == ("kept", 10)


def test_columns_that_are_no_field_are_kept_with_the_license(engine: Engine) -> None:
    receipt = importing(engine, a_file({**a_row(), "Shelf": " 7 ", "Colour": 'Say "red"', "Empty": ""}))
    assert receipt.unmapped == ["Shelf", "Colour", "Empty"]
    assert now(engine)["K-1"]["extra"] == '{"Colour":"Say \\"red\\"","Shelf":"7"}'
    assert json.loads(now(engine)["K-1"]["extra"]) == {"Colour": 'Say "red"', "Shelf": "7"}


def test_a_license_without_other_columns_has_none(engine: Engine) -> None:
    importing(engine, a_file({**a_row("K-1"), "Shelf": ""}, {**a_row("K-2"), "Shelf": "7"}))
    assert {key: row["extra"] for key, row in now(engine).items()} == {"K-1": None, "K-2": '{"Shelf":"7"}'}
    assert count_of(engine, a_file({**a_row("K-1"), "Shelf": ""}, {**a_row("K-2"), "Shelf": "7"})).unchanged == 2


def test_another_text_in_such_a_column_is_a_change_and_a_file_without_it_is_none(engine: Engine) -> None:
    importing(engine, a_file({**a_row(), "Shelf": "7", "Colour": "red"}))
    assert count_of(engine, a_file(a_row())).unchanged == 1
    importing(engine, a_file({**a_row(), "Shelf": "8"}))
    assert other_columns.decode_cells(now(engine)["K-1"]["extra"]) == {"Colour": "red", "Shelf": "8"}
    importing(engine, a_file({**a_row(), "Shelf": "", "Colour": ""}))
    assert other_columns.decode_cells(now(engine)["K-1"]["extra"]) == {"Colour": "red", "Shelf": "8"}
    importing(engine, a_file({**a_row(), "Shelf": ""}), blank="clear")
    assert other_columns.decode_cells(now(engine)["K-1"]["extra"]) == {"Colour": "red"}


def test_what_a_person_changed_here_is_kept_although_the_file_says_otherwise(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="Initech"))
    edited_here(engine, "K-1", company="Acme Corporation", editors=25)
    number = import_settings(
        engine, a_file(a_row("K-1", company="ACME", editors=""), a_row("K-2", company="Initech", notes="new"))
    )
    counts = stories.checked(engine, number).summary.counts
    assert (counts.changed, counts.unchanged, counts.edited) == (1, 1, 1)
    assert stories.rows_of(engine, number, "edited") == [
        {"license_key": "K-1", "column": "Company", "ours": "Acme Corporation", "file": "ACME"}
    ]
    importing(engine, a_file(a_row("K-1", company="ACME", host_tier="500"), a_row("K-2")))
    license = now(engine)["K-1"]
    assert (license["company"], license["editors"], license["host_tier"]) == ("Acme Corporation", 25, 500)
    assert license["edited"] == "company,editors"


def test_the_file_wins_in_the_fields_where_a_person_lets_it(engine: Engine) -> None:
    imported(engine, a_row(company="Acme"))
    edited_here(engine, "K-1", company="Acme Corporation", editors=25)
    receipt = importing(engine, a_file(a_row(company="ACME", editors="50")), theirs=("company",))
    license = now(engine)["K-1"]
    assert (license["company"], license["editors"], license["edited"]) == ("ACME", 25, "editors")
    assert (receipt.counts.changed, receipt.counts.edited) == (1, 1)
    importing(engine, a_file(a_row(company="ACME", editors="50")), theirs=("editors",))
    assert (now(engine)["K-1"]["editors"], now(engine)["K-1"]["edited"]) == (50, None)


def test_a_contact_that_was_erased_by_request_is_cleared_whatever_blank_cells_mean(engine: Engine) -> None:
    """domain.md §6, §9."""
    contact = {"contact_email": "ada@acme.example", "contact_name": "Ada", "company": "Acme"}
    imported(engine, *(a_row(key, **contact, Owner="Ada") for key in ("K-1", "K-2")))
    edited_here(engine, "K-1", contact_name="Ada L.", editors=25)
    erased = {"contact_email": "RTBF", "contact_name": " RTBF ", "company": "", "Owner": "RTBF"}
    receipt = importing(engine, a_file(a_row("K-1", **erased), a_row("K-2", **{**erased, "contact_name": ""})))
    first, second = now(engine)["K-1"], now(engine)["K-2"]
    assert (first["contact_email"], first["contact_name"], first["company"]) == ("", "", "Acme")
    assert (first["editors"], first["edited"]) == (25, "editors")
    assert (second["contact_email"], second["contact_name"]) == ("", "Ada")
    assert "Ada" not in f"{first['extra']}{second['extra']}"
    assert receipt.counts.changed == 2
    assert importing(engine, a_file(a_row("K-1", **erased))).counts.unchanged == 1


def test_an_erased_contact_takes_along_what_an_unmapped_column_had_of_it(engine: Engine) -> None:
    imported(engine, a_row(Kontaktperson="Ada"))
    importing(engine, a_file(a_row(Kontaktperson="RTBF")), chosen_fields={"Kontaktperson": "contact_name"})
    assert now(engine)["K-1"]["extra"] is None


def test_a_country_that_was_changed_here_keeps_its_own_text(engine: Engine) -> None:
    imported(engine, a_row(country="US"))
    edited_here(engine, "K-1", country="DE", country_text="Germany")
    importing(engine, a_file(a_row(country="Atlantis", notes="x")))
    license = now(engine)["K-1"]
    assert (license["country"], license["country_text"], license["notes"]) == ("DE", "Germany", "x")


def test_the_cells_that_keep_ours_are_a_list_of_the_check(engine: Engine) -> None:
    imported(engine, a_row(product="Mockups for Confluence"))
    edited_here(engine, "K-1", product="jira")
    number = import_settings(engine, a_file(a_row(product="Mockups for Confluence")))
    stories.checked(engine, number)
    rows = stories.rows_of(engine, number, "edited")
    assert rows == [{"license_key": "K-1", "column": "Product", "ours": "Jira", "file": "Confluence"}]


def test_a_mapping_that_was_said_once_is_remembered_for_the_same_header(engine: Engine) -> None:
    content = b"key;What;HOSTING;When\nK-1;Jira;Cloud;03/04/2018\n"
    mapping = {"key": "license_key", "What": "product", "HOSTING": "hosting", "When": "maintenance_end"}
    importing(engine, content, mapping=mapping, date_orders={"*": "mdy"})
    again = b"Key,what,Hosting,WHEN\nK-2,Jira,Cloud,03/04/2018\n"
    number = import_settings(engine, again)
    summary = stories.checked(engine, number).summary
    assert summary.mapping == {
        "Key": "license_key",
        "what": "product",
        "Hosting": "hosting",
        "WHEN": "maintenance_end",
    }
    assert {column.how for column in summary.columns} == {"remembered"}
    assert [row["maintenance_end"] for row in stories.rows_of(engine, number, "new")] == ["2018-03-04"]
    with database.writing(engine) as connection:
        (header,) = remembered.all_headers(connection)
        assert (header.headings, header.date_orders, header.by) == (list(mapping), {"maintenance_end": "mdy"}, "ada")
        remembered.forget_header(connection, header.fingerprint, EDITOR)
    failure = stories.checked(engine, number).summary.failure
    assert failure
    assert failure.message.startswith("No column was recognised")


def test_what_was_guessed_by_itself_is_not_remembered(engine: Engine) -> None:
    imported(engine, a_row())
    with database.reading(engine) as connection:
        assert remembered.all_headers(connection) == []
        assert remembered.all_meanings(connection) == []


def test_a_meaning_that_was_said_once_holds_for_other_files_until_it_is_forgotten(engine: Engine) -> None:
    meanings = {"product": {"Wirefr": "Jira", "": "Jira"}, "editors": {"ten": "10"}}
    importing(engine, a_file(a_row(product="Wirefr", editors="ten")), replacements=meanings)
    content = a_file(a_row("K-2", product="Wirefr"), a_row("K-3", product=""))
    number = imports.add_file(engine, "other.csv", content, Settings(), editor("bo"))
    imports.check_batch(engine, number, EDITOR, POLICY)
    with database.writing(engine) as connection:
        assert [(m.field, m.text, m.meaning) for m in remembered.all_meanings(connection)] == [
            ("product", "Wirefr", "Jira")
        ]
        newest = check_results.newest(connection, number)
        remembered.forget_meaning(connection, "product", "Wirefr", EDITOR)
    assert newest
    assert newest.summary.values["product"] == (TextMeaning("Wirefr", 1, "Jira", MeaningSource.REMEMBERED),)
    # What a person saw is what is imported, even if somebody forgot the meaning meanwhile.
    receipt = imports.commit(engine, number, editor("bo"), POLICY)
    assert (receipt.counts.new, receipt.counts.held) == (1, 1)
    assert receipt.remembered
    assert receipt.remembered.meanings == {"product": {"Wirefr": "Jira"}}
    assert count_of(engine, a_file(a_row("K-4", product="Wirefr"))).held == 1


def test_a_heading_that_a_person_named_is_known_in_other_files_until_it_is_forgotten(sqlite: Engine) -> None:
    importing(sqlite, b"Zonk;Plugin;Hosting\nK-1;Jira;Server\n", chosen_fields={"Zonk": "license_key"})
    other = b"ZONK,Company,Plugin,Hosting\nK-2,Acme,Jira,Server\n"
    summary = stories.checked(sqlite, import_settings(sqlite, other)).summary
    assert [(column.field, column.how) for column in summary.columns] == [
        ("license_key", "remembered"),
        ("company", "exact"),
        ("product", "alias"),
        ("hosting", "exact"),
    ]
    with database.writing(sqlite) as connection:
        (heading,) = remembered.all_headings(connection)
        assert (heading.heading, heading.field, heading.by) == ("Zonk", "license_key", "ada")
        remembered.forget_heading(connection, heading.words, EDITOR)
        assert remembered.all_headings(connection) == []
    assert stories.checked(sqlite, import_settings(sqlite, other.replace(b"K-2", b"K-3"))).summary.failure


def test_what_is_recognised_anyway_is_not_remembered_by_heading(sqlite: Engine) -> None:
    mapping = {"Key": "license_key", "Plugin": "product", "Hosting": "hosting", "What": "notes"}
    importing(sqlite, b"Key;Plugin;Hosting;What\nK-1;Jira;Server;x\n", mapping=mapping)
    with database.reading(sqlite) as connection:
        assert [heading.heading for heading in remembered.all_headings(connection)] == ["What"]


def test_a_text_of_several_rows_names_their_first_lines(sqlite: Engine) -> None:
    many = [a_row(f"K-{number}", editors="many") for number in range(8)]
    number = stories.brought_in(sqlite, *many, a_row("K-8", editors="few"), a_row("K-9", editors="few"))
    stories.checked(sqlite, number)
    sentences = [row["message"].partition(":")[0] for row in stories.rows_of(sqlite, number, "corrections")]
    assert sentences == ["Lines 2, 3, 4, 5, 6 and 3 more, column editors", "Lines 10 and 11, column editors"]
