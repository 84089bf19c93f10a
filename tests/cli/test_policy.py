"""The policy from the command line: shown, tried out, changed, compared, taken back."""

import json
from pathlib import Path

from tests.store.commands import Run
from tests.store.stories import a_file, a_row


def test_a_policy_is_tried_out_set_compared_and_taken_back(run: Run, tmp_path: Path) -> None:
    licenses, draft = tmp_path / "licenses.csv", tmp_path / "draft.json"
    licenses.write_bytes(
        a_file(a_row("K-1", hosting="Cloud", maintenance_expires="2016-01-10"), a_row("K-2", company="Acme"))
    )
    draft.write_text('{"grace_months": 2}')
    assert run("import", licenses).exit_code == 0
    expected = (
        "Grace months: 3 → 2\n"
        "1 license of another outcome, 0 licenses of the same with other details, 1 customer\n"
        "  Cloud: legacy plan → Cloud: expired: 1 license, 10 users, 1 customer\n"
    )
    assert run("policy", "what-if", draft).stdout == expected
    assert run("policy", "set", draft).stderr.startswith("Enter a reason")
    done = run("policy", "set", draft, "--reason", "Agreed.", "--by", "ann")
    assert done.stdout == "Policy v2 is in force, as change 2. 1 license changed.\n"
    assert run("policy", "diff", 1, 2).stdout == expected
    assert (
        "'a' is not a number. Give the number of a policy version, such as 2." in run("policy", "diff", "a", 2).stderr
    )
    assert json.loads(run("policy", "show", "--json").stdout)["settings"]["grace_months"] == 2
    assert run("policy", "undo", 2, "--by", "ann").stdout.startswith("Policy v3 is in force, as change 3. 1 license")
    assert "grace_months: 3  (Grace months; documented)" in run("policy", "show").stdout


def test_times_are_said_by_the_policys_time_zone(run: Run, tmp_path: Path) -> None:
    licenses, draft = tmp_path / "licenses.csv", tmp_path / "draft.json"
    licenses.write_bytes(a_file(a_row("K-1")))
    draft.write_text('{"time_zone": "Asia/Tokyo"}')
    run("import", licenses)
    run("policy", "set", draft, "--reason", "We are there.")
    edit = ("edit", "K-1", "notes=A call.", "--reason", "a call")
    assert run(*edit).exit_code == run("undo-edit", 3).exit_code == 0
    assert " JST." in run("undo-edit", 3).stderr
    assert " JST. We are there." in run("policy", "show").stdout
    assert " JST" in run("batches").stdout


def test_a_file_without_settings_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    for content, sentence in (
        ("grace: 4", "is not JSON at line 1, column 1: "),
        ("[4]", "has no settings by name"),
        ('{"grace": 4}', "no setting"),
    ):
        file = tmp_path / "draft.json"
        file.write_text(content)
        refusal = run("policy", "what-if", file)
        assert (refusal.exit_code, sentence in refusal.stderr) == (2, True)
