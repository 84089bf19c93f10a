"""The settings that rules read, numbered, so that every result can name the version behind it (domain.md §3, §4)."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from lib.domain.mail_domains import MailDomains
from lib.domain.products import NoMoveDayError, Product
from lib.domain.settings import Notice, Setting, SettingGroup, SettingKind, setting
from lib.domain.tiers import LADDER, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the rules' settings; the defaults are those in domain.md §3, §4."""

    version: int = 1
    ladder: tuple[Size, ...] = setting(
        "Server tiers",
        "The sizes that Marketplace sells for Server, smallest first. A server's number of users is rounded up to the next.",
        SettingGroup.SIZES,
        SettingKind.LADDER,
        "domain.md §2",
        LADDER,
        documented=True,
    )
    round_editors_up: bool = setting(
        "Round editors up to a tier",
        "Whether a license whose number of editors is no tier (3, 20, 75) counts as the next tier when it is compared with "
        "its server. If not, 3 editors on a server of 10 users need an upgrade.",
        SettingGroup.SIZES,
        SettingKind.YES_NO,
        "domain.md §3",
        default=False,
    )
    old_unlimited_before: date = setting(
        "Unlimited meant 100+ before",
        "A server recorded as Unlimited for a license bought before this day may have had only a little over 100 users: "
        "such licenses are flagged.",
        SettingGroup.SIZES,
        SettingKind.DAY,
        "domain.md §3",
        date(2012, 2, 1),
        documented=True,
    )
    consent_before_upgrade: bool = setting(
        "Consent comes before an upgrade",
        "Whether a license that needs an upgrade waits for its customer's consent: until it is given, the license needs information "
        "and is in no upgrade list. If not, it needs an upgrade at once, and the list says whether consent is pending.",
        SettingGroup.SIZES,
        SettingKind.YES_NO,
        "domain.md §3",
        default=False,
    )
    expired_maintenance_eligible: bool = setting(
        "Expired maintenance may move",
        "Whether a Server license may move although its maintenance has expired. The article names two requirements, and "
        "maintenance is none of them.",
        SettingGroup.SIZES,
        SettingKind.YES_NO,
        "domain.md §3",
        default=True,
        documented=True,
    )
    expired_before: date = setting(
        "Maintenance counts as expired before",
        "If expired maintenance may not move: the day before which the maintenance of a Server license must not have ended. "
        "An unknown end refuses nobody.",
        SettingGroup.SIZES,
        SettingKind.DAY,
        "domain.md §3",
        date(2024, 2, 15),
    )
    confluence_moved: date = setting(
        "Confluence Cloud moved on",
        "The day on which Balsamiq moved the Cloud licenses of Confluence. Maintenance that ran until then was active.",
        SettingGroup.CLOUD,
        SettingKind.DAY,
        "domain.md §4",
        date(2016, 6, 20),
        documented=True,
    )
    jira_moved: date = setting(
        "Jira Cloud moved on",
        "The day on which Balsamiq moved the Cloud licenses of Jira. Maintenance that ran until then was active.",
        SettingGroup.CLOUD,
        SettingKind.DAY,
        "domain.md §4",
        date(2016, 4, 4),
        documented=True,
    )
    grace_months: int = setting(
        "Grace months",
        "How many calendar months before the move maintenance may have ended for a Cloud license still to get the legacy plan.",
        SettingGroup.CLOUD,
        SettingKind.NUMBER,
        "domain.md §4",
        3,
        documented=True,
        most=60,
    )
    legacy_extra_months: int = setting(
        "Months added to a legacy plan",
        "How many months a legacy plan runs beyond the end of maintenance, or beyond the move if that is later.",
        SettingGroup.CLOUD,
        SettingKind.NUMBER,
        "domain.md §4",
        6,
        documented=True,
        most=60,
    )
    borderline_days: int = setting(
        "Borderline days",
        "A Cloud license is listed as borderline if this many days more or less of maintenance would change its group.",
        SettingGroup.CLOUD,
        SettingKind.NUMBER,
        "domain.md §4",
        30,
        most=366,
    )
    # Our choice: a license moves first and grows to its server's tier afterwards (domain.md §5). Documented is only that a
    # Marketplace license has a size of the ladder.
    pack_users: Literal["own_tier", "host_tier"] = setting(
        "Size in a pack",
        "The size that a pack asks for: the tier that holds the license's own editors, or the server's tier if that is larger.",
        SettingGroup.PACKS,
        SettingKind.CHOICE,
        "domain.md §6",
        "own_tier",
        choices={"own_tier": "The license's own tier", "host_tier": "The server's tier"},
    )
    # Our choice and unverified: only numbers are documented (domain.md §6).
    pack_unlimited: int = setting(
        "Number for Unlimited",
        "What stands for Unlimited among the users of a pack. Atlassian documents numbers only.",
        SettingGroup.PACKS,
        SettingKind.NUMBER,
        "domain.md §6",
        -1,
        least=-1,
        most=2_000_000_000,
    )
    # Our choice, so that nobody gains or loses time by moving. Documented is only that it is a day.
    pack_start: Literal["purchase_date", "pack_day"] = setting(
        "Start date in a pack",
        "Where a pack's start date comes from: the purchase, or the day on which the pack is made.",
        SettingGroup.PACKS,
        SettingKind.CHOICE,
        "domain.md §6",
        "purchase_date",
        choices={"purchase_date": "The purchase date", "pack_day": "The day of the pack"},
    )
    # Our choice, after the documented example of one year.
    pack_months: int = setting(
        "Months in a pack",
        "How many months lie between start and end in a pack where one of them is unknown.",
        SettingGroup.PACKS,
        SettingKind.NUMBER,
        "domain.md §6",
        12,
        least=1,
        most=120,
    )
    # Customers find their keys in their myAtlassian account, and secrets would need a store of their own.
    store_marketplace_keys: bool = False
    """Whether to store the license keys that Atlassian gives together with SENs; refused for now."""
    # Our choice: what is certain, or strong with nothing against it, needs no person (domain.md §6).
    apply_matches: Literal["none", "certain", "strong"] = setting(
        "Matches applied with one click",
        "How sure a match with Marketplace must be for the button on Reconcile to apply it, if nobody chooses otherwise there.",
        SettingGroup.MARKETPLACE,
        SettingKind.CHOICE,
        "domain.md §6",
        "strong",
        choices={"none": "Accepted only", "certain": "Certain only", "strong": "Certain and strong"},
    )
    # Our choice: nothing is written that nobody looked at, unless an administrator says so.
    apply_on_reading: Literal["none", "certain", "strong"] = setting(
        "Matches applied as soon as an export is read",
        "How sure a match with Marketplace must be, with nothing against it, to be applied without a click. It is a change of "
        "whoever reads the export and can be undone; what was undone is not applied so again.",
        SettingGroup.MARKETPLACE,
        SettingKind.CHOICE,
        "domain.md §6",
        "none",
        choices={"none": "None", "certain": "Certain only", "strong": "Certain and strong"},
    )
    # Our choice: a hundredth keeps the list of possible matches short enough to be read.
    least_percent: int = setting(
        "Least probability of a possible match",
        "How probable, in percent, a match by a similar name or the same email domain must be for a person to be asked about it.",
        SettingGroup.MARKETPLACE,
        SettingKind.NUMBER,
        "domain.md §6",
        1,
        most=99,
    )
    # Our choice: which domains are these shows in the addresses of people, which only sales know.
    free_mail_domains: tuple[str, ...] = setting(
        "Further free mail domains",
        "Domains where anybody can have an address, besides the well-known ones such as gmail.com: an address there says who "
        "somebody is, but not whose a license is. A line each.",
        SettingGroup.CUSTOMERS,
        SettingKind.DOMAINS,
        "domain.md §8",
        (),
    )
    partner_domains: tuple[str, ...] = setting(
        "Partners' domains",
        "Domains of resellers and agencies that buy for others: an address there is nobody's own, so that their customers stay "
        "apart. A line each.",
        SettingGroup.CUSTOMERS,
        SettingKind.DOMAINS,
        "domain.md §8",
        (),
    )
    target_date: date | None = setting(
        "Target date",
        "The day by which all movable licenses should have migrated; the sentence on Progress and the burn-up show it.",
        SettingGroup.GOAL,
        SettingKind.DAY,
        "domain.md §1",
        None,
        blank=True,
    )
    weekly_goal: int | None = setting(
        "Weekly goal",
        "How many licenses should migrate each week; the sentence on Progress says whether they do.",
        SettingGroup.GOAL,
        SettingKind.NUMBER,
        "domain.md §1",
        None,
        least=1,
        most=1_000_000,
        blank=True,
    )
    notices: tuple[Notice, ...] = setting(
        "Notices",
        "What screens and files tell people from a day on. A notice refuses nobody.",
        SettingGroup.NOTICES,
        SettingKind.NOTICES,
        "domain.md §3",
        (
            Notice(date(2023, 2, 15), "Atlassian ended sales of new Server app licenses on 15 February 2023."),
            Notice(date(2024, 2, 15), "Atlassian ended support for Server on 15 February 2024."),
        ),
        documented=True,
    )
    keep_files_days: int = setting(
        "Days that files are kept",
        "How long the bytes of an imported file are kept. What came of it is kept for good.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        365,
        least=1,
        most=36_500,
    )

    time_zone: str = setting(
        "Time zone of days",
        "The zone by which changes belong to days: in as of, the burn-up, the pace, ages of requests, packs and notices. An IANA "
        "name, such as Europe/Rome.",
        SettingGroup.DATA,
        SettingKind.ZONE,
        "domain.md §1",
        "UTC",
    )
    key_characters: int = setting(
        "Characters of a hidden key",
        "How many characters at the end of a license key those see who may not see keys, so that they can tell keys apart.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        4,
        most=6,
    )
    keep_drafts_days: int = setting(
        "Days that drafts are kept",
        "After how many days a file that was uploaded but not imported is discarded, unless somebody checked it since.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        90,
        least=1,
        most=36_500,
    )
    keep_cells_days: int = setting(
        "Days that wrong cells are kept",
        "How long the texts of cells that could not be read are kept. What was wrong with them, and where, is kept for good.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        365,
        least=1,
        most=36_500,
    )
    keep_sign_ins_days: int = setting(
        "Days that sign-ins are kept",
        "How long it is kept who signed in when, besides in the audit log. A sign-in is good for half a day at most.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        30,
        least=1,
        most=36_500,
    )

    def reference(self, product: Product) -> date:
        """The day Balsamiq moved that plugin's Cloud licenses (domain.md §4).

        Raises NoMoveDayError for a product whose Cloud licenses were never moved.
        """
        days = {Product.CONFLUENCE: self.confluence_moved, Product.JIRA: self.jira_moved}
        if product not in days:
            raise NoMoveDayError(product)
        return days[product]

    @property
    def mail_domains(self) -> MailDomains:
        """The domains that are no customer's own."""
        return MailDomains(frozenset(self.free_mail_domains), frozenset(self.partner_domains))

    def notices_on(self, day: date) -> list[Notice]:
        """The notices in force on a day, oldest first."""
        return [notice for notice in self.notices if notice.since <= day]


SETTINGS: dict[str, Setting] = {
    part.name: Setting(name=part.name, default=part.default, **part.metadata)
    for part in fields(Policy)
    if part.metadata
}
"""Every setting that people can change, by name, in the order of the screen."""
