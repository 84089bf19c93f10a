"""SENs are pasted for many licenses: each line is read and told, and those that match are recorded in one change."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.editing import change_reversal
from lib.requests.sen_lines import SenCode, SenLine, problem_sentence, read_sen_lines
from lib.requests.sens import SEN_OUTCOME_TITLES, SenMatches, SenOutcome, preview_sens, record_sens
from lib.store import change_log, database
from tests.actors import admin, editor
from tests.store.commands import SAMPLE, Run
from tests.store.stories import POLICY, a_row, everything, imported, now

ANSWER = {"id": "K-1", "sen": "SEN-4839484", "licenseKey": "888BKQ0OD8oPeNpVj11Lwz8U08GytI1qJ8Z2I=X02eu"}
SECRET = ANSWER["licenseKey"]
KEYS = st.text("ABCabc0123456789-_.+/", min_size=1, max_size=12).filter(
    lambda key: not read_sen_lines(f"{key} SEN-1")[0].problem
)
NUMBERS = st.integers(1, 10**9).map(lambda number: f"SEN-{number}")


def pairs(text: str) -> list[tuple[int, str, str]]:
    """What a paste says, if all of it but headings can be read."""
    lines = [line for line in read_sen_lines(text) if line.problem is not SenCode.HEADING]
    assert [one.problem for one in lines] == [None] * len(lines)
    return [(one.line, one.key, one.sen) for one in lines]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("K-1 SEN-4839484", "K-1"),
        ("SEN-4839484 K-1", "K-1"),
        ("  K-1\tsen-4839484  ", "K-1"),
        ("K-1;SEN-4839484;", "K-1"),
        ("K-1, SEN–4839484.", "K-1"),
        ("K-1: SEN-4839484", "K-1"),
        ("K-1 => SEN-4839484", "K-1"),
        ("K-1 — SEN-4839484", "K-1"),
        ("K-1=SEN-4839484", "K-1"),
        ("| K-1 | SEN-4839484 |", "K-1"),
        ('"K-1","SEN-4839484"', "K-1"),
        ("K-1\u00a0SEN-4839484\u200b", "K-1"),
        ("eJzz0+/x== SEN-4839484", "eJzz0+/x=="),
        ("eJzz0+/x==SEN-4839484", "eJzz0+/x="),
        ("SEN-4839484 BMQ-SEN-7", "BMQ-SEN-7"),
    ],
)
def test_a_key_and_a_sen_stand_on_a_line_in_any_order(line: str, key: str) -> None:
    assert pairs(line) == [(1, key, "SEN-4839484")]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ANSWER]),
        json.dumps(ANSWER),
        "\n".join(["id,sen,licenseKey", ",".join(ANSWER.values())]),
        "\r\n".join(["licenseKey;SEN;ID", ";".join([SECRET, ANSWER["sen"], "K-1"])]),
        "\n".join(["SEN\tLicense Key", "SEN-4839484\tK-1"]),
        json.dumps({"com.balsamiq.jira.plugins.mockups": [ANSWER]}),
    ],
)
def test_what_atlassian_answers_is_read_without_the_marketplaces_keys(text: str) -> None:
    lines = read_sen_lines(text)
    triples = [(line.key, line.sen, line.problem) for line in lines if line.problem is not SenCode.HEADING]
    assert triples == [("K-1", "SEN-4839484", None)]
    assert SECRET not in repr(lines)


def test_lines_keep_their_numbers_and_headings_have_no_license() -> None:
    assert pairs("\n\nKey SEN\n\nK-1 SEN-1\r\nK-2 SEN-2\n") == [(5, "K-1", "SEN-1"), (6, "K-2", "SEN-2")]
    assert pairs('[{"id": "K-1", "sen": "SEN-1"},\n\n {"id": 7, "sen": "SEN-L2"}]') == [
        (1, "K-1", "SEN-1"),
        (3, "7", "SEN-L2"),
    ]
    assert pairs('{"id": "K-1", "sen": "SEN-1"}\n{"id": "K-2", "sen": "SEN-2"}')[1] == (2, "K-2", "SEN-2")
    assert read_sen_lines(" \n") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("K-1", "There is no SEN on this line"),
        ("K-1 AT-12345", "is a transaction number, not a SEN"),
        ("K-1 E-ABC-DEF-GHI-JKL", "is a Cloud entitlement number, not a SEN"),
        ("1234567 K-1", "is a bare number, not a SEN"),
        ("SEN-1", "no license key"),
        ("K-1 SEN-1 SEN-2", "There is more than one SEN"),
        ("1.23E+11 SEN-1", "what a spreadsheet made of a license key"),
        ("id,sen\nK-1,", "There is no SEN on this line"),
        ("id,sen\nK-1", "There is no SEN on this line"),
        ("id,sen\n,SEN-1", "no license key"),
        ('[{"id": "K-1", "sen": "SEN-', "incomplete JSON"),
        ('["K-1"]', "This is not a license"),
        ('[{"id": "K-1"}]', "There is no SEN on this line"),
        ('[{"licenseKey": "X", "sen": "SEN-1"}]', "no license key"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, problem: str) -> None:
    (one,) = (line for line in read_sen_lines(text) if line.problem is not SenCode.HEADING)
    assert one.problem
    assert problem in problem_sentence(one.problem, one.key, one.sen)
    assert one.line == text.count("\n") + 1


@given(
    st.dictionaries(KEYS, NUMBERS, min_size=1, max_size=6),
    st.sampled_from(["\t", " ", ";", ", ", " | "]),
    st.booleans(),
)
def test_pasted_pairs_are_read_back(sens: dict[str, str], between: str, turned: bool) -> None:
    lines = [between.join((sen, key) if turned else (key, sen)) for key, sen in sens.items()]
    assert [(key, sen) for _, key, sen in pairs("\n".join(lines))] == list(sens.items())


@given(st.text(max_size=80))
def test_any_text_is_read_and_each_line_told(text: str) -> None:
    assert all(one.problem or (one.sen and (one.key or one.candidates)) for one in read_sen_lines(text))
    assert len(read_sen_lines(f"{text}\n{'x' * 200_000}")) >= 1


def outcomes(matches: SenMatches) -> dict[int, SenOutcome]:
    """The result of each line."""
    return {one.line: one.outcome for one in matches.lines}


PASTE = f"""K-1 SEN-11
K-2 SEN-12 {SECRET}
K-9 SEN-19
K-1 SEN-11
K-3 SEN-13
K-3 SEN-14
K-4 SEN-15
K-5 SEN-15
K-6 SEN-90
K-7 SEN-17
K-8 SEN-98
K-8 SEN-18
C-1 SEN-20
K-1 1234567
K-1 K-2 SEN-21
one two SEN-22
"""


def test_those_that_match_are_recorded_in_one_change_and_all_others_told(engine: Engine) -> None:
    rows = [a_row(f"K-{number}", match_agreed="yes") for number in range(1, 6)]
    imported(
        engine,
        *rows,
        a_row("K-6"),
        a_row("K-7", sen="SEN-90"),
        a_row("K-8", sen="SEN-98"),
        a_row("C-1", hosting="Cloud", maintenance_end="2016-05-01"),
    )
    before = now(engine)
    pasted = read_sen_lines(PASTE)
    with database.reading(engine) as connection:
        matches = preview_sens(connection, pasted, POLICY)
    assert outcomes(matches) == {
        1: SenOutcome.RECORDED,
        2: SenOutcome.RECORDED,
        3: SenOutcome.UNKNOWN_KEY,
        4: SenOutcome.REPEATED,
        5: SenOutcome.CONTRADICTS,
        6: SenOutcome.CONTRADICTS,
        7: SenOutcome.CONTRADICTS,
        8: SenOutcome.CONTRADICTS,
        9: SenOutcome.TAKEN,
        10: SenOutcome.HAS_OTHER,
        11: SenOutcome.CONTRADICTS,
        12: SenOutcome.CONTRADICTS,
        13: SenOutcome.CLOUD,
        14: SenOutcome.MALFORMED,
        15: SenOutcome.MALFORMED,
        16: SenOutcome.UNKNOWN_KEY,
    }
    assert (
        matches.of(SenOutcome.TAKEN)[0].sentence == 'SEN-90 is that of license "K-7". One SEN belongs to one license.'
    )
    assert all(one.sentence.endswith(".") for one in matches.lines)
    assert SECRET not in repr(matches)
    assert now(engine) == before
    done = record_sens(engine, pasted, editor("bo"), "", POLICY)
    assert (done.lines, done.change, done.sens) == (matches.lines, 2, {"K-1": "SEN-11", "K-2": "SEN-12"})
    after = now(engine)
    assert {key: row["sen"] for key, row in after.items() if row != before[key]} == done.sens
    assert {(after[key]["stage"], after[key]["outcome"], after[key]["edited"]) for key in done.sens} == {
        ("migrated", "already_migrated", "sen")
    }
    with database.reading(engine) as connection:
        last = change_log.last_change(connection)
        again = preview_sens(connection, pasted, POLICY)
    assert last is not None
    assert (last.kind, last.by, last.reason, last.counts) == ("edit", "bo", "SENs from Atlassian", {"changed": 2})
    assert (outcomes(again)[1], outcomes(again)[2], outcomes(again)[4]) == (
        SenOutcome.SAME,
        SenOutcome.SAME,
        SenOutcome.REPEATED,
    )
    stored = everything(engine)
    assert record_sens(engine, pasted, editor("bo"), "", POLICY).change is None
    assert everything(engine) == stored
    back = change_reversal.undo_change(engine, 2, admin("cy"))
    assert now(engine) == {key: {**row, "since": back if key in done.sens else 1} for key, row in before.items()}


def test_marketplace_keys_are_not_stored_and_a_policy_that_wants_it_is_refused(engine: Engine) -> None:
    imported(engine, a_row())
    pasted = [SenLine(1, "K-1", "SEN-1")]
    with pytest.raises(RefusalError, match="not possible yet"):
        record_sens(engine, pasted, editor("bo"), "", Policy(store_marketplace_keys=True))
    assert now(engine)["K-1"]["sen"] == ""
    assert set(SEN_OUTCOME_TITLES) == set(SenOutcome)


def test_sens_are_recorded_from_the_command_line(run: Run, tmp_path: Path) -> None:
    assert run("import", SAMPLE, "--by", "ann").exit_code == 0
    file = tmp_path / "sens.txt"
    file.write_text("BMQ-SYN-0003 SEN-77\nBMQ-SYN-0001;SEN-78\nK-9 SEN-79\n", "utf-16")
    others = ['Line 3: No license has the key "K-9", nor is it the id of a pack.']
    output = run("sens", file, "--dry-run").stdout.splitlines()
    assert output == ["2 SENs would be recorded. 3 lines: 2 recorded, 1 not. Unknown key: 1.", *others]
    output = run("sens", file, "--by", "bo", "--note", "Monday's mail").stdout.splitlines()
    assert output == ["2 SENs are recorded, as change 2. 3 lines: 2 recorded, 1 not. Unknown key: 1.", *others]
    again = run("sens", file)
    assert (again.exit_code, again.stderr.splitlines()[:2]) == (
        2,
        ["No SEN was recorded.", "Line 1: SEN-77 is already recorded."],
    )
    assert run("undo-edit", 2).stdout == "Change 2 is undone, as change 3.\n"


def test_a_first_line_that_has_the_word_sen_is_recorded_too(run: Run, tmp_path: Path) -> None:
    assert run("import", SAMPLE, "--by", "ann").exit_code == 0
    file = tmp_path / "sens.txt"
    file.write_text("BMQ-SYN-0001 SEN: SEN-1234567\nBMQ-SYN-0003 SEN: SEN-1234568\n")
    assert run("sens", file).stdout == "2 SENs are recorded, as change 2.\n"
    file.write_text("The SEN for BMQ-SYN-0001 is SEN-1234567")
    assert run("sens", file).stderr.splitlines()[:2] == [
        "No SEN was recorded.",
        "Line 1: SEN-1234567 is already recorded.",
    ]
    file.write_text("Key: BMQ-SYN-0001\nSEN: SEN-1234567\n")
    assert run("sens", file).stderr.splitlines()[:2] == [
        "No SEN was recorded.",
        "Lines 1 to 2: SEN-1234567 is already recorded.",
    ]


def test_a_remark_beside_a_recorded_sen_is_shown(run: Run, tmp_path: Path) -> None:
    assert run("import", SAMPLE, "--by", "ann").exit_code == 0
    file = tmp_path / "answer.json"
    file.write_text('[{"id": "BMQ-SYN-0001", "sen": "SEN-1", "errors": ["Email unknown"]}]')
    assert run("sens", file).stdout.splitlines() == [
        "1 SEN is recorded, as change 2.",
        'License 1 of the answer: The answer says: "Email unknown".',
    ]


def test_licenses_of_an_answer_on_one_line_are_compared_and_named_by_their_places(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"), a_row("K-3"))
    pairs = (("K-1", "SEN-1"), ("K-1", "SEN-1"), ("K-2", "SEN-2"), ("K-2", "SEN-22"), ("K-3", None))
    lines = read_sen_lines(json.dumps([{"id": key, "sen": sen, "error": "late"} for key, sen in pairs]))
    matches = record_sens(engine, lines, editor("bo"), "", POLICY)
    assert [(one.outcome, one.sentence) for one in matches.lines] == [
        (SenOutcome.RECORDED, 'With this SEN, the license counts as migrated. The answer says: "late".'),
        (SenOutcome.REPEATED, 'License 1 of the answer says the same. The answer says: "late".'),
        (
            SenOutcome.CONTRADICTS,
            "License 4 of the answer says another SEN of this license. Find out which is right. "
            'The answer says: "late".',
        ),
        (
            SenOutcome.CONTRADICTS,
            "License 3 of the answer says another SEN of this license. Find out which is right. "
            'The answer says: "late".',
        ),
        (
            SenOutcome.MALFORMED,
            'There is no SEN on this line. A SEN looks like SEN-1234567. The answer says: "late".',
        ),
    ]
    assert matches.sens == {"K-1": "SEN-1"}


def test_items_of_requests_are_entered_from_the_command_line_one_by_one_or_from_a_mail(
    run: Run, tmp_path: Path
) -> None:
    assert run("import", SAMPLE, "--by", "ann").exit_code == 0
    one, other = "BMQ-SYN-0001", "BMQ-SYN-0003"
    words = (
        "request",
        "set",
        one,
        "Country=Germany",
        "myatlassian_email=it@acme.example",
        "--also",
        other,
        "--also",
        "K-9",
    )
    assert run(*words, "--by", "bo").stdout.splitlines() == [
        "2 licenses are edited, as change 2.",
        'K-9: No license has the key "K-9".',
    ]
    assert run(*words).stderr.splitlines()[0] == "No license was changed."
    assert "is not an email address" in run("request", "set", one, "myatlassian_email=acme").stderr
    mail = tmp_path / "mail.txt"
    mail.write_text(
        f"License key: {one}\nCompany: Größe GmbH\nExpert email: none\nCountry: Atlantis\n\nBye\n", "cp1252"
    )
    dry = run("reply", one, mail, "--dry-run").stdout.splitlines()
    assert dry == [
        f"License key (line 1): {one}",
        "Company (line 2): Größe GmbH",
        'Full address with country (line 4): "Atlantis" is not a country we know. Write its name or its two-letter code.',
        "Expert email (line 3): none",
        "Line 6 was not recognised: Bye",
        "Company: stored Acme Corp, the email says Größe GmbH",
    ]
    done = run("reply", one, mail, "--by", "bo").stdout.splitlines()
    assert done == [*dry, f"License {one} is edited, as change 3."]
    refused = run("reply", other, mail)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.splitlines()[-1] == f"The email is about {one}, not {other}. Nothing was changed."
    head = "From: ada@acme.example\nContent-Type: text/plain; charset=latin-1\nContent-Transfer-Encoding: quoted-printable\n\n"
    mail.write_text(f"{head}License key: {one}\nCompany: Gr=F6=DFe AG\n")
    assert run("reply", one, mail).stdout.splitlines()[1] == "Company (line 2): Größe AG"
    mail.write_text("Bye")
    assert run("reply", one, mail).stderr.splitlines()[-1] == "Nothing in the email can be applied."
