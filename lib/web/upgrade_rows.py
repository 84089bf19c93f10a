"""Upgrade lists as people read them on the screen: frames of the store with titles, and numbers in sentences."""

from collections.abc import Sequence

import pandas as pd

from lib.documents.exports import CONSENT_TITLES
from lib.domain.products import PRODUCT_TITLES
from lib.domain.requests import ITEM_TITLES
from lib.domain.text import format_day, quantity
from lib.domain.tiers import UNLIMITED, format_size
from lib.measures.upgrade_totals import UpgradeTotals
from lib.store.downloads import Download


def customers_shown(frame: pd.DataFrame) -> pd.DataFrame:
    """A page of customers, one line each; a number that says nothing is left out."""
    consents = zip(frame["given"], frame["pending"], strict=True)
    shown = {
        "Customer": frame["name"],
        "Upgrades": frame["upgrades"].astype("int64"),
        "From → to": frame["moves"].map(moves_told),
        "Users added": frame["users_added"].where(frame["upgrades"] > frame["unlimited"]).astype("Int64"),
        "To Unlimited": frame["unlimited"].where(frame["unlimited"] > 0).astype("Int64"),
        "Complete": frame["lacking"].map(complete),
        "Changed since": ["● changed" if is_changed else None for is_changed in frame["is_changed"]],
        "Last taken": frame["download"].map(_taken),
        "Consent": [consents_told(given, pending) for given, pending in consents],
        "Licenses": frame["licenses"].astype("int64"),
        "Needs information": frame["unknown"].where(frame["unknown"] > 0).astype("Int64"),
    }
    return pd.DataFrame(shown).dropna(axis="columns", how="all")


_REQUEST = tuple(item for item in ITEM_TITLES if item not in ("hosting", "editors", "host_tier"))
"""The items of a request that its customer says (domain.md §5). The key is known, and the Expert email may be left out."""


def complete(lacking: Sequence[str]) -> str:
    """How many of the eight items of a request are there: `6/8`."""
    return f"{8 - sum(item in _REQUEST for item in lacking)}/8"


def _taken(download: Download | None) -> str | None:
    if download is None:
        return None
    sent = ", sent" if download.sent_at else ""
    return f"{format_day(download.at.date())}, {download.by}{sent}"


def upgrades_shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Licenses that must grow as people read them."""
    to_unlimited = frame["to_tier"] == UNLIMITED
    return pd.DataFrame(
        {
            "License key": frame["license_key"],
            "Product": frame["product"].map(PRODUCT_TITLES),
            "From": frame["from_size"].map(format_size),
            "To": frame["to_tier"].map(format_size),
            "Tier steps": frame["tier_steps"],
            "Users added": frame["users_added"].map(format_size).mask(to_unlimited, "Unlimited"),
            "Consent": frame["consent"].map(CONSENT_TITLES),
            "Contact email": frame["contact_email"],
            "myAtlassian email": frame["myatlassian_email"],
            "Country": frame["country"],
            "Maintenance ends": frame["maintenance_end"],
        }
    )


def moves_told(moves: Sequence[tuple[int, int, int]]) -> str:
    """A customer's tier moves, given as (from, to, licenses), in words: `10 → 100, 2 × 25 → 50`."""
    return ", ".join(
        f"{f'{times:,} × ' if times > 1 else ''}{format_size(size)} → {format_size(tier)}"
        for size, tier, times in moves
    )


def consents_told(given: int, pending: int) -> str:
    """How many customers' consents are there and how many are not: `2 given, 1 pending`."""
    return ", ".join(f"{number:,} {state}" for number, state in ((given, "given"), (pending, "pending")) if number)


def totals_told(totals: UpgradeTotals) -> str:
    """What a file will hold, in one line."""
    parts = [quantity(totals.customers, "customer"), quantity(totals.upgrades, "upgrade")]
    if totals.upgrades > totals.unlimited:
        parts.append(f"{quantity(totals.users_added, 'user')} added")
    if totals.unlimited:
        parts.append(f"{totals.unlimited:,} to Unlimited")
    return " · ".join(parts)


def lacking_told(lacks: dict[str, int], licenses: int) -> str:
    """Which licenses of the same customers cannot be part of a list, and why; empty if there are none."""
    if not licenses:
        return ""
    items = [(f"{item.replace('_', ' ')} unknown", times) for item, times in lacks.items()]
    whys = [why if len(items) == 1 else f"{why} ({times:,})" for why, times in items]
    return f"{quantity(licenses, 'license')} cannot be included: {', '.join(whys)}. The workbook lists them on a sheet of its own."
