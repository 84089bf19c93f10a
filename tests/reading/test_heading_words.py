"""How often the headings of other programs' exports are recognised; half of them are held out while words are written."""

import csv
import zlib
from pathlib import Path

import pytest

from lib.reading.headings import propose_fields

DATA = Path(__file__).parents[1] / "data"
with (DATA / "headings.csv").open(encoding="utf-8", newline="") as file:
    LISTED = [(line["heading"], line["field"] or None, line["program"]) for line in csv.DictReader(file)]


def half_of(heading: str) -> str:
    """By the heading alone, so that a line more moves no other."""
    return "held out" if zlib.crc32(heading.encode()) % 2 else "open"


HALVES = {
    half: [(heading, field) for heading, field, _ in LISTED if half_of(heading) == half]
    for half in ("open", "held out")
}


def recognised(heading: str) -> str | None:
    return propose_fields([heading])[0].field


@pytest.mark.parametrize("half", HALVES)
def test_headings_of_other_programs_are_mostly_recognised_and_hardly_ever_wrong(half: str) -> None:
    pairs = [(recognised(heading), field) for heading, field in HALVES[half] if field]
    right = sum(answer == field for answer, field in pairs)
    wrong = sum(answer not in (field, None) for answer, field in pairs)
    assert right >= 0.85 * len(pairs)
    assert wrong <= 0.006 * len(pairs)


@pytest.mark.parametrize("half", HALVES)
def test_headings_that_mean_no_field_are_left_alone(half: str) -> None:
    answers = [recognised(heading) for heading, field in HALVES[half] if field is None]
    assert sum(answer is not None for answer in answers) <= 0.03 * len(answers)


def test_each_heading_has_a_source() -> None:
    with (DATA / "heading_sources.csv").open(encoding="utf-8", newline="") as file:
        sources = {line["program"] for line in csv.DictReader(file)}
    assert {program for _, _, program in LISTED} == sources


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Rechnungsadresse Firma", "company"),
        ("Firma Rechnungsadresse", "address"),
        ("Billing Address Country", "country"),
        ("Adresse de l'entreprise", "address"),
    ],
)
def test_an_address_before_what_stands_in_it_only_says_where(heading: str, field: str) -> None:
    assert recognised(heading) == field


@pytest.mark.parametrize("heading", ["License Number", "Activation Code", "Product Code", "Contract End Date"])
def test_what_as_many_programs_mean_otherwise_is_only_offered(heading: str) -> None:
    proposal = propose_fields([heading])[0]
    assert proposal.field is None
    assert len(proposal.suggestions) == 1


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
