"""Marketplace's export compared and applied from the command line."""

import csv
import json
from pathlib import Path

import pytest

from tests.store.commands import SAMPLE, Run, runner
from tests.workbooks import book

EXPORT = SAMPLE.parent / "sample_marketplace_licenses_export.csv"


@pytest.fixture
def run_sample(sqlite_store_url: str) -> Run:
    """Run the program on a store of the sample."""
    run = runner(sqlite_store_url)
    run("import", SAMPLE, "--by", "ann")
    return run


def test_an_export_is_compared_and_then_applied(run_sample: Run) -> None:
    assert run_sample("reconcile", EXPORT).stdout.splitlines() == [
        "sample_marketplace_licenses_export.csv, license export #1: 3 licenses of our apps.",
        "Left out: Evaluation or demonstration: 1",
        "To review: 1",
        "Ready to apply: 2",
        "Matched: 0",
        "Upgrade pending: 0",
        "Tier unknown: 0",
        "Found on Cloud: 0",
        "Disagree: 0",
        "Only ours: 0",
        "Cloud, not found: 0",
        "App not exported: 1",
        "Only theirs: 0",
    ]
    applied = run_sample("reconcile", EXPORT, "--apply", "strong", "--by", "bo").stdout.splitlines()
    assert applied[-1] == (
        "2 matches are applied, as change 2: 1 newly migrated, 2 newly matched, 0 with an upgrade pending."
    )
    assert "Matched: 2" in applied
    again = run_sample("reconcile", EXPORT, "--apply", "strong").stdout.splitlines()
    assert again[-1] == "Nothing was applied: no match is new and sure enough."
    assert run_sample("undo-edit", 2).exit_code == 0
    assert "Matched: 0" in run_sample("reconcile", EXPORT).stdout


def test_a_sheet_of_a_workbook_is_read_and_what_altered_is_said(run_sample: Run, tmp_path: Path) -> None:
    rows = list(csv.reader(EXPORT.read_text().splitlines()))
    tiers = [[cell.replace("100 Users", "50 Users") for cell in row] for row in rows]
    file = tmp_path / "exports.xlsx"
    file.write_bytes(book(May=rows, June=tiers))
    run_sample("reconcile", file, "--sheet", "May")
    lines = run_sample("reconcile", file, "--sheet", "June").stdout.splitlines()
    assert lines[2:4] == ["Changed tier: 1", "To review: 1"]


def test_sure_matches_are_applied_unasked_if_the_policy_says_so(run_sample: Run, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"apply_on_reading": "certain"}')
    run_sample("policy", "set", settings, "--reason", "agreed")
    lines = run_sample("reconcile", EXPORT).stdout.splitlines()
    assert "Matched: 1" in lines
    assert lines[-1] == "Sure matches were applied automatically, as the policy says, as change 3."


def test_the_report_for_programs_has_all_numbers(run_sample: Run) -> None:
    report = json.loads(run_sample("reconcile", EXPORT, "--apply", "certain", "--json").stdout)
    assert report["export"]["altered"] == {"new": 3}
    assert report["export"]["left_out"] == {"trial": 1}
    assert report["applied"]["licenses"] == [
        {"license_key": "BMQ-SYN-0002", "marketplace_id": "SEN-10000001", "confidence": "certain"}
    ]
    assert report["lists"]["matched"] == 1
    assert report["lists"]["ready"] == 1


def test_another_file_ends_with_a_sentence(run_sample: Run, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("Key,Product\nK-1,Jira\n")
    result = run_sample("reconcile", file)
    assert result.exit_code == 2
    assert "is not a Marketplace export" in result.stderr
