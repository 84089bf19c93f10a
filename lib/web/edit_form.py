"""Editing one license where it is shown: a form of its fields, what came of it, and taking the edit back."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.display import display_text, license_of
from lib.domain.eligibility import OUTCOME_TITLES, judge
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES
from lib.domain.refusal import RefusalError
from lib.domain.text import format_time
from lib.editing import edits
from lib.editing.edits import UnreadableError
from lib.web import session, widgets
from lib.web.cached import POLICY
from lib.web.connection import engine

GROUPS = {
    "License": "product hosting license_type editors host_tier match_agreed server_confirmed sen purchase_date maintenance_end",
    "Customer": "company license_name country address reseller notes",
    "Contact": "contact_name contact_first_name contact_last_name contact_email",
    "Marketplace account": "myatlassian_email holder_first_name holder_last_name expert_email",
}
"""The fields of the form, under what they are about."""

_CHOICES: dict[ColumnKind, tuple[str, ...]] = {
    ColumnKind.PRODUCT: tuple(PRODUCT_TITLES.values()),
    ColumnKind.HOSTING: ("", *HOSTING_TITLES.values()),
    ColumnKind.YES_NO: ("", "yes", "no"),
}
_UNSAID = "Not known"
_CONSENT = {"": "Not said yet", "yes": "Yes, agrees", "no": "No, declined"}
_HINTS = {
    ColumnKind.DATE: "2018-03-02",
    ColumnKind.SIZE: "25 or Unlimited",
    ColumnKind.HOST_SIZE: "100 or Unlimited",
    ColumnKind.SEN: "SEN-123456",
}
_ACROSS = 4
_TAKEN_BACK = {"edit": "Edited", "undo": "Edit taken back", "redo": "Edit brought back"}
"""What is said of a change of one license, which can be taken back where that is shown."""

_EDITED = "edited_version"
_DONE = "edit_done"
_WRONG = "edit_unreadable"
_REFUSED = "edit_refused"


def refusal() -> None:
    """Show why the button that was just pressed did nothing, if so."""
    if sentence := st.session_state.pop(_REFUSED, ""):
        widgets.failure(sentence)


def panel(record: Mapping[str, Any], versions: pd.DataFrame) -> None:
    """What an editor may do with the license that stands: edit it, or take back what was edited last.

    `record` is its row and `versions` its history, as `views.license` and `views.history` give them.
    """
    _tell_what_was_done(record)
    key, since = st.session_state.get(_EDITED, ("", 0))
    seen = versions[versions["since"] == since].to_dict("records") if key == record["license_key"] else []
    if seen:
        _form({str(name): value for name, value in seen[0].items()})
    else:
        _ways(record, versions.iloc[-1].to_dict())


def text_of(version: Mapping[str, Any], name: str) -> str:
    """A field of a version as people read and write it; a country we do not know by its own text."""
    return display_text(name, version["country"] or version["country_text"] if name == "country" else version[name])


def _ways(record: Mapping[str, Any], newest: Mapping[Any, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Edit", key="edit", icon=":material/edit:", on_click=_begin, args=(record,))
        if (was := newest["kind"]) not in _TAKEN_BACK or newest["change_batch"] is not None:
            return
        verb = "Redo" if was == "undo" else "Undo"
        change = int(newest["since"])  # in the key: who presses a button that meanwhile says the contrary does nothing
        st.button(
            f"{verb} this edit",
            key=f"take_back_{change}",
            icon=f":material/{verb.lower()}:",
            on_click=_take_back,
            args=(record["license_key"], change),
        )
        st.caption(
            widgets.escape(f"{_TAKEN_BACK[was]} by {newest['by']} at {format_time(newest['at'])}"), width="content"
        )


def _begin(record: Mapping[str, Any]) -> None:
    st.session_state[_EDITED] = (record["license_key"], record["since"])
    st.session_state.pop(_WRONG, None)


def _end() -> None:
    st.session_state.pop(_EDITED, None)
    st.session_state.pop(_WRONG, None)


def _form(version: Mapping[str, Any]) -> None:
    wrong = st.session_state.get(_WRONG, {})
    with st.form("edit_form"):
        for title, names in GROUPS.items():
            st.markdown(f"**{title}**")
            _fields(version, names.split(), wrong)
        st.text_input("Why? It stands in the history.", key=_reason_key(version), max_chars=500)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save, and judge this license again", type="primary", key="save_edit", on_click=_save, args=(version,)
            )
            st.form_submit_button("Cancel", key="cancel_edit", on_click=_end)


def _fields(version: Mapping[str, Any], names: list[str], wrong: Mapping[str, str]) -> None:
    for start in range(0, len(names), _ACROSS):
        for column, name in zip(st.columns(_ACROSS), names[start : start + _ACROSS], strict=False):
            with column:
                _field(version, name)
                if name in wrong:
                    st.markdown(f":small[:red[{widgets.escape(wrong[name])}]]")


def _key(version: Mapping[str, Any], name: str) -> str:
    return f"edit_{name}_{version['since']}_{version['license_key']}"


def _reason_key(version: Mapping[str, Any]) -> str:
    return f"edit_reason_{version['since']}"


def _field(version: Mapping[str, Any], name: str) -> None:
    """One field's input, with what the version says in it."""
    title, kind, now = COLUMNS[name].title, COLUMNS[name].kind, text_of(version, name)
    key = _key(version, name)
    if kind not in _CHOICES:
        st.text_input(title, now, key=key, placeholder=_HINTS.get(kind), autocomplete="off")
        return
    choices = list(dict.fromkeys((*([now] if not now else []), *_CHOICES[kind])))
    titles = _CONSENT if name == "match_agreed" else {"": _UNSAID}
    st.selectbox(
        title,
        choices,
        choices.index(now),
        key=key,
        format_func=lambda text: titles.get(text, text.capitalize() if text in ("yes", "no") else text),
    )


def _save(version: Mapping[str, Any]) -> None:
    """Store what the form says otherwise than the version; on click, when viewers may press what editors saw."""
    key = version["license_key"]
    texts = {name: str(st.session_state[_key(version, name)]) for name in " ".join(GROUPS.values()).split()}
    changed = {name: text for name, text in texts.items() if text != text_of(version, name)}
    reason = st.session_state[_reason_key(version)].strip()
    st.session_state.pop(_WRONG, None)
    try:
        edits.edit(engine(), key, version["since"], changed, session.visitor(), reason, POLICY)
    except UnreadableError as error:
        st.session_state[_WRONG] = error.sentences
        return
    except RefusalError as error:
        st.session_state[_REFUSED] = str(error)
        return
    _end()
    st.session_state[_DONE] = (key, "Saved")


def _take_back(key: str, change: int) -> None:
    try:
        edits.undo_change(engine(), change, session.visitor())
    except RefusalError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_DONE] = (key, "Done")


def _tell_what_was_done(record: Mapping[str, Any]) -> None:
    """What was just done to the license, and the verdict on it now."""
    key, done = st.session_state.pop(_DONE, ("", ""))
    if key == record["license_key"]:
        verdict = judge(facts_of(license_of(record)), POLICY)
        told = f"{done}. The verdict is now: {OUTCOME_TITLES[verdict.outcome]}. {verdict.reasons[0].text}"
        st.success(widgets.escape(told), icon=":material/check:")
