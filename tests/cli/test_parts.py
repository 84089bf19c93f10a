"""Licenses parted from a customer, from the command line."""

from pathlib import Path

from tests.store.commands import Run
from tests.store.stories import a_file, a_row


def test_licenses_are_parted_listed_and_given_back(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "licenses.csv"
    path.write_bytes(a_file(*(a_row(f"P-{number}", company="Phoenix") for number in (1, 2, 3))))
    assert run("import", path, "--by", "ann").exit_code == 0
    parted = run("part", "P-2", "P-3", "--by", "bo", "--reason", "two firms")
    assert parted.stdout == 'Part 2: 2 licenses given to "phoenix #2". undo-part 2 reverts it.\n'
    more = run("part", "P-1", "--to", "phoenix #2", "--by", "bo")
    assert more.stdout == 'Part 3: 1 license given to "phoenix #2". undo-part 3 reverts it.\n'
    lines = run("parts").stdout.splitlines()
    assert lines[1].startswith('Part 2: 2 licenses given to "phoenix #2", by bo on ')
    assert lines[2] == "2 parts"
    assert run("undo-part", 2, "--by", "bo").stdout == "Part 2 is undone, as change 4.\n"
    again = run("undo-part", 2, "--by", "bo")
    assert (again.exit_code, "Part 2 was already undone by bo" in again.stderr) == (2, True)
