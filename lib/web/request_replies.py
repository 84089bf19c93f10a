"""A customer's mail, pasted, and its answers to take over."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lib.domain.display import display_text
from lib.domain.licenses import COLUMNS
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.editing import edits
from lib.requests.replies import Reply, read_reply
from lib.store import database, versions
from lib.web import cached, request_queue, session, widgets
from lib.web.connection import engine
from lib.web.session import User

_MOST = 50
"""Licenses that one mail is about at most."""


def panel(user: User) -> None:
    """Paste a mail, see its answers, choose which to take over, for which licenses."""
    request_queue.announcement()
    text = st.text_area(
        "The customer's mail, with or without quoted questions, in English, German, French or Spanish",
        key="reply_text",
        height=220,
    )
    if not text.strip():
        st.caption("Nothing is stored before you say which answers to take over.")
        return
    reply = read_reply(text)
    keys = licenses_of(reply)
    if not keys:
        return
    with database.reading(engine()) as connection:
        records = versions.current(connection, keys).to_dict("records")
    names = answers(reply, records)
    unrecognised_lines(reply)
    note = st.text_input(
        "Why? (optional, shown in the history)", value="The customer's mail", key="reply_note", max_chars=500
    )
    st.button(
        f"Take over {quantity(len(names), 'answer')} for {quantity(len(records), 'license')}",
        type="primary",
        key="take_over",
        disabled=not names or not records,
        on_click=take_over,
        args=(keys, {name: reply.texts[name] for name in names}, note, user),
    )


def licenses_of(reply: Reply) -> list[str]:
    """The license keys a mail is about, corrected by hand."""
    keys_in_mail = current_keys(reply.keys)
    for key in reply.keys:
        if key not in keys_in_mail:
            sentence = widgets.escape(f'The mail names the key "{key}", but no license has it now.')
            st.warning(sentence, icon=":material/key_off:")
    # Another mail has another key, so that the box begins with the mail's own licenses again.
    text = st.text_input(
        "License keys, separated by spaces", value=" ".join(keys_in_mail), key=f"reply_keys_{abs(hash(reply.keys))}"
    )
    keys = list(dict.fromkeys(text.split()))[:_MOST]
    existing = current_keys(keys)
    unknown = [key for key in keys if key not in existing]
    if unknown:
        st.text(f"No license has the key {', '.join(unknown)} now.")
    if not keys:
        st.caption("The mail names no license. Say which it is about.")
    return [key for key in keys if key in existing]


def current_keys(keys: Sequence[str]) -> list[str]:
    """Those of the keys that a license has now."""
    with database.reading(engine()) as connection:
        return list(versions.current(connection, list(keys)).index)


def answers(reply: Reply, records: Sequence[Mapping[Any, Any]]) -> list[str]:
    """A checkbox for each answer; returns the fields to take over."""
    doubts(reply)
    names = []
    for name, text in reply.texts.items():
        stored = sorted({display_text(name, record.get(name)) or "nothing" for record in records})
        with st.container(horizontal=True, vertical_alignment="center", key=f"answer_{name}"):
            label = f"{COLUMNS[name].title}: {', '.join(stored)} → {text}"
            # The text is in the key: another mail's answer must not come unchecked because this one was.
            if st.checkbox(widgets.escape(label), value=True, key=f"take_{name}_{abs(hash(text))}"):
                names.append(name)
    if not reply.texts:
        st.caption("No answer was recognised in this mail.")
    return names


def doubts(reply: Reply) -> None:
    """Warnings about unreadable answers, and fields answered twice."""
    for answer in reply.answers:
        if answer.problem:
            st.warning(widgets.escape(f"Line {answer.line}: {answer.problem}"), icon=":material/help:")
    for name in reply.contradictions:
        texts = [f"line {answer.line}: {answer.text}" for answer in reply.answers if name in answer.values]
        sentence = f"{COLUMNS[name].title} is answered twice: {'; '.join(texts)}. Enter it by hand."
        st.warning(widgets.escape(sentence), icon=":material/help:")


def unrecognised_lines(reply: Reply) -> None:
    """The lines that are no answers, so that nothing is overlooked."""
    lines = [line for line in reply.unrecognised if not line.quoted]
    if lines:
        with st.expander(f"{quantity(len(lines), 'line')} of the mail that answer nothing we ask", key="unread"):
            st.text("\n".join(f"{line.line}: {line.text}" for line in lines))


def take_over(keys: list[str], texts: dict[str, str], note: str, user: User) -> None:
    """Store the chosen answers in each of the licenses."""
    try:
        actor = session.recheck(user, Action.EDIT_LICENSE)
        result = edits.edit_many(engine(), keys, texts, actor, note, cached.POLICY)
    except RefusalError as refusal:
        request_queue.announce(str(refusal))
        return
    refusals = "".join(f" {key}: {sentence}" for key, sentence in result.refused.items())
    request_queue.announce(
        f"{quantity(len(result.changed), 'license')} changed, {len(result.unchanged):,} already said so.{refusals}",
        result.change,
    )
