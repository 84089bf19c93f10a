"""Which step of a file needs a person first, and what was decided without one."""

import pytest
from sqlalchemy import Engine

from lib.checking.check_summary import CheckSummary
from lib.checking.decisions import decisions
from lib.checking.open_points import Step, first_step, is_settled
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.importing import imports
from lib.store import check_results, database
from tests.actors import EDITOR

HEADER = "License Key,Product,Hosting,Editors,Server tier,Maintenance Expires\n"


def summary(engine: Engine, text: str) -> CheckSummary:
    number = imports.add_file(engine, "file.csv", text.encode(), Settings(), EDITOR)
    imports.check_batch(engine, number, EDITOR, Policy())
    with database.reading(engine) as connection:
        result = check_results.newest(connection, number)
    assert result
    return result.summary


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (HEADER + "A1,Jira,Server,10,10,\n", Step.PREVIEW),
        (HEADER + "A1,Jira,Server,many,10,\n", Step.CHECK),
        (HEADER + "A1,Jira,Cloud,10,10,03/04/2016\n", Step.COLUMNS),
        ("License Key,Product,Hosting\nA1,Jira,Server\n", Step.COLUMNS),
        ("No.,What,Where\nA1,Jira,Server\n", Step.COLUMNS),
    ],
)
def test_a_file_goes_to_the_first_step_that_needs_a_person(engine: Engine, text: str, step: Step) -> None:
    check = summary(engine, text)
    assert first_step(check) is step
    assert is_settled(check, Step.FILE)
    assert not is_settled(check, step)


def test_the_check_of_a_file_of_which_no_license_has_an_outcome_is_not_settled(sqlite: Engine) -> None:
    assert not is_settled(summary(sqlite, "License Key,Product,Hosting\nA1,Jira,Server\n"), Step.CHECK)


def test_what_was_decided_is_told_with_its_proofs(engine: Engine) -> None:
    check = summary(engine, HEADER + "A1,Jira,Cloud,,,31/01/2016\nA2,Jira,Cloud,,,02/03/2016\n")
    assert decisions(check) == [
        ("✓ 2 rows", Step.FILE),
        ("✓ 6 columns recognised", Step.COLUMNS),
        ("✓ dates are day first: 1 proves it", Step.COLUMNS),
        ("✓ no errors", Step.CHECK),
    ]
