"""The settings that rules read, dated and numbered, so that every number can say which rules made it (domain.md §3, §4)."""

from dataclasses import dataclass
from datetime import date

from lib.products import Product
from lib.tiers import LADDER, Size


@dataclass(frozen=True, slots=True)
class Notice:
    """Something people should be told from a day on; never a reason to refuse (domain.md §3, policy dates)."""

    since: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the rules' settings. The defaults are what Balsamiq and Atlassian documented (domain.md §3, §4)."""

    version: int = 1
    ladder: tuple[Size, ...] = LADDER
    grace_months: int = 3
    confluence_moved: date = date(2016, 6, 20)
    jira_moved: date = date(2016, 4, 4)
    legacy_extra_months: int = 6
    borderline_days: int = 30
    round_editors_up: bool = False
    old_unlimited_before: date = date(2012, 2, 1)
    target_date: date | None = None
    keep_files_days: int = 365
    """Days for which the bytes of a file that was brought in are kept; what came of it is kept for good."""
    notices: tuple[Notice, ...] = (
        Notice(date(2023, 2, 15), "Atlassian ended sales of new Server app licenses on 15 February 2023."),
        Notice(date(2024, 2, 15), "Atlassian ended support for Server on 15 February 2024."),
    )

    def reference(self, product: Product) -> date:
        """The day Balsamiq moved that plugin's Cloud licenses (domain.md §4)."""
        return self.confluence_moved if product is Product.CONFLUENCE else self.jira_moved

    def notices_on(self, day: date) -> list[Notice]:
        """The notices in force on a day, oldest first."""
        return [notice for notice in self.notices if notice.since <= day]
