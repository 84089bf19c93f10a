"""The settings that rules read, dated and numbered, so that every number can say which rules made it (domain.md §3, §4)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from lib.domain.products import PRODUCT_TITLES, Product
from lib.domain.tiers import LADDER, Size


class NoMoveDayError(LookupError):
    """The policy has no day on which Cloud licenses of a product were moved: there were none to move."""

    def __init__(self, product: Product) -> None:
        super().__init__(
            f"Cloud licenses of {PRODUCT_TITLES[product]} were never moved, so the policy has no day for them."
        )


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
    pack_users: Literal["own_tier", "host_tier"] = "own_tier"
    """Which size an import pack asks Atlassian for. Our choice: the tier that holds the license's own editors, since a license
    moves first and grows to its server's tier afterwards (domain.md §5); `host_tier` asks for the server's where that is
    larger. That a Marketplace license has a size of the ladder is documented."""
    pack_unlimited: int = -1
    """What stands for Unlimited in a pack's `users`. Our choice and unverified: only numbers are documented (domain.md §6)."""
    pack_start: Literal["purchase_date", "pack_day"] = "purchase_date"
    """Where a pack's `startDate` comes from. Documented is only that it is a day. Our choice: the purchase, so that nobody
    gets or loses time by moving; `pack_day` is the day on which the pack is made."""
    pack_months: int = 12
    """A pack's `endDate` is the end of maintenance, and never before `startDate`. Where one of the two is not known, it lies
    so many months from the other. Our choice, after the documented example of one year."""
    store_marketplace_keys: bool = False
    """Whether the license keys that Atlassian gives together with SENs are stored. They are not: customers find theirs in
    their myAtlassian account. Storing them is refused for now, since secrets need a store of their own."""
    notices: tuple[Notice, ...] = (
        Notice(date(2023, 2, 15), "Atlassian ended sales of new Server app licenses on 15 February 2023."),
        Notice(date(2024, 2, 15), "Atlassian ended support for Server on 15 February 2024."),
    )

    def reference(self, product: Product) -> date:
        """The day Balsamiq moved that plugin's Cloud licenses (domain.md §4).

        Raises NoMoveDayError for a product whose Cloud licenses were never moved.
        """
        days = {Product.CONFLUENCE: self.confluence_moved, Product.JIRA: self.jira_moved}
        if product not in days:
            raise NoMoveDayError(product)
        return days[product]

    def notices_on(self, day: date) -> list[Notice]:
        """The notices in force on a day, oldest first."""
        return [notice for notice in self.notices if notice.since <= day]
