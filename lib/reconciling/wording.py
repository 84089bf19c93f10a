"""Matches as people read them: both licenses field by field, why they are one, and what speaks against it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lib.domain.codes import parse_fields
from lib.domain.display import display_text
from lib.domain.products import Hosting
from lib.domain.text import format_day
from lib.domain.tiers import format_size
from lib.marketplace.export_columns import EXPORT_TITLES, ExportKind
from lib.matching.confidence import CONFIDENCE_TITLES, DOUBT_SENTENCES, Confidence, Doubt
from lib.matching.differences import DIFFERENCE_TITLES, Difference
from lib.matching.levels import REASONS
from lib.reading.countries import country_name

Row = Mapping[Any, Any]
"""A finding with both licenses, as `findings.page` gives it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field as our license and Marketplace's have it; `agrees` is None where there is nothing to compare."""

    title: str
    ours: str
    theirs: str
    agrees: bool | None
    is_of_contact: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """An agreement or disagreement, and how much it weighs in bits."""

    sentence: str
    weight: float


def reasons(row: Row) -> list[Reason]:
    """Why two licenses are thought to be one, the weightiest first."""
    weights = map(float, parse_fields(row["weights"]))
    pairs = zip(parse_fields(row["reasons"]), weights, strict=True)
    return sorted((Reason(REASONS[code], weight) for code, weight in pairs), key=lambda reason: -reason.weight)


def doubts(row: Row) -> list[str]:
    """What speaks against applying a match without a person."""
    return [DOUBT_SENTENCES[Doubt(code)] for code in parse_fields(row["doubts"])]


def differences(row: Row) -> list[str]:
    """What the two licenses say differently."""
    return [DIFFERENCE_TITLES[Difference(code)] for code in parse_fields(row["differences"])]


def confidence(row: Row) -> str:
    """How sure a match is, in words with its probability."""
    if not row["confidence"]:
        return ""
    title = CONFIDENCE_TITLES[Confidence(row["confidence"])]
    return f"{title}, {min(row['probability'], 0.999):.1%}"


def compared_fields(row: Row) -> Iterator[Comparison]:
    """Both licenses side by side."""
    is_cloud = row["hosting"] == Hosting.CLOUD
    levels = set(parse_fields(row["reasons"]))
    company = row["company"] or row["license_name"] or ""
    yield Comparison("Company", company, row["their_company"] or "", agreement(levels, "name"))
    yield field("Product", display_text("product", row["product"]), display_text("product", row["their_product"]))
    yield field("Hosting", display_text("hosting", row["hosting"]), display_text("hosting", row["their_hosting"]))
    yield contact("Account", row["myatlassian_email"], row["their_technical_email"])
    yield contact("Contact", row["contact_email"], row["their_billing_email"])
    yield contact("Contact's name", row["contact_name"], row["their_contact_name"])
    yield contact("Reseller or Expert", row["expert_email"], row["their_partner_email"])
    yield field("Country", country(row["country"]), country(row["their_country"]))
    yield Comparison("Editors · Marketplace tier", format_size(row["editors"]), tier_text(row), None)
    host = format_size(row["host_tier"])
    reaches = Difference.TIER not in parse_fields(row["differences"]) if host and row["their_tier"] else None
    if not is_cloud:
        yield Comparison("Server's tier · Marketplace tier", host, tier_text(row), reaches)
    # The plan of a Cloud license starts on the day of the move, not of the purchase.
    starts = None if is_cloud else agreement(levels, "start")
    yield Comparison("Purchased · starts", day(row["purchase_date"]), day(row["their_start"]), starts)
    own_end = row["plan_end"] if is_cloud else row["maintenance_end"]
    title = "Plan ends · ends" if is_cloud else "Maintenance ends"
    yield Comparison(title, day(own_end), day(row["their_end"]), agreement(levels, "end"))
    yield field("SEN", row["sen"], row["their_sen"])
    status = (row["their_status"] or "").capitalize()
    yield Comparison("Stage · status", display_text("stage", row["stage"]), status, None)


# The levels that say that a field agrees, and those that say it does not.
_LEVELS_OF = {
    "name": ({"same_name", "same_words"}, {"alike_name", "part_of_name", "other_name"}),
    "start": ({"same_start", "start_at_submission"}, {"renewed_start", "other_start"}),
    "end": ({"same_end", "renewed_end"}, {"near_end", "other_end"}),
}


def agreement(levels: set[str], name: str) -> bool | None:
    """Whether a field agrees by the comparison's levels; None if it was not compared."""
    agreeing, differing = _LEVELS_OF[name]
    if levels & agreeing:
        return True
    return False if levels & differing else None


def field(title: str, ours: str | None, theirs: str | None) -> Comparison:
    """A field that agrees where both have the same text."""
    # Case says nothing: people write their own names in both.
    one, other = ours or "", theirs or ""
    return Comparison(title, one, other, one.casefold() == other.casefold() if one and other else None)


def contact(title: str, ours: str | None, theirs: str | None) -> Comparison:
    """A field about a person."""
    return replace(field(title, ours, theirs), is_of_contact=True)


def tier_text(row: Row) -> str:
    """The tier of the Marketplace license, as it says itself."""
    return format_size(row["their_tier"]) or row["their_tier_text"] or ""


def country(code: str | None) -> str:
    """A country's name."""
    return country_name(code) if code else ""


def day(value: date | None) -> str:
    """A day, or an empty text."""
    return format_day(value) if value else ""


def export_title(kind: str) -> str:
    """What a kind of export is called."""
    return EXPORT_TITLES[ExportKind(kind)]
