"""Texts of the upgrade lists: tables with titles, and totals in sentences."""

from collections.abc import Sequence

import pandas as pd

from lib.domain.requests import ITEM_TITLES
from lib.domain.text import format_day, quantity
from lib.domain.tiers import format_size
from lib.measures.list_totals import ListTotals
from lib.store.downloads import Download
from lib.store.sendings import Sending


def customer_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """A page of customers, one row each, without empty columns."""
    consents = zip(frame["given"], frame["pending"], strict=True)
    columns = {
        "Customer": frame["name"],
        "Upgrades": frame["upgrades"].astype("int64"),
        "From → to": frame["moves"].map(moves_text),
        # Nullable integers, so that a number that says nothing is a blank cell and not 0.
        "Users added": frame["users_added"].where(frame["upgrades"] > frame["unlimited"]).astype("Int64"),
        "To Unlimited": frame["unlimited"].where(frame["unlimited"] > 0).astype("Int64"),
        "Complete": frame["lacking"].map(complete),
        "Changed": frame["is_changed"].map({True: "● changed", False: None}).astype(object),
        "Sent on": frame["sending"].map(day_and_person),
        "Last file": frame["download"].map(day_and_person),
        "Consent": [consents_text(given, pending) for given, pending in consents],
        "Licenses": frame["licenses"].astype("int64"),
        "Needs information": frame["unknown"].where(frame["unknown"] > 0).astype("Int64"),
    }
    return pd.DataFrame(columns).dropna(axis="columns", how="all")


_REQUEST = tuple(item for item in ITEM_TITLES if item not in ("hosting", "editors", "host_tier"))
"""The items of a request that its customer says (domain.md §5). The key is known, and the Expert email may be left out."""


def complete(lacking: Sequence[str]) -> str:
    """How many of the eight items of a request are known: `6/8`."""
    return f"{8 - sum(item in _REQUEST for item in lacking)}/8"


def day_and_person(event: Download | Sending | None) -> str | None:
    """When a customer's list was downloaded or sent, and by whom."""
    return None if event is None else f"{format_day(event.at.date())}, {event.by}"


def moves_text(moves: Sequence[tuple[int, int, int]]) -> str:
    """Tier moves, given as (from, to, licenses): `10 → 100, 2 × 25 → 50`."""
    texts = []
    for size, tier, licenses in moves:
        times = f"{licenses:,} × " if licenses > 1 else ""
        texts.append(f"{times}{format_size(size)} → {format_size(tier)}")
    return ", ".join(texts)


def consents_text(given_count: int, pending_count: int) -> str:
    """How many consents are given and pending: `2 given, 1 pending`."""
    counts = {"given": given_count, "pending": pending_count}
    return ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)


def totals_text(totals: ListTotals) -> str:
    """What a file will hold, in one line."""
    texts = [quantity(totals.customers, "customer"), quantity(totals.upgrades, "upgrade")]
    if totals.upgrades > totals.unlimited:
        texts.append(f"{quantity(totals.users_added, 'user')} added")
    if totals.unlimited:
        texts.append(f"{totals.unlimited:,} to Unlimited")
    return " · ".join(texts)


def lacking_text(lacks: dict[str, int], licenses: int) -> str:
    """How many licenses cannot be listed and why, "" for none."""
    if not licenses:
        return ""
    reasons = [f"{item.replace('_', ' ')} unknown" for item in lacks]
    if len(reasons) > 1:
        reasons = [f"{reason} ({count:,})" for reason, count in zip(reasons, lacks.values(), strict=True)]
    total = quantity(licenses, "license")
    return f"{total} cannot be included: {', '.join(reasons)}. The workbook lists them on a sheet of its own."
