"""One license as Atlassian's License import API takes it: which keys, and where each value comes from (domain.md §6)."""

import base64
import json
from collections.abc import Mapping
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

License = Mapping[str, Any]
"""A version of a license as the store has it, by column."""

Entry = dict[str, str | int]
"""The body of a request to the API, its keys in the documented order."""

LICENSE_TYPES = {LicenseKind.ACADEMIC: "ACADEMIC"}
"""Atlassian's words for kinds of license; the others are COMMERCIAL. The example has that one, the Marketplace's export both."""

_ID_LETTERS = 20


def import_id(license_key: str) -> str:
    """The `id` by which an answer is matched to its license, always the same for a key.

    The API asks for any text that is unique for each license and repeats it in its answer. A license key is a secret that
    Atlassian does not need, so the id is a digest of it (100 bits: no two of a million keys share one). It begins with a
    letter and has no small ones: a spreadsheet leaves it as it is.
    """
    digest = sha256(f"license {license_key}".encode()).digest()
    return f"L{base64.b32encode(digest).decode()[:_ID_LETTERS]}"


def pack_refusal(license: License, policy: Policy, day: date) -> str | None:
    """Why a license that may be submitted otherwise cannot be in a pack, in a sentence; None if it can."""
    if license["sen"]:
        return f"A SEN is recorded already: {license['sen']}."
    if license["country_text"] and not license["country"]:
        return f"Its country {quote(license['country_text'])} has no ISO code that we know. Correct it first."
    if pack_dates(license, policy, day) is None:
        return "Neither its purchase date nor the end of its maintenance is known. Enter one of them first."
    return None


def import_entry(license: License, policy: Policy, day: date) -> Entry:
    """A license that neither `refusal_of` nor the rules of requests refuse, as the API takes it."""
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
        "users": _as_number(pack_users(license, policy), policy),
    }


def schema_refusal(entry: Entry) -> str | None:
    """What the schema beside this module does not take of an entry, in a sentence; None if it takes all."""
    for error in _schema().iter_errors([entry]):
        return f"Atlassian's import does not take its {error.path[-1]}: {quote(str(error.instance))}. Correct it first."
    return None


def pack_users(license: License, policy: Policy) -> Size:
    """The tier that a pack asks for: the one of the license's own editors, or its server's if the policy says so and that
    is larger."""
    own = tier_holding(license["editors"], policy.ladder)
    match policy.pack_users:
        case "own_tier":
            return own
        case "host_tier":
            return max(own, Size(license["host_tier"]))
        case unknown:
            assert_never(unknown)


def pack_dates(license: License, policy: Policy, day: date) -> tuple[date, date] | None:
    """The start and the end that a pack says, by the policy's rules; None where nothing is known to tell them from."""
    start = day if policy.pack_start == "pack_day" else license["purchase_date"]
    end = license["maintenance_end"]
    if start is None and end is None:
        return None
    start = start or months_after(end, -policy.pack_months)
    return start, max(start, end or months_after(start, policy.pack_months))


def _as_number(size: Size, policy: Policy) -> int:
    return policy.pack_unlimited if size == UNLIMITED else size


@cache
def _schema() -> Any:
    text = resources.files("lib.requests.packs").joinpath("license_import.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker(("date",)))
