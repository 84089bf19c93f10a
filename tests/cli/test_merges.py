"""Customers that are one, from the command line: named as people spell them, listed, and taken back."""

from pathlib import Path

import pytest
from sqlalchemy import update

from lib.store import audit, database
from lib.store.schema import license_versions
from tests.actors import ADMIN
from tests.store.commands import Run
from tests.store.stories import a_file, a_row
from tests.stores import connected


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    """Commands on a store with four customers."""
    path = tmp_path / "licenses.csv"
    names = {
        "K-1": "Acme Corp",
        "K-2": "ACME Corporation",
        "K-3": "Acme Software",
        "K-4": "Bank of Bolt",
        "K-5": "Bolt Bank",
    }
    path.write_bytes(
        a_file(*(a_row(key, company=name, contact_email=f"{key}@acme.example") for key, name in names.items()))
    )
    assert run("import", path, "--by", "ann").exit_code == 0
    return run


def test_customers_are_suggested_merged_listed_and_parted_again(filled: Run) -> None:
    lines = filled("merges").stdout.splitlines()
    assert lines == [
        '100  "bolt bank @acme.example" (1 license) / "bank of bolt @acme.example" (1 license): Same email domain, acme.example; the same words in another order',
        ' 90  "acme software @acme.example" (1 license) / "acme @acme.example" (2 licenses): Same email domain, acme.example; one name is part of the other',
        "0 merges, 2 suggestions",
    ]
    assert filled("merges", "--limit", 1).stdout.endswith("\n0 merges, 2 suggestions, 1 shown\n")
    output = filled("merge", "ACME GmbH", "Acme Software", "--by", "bo", "--reason", "one owner").stdout
    assert output == 'Merge 1: "acme @acme.example" is "acme software @acme.example" now, with its 2 licenses.\n'
    first, *_, last = filled("merges").stdout.splitlines()
    assert first.startswith('Merge 1: "acme @acme.example" is "acme software @acme.example", by bo on ')
    assert last == "1 merge, 1 suggestion"
    assert filled("undo-merge", 1, "--by", "cy").stdout == "Merge 1 is undone, as change 3.\n"
    assert filled("merges").stdout.splitlines() == lines


def test_which_customers_a_name_may_mean_is_printed_for_an_entry_in_the_log(filled: Run, store_url: str) -> None:
    for words in (("merge", "Bolt", "Acme"), ("erase-contacts", "Bolt"), ("confirm-customer", "Bolt")):
        assert "bank of bolt @acme.example" in filled(*words, "--by", "ann").stderr
        with connected(store_url) as engine, database.reading(engine) as connection:
            entries, _ = audit.page(connection, ADMIN)
        assert (entries[0].who, entries[0].detail) == ("ann", "2 customers of a name, printed")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("merge", "Dodo", "Acme"), 'No customer is called "Dodo".'),
        (
            ("merge", "Bolt", "Acme"),
            '2 customers are called "Bolt": "bank of bolt @acme.example", "bolt bank @acme.example". Say which.',
        ),
        (("merge", "ACME", "acme corp."), "These are already one customer"),
        (("undo-merge", "7"), "There is no merge 7."),
    ],
)
def test_what_cannot_be_merged_is_said(filled: Run, words: tuple[str, ...], sentence: str) -> None:
    result = filled(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)


def test_sure_pairs_are_counted_first_and_merged_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "licenses.csv"
    mails = {"K-1": "ann@acme.example", "K-2": "", "K-3": "bo@other.example"}
    names = {"K-1": "Acme", "K-2": "ACME GmbH", "K-3": "Bolt"}
    path.write_bytes(a_file(*(a_row(key, company=names[key], contact_email=mail) for key, mail in mails.items())))
    assert run("import", path, "--by", "ann").exit_code == 0
    assert run("merge-strong").stdout == "1 pair to merge. Nothing was changed; --apply merges them.\n"
    assert run("merge-strong", "--apply", "--by", "bo").stdout == (
        "1 pair merged, 0 left as people decided meanwhile. merges lists them.\n"
    )
    merged, *_, total = run("merges").stdout.splitlines()
    assert merged.startswith('Merge 1: "acme @acme.example" is "acme (DE)", by bo on ')
    assert total == "1 merge, 0 suggestions"


def test_fillers_name_nobody_and_are_regrouped_from_older_stores(run: Run, store_url: str, tmp_path: Path) -> None:
    path = tmp_path / "fillers.csv"
    mails = {"K-1": "l@yahoo.com", "K-2": "m@web.de", "K-3": "m@web.de"}
    path.write_bytes(a_file(*(a_row(key, company="n.a.", contact_email=mail) for key, mail in mails.items())))
    assert run("import", path, "--by", "ann").exit_code == 0
    assert run("regroup").stdout == "0 licenses to move. Nothing was changed; --apply moves them.\n"
    with connected(store_url) as engine, database.writing(engine) as connection:
        connection.execute(update(license_versions).values(customer="n a"))
    lines = ['1 license of "n a" to "l@yahoo.com"', '2 licenses of "n a" to "m@web.de"']
    assert run("regroup").stdout.splitlines()[:2] == lines
    applied = run("regroup", "--apply", "--by", "bo").stdout.splitlines()
    assert applied == [*lines, "3 licenses moved, as change 2. undo-regroup 2 reverts it."]
    assert run("undo-regroup", 2, "--by", "bo").stdout == "Change 2 is undone, as change 3.\n"
    assert run("regroup").stdout.splitlines()[:2] == lines
