"""The settings of daily work: customers, the goal, notices, and how long data is kept (domain.md §1, §3, §8, §9)."""

from dataclasses import dataclass
from datetime import date

from lib.domain.settings import Notice, SettingGroup, SettingKind, setting


@dataclass(frozen=True, kw_only=True)
class CustomerSettings:
    """Which mail domains are no customer's own."""

    # Our choice: which domains are these shows in the addresses of people, which only sales know.
    free_mail_domains: tuple[str, ...] = setting(
        "Further free mail domains",
        "Domains where anybody can have an address, besides the well-known ones such as gmail.com: an address there says who "
        "somebody is, but not whose a license is. One per line.",
        SettingGroup.CUSTOMERS,
        SettingKind.DOMAINS,
        "domain.md §8",
        (),
        effect="Matches, suggested duplicates and pasted mails go by these domains, too.",
    )
    partner_domains: tuple[str, ...] = setting(
        "Partners' domains",
        "Domains of resellers and agencies that buy for others: an address there is nobody's own, so their customers stay "
        "apart. One per line.",
        SettingGroup.CUSTOMERS,
        SettingKind.DOMAINS,
        "domain.md §8",
        (),
        effect="Matches, suggested duplicates and pasted mails go by these domains, too.",
    )


@dataclass(frozen=True, kw_only=True)
class GoalSettings:
    """What should be reached, and by when."""

    target_date: date | None = setting(
        "Target date",
        "The day by which all movable licenses should have migrated; the sentence on Progress and the burn-up show it.",
        SettingGroup.GOAL,
        SettingKind.DAY,
        "domain.md §1",
        None,
        blank=True,
        effect="The sentence and the burn-up on Progress go by it.",
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
        effect="The sentence on Progress goes by it.",
    )


@dataclass(frozen=True, kw_only=True)
class NoticeSettings:
    """What people are told, and refused nothing for."""

    notices: tuple[Notice, ...] = setting(
        "Notices",
        "What screens and files tell people from a day on. A notice blocks nothing.",
        SettingGroup.NOTICES,
        SettingKind.NOTICES,
        "domain.md §3",
        (
            Notice(date(2023, 2, 15), "Atlassian ended sales of new Server app licenses on 15 February 2023."),
            Notice(date(2024, 2, 15), "Atlassian ended support for Server on 15 February 2024."),
        ),
        documented=True,
        effect="Screens, lists and packs show these notices.",
    )


@dataclass(frozen=True, kw_only=True)
class DataSettings:
    """How long data is kept, and how it is shown."""

    time_zone: str = setting(
        "Time zone of days",
        "The time zone that decides which day a change belongs to: in “as of”, the burn-up, the pace, ages of requests, packs and notices. An IANA "
        "name, such as Europe/Rome.",
        SettingGroup.DATA,
        SettingKind.ZONE,
        "domain.md §1",
        "UTC",
        effect="All changes, past ones too, belong to the days of this zone: in “as of”, charts, ages and files.",
    )
    key_characters: int = setting(
        "Characters of a hidden key",
        "How many characters at the end of a license key are shown to people who may not see keys, so that they can tell keys apart.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        4,
        most=6,
        effect="People who may not see keys see this much of them.",
    )
    keep_files_days: int = setting(
        "Days that files are kept",
        "How long an imported file is kept. Its results are kept for good.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        365,
        least=1,
        most=36_500,
        effect="Older files are deleted for good within a day.",
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
        effect="Older drafts are discarded within a day.",
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
        effect="Older texts of wrong cells are deleted for good within a day.",
    )
    keep_sign_ins_days: int = setting(
        "Days that sign-ins are kept",
        "How long the record of sign-ins is kept, apart from the audit log. A sign-in lasts half a day at most.",
        SettingGroup.DATA,
        SettingKind.NUMBER,
        "domain.md §9",
        30,
        least=1,
        most=36_500,
        effect="Older records of sign-ins are deleted for good within a day.",
    )
