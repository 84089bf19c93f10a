"""The settings on the page: to read for everybody, to try out for those who may change them."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from lib.domain.policy import SETTINGS, Policy
from lib.domain.policy_settings import SettingsError, changed_settings, setting_text, settings_json, with_settings
from lib.domain.setting_texts import box_text, box_value
from lib.domain.settings import Setting, SettingGroup, SettingKind
from lib.web.widgets import escape

_ROUND = "policy_round"

# The draft is in the address: it survives a reload, and a link shows somebody else the same what-if.
_DRAFT = "draft"
_EARLIEST = date(1990, 1, 1)


def draft(current: Policy) -> tuple[Policy, dict[str, str]]:
    """The settings as the boxes have them, and what is wrong with some, by name; the wrong ones stay as they are."""
    values = {name: box_content(current, setting) for name, setting in SETTINGS.items()}
    try:
        return with_settings(current, values), {}
    except SettingsError as error:
        fine = {name: value for name, value in values.items() if name not in error.sentences}
        return with_settings(current, fine), error.sentences


def box_content(current: Policy, setting: Setting) -> Any:
    """What the box of a setting holds now; before it is drawn, what it begins with."""
    value = getattr(starting_point(current), setting.name)
    key = key_of(current, setting)
    if key not in st.session_state:
        return value
    content = st.session_state[key]
    if setting.kind in (SettingKind.LADDER, SettingKind.NOTICES, SettingKind.DOMAINS):
        return box_value(setting, content)
    return content


def starting_point(current: Policy) -> Policy:
    """The settings that boxes begin with: those of the address, else those in force."""
    key = f"policy_start_{round_of(current)}"
    if key not in st.session_state:
        st.session_state[key] = draft_of_address(current)
    policy: Policy = st.session_state[key]
    return policy


def draft_of_address(current: Policy) -> Policy:
    """The policy with the settings of a link; one that cannot be is that in force."""
    try:
        values = json.loads(st.query_params.get(_DRAFT, "{}"))
        return with_settings(current, dict(values))
    except (ValueError, TypeError, SettingsError):
        return current


def keep_in_address(current: Policy, draft: Policy) -> None:
    """Have the address hold what differs from the policy in force."""
    settings = settings_json(draft)
    values = {setting.name: settings[setting.name] for setting in changed_settings(current, draft)}
    if values:
        st.query_params[_DRAFT] = json.dumps(values, separators=(",", ":"))
    else:
        st.query_params.pop(_DRAFT, None)


def discard() -> None:
    """Forget the draft: boxes of another key begin with what is in force."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.query_params.pop(_DRAFT, None)


def round_of(current: Policy) -> str:
    """What boxes of one draft have in common; a new version of the policy begins with new boxes."""
    return f"{current.version}_{st.session_state.get(_ROUND, 0)}"


def key_of(current: Policy, setting: Setting) -> str:
    """The key of a setting's box."""
    return f"setting_{setting.name}_{round_of(current)}"


def settings(current: Policy, wrong: dict[str, str], *, may_change: bool) -> None:
    """All settings by group: what each is, means, and was at the start, and where it comes from."""
    for group in SettingGroup:
        own = [setting for setting in SETTINGS.values() if setting.group is group]
        if not own:
            continue
        with st.container(border=True, key=f"group_{group.name.lower()}"):
            st.header(str(group), anchor=False)
            with st.grid(2, min_column_width=320, gap="medium"):
                for setting in own:
                    one_setting(current, setting, wrong.get(setting.name, ""), may_change=may_change)


def one_setting(current: Policy, setting: Setting, sentence: str, *, may_change: bool) -> None:
    """A setting with its value or box, its meaning, its default and its source."""
    with st.container(gap="xsmall"):
        if may_change:
            _BOXES[setting.kind](setting, key_of(current, setting), getattr(starting_point(current), setting.name))
        else:
            value = setting_text(setting, getattr(current, setting.name))
            st.markdown(f"{escape(setting.title)}  \n**{escape(value)}**")
        if sentence:
            st.error(escape(sentence))
        st.caption(f"{escape(setting.meaning)}  \n{escape(origin(setting))}")


def origin(setting: Setting) -> str:
    """The default of a setting, and who said so."""
    mark = "documented by Balsamiq or Atlassian" if setting.documented else "our choice"
    default = setting_text(setting, setting.default)
    if setting.kind is SettingKind.NOTICES:
        default = f"{len(setting.default)} notices"
    return f"Default: {default} · {mark}"


def yes_no_box(setting: Setting, key: str, value: Any) -> None:
    """A switch."""
    st.toggle(escape(setting.title), value, key=key)


def number_box(setting: Setting, key: str, value: Any) -> None:
    """A box for a whole number."""
    st.number_input(escape(setting.title), setting.least, setting.most, value, 1, key=key)


def day_box(setting: Setting, key: str, value: Any) -> None:
    """A box for a day."""
    st.date_input(escape(setting.title), value, key=key, format="YYYY-MM-DD", min_value=_EARLIEST)


def choice_box(setting: Setting, key: str, value: Any) -> None:
    """A box for one of a few."""
    choices = list(setting.choices)
    st.selectbox(escape(setting.title), choices, choices.index(value), key=key, format_func=setting.choices.__getitem__)


@cache
def all_zones() -> list[str]:
    """The IANA names of all time zones."""
    # A thousand files tell them, so that they are read once.
    return sorted(available_timezones())


def zone_box(setting: Setting, key: str, value: Any) -> None:
    """A box for a time zone."""
    zones = all_zones()
    st.selectbox(escape(setting.title), zones, zones.index(value), key=key)


def line_box(setting: Setting, key: str, value: Any) -> None:
    """A box for a list with commas."""
    st.text_input(escape(setting.title), box_text(setting, value), key=key)


def lines_box(setting: Setting, key: str, value: Any) -> None:
    """A box for a list with a line each."""
    st.text_area(escape(setting.title), box_text(setting, value), key=key, height=120)


_BOXES: dict[SettingKind, Callable[[Setting, str, Any], None]] = {
    SettingKind.YES_NO: yes_no_box,
    SettingKind.NUMBER: number_box,
    SettingKind.DAY: day_box,
    SettingKind.CHOICE: choice_box,
    SettingKind.LADDER: line_box,
    SettingKind.NOTICES: lines_box,
    SettingKind.ZONE: zone_box,
    SettingKind.DOMAINS: lines_box,
}
