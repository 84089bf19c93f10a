"""Editing from the command line: the same refusals, a sentence of the verdict, and undo by the change's number."""

import pytest

from tests.store.commands import SAMPLE, Run

KEY = "BMQ-SYN-0005"


@pytest.fixture
def filled(run: Run) -> Run:
    """Commands on a store with the sample."""
    assert run("import", SAMPLE, "--by", "ann").exit_code == 0
    return run


def test_a_license_is_edited_and_the_edit_taken_back_and_redone(filled: Run) -> None:
    words = ("edit", KEY, "Atlassian Users=50", "notes=they called: a=b", "--by", "bo", "--reason", "a call")
    assert filled(*words).stdout == (
        f"License {KEY} is edited, as change 2. Eligible. 50 editors match the server tier of 50.\n"
    )
    assert filled("undo-edit", 2, "--by", "bo").stdout == "Change 2 is undone, as change 3.\n"
    assert "already stored" in filled("edit", KEY, "host_tier=").stderr
    assert filled("undo-edit", 3).stdout == "Change 3 is undone, as change 4.\n"
    assert "Upgrade needed" in filled("edit", KEY, "host_tier=100").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("edit", KEY, "editors=lots"), 'Editors: "lots" is not a number of users.'),
        (("edit", KEY, "editors"), '"editors" does not say what a field becomes.'),
        (("edit", KEY, "Colour=red"), 'A license has no field "Colour".'),
        (("edit", KEY, "Key=K-9"), "The license key cannot be edited"),
        (("edit", "K-9", "editors=10"), 'No license has the key "K-9"'),
        (("undo-edit", "1"), "Change 1 is not an edit of a license."),
        (("undo-edit", "99"), "Change 99 is not an edit of a license."),
    ],
)
def test_what_cannot_be_done_is_said(filled: Run, words: tuple[str, ...], sentence: str) -> None:
    result = filled(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)


def test_undoing_an_import_after_an_edit_keeps_the_edit_and_says_because_of_whom(filled: Run) -> None:
    filled("edit", KEY, "editors=25", "--by", "bo")
    output = filled("undo", 1, "--by", "cy").stdout
    assert output.startswith("Import #1 is undone: 10 removed, 0 restored, 1 kept. Kept: edit by bo on ")
    assert output.endswith(" UTC (1 license).\n")
    assert "Kept" not in filled("redo", 1, "--by", "cy").stdout
