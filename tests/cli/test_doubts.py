"""Nothing leaves for a customer that may be several firms, until a person has confirmed it."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.store.commands import Run
from tests.store.stories import a_file, a_row

GROUP = (
    a_row("K-1", host_tier="25", company="Phoenix GmbH", contact_email="info@phoenix.example", country="Germany"),
    a_row("K-2", host_tier="50", company="Phoenix Inc", contact_email="it@phoenix.example", country="United States")
    | {"myatlassian_email": "it@phoenixsoft.example"},
    a_row("K-3", host_tier="50", company="Phoenix Ltd", contact_email="x@phoenix.example", country="United Kingdom")
    | {"myatlassian_email": "x@phx.example"},
    a_row("K-4", host_tier="50", company="Acme", contact_email="a@acme.example"),
)
REASON = (
    "It may be several firms: 3 email domains (phoenix.example, phoenixsoft.example, phx.example); "
    "3 countries (DE, GB, US). Confirm that it is one customer before anything is sent."
)


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    """Commands on a store with a customer whose accounts and countries disagree, and another."""
    path = tmp_path / "firms.csv"
    path.write_bytes(a_file(*GROUP))
    assert run("import", path, "--by", "ann").exit_code == 0
    return run


def test_an_archive_leaves_out_whom_it_cannot_tell_apart(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "upgrades.zip"
    outcome = filled("upgrades", "--out", path, "--by", "ann")
    assert (outcome.exit_code, outcome.stdout) == (2, f"1 upgrade of 1 customer written to {path}.\n")
    assert f'No workbook for 1 customer: "Phoenix GmbH". {REASON}' in outcome.stderr
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["Acme.xlsx", "manifest.csv"]
        rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [(row["Customer"], row["File"], row["Remark"]) for row in rows] == [
        ("Acme", "Acme.xlsx", ""),
        ("Phoenix GmbH", "", REASON),
    ]


def test_a_workbook_says_which_customers_are_in_doubt(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "upgrades.xlsx"
    assert filled("upgrades", "--out", path, "--by", "ann").exit_code == 0
    sheet = openpyxl.load_workbook(path)["About this file"]
    assert f'"Phoenix GmbH": {REASON}' in [row[1] for row in sheet.iter_rows(values_only=True)]


def test_no_letter_has_the_keys_of_several_firms(filled: Run, tmp_path: Path) -> None:
    outcome = filled("letters", "--by", "ann")
    assert (outcome.exit_code, outcome.stdout.splitlines()[0]) == (2, "Acme")
    assert not any(key in outcome.stdout for key in ("K-1", "K-2", "K-3"))
    assert f'Left out: "Phoenix GmbH": {REASON}' in outcome.stderr
    outcome = filled("letters", "--out", tmp_path / "letters", "--by", "ann")
    assert (outcome.exit_code, [path.name for path in (tmp_path / "letters").iterdir()]) == (2, ["Acme.pdf"])
    outcome = filled("upgrades", "--out", tmp_path / "letters.pdf", "--customer", "Phoenix", "--by", "ann")
    assert (outcome.exit_code, (tmp_path / "letters.pdf").exists()) == (2, False)


def test_what_a_person_confirms_leaves_and_can_be_held_back_again(filled: Run, tmp_path: Path) -> None:
    confirmed = filled("confirm-customer", "Phoenix", "--by", "bo", "--reason", "one group")
    assert (
        confirmed.stdout
        == 'Confirmation 1: "phoenix @phoenix.example" is one customer. undo-confirmation 1 withdraws it.\n'
    )
    assert filled("letters", "--by", "ann").exit_code == 0
    assert filled("upgrades", "--out", tmp_path / "upgrades.zip", "--by", "ann").exit_code == 0
    assert filled("undo-confirmation", 1, "--by", "bo").stdout == "Confirmation 1 is withdrawn.\n"
    assert filled("letters", "--by", "ann").exit_code == 2


def test_firms_of_one_name_get_a_letter_each(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    firms = (
        ("K-1", "Phoenix GmbH", "bau", "DE"),
        ("K-2", "Phoenix Inc", "soft", "US"),
        ("K-3", "Phoenix Ltd", "phx", "GB"),
    )
    rows = [a_row(key, company=name, contact_email=f"it@{own}.example", country=code) for key, name, own, code in firms]
    path.write_bytes(a_file(*rows))
    assert run("import", path, "--by", "ann").exit_code == 0
    assert run("letters", "--out", tmp_path / "letters", "--by", "ann").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "letters").iterdir()) == [
        "Phoenix GmbH.pdf",
        "Phoenix Inc.pdf",
        "Phoenix Ltd.pdf",
    ]
    assert run("merges").stdout.endswith("\n0 merges, 2 suggestions\n")


def test_licenses_without_a_name_get_no_letter_together(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    licenses = [a_row("K-1", company="Acme", contact_email="a@acme.example")]
    path.write_bytes(a_file(*licenses, a_row("K-2", company="", contact_email=""), a_row("K-4", company="")))
    assert run("import", path, "--by", "ann").exit_code == 0
    printed = run("letters", "--by", "ann").stdout
    assert [printed.count(key) for key in ("K-1", "K-2", "K-4")] == [1, 1, 1]
    own = [run("letters", "--customer", customer, "--by", "ann").stdout for customer in ("[K-2]", "[K-4]")]
    assert [("K-2" in letter, "K-4" in letter) for letter in own] == [(True, False), (False, True)]
