"""Packs are made, submitted, written again and answered from the command line, with the same refusals."""

import json
from pathlib import Path

from lib.requests.packs import import_id
from tests.store.commands import Run
from tests.store.complete import JIRA, files, ready
from tests.store.stories import POLICY, a_file


def test_a_pack_is_written_submitted_written_again_and_answered(run: Run, tmp_path: Path) -> None:
    file, out, again = tmp_path / "licenses.csv", tmp_path / "pack.zip", tmp_path / "again.zip"
    file.write_bytes(a_file(ready("K-1"), ready("K-2"), ready("K-3", country="Atlantis")))
    run("import", file, "--by", "ann")
    assert run("packs").stdout == "No pack was submitted yet.\n"
    assert "a request cannot go to" in run("pack", "K-1", "--out", out).stderr
    assert not out.exists()
    for stage in ("received", "verified"):
        run("request", "move", "K-1", "K-2", "K-3", "--to", stage)
    notices = [f"Notice: {notice.text}" for notice in POLICY.notices]
    refused = 'K-3: Its country "Atlantis" has no ISO code that we know. Correct it first.'
    sentence = f"2 licenses packed to {out}: 2 of {JIRA}."
    assert run("pack", "--all-verified", "--out", out).stdout.splitlines() == [sentence, refused, *notices]
    assert [entry["id"] for entry in json.loads(files(out.read_bytes())[f"{JIRA}.json"])] == [
        import_id("K-1"),
        import_id("K-2"),
    ]
    output = run("pack", "K-1", "K-2", "K-3", "--out", out, "--submit", "--by", "bo").stdout.splitlines()
    assert output == ["Pack #1 is submitted, as change 4.", sentence, refused, *notices]
    assert run("packs", "1", "--out", again).stdout == f"Pack #1 is written to {again}.\n"
    assert again.read_bytes() == out.read_bytes()
    assert "by bo, as of" in run("packs").stdout
    assert run("packs").stdout.endswith(": 2 licenses, 2 waiting, 0 with a SEN\n")
    answer = tmp_path / "answer.csv"
    answer.write_text(
        f"id,sen,licenseKey\n{import_id('K-1')},SEN-1,888=X02\n{import_id('K-2')},,\nL9,SEN-9,\n", "utf-16"
    )
    lost = ["K-2: Line 3: Atlassian gave no SEN.", 'Line 4: No pack has a license with the id "L9".']
    assert run("answer", answer).stdout.splitlines() == ["1 SEN is recorded, as change 5.", *lost]
    assert run("answer", answer).stdout.splitlines() == ["Nothing changed. 1 SEN was recorded before.", *lost]
    answer.write_text(f'[{{"id": "{import_id("K-1")}", "sen": "SEN-1", "errors": ["Email unknown"]}}]')
    assert run("answer", answer).stdout.splitlines() == [
        "Nothing changed. 1 SEN was recorded before.",
        'K-1: The answer says: "Email unknown".',
    ]
    assert ": 2 licenses, 1 waiting, 1 with a SEN, last answer on" in run("packs").stdout
    assert run("undo-edit", 4).exit_code == 0
    assert run("undo-edit", 3).exit_code == 0
    assert run("packs").stdout.startswith("#1 ")


def test_what_cannot_be_packed_or_answered_ends_in_a_sentence(run: Run, tmp_path: Path) -> None:
    out, answer = tmp_path / "pack.zip", tmp_path / "answer.json"
    answer.write_text('[{"id": "1000", "sen": "SEN-1"}]')
    for words, sentence in (
        (("pack", "--out", out), "Say which licenses"),
        (("pack", "K-1", "--all-verified", "--out", out), "Say which licenses"),
        (("pack", "K-9", "--out", out), 'K-9: No license has the key "K-9".'),
        (("pack", "--all-verified", "--out", out, "--submit"), "No license can be in a pack"),
        (("packs", "1"), "give its number and --out FILE"),
        (("packs", "1", "--out", out), "There is no pack #1."),
        (
            ("answer", answer),
            'No SEN was recorded.\nLicense 1 of the answer: No pack has a license with the id "1000".',
        ),
    ):
        result = run(*words)
        assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr
    assert not out.exists()
