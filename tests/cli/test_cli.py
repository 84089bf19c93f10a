"""The command line does what the screens do, and ends with 0, or with 2 and a sentence."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from lib.cli import main
from lib.cli.reading_options import split_pairs
from lib.dashboard import glossary
from lib.dashboard.tiles import MOVABLE
from tests.store.commands import SAMPLE, Run, runner
from tests.workbooks import two_sheets

ROOT = Path(__file__).resolve().parents[2]


def checked(file: Path, *options: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["check", str(file), "--json", *options])
    assert result.exit_code == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def file_of(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "licenses.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


HEADER = "License Key,Product,Hosting,Editors,Host Tier,Maintenance Expires"


def test_the_glossary_is_that_of_the_screen() -> None:
    printed = CliRunner().invoke(main, ["glossary"]).stdout.splitlines()
    assert len(printed) == len(list(glossary.terms()))
    assert f"Movable (number): {MOVABLE}" in printed


def test_the_sample_is_checked_row_by_row() -> None:
    report = checked(SAMPLE)
    verdicts = {row["license"]["license_key"][-4:]: row["verdict"] for row in report["rows"]}
    assert {key: verdict["outcome"] for key, verdict in verdicts.items()} == {
        "0001": "upgrade_needed",
        "0002": "already_migrated",
        "0003": "eligible",
        "0004": "upgrade_needed",
        "0005": "needs_info",
        "0006": "legacy_plan",
        "0007": "legacy_plan",
        "0008": "expired",
        "0009": "not_eligible",
        "0010": "not_eligible",
        "0011": "eligible",
    }
    first, second = verdicts["0001"], verdicts["0004"]
    assert (first["from_size"], first["to_tier"], first["tier_steps"], first["users_added"]) == (10, 100, 3, 90)
    assert (first["consent"], second["consent"]) == ("given", "pending")
    assert "off_ladder" in second["flags"]
    assert verdicts["0005"]["needs"] == ["host_tier"]
    assert [verdicts[key]["reasons"][0]["code"] for key in ("0009", "0010")] == ["data_center", "product"]
    assert [(verdicts[key]["plan_detail"], verdicts[key]["plan_end"]) for key in ("0006", "0007")] == [
        ("active", "2016-11-01"),
        ("recently_active", "2016-12-20"),
    ]
    assert [(warning["code"], warning["row"], warning["line"]) for warning in report["warnings"]] == [
        ("duplicate_row", 10, 11)
    ]
    assert (report["errors"], report["unmapped"], report["file_error"]) == ([], [], None)


def test_sizes_dates_and_blanks_are_told_plainly(tmp_path: Path) -> None:
    file = file_of(tmp_path, HEADER, "K-1,Mockups for JIRA,Server,10,Unlimited,2018-03-02")
    row = checked(file)["rows"][0]
    report = row["license"]
    assert (report["editors"], report["host_tier"], report["maintenance_end"]) == (10, "Unlimited", "2018-03-02")
    assert (report["product"], report["hosting"], report["company"], report["match_agreed"]) == (
        "jira",
        "server",
        None,
        None,
    )
    assert (row["verdict"]["to_tier"], row["verdict"]["users_added"]) == ("Unlimited", None)
    assert "maintenance_expired" in row["verdict"]["flags"]


def test_errors_say_where_and_what(tmp_path: Path) -> None:
    report = checked(file_of(tmp_path, HEADER, "K-1,Mockups for JIRA,Server,ten,25,31/02/2018"))
    assert report["rows"] == []
    assert [
        (error["row"], error["line"], error["column"], error["field"], error["code"], error["value"])
        for error in report["errors"]
    ] == [
        (1, 2, "Editors", "editors", "invalid_size", "ten"),
        (1, 2, "Maintenance Expires", "maintenance_end", "invalid_date", "31/02/2018"),
    ]
    assert report["errors"][0]["message"].startswith("Line 2, column Editors: ")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n\x00\x01\x02", "binary"),
        (b"a,b\n1,2\n", "missing_columns"),
        (HEADER.encode(), "no_rows"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2_and_a_sentence(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    result = CliRunner().invoke(main, ["check", str(file), "--json"])
    report = json.loads(result.stdout)
    assert (result.exit_code, report["file_error"]["code"], report["rows"]) == (2, code, [])
    assert result.stderr.strip() == report["file_error"]["message"]


def test_a_mapping_and_a_date_order_overrule_the_file(tmp_path: Path) -> None:
    file = file_of(tmp_path, "Who,What,Where,Until", "K-1,Mockups for JIRA,Cloud,04/05/2016")
    mapping = json.dumps({"Who": "license_key", "What": "product", "Where": "hosting", "Until": "maintenance_end"})
    undecided = checked(file, "--mapping", mapping)
    assert [error["code"] for error in undecided["errors"]] == ["ambiguous_date"]
    report = checked(file, "--mapping", mapping, "--date-order", "dmy")
    assert report["rows"][0]["license"]["maintenance_end"] == "2016-05-04"
    broken = CliRunner().invoke(main, ["check", str(file), "--mapping", "{"])
    assert (broken.exit_code, broken.stderr[:9]) == (2, "--mapping")


def test_the_sample_is_imported_listed_and_undone(database_url: str, tmp_path: Path) -> None:
    run = runner(database_url)
    receipt = json.loads(run("import", SAMPLE, "--by", "ada", "--json").stdout)
    assert receipt["counts"] == {
        "rows": 12,
        "new": 11,
        "changed": 0,
        "unchanged": 0,
        "held": 0,
        "repeated": 1,
        "edited": 0,
    }
    assert "Nothing changed: all 11 licenses" in run("import", SAMPLE).stdout
    report = json.loads(run("progress", "--json").stdout)
    assert (report["licenses"], report["outcomes"]["upgrade_needed"], report["users_added"]) == (11, 2, 97)
    printed = run("progress").stdout
    assert "1 of 6 licenses has migrated (17%). Forecast available after four weeks of history." in printed
    assert "2  Upgrade needed" in printed

    workbook, table = tmp_path / "list.xlsx", tmp_path / "list.csv"
    assert run("upgrades", "--out", workbook).stdout.startswith("2 upgrades of 2 customers written to")
    cells = [cell for row in openpyxl.load_workbook(workbook)["Upgrades"].values for cell in row]
    assert {"BMQ-SYN-0001", "BMQ-SYN-0004"} <= set(cells)
    assert run("upgrades", "--customer", "acme", "--out", table).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    assert [(row["License key"], row["Users added"]) for row in rows] == [("BMQ-SYN-0001", "90")]
    assert run("upgrades", "--customer", "acme").stdout == table.read_text("utf-8-sig")

    assert "11 removed, 0 restored, 0 kept" in run("undo", receipt["batch"]).stdout
    assert json.loads(run("progress", "--json").stdout)["licenses"] == 0
    assert "11 restored" in run("redo", receipt["batch"]).stdout
    assert run("batches").stdout.count("sample_legacy_licenses.csv") == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("undo", "7"), "There is no import #7."),
        (("upgrades", "--customer", "nobody"), 'No customer is called "nobody".'),
        (("upgrades", "--out", "list.doc"), "list.doc must end in .xlsx, .zip, .csv or .pdf"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_a_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)


def test_an_import_with_an_open_question_keeps_nothing(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, HEADER, "K-1,Mockups for JIRA,Server,10,25,04/05/2018")
    result = run("import", file)
    assert (result.exit_code, "Say which order it is." in result.stderr) == (2, True)
    assert run("batches").stdout == ""
    output = run("import", file, "--date-order", "mdy").stdout
    assert "1 row in " in output
    assert "1 new" in output


def test_a_database_that_does_not_answer_is_said_without_a_traceback() -> None:
    url = "postgresql://nobody@127.0.0.1:9/nothing"
    result = CliRunner().invoke(main, ["--database", url, "progress"])
    assert (result.exit_code, result.stderr[:28]) == (2, "The database does not answer")


def test_it_runs_as_a_program(sqlite_url: str) -> None:
    command = [sys.executable, "-m", "lib.cli", "upgrade-database", "--database", sqlite_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("is up to date.")


PLAIN = '{"Who": "license_key", "What": "product", "Where": "hosting", "Size": "editors"}'


@pytest.mark.parametrize("mapping", ["Who=license_key, What=product,Where=hosting,Size=editors", PLAIN, "mapping.json"])
def test_a_mapping_is_said_as_pairs_as_json_or_in_a_file(tmp_path: Path, mapping: str) -> None:
    file = file_of(tmp_path, "Who,What,Where,Size", "K-1,Jira,Server,10")
    (tmp_path / "mapping.json").write_text(PLAIN)
    report = checked(file, "--mapping", str(tmp_path / mapping) if mapping.endswith(".json") else mapping)
    assert report["mapping"] == json.loads(PLAIN)


TIERS = (
    "License Key,Product,Hosting,Number of Users,User Tier,Company",
    "K-1,Mockups for JIRA,Server,10,100,Acme Corp",
)


def test_a_mapping_of_one_column_leaves_the_others_as_recognised(tmp_path: Path) -> None:
    report = checked(file_of(tmp_path, *TIERS), "--mapping", "User Tier=host_tier")
    assert report["mapping"] == {
        "License Key": "license_key",
        "Product": "product",
        "Hosting": "hosting",
        "Number of Users": "editors",
        "User Tier": "host_tier",
        "Company": "company",
    }


def test_a_chosen_column_takes_its_field_from_the_one_recognised(tmp_path: Path) -> None:
    file = file_of(tmp_path, "License Key,Product,Hosting,Company,Firm", "K-1,Mockups for JIRA,Server,Acme,Acme Corp")
    assert checked(file, "--mapping", "Firm=company")["mapping"]["Firm"] == "company"
    assert "Company" not in checked(file, "--mapping", "Firm=company")["mapping"]


def test_a_mapping_takes_the_heading_as_it_stands_in_the_file(tmp_path: Path) -> None:
    file = file_of(tmp_path, 'License Key,Product,Hosting,"Our  size "', "K-1,Mockups for JIRA,Server,10")
    report = checked(file, "--mapping", '{"Our  size ": "editors"}')
    assert report["mapping"]["Our size"] == "editors"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--mapping", "license_key"),
        ("--mapping", "[1]"),
        ("--mapping", '{"Key": 1}'),
        ("--values", "Plugin=Jira"),
        ("--values", '{"Plugin": "Jira"}'),
        ("--values", "{"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_an_example(tmp_path: Path, option: str, value: str) -> None:
    result = CliRunner().invoke(main, ["check", str(file_of(tmp_path, HEADER)), option, value])
    assert (result.exit_code, result.stderr.startswith(f"{option} must be ")) == (2, True)


@pytest.mark.parametrize(
    "option",
    [
        "Product:Wirefr=Jira,hosting:box=Server",
        '{"Product": {"Wirefr": "Jira", "x": ""}, "hosting": {"box": "Server"}}',
    ],
)
def test_texts_mean_what_is_said_by_column_or_field(tmp_path: Path, option: str) -> None:
    file = file_of(tmp_path, HEADER, "K-1,Wirefr,box,10,25,")
    (license,) = (row["license"] for row in checked(file, "--values", option)["rows"])
    assert (license["product"], license["hosting"]) == ("jira", "server")


def test_a_blank_cell_clears_what_is_stored_if_it_is_told_to(run: Run, tmp_path: Path) -> None:
    run("import", file_of(tmp_path, HEADER, "K-1,Jira,Server,10,25,"))
    blank = file_of(tmp_path, HEADER, "K-1,Jira,Server,10,,")
    assert "Nothing changed" in run("import", blank).stdout
    assert "1 changed" in run("import", blank, "--blank", "clear").stdout


def test_all_or_nothing_keeps_nothing_of_a_file_with_a_bad_row(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, HEADER, "K-1,Jira,Server,10,25,", "K-2,Jira,Server,ten,25,")
    result = run("import", file, "--all-or-nothing")
    assert result.exit_code == 2
    assert result.stderr.startswith("1 row cannot be imported, so nothing was. The first: Line 3, column Editors: ")
    assert run("batches").stdout == ""
    assert "1 new, 0 changed, 0 unchanged, 1 skipped" in run("import", file, "--hold").stdout


def test_held_rows_are_told_written_corrected_and_imported(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, f"{HEADER},Shelf", "K-1,Jira,Server,10,25,,", "K-2,Jira,Server,ten,25,,7")
    report = run("import", file)
    assert "Kept with the license: Shelf" in report.stdout
    batch, out = report.stdout.split(":")[0].removeprefix("Import #"), tmp_path / "errors.csv"
    assert run("held", batch).stdout.splitlines()[1:] == [f"1 row of import #{batch} skipped."]
    assert run("errors", batch, "--out", out).stdout == f"The skipped rows of import #{batch} are written to {out}.\n"
    out.write_text(out.read_text("utf-8-sig").replace(",ten,", ",25,"))
    assert "1 new, 0 changed, 0 unchanged, 0 skipped" in run("import", out).stdout
    missing = run("errors", "99", "--out", tmp_path / "none.csv")
    assert (missing.exit_code, (tmp_path / "none.csv").exists()) == (2, False)


def test_nothing_young_is_purged_and_nothing_imported_is_discarded(run: Run) -> None:
    run("import", SAMPLE)
    assert run("purge").stdout.startswith(
        "0 files older than 365 days removed.\n0 drafts older than 90 days removed.\n"
    )
    result = run("discard", "1")
    assert (result.exit_code, "has already been imported" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Key=license_key,Plugin=product", ["Key=license_key", "Plugin=product"]),
        ("Company, or person=company,Key=license_key", ["Company, or person=company", "Key=license_key"]),
        ("a=b, c=notes,Key=license_key", ["a=b", " c=notes", "Key=license_key"]),
        ("Users (max, named)=editors", ["Users (max, named)=editors"]),
    ],
)
def test_a_comma_may_be_part_of_a_heading_in_a_mapping(text: str, pairs: list[str]) -> None:
    assert split_pairs(text) == pairs


def test_several_sheets_are_checked_as_one_table_and_named_in_each_sentence(tmp_path: Path) -> None:
    file = tmp_path / "two.xlsx"
    file.write_bytes(two_sheets())
    report = checked(file, "--sheet", "Confluence", "--sheet", "Jira")
    assert report["mapping"]["Sheet"] == "product"
    assert [problem["message"][:41] for problem in report["errors"]] == ["Line 2 of the sheet Jira, column Editors:"]
