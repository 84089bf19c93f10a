"""The files of an import pack, in one archive that the same licenses and day always make the same, byte for byte."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from zipfile import ZipFile, ZipInfo

from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.fields import DO_NOT_INSTALL, Cell
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.policy import Policy
from lib.domain.products import APP_KEYS, Hosting, Product
from lib.domain.text import format_day, quantity
from lib.domain.tiers import UNLIMITED, json_size
from lib.requests.packs.entry import Entry, License

REVIEW, REFUSED, NOTICES = "review.csv", "refused.csv", "notices.txt"

REVIEW_TITLES = (
    "Import id",
    "License key",
    "App key",
    "Organization",
    "First name",
    "Last name",
    "myAtlassian email",
    "Address",
    "Country",
    "Expert email",
    "Editors",
    "Host tier",
    "Users",
    "Start date",
    "End date",
    "License type",
    "Verdict",
)
REFUSED_TITLES = ("License key", "Why it is not in the pack")


@dataclass(frozen=True, slots=True)
class PackLicense:
    """A license of a pack: as the store has it, and as Atlassian gets it."""

    license: License
    entry: Entry

    @property
    def app_key(self) -> str:
        """Marketplace's name for the Server app that the license is for (domain.md §6)."""
        return APP_KEYS[Product(self.license["product"]), Hosting.SERVER]


def by_app(packed: Sequence[PackLicense]) -> dict[str, list[PackLicense]]:
    """The licenses by the key of their app, in the order of both keys."""
    ordered = sorted(packed, key=lambda one: (one.app_key, one.license["license_key"]))
    return {app: list(some) for app, some in groupby(ordered, lambda one: one.app_key)}


def archive(
    packed: Sequence[PackLicense],
    refused: Mapping[str, str],
    *,
    by: str,
    policy: Policy,
    day: date,
    notices: Sequence[str],
) -> bytes:
    """The archive: JSON per app, a table to review, what was refused, and the notices in force."""
    apps = by_app(packed)
    files = {f"{app}.json": _as_json([one.entry for one in some]) for app, some in apps.items()}
    files[REVIEW] = table_csv(REVIEW_TITLES, [_reviewed(one) for some in apps.values() for one in some])
    files[REFUSED] = table_csv(REFUSED_TITLES, sorted(refused.items()))
    files[NOTICES] = _text(_said(apps, len(refused), by, policy, day, notices))
    content = io.BytesIO()
    with ZipFile(content, "w") as parts:
        for name, part in files.items():
            parts.writestr(_named(name, day), part)
    return content.getvalue()


def _named(name: str, day: date) -> ZipInfo:
    info = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o644 << 16  # whichever system makes it
    return info


def _as_json(entries: Sequence[Entry]) -> bytes:
    return json.dumps(entries, ensure_ascii=False, indent=2).encode() + b"\n"


def _reviewed(one: PackLicense) -> tuple[Cell, ...]:
    license, entry = one.license, one.entry
    return (
        entry["id"],
        license["license_key"],
        one.app_key,
        *(entry[name] for name in ("organisationName", "firstName", "lastName", "email")),
        license["address"],
        entry["isoCountryCode"],
        license["expert_email"],
        json_size(license["editors"]),
        json_size(license["host_tier"]),
        *(entry[name] for name in ("users", "startDate", "endDate", "licenseType")),
        OUTCOME_TITLES[Outcome(license["outcome"])],
    )


def _said(
    apps: Mapping[str, Sequence[PackLicense]], refused: int, by: str, policy: Policy, day: date, notices: Sequence[str]
) -> list[str]:
    packed = [one.license for some in apps.values() for one in some]
    return [
        f"Import pack for Atlassian of {format_day(day)}, made for {by} by policy v{policy.version}.",
        "",
        *(f"{app}.json: {quantity(len(some), 'license')}" for app, some in apps.items()),
        f"{REFUSED}: {quantity(refused, 'license')}",
        f"The JSON files are for Atlassian. {REVIEW} and {REFUSED} hold license keys: keep them here.",
        "",
        _size_rule(policy),
        *_unlimited_rule(packed, policy),
        _date_rule(policy),
        "",
        f"Notices as of {format_day(day)}:",
        *([f"- {notice}" for notice in notices] or ["- none"]),
        *([f"- {DO_NOT_INSTALL}"] if any(_must_grow(license) for license in packed) else []),
    ]


def _must_grow(license: License) -> bool:
    return bool(license["outcome"] == Outcome.UPGRADE_NEEDED)


def _size_rule(policy: Policy) -> str:
    if policy.pack_users == "host_tier":
        return "Users is the user tier of the customer's server, or the license's own where that is larger."
    return "Users is the tier that holds the license's own number of editors."


def _unlimited_rule(packed: Sequence[Mapping[str, Any]], policy: Policy) -> list[str]:
    if UNLIMITED not in {size for license in packed for size in (license["editors"], license["host_tier"])}:
        return []
    return [f"Unlimited is written as {policy.pack_unlimited}; Atlassian has not confirmed that number."]


def _date_rule(policy: Policy) -> str:
    start = "the day of this pack" if policy.pack_start == "pack_day" else "the day of purchase"
    return (
        f"Start is {start}, end the end of maintenance, never before the start; where one of them is not known, it lies "
        f"{quantity(policy.pack_months, 'month')} from the other."
    )


def _text(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
