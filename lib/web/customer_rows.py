"""Texts of the lists of customers: tables with titles, and totals in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pandas as pd

from lib.domain.codes import Item
from lib.domain.days import day_of
from lib.domain.display import needed_title
from lib.domain.requests import ITEM_TITLES, STAGE_TITLES, Stage, on_way
from lib.domain.text import format_day, quantity
from lib.domain.tiers import format_size
from lib.measures.customer_groups import CustomerGroup
from lib.measures.list_totals import ListTotals
from lib.store.downloads import Download
from lib.store.sendings import Sending


def customer_rows(frame: pd.DataFrame, group: CustomerGroup, zone: str = "UTC") -> pd.DataFrame:
    """A page of customers, one row each, by days of a zone, without empty columns; upgrades are told in full in their own group."""
    consents = zip(frame["given"], frame["pending"], strict=True)
    of_upgrades = {
        "From → to": frame["moves"].map(moves_text),
        # A number that says nothing is a blank cell and not 0.
        "Users added": frame["users_added"].where(frame["upgrades"] > frame["unlimited"]).astype("Int64"),
        "Consent": [consents_text(given_count, pending_count) for given_count, pending_count in consents],
    }
    columns = {
        "Customer": frame["name"],
        "Eligible": blank_for_zero(frame["eligible"]),
        "Upgrades": blank_for_zero(frame["upgrades"]),
        **(of_upgrades if group is CustomerGroup.UPGRADE else {}),
        "Needs info": blank_for_zero(frame["unknown"]),
        "Cloud": blank_for_zero(frame["cloud"]),
        "Migrated": blank_for_zero(frame["moved"]),
        "Stage": frame["stages"].map(stages_text),
        "Complete": frame["lacking"].map(complete),
        "Changed": frame["is_changed"].map({True: "● changed", False: None}).astype(object),
        "Sent on": frame["sending"].map(partial(day_of_event, zone=zone)),
        "Last file": frame["download"].map(partial(day_of_event, zone=zone)),
        "Licenses": frame["licenses"].astype("int64"),
    }
    titles = _UPGRADE_ORDER if group is CustomerGroup.UPGRADE else columns
    return pd.DataFrame({title: columns[title] for title in titles}).replace("", None).dropna(axis="columns", how="all")


_UPGRADE_ORDER = (
    *("Customer", "Upgrades", "From → to", "Users added", "Consent", "Stage", "Changed", "Sent on", "Last file"),
    *("Complete", "Needs info", "Licenses", "Eligible", "Cloud", "Migrated"),
)
"""The columns of customers who need an upgrade, the more important first: a narrow screen has room for some."""


def blank_for_zero(numbers: "pd.Series[int]") -> "pd.Series[int]":
    """Whole numbers, with nothing in place of 0."""
    return numbers.where(numbers > 0).astype("Int64")


SHORT_STAGES = STAGE_TITLES | {Stage.NEEDS_INFO: "Waiting"}
"""What stages are called in the columns of lists."""


def stages_text(stages: Mapping[Stage, int]) -> str:
    """How far a customer's open requests are: `Verified`, `2 Received · 1 Verified`, `2 Received · 7 others`."""
    # Those that have migrated have a column of their own.
    in_order = [stage for stage in STAGE_TITLES if stage in stages and on_way(stage) is not Stage.MIGRATED]
    if len(in_order) == 1:
        return SHORT_STAGES[in_order[0]]
    texts = [f"{stages[stage]:,} {SHORT_STAGES[stage]}" for stage in in_order]
    if len(texts) > 2:
        others = sum(stages[stage] for stage in in_order[1:])
        return f"{texts[0]} · {others:,} others"
    return " · ".join(texts)


# The items of a request that its customer says (domain.md §5). The key is known, and the Expert email may be left out.
_REQUEST = tuple(item for item in ITEM_TITLES if item not in ("hosting", "editors", "host_tier"))


def complete(lacking: Sequence[str]) -> str:
    """How many of the eight items of a request are known: `6/8`."""
    return f"{8 - sum(item in _REQUEST for item in lacking)}/8"


_SHORT_ITEMS = ITEM_TITLES | {
    Item.EDITORS: "Editors",
    Item.SERVER_CONFIRMED: "Confirmation",
    Item.MATCH_AGREED: "Consent",
    Item.MYATLASSIAN_EMAIL: "Email",
    Item.HOLDER_NAME: "Name",
    Item.ADDRESS: "Address",
}
"""What items are called where several stand in one cell."""


def missing_text(lacking: Sequence[Item], room: int) -> str:
    """What a request lacks, in as many letters as there is room for; what is none of its eight items says what it is for."""
    titles = [_SHORT_ITEMS[item] + ("" if item in _REQUEST else " (for the outcome)") for item in lacking]
    return listed_text(titles, room)


def listed_text(texts: Sequence[str], room: int) -> str:
    """Texts in as many letters as there is room for: `10 → 100 and 3 more`."""
    text = ", ".join(texts)
    if len(text) <= room:
        return text
    # The first is always named, so that the cell never says a number alone.
    for count in range(len(texts) - 1, 0, -1):
        text = f"{', '.join(texts[:count])} and {len(texts) - count} more"
        if len(text) <= room:
            break
    return text


def day_of_event(event: Download | Sending | None, zone: str) -> str | None:
    """The day on which a customer's list was downloaded or sent, by a time zone."""
    return format_day(day_of(event.at, zone)) if event else None


def moves_text(moves: Sequence[tuple[int, int, int]]) -> str:
    """Tier moves, given as (from, to, licenses), as far as the column has room: `10 → 100, 2 × 25 → 50`."""
    texts = []
    for size, tier, licenses in moves:
        times = f"{licenses:,} × " if licenses > 1 else ""
        texts.append(f"{times}{format_size(size)} → {format_size(tier)}")
    return listed_text(texts, _ROOM_FOR_MOVES)


_ROOM_FOR_MOVES = 24  # letters


def consents_text(given_count: int, pending_count: int) -> str:
    """How many consents are given and pending: `2 given, 1 pending`."""
    counts = {"given": given_count, "pending": pending_count}
    return ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)


def totals_text(totals: ListTotals, group: CustomerGroup = CustomerGroup.UPGRADE) -> str:
    """What a file will hold, in one line: of upgrades in full, and of other groups by how licenses stand."""
    customers = quantity(totals.customers, "customer")
    if group is not CustomerGroup.UPGRADE:
        standing = " · ".join(standing_texts(totals))
        # The pills above count customers, so the line says that these are licenses.
        if standing:
            return f"{customers} · licenses: {standing}"
        return customers
    texts = [customers, quantity(totals.upgrades, "upgrade")]
    if totals.upgrades > totals.unlimited:
        texts.append(f"{quantity(totals.users_added, 'user')} added")
    if totals.unlimited:
        texts.append(f"{totals.unlimited:,} to Unlimited")
    return " · ".join(texts)


def standing_texts(totals: ListTotals) -> Iterator[str]:
    """How many licenses stand how, without those of which there are none."""
    words = (
        (totals.eligible, "eligible", "eligible"),
        (totals.upgrades, "needs an upgrade", "need an upgrade"),
        (totals.unclear, "needs information", "need information"),
        (totals.cloud, "on Cloud", "on Cloud"),
        (totals.moved, "migrated", "migrated"),
    )
    for number, of_one, of_many in words:
        if number:
            yield f"{number:,} {of_one if number == 1 else of_many}"


def lacking_text(lacks: dict[str, int], licenses: int) -> str:
    """How many licenses cannot be listed and why, "" for none."""
    if not licenses:
        return ""
    reasons = [f"{needed_title(item)} unknown" for item in lacks]
    if len(reasons) > 1:
        reasons = [f"{reason} ({count:,})" for reason, count in zip(reasons, lacks.values(), strict=True)]
    total = quantity(licenses, "license")
    overlap = " (some for several reasons)" if sum(lacks.values()) > licenses else ""
    return f"{total} cannot be included: {', '.join(reasons)}{overlap}. The workbook lists them on a sheet of its own."
