"""Settings that are lists, as people write them into a box: tiers with commas, notices and domains a line each."""

from typing import Any

from lib.domain.settings import Setting, SettingKind
from lib.domain.tiers import UNLIMITED, Size


def box_text(setting: Setting, value: Any) -> str:
    """The value of such a setting as the box has it."""
    if setting.kind is SettingKind.LADDER:
        return ", ".join(map(tier_text, value))
    if setting.kind is SettingKind.DOMAINS:
        return "\n".join(value)
    return "\n".join(f"{notice.since} {notice.text}" for notice in value)


def tier_text(tier: Size) -> str:
    """A tier without thousands separators, since commas part tiers."""
    return "Unlimited" if tier == UNLIMITED else str(tier)


def box_value(setting: Setting, text: str) -> Any:
    """What the text of a box means, for `policy_settings.read_setting` to judge."""
    if setting.kind is SettingKind.LADDER:
        parts = (part.strip() for part in text.split(","))
        return [int(part) if part.isdecimal() else part for part in parts if part]
    if setting.kind is SettingKind.DOMAINS:
        return text.replace(",", " ").split()
    return [notice_value(line) for line in text.splitlines() if line.strip()]


def notice_value(line: str) -> dict[str, str]:
    """A line of notices: its day, a blank, its text."""
    day, _, text = line.strip().partition(" ")
    return {"since": day, "text": text}
