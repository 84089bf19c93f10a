"""The settings that rules read, numbered, so that every result can name the version behind it (domain.md §3, §4)."""

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
    """What screens and files tell people from a day on; never a reason to refuse (domain.md §3, details)."""

    since: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the rules' settings; the defaults are those in domain.md §3, §4."""

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
    """Days for which the bytes of an imported file are kept; what came of it is kept for good."""
    # Our choice: a license moves first and grows to its server's tier afterwards (domain.md §5). Documented is only that a
    # Marketplace license has a size of the ladder.
    pack_users: Literal["own_tier", "host_tier"] = "own_tier"
    """The size an import pack asks for: the tier that holds the license's own editors, or the server's if larger."""
    # Our choice and unverified: only numbers are documented (domain.md §6).
    pack_unlimited: int = -1
    """What stands for Unlimited in a pack's `users`."""
    # Our choice, so that nobody gains or loses time by moving. Documented is only that it is a day.
    pack_start: Literal["purchase_date", "pack_day"] = "purchase_date"
    """Where a pack's `startDate` comes from: the purchase, or the day on which the pack is made."""
    # Our choice, after the documented example of one year.
    pack_months: int = 12
    """How far `startDate` and `endDate` lie apart in a pack where one of them is unknown."""
    # Customers find their keys in their myAtlassian account, and secrets would need a store of their own.
    store_marketplace_keys: bool = False
    """Whether to store the license keys that Atlassian gives together with SENs; refused for now."""
    # Our choice: what is certain, or strong with nothing against it, needs no person (domain.md §6).
    apply_matches: Literal["none", "certain", "strong"] = "strong"
    """How sure a match with Marketplace must be to be applied without a person."""
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
