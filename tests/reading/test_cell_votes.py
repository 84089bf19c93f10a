"""Cells vote beside words for the field of their column."""

import pytest

from lib.reading.cell_votes import CellSample
from lib.reading.headings import propose_fields
from lib.reading.match_kinds import MatchKind, Sureness, sureness_of

KEYS = ("K-1", "K-2", "K-3", "K-4", "K-5", "K-6")
PRODUCTS = ("Mockups for JIRA", "Wireframes for Confluence Server", "Mockups for Confluence")
EMAILS = ("a@acme.example", "b@globex.example", "c@initech.example")
NAMES = ("Ada Lane", "Bo Kurz", "Cy Hale")


def votes(**columns: tuple[str, ...]) -> dict[str, tuple[str | None, str]]:
    """The field of each column of these filled cells, and how it was found."""
    header = [title.replace("_", " ") for title in columns]
    samples = [CellSample(texts, 1.0 if texts else 0.0) for texts in columns.values()]
    return {p.column: (p.field, p.match_kind.value) for p in propose_fields(header, samples)}


def test_emails_below_contact_are_the_email_and_products_below_name_the_product() -> None:
    fields = votes(Key=KEYS, Name=PRODUCTS, Contact=EMAILS)
    assert fields == {
        "Key": ("license_key", "alias"),
        "Name": ("product", "cells"),
        "Contact": ("contact_email", "cells"),
    }


def test_names_below_contact_stay_a_contact() -> None:
    assert votes(Contact=NAMES) == {"Contact": ("contact_name", "alias")}


@pytest.mark.parametrize(
    ("title", "texts"), [("Date", NAMES), ("Quantity", NAMES), ("Expires", ("red", "green", "blue"))]
)
def test_a_column_under_half_readable_has_no_field(title: str, texts: tuple[str, ...]) -> None:
    assert votes(**{title: texts}) == {title: (None, "refused")}


def test_a_column_without_cells_keeps_the_field_of_its_heading() -> None:
    assert votes(Quantity=()) == {"Quantity": ("editors", "alias")}


@pytest.mark.parametrize(("texts", "field"), [(("10", "25", "ten", "many"), "editors"), (("10", "ten", "many"), None)])
def test_half_of_the_texts_are_enough(texts: tuple[str, ...], field: str | None) -> None:
    assert votes(Seats=texts)["Seats"][0] == field


def test_two_texts_have_no_say_against_a_heading_and_none_against_a_fields_title() -> None:
    assert votes(Seats=("ten", "many"))["Seats"] == ("editors", "alias")
    assert votes(Editors=("ten", "many", "few"))["Editors"] == ("editors", "exact")


def test_keys_that_repeat_are_none() -> None:
    fields = votes(License=("Commercial",) * 5 + ("Academic",), Serial=KEYS)
    assert fields == {"License": (None, "refused"), "Serial": ("license_key", "alias")}


def test_product_and_hosting_are_found_by_their_cells_alone() -> None:
    fields = votes(Key=KEYS, Bezeichnung=PRODUCTS, Wo=("Server", "Cloud", "Server"), Farbe=("rot", "rot", "blau"))
    assert fields["Bezeichnung"] == ("product", "cells")
    assert fields["Wo"] == ("hosting", "cells")
    assert fields["Farbe"] == (None, "unknown")


def test_the_one_column_of_products_keeps_its_field_so_that_a_person_can_say_what_they_mean() -> None:
    assert votes(Key=KEYS, Plugin=("Wirefr", "Mokups", "Wf"))["Plugin"] == ("product", "guessed")


def test_two_equal_candidates_for_a_decisive_field_are_asked_and_others_not() -> None:
    other = tuple(f"X-{number}" for number in range(6))
    assert votes(Serial=KEYS, Key=other) == {"Serial": (None, "ambiguous"), "Key": (None, "ambiguous")}
    assert votes(Serial=KEYS, Key=KEYS) == {"Serial": ("license_key", "alias"), "Key": (None, "taken")}
    assert votes(Company=NAMES, Organization=PRODUCTS[:1])["Organization"] == (None, "taken")


def test_the_more_specific_heading_and_the_fuller_column_win() -> None:
    assert votes(Key=KEYS, License_Key=tuple(f"X-{key}" for key in KEYS))["License Key"][0] == "license_key"
    header, samples = ["Key", "Serial"], [CellSample(KEYS, 1.0), CellSample(("S-1",), 0.2)]
    assert [proposal.field for proposal in propose_fields(header, samples)] == ["license_key", None]


def test_how_sure_a_field_is_follows_from_how_it_was_found() -> None:
    assert sureness_of(MatchKind.ALIAS) is sureness_of("chosen") is Sureness.SURE
    assert sureness_of(MatchKind.GUESSED) is sureness_of(MatchKind.CELLS) is Sureness.PROBABLE
    assert sureness_of(MatchKind.REFUSED, ("editors",)) is Sureness.POSSIBLE
    assert sureness_of("unknown") is None
