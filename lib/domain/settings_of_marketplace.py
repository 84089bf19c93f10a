"""The settings of what goes to Marketplace and comes from there: packs, and matches (domain.md §6)."""

from dataclasses import dataclass
from typing import Literal

from lib.domain.settings import SettingGroup, SettingKind, setting


@dataclass(frozen=True, kw_only=True)
class PackSettings:
    """What packs ask Atlassian for."""

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
        effect="Packs made from now on ask for this size.",
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
        effect="Packs made from now on write this number.",
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
        effect="Packs made from now on start then.",
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
        effect="Packs made from now on have these months between start and end.",
    )
    # Customers find their keys in their myAtlassian account, and secrets would need a store of their own.
    store_marketplace_keys: bool = False
    """Whether to store the license keys that Atlassian gives together with SENs; refused for now."""


@dataclass(frozen=True, kw_only=True)
class MatchSettings:
    """Which matches with Marketplace are listed and applied."""

    # Our choice: what is certain, or strong with nothing against it, needs no person (domain.md §6).
    apply_matches: Literal["none", "certain", "strong"] = setting(
        "Matches applied with one click",
        "How sure a match with Marketplace must be for the button on Reconcile to apply it, if nobody chooses otherwise there.",
        SettingGroup.MARKETPLACE,
        SettingKind.CHOICE,
        "domain.md §6",
        "strong",
        choices={"none": "Accepted only", "certain": "Certain only", "strong": "Certain and strong"},
        effect="The button on Reconcile applies these matches from now on; what it applied before stays.",
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
        effect="The next export of Marketplace that is read applies these matches by itself.",
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
        effect="Reconcile lists other possible matches as soon as it compares again.",
    )
