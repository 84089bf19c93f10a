"""A customer's mail, pasted, and its answers to take over."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from lib.domain.licenses import COLUMNS
from lib.domain.masking import HIDDEN
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.editing import edits
from lib.editing.revision import awaits_reply
from lib.requests.long_answers import AnswerKind
from lib.requests.mail_licenses import licenses_of_mail
from lib.requests.replies import (
    REFUSAL,
    Answer,
    Difference,
    MailText,
    Reply,
    differences,
    read_mail,
    read_reply,
    refusals,
    texts_by_license,
)
from lib.store import database, versions
from lib.web import (
    announcements,
    cached,
    contacts_panel,
    lasting_text,
    long_answers,
    reply_licenses,
    row_links,
    session,
    widgets,
)
from lib.web.connection import engine
from lib.web.session import Role, User

DIALOG = "reply"
"""The name of the dialog in the address."""

_MOST_NAMED = 3
"""Licenses that are named one by one."""

_WIDTHS = (2, 3, 3, 2)
"""The columns of the comparison, as parts of the width."""


def panel(user: User, customer: str = "") -> None:
    """Paste a mail, see its answers, choose which to take over, for which licenses; on a customer's page, for its own."""
    if customer:
        announcements.show()
    long_answer = long_answers.in_view(AnswerKind.REPLY)
    mail = long_answers.mail(long_answer, user) if long_answer else pasted_mail(customer, user)
    if mail is None:
        return
    reply = read_reply(mail.text)
    with database.reading(engine()) as connection:
        about = licenses_of_mail(connection, mail, reply)
    keys = reply_licenses.licenses_of(about, customer)
    with database.reading(engine()) as connection:
        records = versions.current(connection, keys).to_dict("records")
    if not records:
        return
    reply_licenses.licenses_table(records, user)
    reply_licenses.other_customers(records, customer)
    hidden = contacts_panel.hidden_columns(keys, user)
    if long_answer and hidden:
        # Who pasted a mail knows it; one that the worker has read may be a colleague's.
        contacts_panel.reveal_button(keys, user, "reply")
        st.caption("Reveal contacts to see what this email says. Revealing them is logged.")
        return
    doubts(reply)
    selection = choice(differences(reply, records), hidden)
    contacts_panel.reveal_button(keys, user, "reply")
    older_answers(reply)
    unrecognised_lines(reply)
    note = take_over_form(reply, records, selection, user)
    for answer, refused_keys in refusals(reply, records):
        refusal(answer, refused_keys, note, user)


def take_over_form(
    reply: Reply, records: Sequence[Mapping[Any, Any]], selection: Sequence[Difference], user: User
) -> str:
    """The button that takes over the chosen answers, for all these licenses, and the note beside it; gives the note."""
    note = st.text_input(
        "Note (optional, shown in history)", value="The customer's email", key="reply_note", max_chars=500
    )
    texts: dict[str, Mapping[str, str]] = {str(record["license_key"]): {} for record in records}
    texts |= texts_by_license(selection)
    awaiting = [str(record["license_key"]) for record in records if awaits_reply(record)]
    st.button(
        button_label(selection, texts, awaiting),
        type="primary",
        key="take_over",
        disabled=not (selection or (reply.newest and awaiting)),
        on_click=take_over,
        args=(texts, note, user),
    )
    return note


def text_key(customer: str) -> str:
    """The key of the box that a mail is pasted into."""
    # A mail pasted for one customer must not stay when the page shows another.
    return f"reply_text_{customer}" if customer else "reply_text"


def pasted_mail(customer: str, user: User) -> MailText | None:
    """The mail that is pasted, if one is and can be read; one that is saved as a file, or long, is the worker's to read."""
    long_answers.offer_waiting(AnswerKind.REPLY)
    key = text_key(customer)
    lasting_text.restore(key)
    text = st.text_area(
        "The customer's email as you see it or as its source, in English, German, French or Spanish",
        key=key,
        height=220,
        on_change=long_answers.take_text,
        args=(key, AnswerKind.REPLY, user),
    )
    if not text.strip():
        st.caption("Nothing is stored until you choose which answers to apply.")
        return None
    try:
        return read_mail(text)
    except RefusalError as error:
        widgets.failure(error)
        return None


def close() -> None:
    """Close the dialog, and forget what was pasted into it."""
    lasting_text.forget(text_key(""))
    announcements.close_dialog()


@st.dialog("Paste a reply", width="large", on_dismiss=close)
def dialog() -> None:
    """Paste a customer's mail; closes once its answers are stored."""
    user = session.require(Role.EDITOR)
    row_links.follow(user)
    if not announcements.is_open(DIALOG):
        st.rerun()
    announcements.show_refusal()
    panel(user)


def button_label(
    selection: Sequence[Difference], texts: Mapping[str, Mapping[str, str]], awaiting: Sequence[str]
) -> str:
    """The answers to take over, as a button says it."""
    licenses = sum(map(bool, texts.values()))
    if not selection and awaiting:
        return f"Mark {quantity(len(awaiting), 'license')} as received"
    return f"Apply {quantity(len(selection), 'answer')} to {quantity(licenses, 'license')}"


def choice(changes: Sequence[Difference], hidden: Collection[str]) -> list[Difference]:
    """A line for each difference between the mail and the store, stored values of `hidden` fields masked; returns those to take over."""
    if not changes:
        st.caption("This email says nothing new about these licenses.")
        return []
    for column, heading in zip(st.columns(_WIDTHS), ("Item", "Stored", "The email says", "For"), strict=True):
        column.caption(heading)
    return [difference for place, difference in enumerate(changes) if is_chosen(place, difference, hidden)]


def is_chosen(place: int, difference: Difference, hidden: Collection[str]) -> bool:
    """Whether the box of a difference is checked."""
    with st.container(key=f"answer_{difference.field}_{place}"):
        item, stored, text, licenses = st.columns(_WIDTHS, vertical_alignment="center")
        stored_text = HIDDEN if difference.field in hidden and difference.stored else difference.stored
        stored.text(stored_text or "nothing")
        text.text(difference.text or "none")
        licenses.text(names_of(difference.keys))
        # All of it is in the key: another mail's answer must not come unchecked because this one was.
        return item.checkbox(
            widgets.escape(COLUMNS[difference.field].title), value=True, key=f"take_{abs(hash(difference))}"
        )


def names_of(keys: Sequence[str]) -> str:
    """The licenses of a line, by key while they are few."""
    if len(keys) > _MOST_NAMED:
        return quantity(len(keys), "license")
    return ", ".join(keys)


def refusal(answer: Answer, keys: Sequence[str], note: str, user: User) -> None:
    """A sentence that seems to decline to match."""
    # Only a person can say that it does.
    with st.container(border=True, key=f"refusal_{answer.line}"):
        st.markdown(f"**Does the customer decline to match?** Line {answer.line} of the email reads as a refusal:")
        st.text("\n".join(filter(None, (answer.question, f"“{answer.text}”"))))
        st.caption("It is not stored unless you confirm it. A customer who declines keeps the license as it is.")
        st.button(
            widgets.escape(f"Confirm that the customer declines, for {names_of(keys)}"),
            key=f"confirm_decline_{answer.line}",
            on_click=take_over,
            args=(dict.fromkeys(keys, REFUSAL), note, user),
        )


def doubts(reply: Reply) -> None:
    """Warnings about unreadable answers, and fields answered twice."""
    for answer in reply.newest:
        if answer.problem:
            st.warning(widgets.escape(f"Line {answer.line}: {answer.problem}"), icon=":material/help:")
    for name in reply.contradictions:
        texts = [f"line {answer.line}: {answer.text}" for answer in reply.newest if name in answer.values]
        sentence = f"{COLUMNS[name].title} is answered twice: {'; '.join(texts)}. Enter it by hand."
        st.warning(widgets.escape(sentence), icon=":material/help:")


def older_answers(reply: Reply) -> None:
    """What older mails say that the newest one quotes; none of it is taken over."""
    if reply.older:
        label = f"Answers in older emails quoted below, which no longer count: {len(reply.older):,}"
        with st.expander(label, key="older"):
            st.text("\n".join(f"{answer.line}: {answer.question} {answer.text}" for answer in reply.older))


def unrecognised_lines(reply: Reply) -> None:
    """The lines that are no answers, so that nothing is overlooked."""
    lines = [line for line in reply.unrecognised if not line.quoted]
    if lines:
        with st.expander(f"{quantity(len(lines), 'line')} not recognised", key="unread"):
            st.text("\n".join(f"{line.line}: {line.text}" for line in lines))


def take_over(texts: Mapping[str, Mapping[str, str]], note: str, user: User) -> None:
    """Store the chosen answers, by license and field; the requests of all of them are received."""
    try:
        actor = session.recheck(user, Action.EDIT_LICENSE)
        result = edits.record_reply(engine(), texts, actor, note, cached.policy())
        long_answers.settle_mail(user)
    except RefusalError as error:
        announcements.refuse(str(error))
        return
    refusal_text = "".join(f" {key}: {sentence}" for key, sentence in result.refused.items())
    lasting_text.forget(text_key(""))
    announcements.announce(f"{quantity(len(result.changed), 'license')} changed.{refusal_text}", result.change)
