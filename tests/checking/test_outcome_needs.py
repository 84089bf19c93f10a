"""What outcomes need is a checklist, and a file of which nothing follows is not called flawless."""

from dataclasses import replace
from typing import Any

from lib.checking.check_summary import CheckSummary, ColumnSummary, Failure
from lib.checking.outcome_needs import lacks_every_outcome, outcome_needs
from lib.domain.eligibility import Outcome
from lib.domain.import_counts import Effect, RowCounts

MAPPING = {"Key": "license_key", "Plugin": "product", "Hosting": "hosting"}


def column(heading: str, *samples: str, **values: Any) -> ColumnSummary:
    return ColumnSummary(
        heading=heading,
        title=heading,
        samples=samples,
        filled=1.0,
        field=values.pop("field", None),
        how="unknown",
        **values,
    )


def test_what_is_missing_is_offered_by_heading_first_and_then_by_cells() -> None:
    columns = (
        column("Key", "K-1", field="license_key"),
        column("Shoe", "42", "44"),
        column("Seats or so", "10", "25", suggestions=("editors",)),
        column("Colour", "red", "blue"),
        column("Until", "2018-03-02"),
    )
    needs = {need.field: need for need in outcome_needs(CheckSummary(columns=columns, mapping=MAPPING))}
    assert [need.column for need in needs.values()] == ["Key", "Plugin", "Hosting", None, None, None]
    assert [candidate.heading for candidate in needs["editors"].candidates] == ["Seats or so", "Shoe"]
    assert [candidate.heading for candidate in needs["maintenance_end"].candidates] == ["Until"]
    assert needs["editors"].title == "Editors (Server)"


def test_a_column_of_codes_may_have_the_missing_keys() -> None:
    columns = (
        column("Ref", "V-0", "V-1"),
        column("Box", "25", "100"),
        column("Until", "2018-03-02"),
        column("Who", "a1@acme.example"),
        column("Street", "Ringstr. 5"),
        column("Whose", "Acme"),
    )
    key = outcome_needs(CheckSummary(columns=columns, failure=Failure("missing_columns", "…")))[0]
    assert (key.field, [candidate.heading for candidate in key.candidates]) == ("license_key", ["Ref"])


def test_a_hosting_in_every_products_name_needs_no_column() -> None:
    mapping = {"Key": "license_key", "Plugin": "product"}
    summary = CheckSummary(mapping=mapping)
    assert "hosting" not in {need.field for need in outcome_needs(summary)}
    failed = replace(summary, failure=Failure("missing_columns", "…"))
    assert "hosting" in {need.field for need in outcome_needs(failed)}


def test_a_file_of_which_no_license_has_an_outcome_is_void() -> None:
    counts = RowCounts(rows=3, new=2, held=1)
    for unclear, is_void in ((2, True), (1, False)):
        effect = Effect(verdicts={Outcome.NEEDS_INFO: unclear, Outcome.ELIGIBLE: 2 - unclear})
        assert lacks_every_outcome(CheckSummary(counts=counts, effect=effect)) == is_void
    assert not lacks_every_outcome(CheckSummary())
