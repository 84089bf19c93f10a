"""How often the headings of other programs' exports are recognised; every second one is held out."""

import csv
from pathlib import Path

import pytest

from lib.reading.headings import propose_fields

PATH = Path(__file__).parents[1] / "data" / "headings.csv"
with PATH.open(encoding="utf-8", newline="") as file:
    LISTED = [(line["heading"], line["field"] or None) for line in csv.DictReader(file)]

HALVES = {"open": LISTED[::2], "held out": LISTED[1::2]}


def recognised(heading: str) -> str | None:
    return propose_fields([heading])[0].field


@pytest.mark.parametrize("half", HALVES)
def test_headings_of_other_programs_are_mostly_recognised_and_hardly_ever_wrong(half: str) -> None:
    meant = [(recognised(heading), field) for heading, field in HALVES[half] if field]
    right = sum(answer == field for answer, field in meant)
    wrong = sum(answer not in (field, None) for answer, field in meant)
    assert right >= 0.85 * len(meant)
    assert wrong <= 0.006 * len(meant)


@pytest.mark.parametrize("half", HALVES)
def test_headings_that_mean_no_field_are_left_alone(half: str) -> None:
    answers = [recognised(heading) for heading, field in HALVES[half] if field is None]
    assert sum(answer is not None for answer in answers) <= 0.03 * len(answers)


def test_one_unexplained_word_makes_a_suggestion() -> None:
    proposal = propose_fields(["Frobnicated license key"])[0]
    assert (proposal.field, proposal.suggestions) == (None, ("license_key",))


def test_a_word_that_changes_the_meaning_makes_no_suggestion() -> None:
    proposal = propose_fields(["Country Code (Shipping)"])[0]
    assert (proposal.field, proposal.suggestions) == (None, ())


def test_a_generic_size_beside_a_specific_one_is_for_a_person_to_say() -> None:
    proposals = propose_fields(["Number of Users", "Server Users Tier"])
    assert [proposal.match_kind for proposal in proposals] == ["ambiguous", "guessed"]


@pytest.mark.parametrize(
    "heading",
    [
        "Account Number",
        "N° client",
        "contactNumber",
        "Address (Line 2)",
        "License Type (Remarks)",
        "Nombre de usuario",
        "Nombre de licences",
        "License ID",
    ],
)
def test_a_heading_of_something_else_is_not_taken_for_a_field(heading: str) -> None:
    assert recognised(heading) is None


@pytest.mark.parametrize("heading", ["licenseId", "LICENSEID", "licenseId *"])
def test_the_marketplace_license_id_is_the_sen(heading: str) -> None:
    assert recognised(heading) == "sen"
