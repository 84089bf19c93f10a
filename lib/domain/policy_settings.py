"""Settings of the policy as JSON and as people write them, with a sentence for each that cannot be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lib.domain.policy import SETTINGS, Policy
from lib.domain.refusal import RefusalError
from lib.domain.settings import Notice, Setting, SettingKind
from lib.domain.text import clean, format_day
from lib.domain.tiers import UNLIMITED, Size, format_size, json_size

_LONGEST_NOTICE = 500
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


class SettingsError(RefusalError):
    """Settings that cannot be; `sentences` says why, by the setting's name."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)


def settings_json(policy: Policy) -> dict[str, Any]:
    """All settings of a policy as JSON, by name."""
    return {name: json_value(getattr(policy, name)) for name in SETTINGS}


def json_value(value: Any) -> Any:
    """The value of a setting as JSON: days as texts, sizes as numbers or "Unlimited"."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [json_value(each) for each in value]
    if isinstance(value, Notice):
        return {"since": value.since.isoformat(), "text": value.text}
    if value == UNLIMITED and not isinstance(value, bool):
        return json_size(value)
    return value


def with_settings(policy: Policy, values: Mapping[str, Any]) -> Policy:
    """A policy with some settings replaced, which are as `settings_json` gives them.

    Raises SettingsError with a sentence for each that cannot be.
    """
    changes: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in values.items():
        if name not in SETTINGS:
            wrong[name] = unknown_setting(name)
            continue
        try:
            changes[name] = read_setting(SETTINGS[name], value)
        except ValueError as error:
            wrong[name] = f"{SETTINGS[name].title}: {error}"
    if wrong:
        raise SettingsError(wrong)
    return replace(policy, **changes)


def unknown_setting(name: str) -> str:
    """A sentence on a name that no setting has, with those that it may stand for."""
    alike = get_close_matches(name, SETTINGS)
    if alike:
        return f'There is no setting "{name}". Do you mean {" or ".join(alike)}?'
    return f'There is no setting "{name}". The settings are {", ".join(SETTINGS)}.'


def policy_from_json(version: int, settings: Mapping[str, Any]) -> Policy:
    """The policy of stored settings; one that came later than they have its default."""
    values = {name: value for name, value in settings.items() if name in SETTINGS}
    return with_settings(Policy(version=version), values)


def changed_settings(before: Policy, after: Policy) -> list[Setting]:
    """The settings in which two policies differ."""
    return [setting for name, setting in SETTINGS.items() if getattr(before, name) != getattr(after, name)]


def read_setting(setting: Setting, value: Any) -> Any:
    """The value of a setting from JSON. Raises ValueError with a sentence."""
    if value is None or value == "":
        if setting.blank:
            return None
        raise ValueError("it cannot be blank.")
    return _READERS[setting.kind](setting, value)


def read_yes_no(setting: Setting, value: Any) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    raise ValueError(f'"{value}" is neither true nor false.')


def read_number(setting: Setting, value: Any) -> int:
    """A whole number within the setting's limits."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f'"{value}" is not a whole number.')
    if not setting.least <= value <= setting.most:
        raise ValueError(f"{value:,} is not between {setting.least:,} and {setting.most:,}.")
    return value


def read_day(setting: Setting, value: Any) -> date:
    """A day, given as one or as an ISO text."""
    if isinstance(value, date):
        day = value
    else:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(f'"{value}" is not a day. Write it as 2016-04-04.') from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"{format_day(day)} is not between {_FIRST_YEAR} and {_LAST_YEAR}.")
    return day


def read_choice(setting: Setting, value: Any) -> str:
    """One of the setting's choices."""
    if value in setting.choices:
        return str(value)
    raise ValueError(f'"{value}" is none of {", ".join(setting.choices)}.')


def read_zone(setting: Setting, value: Any) -> str:
    """The IANA name of a time zone."""
    # Looked up one by one, since a list of all zones is read from a thousand files, and policies are read for every page.
    try:
        return str(ZoneInfo(str(value)))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{value}" is not a time zone. Write one such as Europe/Rome, or UTC.') from None


def read_ladder(setting: Setting, value: Any) -> tuple[Size, ...]:
    """Tiers in ascending order, the last one Unlimited."""
    if not isinstance(value, list | tuple):
        raise ValueError("it must be a list of sizes.")
    tiers = tuple(read_tier(each) for each in value)
    if tiers[-1:] != (UNLIMITED,):
        raise ValueError("the last tier must be Unlimited, so that every server has one.")
    if len(tiers) < 2:
        raise ValueError("there must be a tier below Unlimited.")
    if any(before >= after for before, after in pairwise(tiers)):
        raise ValueError(f"{', '.join(map(format_size, tiers))} do not ascend. List each tier once, smallest first.")
    return tiers


def read_tier(value: Any) -> Size:
    """One tier: a positive number, or Unlimited."""
    if str(value).casefold() == "unlimited" or value == UNLIMITED:
        return UNLIMITED
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < UNLIMITED:
        raise ValueError(f'"{value}" is not a size. Write a number of users, or Unlimited.')
    return Size(value)


def read_notices(setting: Setting, value: Any) -> tuple[Notice, ...]:
    """Notices, oldest first."""
    if not isinstance(value, list | tuple):
        raise ValueError("it must be a list of notices, each with a day (since) and a text.")
    notices = [read_notice(setting, each) for each in value]
    return tuple(sorted(notices, key=lambda notice: notice.since))


def read_notice(setting: Setting, value: Any) -> Notice:
    """One notice: a day and a text."""
    if isinstance(value, Notice):
        return value
    if not isinstance(value, Mapping) or set(value) != {"since", "text"}:
        raise ValueError("each notice needs a day (since) and a text.")
    text = clean(str(value["text"] or ""))
    if not text or len(text) > _LONGEST_NOTICE:
        raise ValueError(f"a notice needs a text of at most {_LONGEST_NOTICE} characters.")
    return Notice(read_day(setting, value["since"]), text)


def read_domains(setting: Setting, value: Any) -> tuple[str, ...]:
    """Mail domains without case, each once."""
    if not isinstance(value, list | tuple):
        raise ValueError("it must be a list of domains.")
    return tuple(sorted({read_domain(each) for each in value}))


def read_domain(value: Any) -> str:
    """One mail domain, which may be written `@acme.example`."""
    domain = clean(str(value)).casefold().removeprefix("@")
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f'"{value}" is not a domain. Write what follows the @ of an address, such as acme.example.')
    return domain


_READERS: dict[SettingKind, Callable[[Setting, Any], Any]] = {
    SettingKind.YES_NO: read_yes_no,
    SettingKind.NUMBER: read_number,
    SettingKind.DAY: read_day,
    SettingKind.CHOICE: read_choice,
    SettingKind.LADDER: read_ladder,
    SettingKind.NOTICES: read_notices,
    SettingKind.ZONE: read_zone,
    SettingKind.DOMAINS: read_domains,
}


def setting_text(setting: Setting, value: Any) -> str:
    """The value of a setting as people read it."""
    match setting.kind:
        case _ if value is None:
            return "none"
        case SettingKind.YES_NO:
            return "yes" if value else "no"
        case SettingKind.DAY:
            return format_day(value)
        case SettingKind.CHOICE:
            return setting.choices[value]
        case SettingKind.ZONE:
            return str(value)
        case SettingKind.LADDER:
            return ", ".join(map(format_size, value))
        case SettingKind.DOMAINS:
            return ", ".join(value) or "none"
        case SettingKind.NOTICES:
            return " / ".join(f"{format_day(notice.since)}: {notice.text}" for notice in value) or "none"
        case _:
            return f"{value:,}"
