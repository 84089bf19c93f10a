"""A customer's mail, pasted: what it answers stands beside what is stored, and is taken over item by item."""

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
    """Paste a mail, see what it answers, choose what to take over, for which licenses."""
    request_queue.say()
    text = st.text_area(
        "The customer's mail, with or without quoted questions, in English, German, French or Spanish",
        key="reply_text",
        height=220,
    )
    if not text.strip():
        st.caption("Nothing is stored before you say which answers to take over.")
        return
    reply = read_reply(text)
    keys = _licenses(reply)
    if not keys:
        return
    with database.reading(engine()) as connection:
        standing = versions.current(connection, keys).to_dict("records")
    chosen = _answers(reply, [{str(name): value for name, value in row.items()} for row in standing])
    _rest(reply)
    note = st.text_input(
        "Why? (optional; it stands in the history)", value="The customer's mail", key="reply_note", max_chars=500
    )
    st.button(
        f"Take over {quantity(len(chosen), 'answer')} for {quantity(len(standing), 'license')}",
        type="primary",
        key="take_over",
        disabled=not chosen or not standing,
        on_click=_take_over,
        args=(keys, {name: reply.texts[name] for name in chosen}, note, user),
    )


def _licenses(reply: Reply) -> list[str]:
    """The keys that the mail is about: those that it names, and others that somebody types."""
    with database.reading(engine()) as connection:
        known = list(versions.current(connection, list(reply.keys)).index)
    for key in reply.keys:
        if key not in known:
            st.warning(
                widgets.escape(f'The mail names the key "{key}", but no license has it now.'), icon=":material/key_off:"
            )
    typed = st.text_input(
        "License keys, parted by spaces", value=" ".join(known), key=f"reply_keys_{abs(hash(reply.keys))}"
    )
    keys = list(dict.fromkeys(typed.split()))[:_MOST]
    with database.reading(engine()) as connection:
        found = versions.current(connection, keys).index
    unknown = [key for key in keys if key not in found]
    if unknown:
        st.text(f"No license has the key {', '.join(unknown)} now.")
    if not keys:
        st.caption("The mail names no license. Say which it is about.")
    return [key for key in keys if key in found]


def _answers(reply: Reply, standing: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each answer: what is stored, what the mail says, and whether to take it over; gives the fields chosen."""
    for one in reply.answers:
        if one.problem:
            st.warning(widgets.escape(f"Line {one.line}: {one.problem}"), icon=":material/help:")
    for name in reply.contradictions:
        said = [f"line {one.line}: {one.text}" for one in reply.answers if name in one.values]
        st.warning(
            widgets.escape(f"{COLUMNS[name].title} is answered twice: {'; '.join(said)}. Enter it by hand."),
            icon=":material/help:",
        )
    chosen = []
    for name, text in reply.texts.items():
        stored = sorted({display_text(name, row.get(name)) or "nothing" for row in standing})
        with st.container(horizontal=True, vertical_alignment="center", key=f"answer_{name}"):
            label = f"{COLUMNS[name].title}: {', '.join(stored)} → {text}"
            if st.checkbox(widgets.escape(label), value=True, key=f"take_{name}_{abs(hash(text))}"):
                chosen.append(name)
    if not reply.texts:
        st.caption("No answer was recognised in this mail.")
    return chosen


def _rest(reply: Reply) -> None:
    """What of the mail is no answer, so that nothing is overlooked."""
    unread = [one for one in reply.unrecognised if not one.quoted]
    if unread:
        with st.expander(f"{quantity(len(unread), 'line')} of the mail that answer nothing we ask", key="unread"):
            st.text("\n".join(f"{one.line}: {one.text}" for one in unread))


def _take_over(keys: list[str], texts: dict[str, str], note: str, user: User) -> None:
    try:
        actor = session.recheck(user, Action.EDIT_LICENSE)
        told = edits.edit_many(engine(), keys, texts, actor, note, cached.POLICY)
    except RefusalError as refusal:
        request_queue.tell(str(refusal))
        return
    refused = "".join(f" {key}: {sentence}" for key, sentence in told.refused.items())
    request_queue.tell(
        f"{quantity(len(told.keys), 'license')} changed, {len(told.same):,} said so already.{refused}", told.change
    )
