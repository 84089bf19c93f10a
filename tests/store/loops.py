"""Licenses as a plain loop over their versions sees them."""

from collections.abc import Mapping
from typing import Any

from lib.domain.customers import searched_name
from lib.domain.requests import OPEN
from lib.domain.text import bare_words
from lib.store.license_profiles import BANDS

Row = Mapping[str, Any]

SEARCHED = ("license_key", "company", "license_name", "contact_email", "myatlassian_email", "sen")


def standing(rows: list[Row], change: int) -> list[Row]:
    """The versions that stand after a change."""
    return [row for row in rows if row["since"] <= change and (row["until"] is None or row["until"] > change)]


def lacking(row: Row) -> set[str]:
    """The items that the request of a license lacks."""
    may_move = row["outcome"] in ("eligible", "upgrade_needed", "needs_info") and row["hosting"] != "cloud"
    if not may_move or row["stage"] not in OPEN:
        return set()
    blank = {
        "holder_name": not (row["holder_first_name"] and row["holder_last_name"]),
        "address": not (row["address"] and row["country"]),
        "company": not row["company"],
        "myatlassian_email": not row["myatlassian_email"],
        "server_confirmed": row["server_confirmed"] is not True,
        "match_agreed": row["match_agreed"] is not True,
    }
    needed = {"hosting", "editors", "host_tier"} & {*row["needs"].split(",")}
    return needed | {item for item, is_blank in blank.items() if is_blank}


def profile(row: Row) -> dict[str, Any]:
    """A version with what it is grouped by besides."""
    in_cloud = row["hosting"] == "cloud"
    tier = None if in_cloud else row["host_tier"]
    return {
        **row,
        "country": row["country"] or None,
        "band": None if tier is None else next(band for band, most in BANDS.items() if tier <= most),
        "month": row["maintenance_end"].isoformat()[:7] if in_cloud and row["maintenance_end"] else None,
    }


def is_found(search: str, row: Row) -> bool:
    """Whether a search finds a version."""
    sought = search.lower()
    return any(sought in (row[name] or "").lower() for name in SEARCHED) or bare_words(search) in searched_name(
        row["customer"]
    )
