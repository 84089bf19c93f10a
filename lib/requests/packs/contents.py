"""The files of an import pack, in one archive: the same licenses and day make the same bytes."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from operator import attrgetter
from zipfile import ZipFile, ZipInfo

from lib.documents.exports.csv_files import table_csv
from lib.documents.exports.fields import DO_NOT_INSTALL, Cell
from lib.domain.eligibility import OUTCOME_TITLES, Outcome
from lib.domain.policy import Policy
from lib.domain.products import APP_KEYS, Hosting, Product
from lib.domain.text import format_day, quantity
from lib.domain.tiers import UNLIMITED, json_size
from lib.requests.packs.entry import Entry
from lib.requests.records import Record

REVIEW, REFUSED, NOTICES = "review.csv", "refused.csv", "notices.txt"

REVIEW_TITLES = (
    "Import id",
    "License key",
    "App key",
    "Company",
    "First name",
    "Last name",
    "myAtlassian email",
    "Address",
    "Country",
    "Expert email",
    "Editors",
    "Server tier",
    "Users",
    "Start date",
    "End date",
    "License type",
    "Outcome",
)
REFUSED_TITLES = ("License key", "Why it is not in the pack")


Apps = Mapping[str, "Sequence[PackLicense]"]
"""The licenses of a pack by the key of their app."""


@dataclass(frozen=True, slots=True)
class PackLicense:
    """A license of a pack: as the store has it, and as Atlassian gets it."""

    license: Record
    entry: Entry

    @property
    def key(self) -> str:
        """Its license key."""
        return str(self.license["license_key"])

    @property
    def id(self) -> str:
        """The id by which an answer is matched to it."""
        return str(self.entry["id"])

    @property
    def app_key(self) -> str:
        """Marketplace's name for a license's Server app (domain.md §6)."""
        return APP_KEYS[Product(self.license["product"]), Hosting.SERVER]

    @property
    def needs_upgrade(self) -> bool:
        """Whether its new key must not be installed before an upgrade."""
        return bool(self.license["outcome"] == Outcome.UPGRADE_NEEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Who a pack is made for, as of which day, by which policy, and the notices in force."""

    actor: str
    day: date
    policy: Policy
    notices: Sequence[str]


def licenses_by_app(licenses: Sequence[PackLicense]) -> dict[str, list[PackLicense]]:
    """The licenses by app key, in the order of both keys."""
    ordered = sorted(licenses, key=attrgetter("app_key", "key"))
    return {app: list(group) for app, group in groupby(ordered, attrgetter("app_key"))}


def entries_json(licenses: Sequence[PackLicense]) -> bytes:
    """The JSON of the licenses of one app."""
    return json_of([license.entry for license in licenses])


def archive(apps: Apps, refused: Mapping[str, str], about: About) -> bytes:
    """The archive: JSON by app, review table, refusals and notices."""
    files = {f"{app}.json": entries_json(group) for app, group in apps.items()}
    files[REVIEW] = table_csv(REVIEW_TITLES, map(review_row, chain.from_iterable(apps.values())))
    files[REFUSED] = table_csv(REFUSED_TITLES, sorted(refused.items()))
    files[NOTICES] = ("\n".join(notice_lines(apps, len(refused), about)) + "\n").encode()
    content = io.BytesIO()
    with ZipFile(content, "w") as zip_file:
        for name, file in files.items():
            zip_file.writestr(zip_entry(name, about.day), file)
    return content.getvalue()


def zip_entry(name: str, day: date) -> ZipInfo:
    """The head of a file in the archive, the same whenever and on whichever system it is made."""
    entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    # By default, these tell on which system the archive was made.
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def json_of(entries: Sequence[Entry]) -> bytes:
    """A file for Atlassian."""
    return json.dumps(entries, ensure_ascii=False, indent=2).encode() + b"\n"


def review_row(pack_license: PackLicense) -> tuple[Cell, ...]:
    """A license as a row of the table to review."""
    license, entry = pack_license.license, pack_license.entry
    return (
        entry["id"],
        license["license_key"],
        pack_license.app_key,
        *(entry[name] for name in ("organisationName", "firstName", "lastName", "email")),
        license["address"],
        entry["isoCountryCode"],
        license["expert_email"],
        json_size(license["editors"]),
        json_size(license["host_tier"]),
        *(entry[name] for name in ("users", "startDate", "endDate", "licenseType")),
        OUTCOME_TITLES[Outcome(license["outcome"])],
    )


def notice_lines(apps: Apps, refused: int, about: About) -> list[str]:
    """What to know of a pack before handing it over."""
    licenses = list(chain.from_iterable(apps.values()))
    notices = [f"- {notice}" for notice in about.notices] or ["- none"]
    if any(license.needs_upgrade for license in licenses):
        notices.append(f"- {DO_NOT_INSTALL}")
    day = format_day(about.day)
    return [
        f"Import pack for Atlassian of {day}, made for {about.actor} by policy v{about.policy.version}.",
        "",
        *(f"{app}.json: {quantity(len(group), 'license')}" for app, group in apps.items()),
        f"{REFUSED}: {quantity(refused, 'license')}",
        f"The JSON files are for Atlassian. {REVIEW} and {REFUSED} hold license keys: keep them here.",
        "",
        size_rule(about.policy),
        *unlimited_rule(licenses, about.policy),
        date_rule(about.policy),
        "",
        f"Notices as of {day}:",
        *notices,
    ]


def size_rule(policy: Policy) -> str:
    """How many users a license is imported for."""
    if policy.pack_users == "host_tier":
        return "Users is the user tier of the customer's server, or the license's own where that is larger."
    return "Users is the tier that holds the license's own number of editors."


def unlimited_rule(licenses: Sequence[PackLicense], policy: Policy) -> list[str]:
    """How Unlimited is written, if any license or server has it."""
    records = [one.license for one in licenses]
    if not any(UNLIMITED in (record["editors"], record["host_tier"]) for record in records):
        return []
    return [f"Unlimited is written as {policy.pack_unlimited}; Atlassian has not confirmed that number."]


def date_rule(policy: Policy) -> str:
    """Where the start and the end of a license come from."""
    start = "the day of purchase"
    if policy.pack_start == "pack_day":
        start = "the day of this pack"
    return (
        f"Start is {start}, end the end of maintenance, never before the start; where one of them is not known, it lies "
        f"{quantity(policy.pack_months, 'month')} from the other."
    )
