"""Editing one license where it is shown, and undoing that."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.changes import ChangeKind
from lib.domain.display import display_text, license_of
from lib.domain.eligibility import OUTCOME_TITLES
from lib.domain.facts import facts_of
from lib.domain.licenses import COLUMNS, ColumnKind
from lib.domain.products import HOSTING_TITLES, PRODUCT_TITLES
from lib.domain.refusal import RefusalError
from lib.domain.rules import judge
from lib.editing import change_reversal, edits
from lib.editing.revision import UnreadableError
from lib.web import cached, session, widgets
from lib.web.connection import engine
from lib.web.local_times import time_text

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
_UNKNOWN = "Not known"
_CONSENT = {"": "Not answered yet", "yes": "Yes, agrees", "no": "No, declined"}
_HINTS = {
    ColumnKind.DATE: "2018-03-02",
    ColumnKind.SIZE: "25 or Unlimited",
    ColumnKind.HOST_SIZE: "100 or Unlimited",
    ColumnKind.SEN: "SEN-123456",
}
_HIDDEN_HINT = "Hidden until revealed"
_COLUMNS = 4
_REVERTIBLE = {ChangeKind.EDIT: "Edited", ChangeKind.UNDO: "Edit undone", ChangeKind.REDO: "Edit redone"}
"""What is said of a change of one license, which can be taken back where that is shown."""

_EDITED = "edited_version"
_OUTCOME = "edit_done"
_UNREADABLE = "edit_unreadable"
_REFUSED = "edit_refused"


def show_refusal() -> None:
    """Say why the button that was just pressed did nothing, if so."""
    if sentence := st.session_state.pop(_REFUSED, ""):
        widgets.failure(sentence)


def panel(record: Mapping[str, Any], versions: pd.DataFrame, hidden: Collection[str]) -> None:
    """The form to edit a current license, or the buttons to edit and undo.

    `record` is its row and `versions` its history, as `license_queries` gives them; values of `hidden` columns are not
    in the form, but may be replaced.
    """
    show_outcome(record)
    # The form stays on the version it was opened for: if somebody else edits meanwhile, saving is refused.
    key, since = st.session_state.get(_EDITED, ("", 0))
    records = versions[versions["since"] == since].to_dict("records")
    if key == record["license_key"] and records:
        form({str(name): value for name, value in records[0].items()}, hidden)
    else:
        buttons(record, versions.iloc[-1].to_dict())


def text_of(version: Mapping[str, Any], name: str) -> str:
    """A field of a version as people write it."""
    value = version[name]
    if name == "country":
        value = value or version["country_text"]
    return display_text(name, value)


def shown_text(version: Mapping[str, Any], name: str, hidden: Collection[str]) -> str:
    """What a field of the form has at first."""
    return "" if name in hidden else text_of(version, name)


def buttons(record: Mapping[str, Any], newest: Mapping[Any, Any]) -> None:
    """Edit the license, or undo its newest edit."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Edit", key="edit", icon=":material/edit:", on_click=begin, args=(record,))
        kind = newest["kind"]
        if kind not in _REVERTIBLE or newest["change_batch"] is not None:
            return
        verb = "Redo" if kind == ChangeKind.UNDO else "Undo"
        # The change is in the key: if the button turns into its opposite before a click arrives, that does nothing.
        change = int(newest["since"])
        st.button(
            f"{verb} this edit",
            key=f"take_back_{change}",
            icon=f":material/{verb.lower()}:",
            on_click=revert,
            args=(record["license_key"], change),
        )
        sentence = f"{_REVERTIBLE[kind]} by {newest['by']} on {time_text(newest['at'])}"
        st.caption(widgets.escape(sentence), width="content")


def begin(record: Mapping[str, Any]) -> None:
    """Open the form for a license as it is now."""
    st.session_state[_EDITED] = (record["license_key"], record["since"])
    st.session_state.pop(_UNREADABLE, None)


def end() -> None:
    """Close the form."""
    st.session_state.pop(_EDITED, None)
    st.session_state.pop(_UNREADABLE, None)


def form(version: Mapping[str, Any], hidden: Collection[str]) -> None:
    """All fields of a version, a reason, and the buttons."""
    errors = st.session_state.get(_UNREADABLE, {})
    with st.form("edit_form"):
        for title, names in GROUPS.items():
            st.subheader(title, anchor=False)
            fields(version, names.split(), errors, hidden)
        st.text_input("Note (optional, shown in history)", key=reason_key(version), max_chars=500)
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", key="save_edit", on_click=save, args=(version, hidden))
            st.form_submit_button("Cancel", key="cancel_edit", on_click=end)


def fields(version: Mapping[str, Any], names: list[str], errors: Mapping[str, str], hidden: Collection[str]) -> None:
    """Some fields side by side, with an error under each unreadable text."""
    for start in range(0, len(names), _COLUMNS):
        for column, name in zip(st.columns(_COLUMNS), names[start : start + _COLUMNS], strict=False):
            with column:
                field(version, name, hidden)
                if name in errors:
                    st.markdown(f":small[:red[{widgets.escape(errors[name])}]]")


def key_of(version: Mapping[str, Any], name: str, hidden: Collection[str]) -> str:
    """A field's widget key, another for each version: inputs must not outlive it."""
    # Another one while the value is hidden, too: what is revealed must not be taken for what was typed.
    suffix = "_hidden" if name in hidden else ""
    return f"edit_{name}_{version['since']}_{version['license_key']}{suffix}"


def reason_key(version: Mapping[str, Any]) -> str:
    """The widget key of the reason for an edit of a version."""
    return f"edit_reason_{version['since']}"


def field(version: Mapping[str, Any], name: str, hidden: Collection[str]) -> None:
    """One field's input, with the version's value in it."""
    title, kind, text = COLUMNS[name].title, COLUMNS[name].kind, shown_text(version, name, hidden)
    key = key_of(version, name, hidden)
    if kind not in _CHOICES:
        hint = _HIDDEN_HINT if text != text_of(version, name) else _HINTS.get(kind)
        st.text_input(title, text, key=key, placeholder=hint, autocomplete="off")
        return
    choices = list(_CHOICES[kind])
    if text not in choices:  # an unknown product, which cannot be chosen again
        choices.insert(0, text)
    titles = {"yes": "Yes", "no": "No", "": _UNKNOWN}
    if name == "match_agreed":
        titles = _CONSENT
    st.selectbox(title, choices, choices.index(text), key=key, format_func=lambda choice: titles.get(choice, choice))


def save(version: Mapping[str, Any], hidden: Collection[str]) -> None:
    """Store what the form says differently from the version."""
    key = version["license_key"]
    widget_keys = {name: key_of(version, name, hidden) for name in " ".join(GROUPS.values()).split()}
    if widgets.is_closed(*widget_keys.values(), reason_key(version)):
        return
    texts = {name: str(st.session_state[widget_key]) for name, widget_key in widget_keys.items()}
    changes = {name: text for name, text in texts.items() if text != shown_text(version, name, hidden)}
    reason = st.session_state[reason_key(version)].strip()
    st.session_state.pop(_UNREADABLE, None)
    try:
        # The visitor of this moment, since the form may have been drawn for somebody who was an editor then.
        edits.edit(engine(), key, version["since"], changes, session.visitor(), reason, cached.policy())
    except UnreadableError as error:
        st.session_state[_UNREADABLE] = error.sentences
        return
    except RefusalError as error:
        st.session_state[_REFUSED] = str(error)
        return
    end()
    st.session_state[_OUTCOME] = (key, "Saved")


def revert(key: str, change: int) -> None:
    """Undo or redo an edit."""
    try:
        change_reversal.undo_change(engine(), change, session.visitor())
    except RefusalError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_OUTCOME] = (key, "Done")


def show_outcome(record: Mapping[str, Any]) -> None:
    """What a button just did to the license, and its verdict now."""
    key, outcome = st.session_state.pop(_OUTCOME, ("", ""))
    if key == record["license_key"]:
        verdict = judge(facts_of(license_of(record)), cached.policy())
        sentence = f"{outcome}. The outcome is now: {OUTCOME_TITLES[verdict.outcome]}. {verdict.reasons[0].text}"
        st.success(widgets.escape(sentence), icon=":material/check:")
