"""The settings that verdicts follow from: sizes and consent, and Cloud plans (domain.md §3, §4)."""

from dataclasses import dataclass
from datetime import date

from lib.domain.settings import SettingGroup, SettingKind, setting
from lib.domain.tiers import LADDER, Size


@dataclass(frozen=True, kw_only=True)
class SizeSettings:
    """How sizes are compared on Server, and what else decides there."""

    ladder: tuple[Size, ...] = setting(
        "Server tiers",
        "The sizes that Marketplace sells for Server, smallest first. A server's number of users is rounded up to the next.",
        SettingGroup.SIZES,
        SettingKind.LADDER,
        "domain.md §2",
        LADDER,
        documented=True,
        effect="Packs made from now on and sizes in files read from now on go by these tiers, too.",
    )
    round_editors_up: bool = setting(
        "Round editors up to a tier",
        "Whether a license whose number of editors is not a tier (3, 20, 75) counts as the next tier when it is compared with "
        "its server. If not, 3 editors on a server of 10 users need an upgrade.",
        SettingGroup.SIZES,
        SettingKind.YES_NO,
        "domain.md §3",
        default=False,
    )
    old_unlimited_before: date = setting(
        "Unlimited meant over 100 before",
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
        "An unknown end date blocks no license.",
        SettingGroup.SIZES,
        SettingKind.DAY,
        "domain.md §3",
        date(2024, 2, 15),
    )


@dataclass(frozen=True, kw_only=True)
class CloudSettings:
    """When Cloud licenses were moved, and what plan they got."""

    confluence_moved: date = setting(
        "Confluence Cloud moved on",
        "The day on which Balsamiq moved the Cloud licenses of Confluence. Maintenance that ran until then was active.",
        SettingGroup.CLOUD,
        SettingKind.DAY,
        "domain.md §4",
        date(2016, 6, 20),
        documented=True,
        effect="Reconcile takes this for the day on which the Cloud licenses of Confluence began, too.",
    )
    jira_moved: date = setting(
        "Jira Cloud moved on",
        "The day on which Balsamiq moved the Cloud licenses of Jira. Maintenance that ran until then was active.",
        SettingGroup.CLOUD,
        SettingKind.DAY,
        "domain.md §4",
        date(2016, 4, 4),
        documented=True,
        effect="Reconcile takes this for the day on which the Cloud licenses of Jira began, too.",
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
