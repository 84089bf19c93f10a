"""One license as Atlassian's License import API takes it: which keys, and where each value comes from (domain.md §6)."""

import base64
import json
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, assert_never

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from lib.domain.cloud_plan import months_after
from lib.domain.facts import LicenseKind, kind_of
from lib.domain.policy import Policy
from lib.domain.text import quote
from lib.domain.tiers import UNLIMITED, Size, tier_holding
from lib.requests.records import Record

Entry = dict[str, str | int]
"""The body of a request to the API, its keys in the documented order."""

LICENSE_TYPES = {LicenseKind.ACADEMIC: "ACADEMIC"}
"""Atlassian's words for kinds of license; the others are COMMERCIAL."""

_ID_LETTERS = 20


def import_id(license_key: str) -> str:
    """The `id` by which an answer is matched to its license, always the same for a key.

    The API asks for any text that is unique for each license and repeats it in its answer. A license key is a secret that
    Atlassian does not need, so the id is a digest of it (100 bits: no two of a million keys share one). It begins with a
    letter and has no small ones: a spreadsheet leaves it as it is.
    """
    digest = sha256(f"license {license_key}".encode()).digest()
    return f"L{base64.b32encode(digest).decode()[:_ID_LETTERS]}"


def pack_refusal(license: Record, policy: Policy, day: date) -> str | None:
    """Why a license that may be submitted cannot be in a pack."""
    if license["sen"]:
        return f"A SEN is already recorded: {license['sen']}."
    if license["country_text"] and not license["country"]:
        return f"Its country {quote(license['country_text'])} has no ISO code that we know. Correct it first."
    if pack_dates(license, policy, day) is None:
        return "Neither its purchase date nor the end of its maintenance is known. Enter one of them first."
    return None


def import_entry(license: Record, policy: Policy, day: date) -> Entry:
    """A license that nothing refuses, as the API takes it."""
    start, end = pack_dates(license, policy, day) or (day, day)
    return {
        "id": import_id(license["license_key"]),
        "email": license["myatlassian_email"],
        "firstName": license["holder_first_name"],
        "lastName": license["holder_last_name"],
        "organisationName": license["company"],
        "isoCountryCode": license["country"],
        "startDate": start.isoformat(),
        "endDate": end.isoformat(),
        "licenseType": LICENSE_TYPES.get(kind_of(license["license_type"] or ""), "COMMERCIAL"),
        "users": number_of_users(pack_users(license, policy), policy),
    }


def schema_refusal(entry: Entry) -> str | None:
    """What the schema beside this module refuses of an entry, if anything."""
    for error in license_import_schema().iter_errors([entry]):
        return f"Atlassian's import does not take its {error.path[-1]}: {quote(str(error.instance))}. Correct it first."
    return None


def pack_users(license: Record, policy: Policy) -> Size:
    """The tier that a pack asks for: that of the license's editors, or its server's if the policy says so and it is larger."""
    own = tier_holding(license["editors"], policy.ladder)
    match policy.pack_users:
        case "own_tier":
            return own
        case "host_tier":
            return max(own, Size(license["host_tier"]))
        case unknown:
            assert_never(unknown)


def pack_dates(license: Record, policy: Policy, day: date) -> tuple[date, date] | None:
    """A license's start and end; None if neither is known."""
    start = day if policy.pack_start == "pack_day" else license["purchase_date"]
    end = license["maintenance_end"]
    if start is None and end is None:
        return None
    start = start or months_after(end, -policy.pack_months)
    return start, max(start, end or months_after(start, policy.pack_months))


def number_of_users(size: Size, policy: Policy) -> int:
    """A tier as the API takes it."""
    if size == UNLIMITED:
        return policy.pack_unlimited
    return size


@cache
def license_import_schema() -> Any:
    """The validator of a file for Atlassian."""
    text = resources.files("lib.requests.packs").joinpath("license_import.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker(("date",)))
