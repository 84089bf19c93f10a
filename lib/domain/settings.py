"""What a setting of the policy is: how it is read, stored, shown and explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class SettingKind(StrEnum):
    """What a setting holds, and so how it is read, stored and shown."""

    YES_NO = "yes_no"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    LADDER = "ladder"
    NOTICES = "notices"
    ZONE = "zone"
    DOMAINS = "domains"


class SettingGroup(StrEnum):
    """What settings are about; their headings on screen."""

    SIZES = "Sizes and consent"
    CLOUD = "Cloud plans"
    PACKS = "Import packs for Atlassian"
    MARKETPLACE = "Matching with Marketplace"
    CUSTOMERS = "Customers"
    GOAL = "Goal"
    NOTICES = "Notices"
    DATA = "Data"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as people know it: what it means, where that comes from, and what it may be.

    `documented` tells what Balsamiq or Atlassian documented from our own choice. Numbers lie from `least` to `most`; a
    `blank` one may be missing. `choices` are the titles of the values of a choice. `effect` says what it changes besides
    outcomes, checks and customers of licenses, which a what-if counts.
    """

    name: str
    title: str
    meaning: str
    group: SettingGroup
    kind: SettingKind
    source: str
    documented: bool
    default: Any
    least: int
    most: int
    blank: bool
    choices: Mapping[str, str]
    effect: str


def setting(
    title: str,
    meaning: str,
    group: SettingGroup,
    kind: SettingKind,
    source: str,
    default: Any,
    *,
    documented: bool = False,
    least: int = 0,
    most: int = 0,
    blank: bool = False,
    choices: Mapping[str, str] | None = None,
    effect: str = "",
) -> Any:
    """A field of `Policy` with what `Setting` says of it."""
    metadata = {
        "title": title,
        "meaning": meaning,
        "group": group,
        "kind": kind,
        "source": source,
        "documented": documented,
        "least": least,
        "most": most,
        "blank": blank,
        "choices": choices or {},
        "effect": effect,
    }
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Notice:
    """What screens and files tell people from a day on; never a reason to refuse (domain.md §3, details)."""

    since: date
    text: str
