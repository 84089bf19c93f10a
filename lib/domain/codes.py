"""Codes that verdicts consist of, and the texts in which the store lists several of them."""

from collections.abc import Iterable
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a verdict is what it is (domain.md §3, §4)."""

    SEN_RECORDED = "sen_recorded"
    PRODUCT = "product"
    EVALUATION = "evaluation"
    DATA_CENTER = "data_center"
    HOSTING = "hosting"
    EDITORS = "editors"
    HOST_TIER = "host_tier"
    MATCHED = "matched"
    EXCEEDS = "exceeds"
    DECLINED_TO_MATCH = "declined_to_match"
    BELOW_HOST_TIER = "below_host_tier"
    MATCH_AGREED = "match_agreed"
    SERVER_MAINTENANCE_EXPIRED = "server_maintenance_expired"
    MAINTENANCE_END = "maintenance_end"
    # Of Cloud licenses only. The flag with the same text is of Server licenses, and refuses none.
    MAINTENANCE_EXPIRED = "maintenance_expired"
    ACTIVE = "active"
    RECENTLY_ACTIVE = "recently_active"


class Flag(StrEnum):
    """What a person should look at twice; never a reason to refuse (domain.md §3, details)."""

    ASSUMED_TIER = "assumed_tier"
    OFF_LADDER = "off_ladder"
    OLD_UNLIMITED = "old_unlimited"
    MAINTENANCE_EXPIRED = "maintenance_expired"
    CHECK_HOST_TYPE = "check_host_type"
    RESELLER_CONTACT = "reseller_contact"


class Item(StrEnum):
    """What a verdict or a migration request may lack (domain.md §3, §5)."""

    PRODUCT = "product"
    HOSTING = "hosting"
    MAINTENANCE_END = "maintenance_end"
    EDITORS = "editors"
    HOST_TIER = "host_tier"
    SERVER_CONFIRMED = "server_confirmed"
    MATCH_AGREED = "match_agreed"
    MYATLASSIAN_EMAIL = "myatlassian_email"
    HOLDER_NAME = "holder_name"
    COMPANY = "company"
    ADDRESS = "address"


def join_codes(codes: Iterable[str]) -> str:
    """Codes as the store lists them in one text; empty for none."""
    return ",".join(codes)


def parse_needs(text: str | None) -> tuple[Item, ...]:
    """The items in a stored list `needs`."""
    return tuple(map(Item, parse_fields(text)))


def parse_flags(text: str | None) -> tuple[Flag, ...]:
    """The flags in a stored list `flags`."""
    return tuple(map(Flag, parse_fields(text)))


def parse_fields(text: str | None) -> tuple[str, ...]:
    """The codes in a stored list, such as the names of the fields in `edited`."""
    return tuple(text.split(",")) if text else ()
