"""Packs for Atlassian, and the answers with their SENs."""

from functools import partial

import streamlit as st

from lib.documents.exports.file_formats import ZIP
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action
from lib.domain.text import format_day, quantity
from lib.measures.cut import COMPLETE, Cut
from lib.requests import packs
from lib.requests.long_answers import AnswerKind
from lib.requests.packs import AnswerResult, Pack
from lib.requests.sen_lines import SenLine
from lib.store import database, license_queries
from lib.store import packs as stored
from lib.store.packs import SubmittedPack
from lib.web import announcements, cached, download_button, long_answers, session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User

# Licenses that one pack takes from here.
_MOST = 5_000

# Licenses that cannot be taken, named on the page.
_LISTED = 10


def panel(version: Version, cut: Cut, user: User) -> None:
    """The next pack, the answer to one, and earlier packs."""
    next_pack(version, cut.with_filters(stage=(Stage.VERIFIED,), missing=(COMPLETE,), movable="yes", on=""), user)
    answer(user)
    earlier_packs(user)


def next_pack(version: Version, cut: Cut, user: User) -> None:
    """What a pack of these licenses would hold, and its buttons."""
    with st.container(border=True, key="next_pack"):
        st.header("New pack", anchor=False)
        total = cached.total(version, cut)
        if not total:
            st.caption("No verified requests yet. Verify complete requests in the queue first.")
            return
        keys = verified_keys(version, cut)
        pack = packs.build_pack(engine(), keys, user, cached.policy(), cached.today())
        st.text(f"{len(pack.licenses):,} of {quantity(total, 'verified license')} are ready.")
        pack_contents(pack)
        pack_buttons(pack, tuple(keys), user)


def pack_contents(pack: Pack) -> None:
    """A pack's licenses by app, and those it cannot hold."""
    for app, licenses in pack.apps.items():
        st.caption(f"{widgets.escape(app)}: {licenses:,}")
    for key, sentence in list(pack.refused.items())[:_LISTED]:
        st.text(f"{key}: {sentence}")
    if len(pack.refused) > _LISTED:
        st.caption(f"and {len(pack.refused) - _LISTED:,} more; the pack lists them all.")
    for notice in pack.notices:
        st.caption(widgets.escape(notice))


def pack_buttons(pack: Pack, keys: tuple[str, ...], user: User) -> None:
    """Submit a pack of these licenses, or download a draft of it."""
    with st.container(horizontal=True):
        download_button.show(
            "Create pack and download",
            # The licenses that this person saw, which the library checks again, not those that match by now.
            partial(created_content, keys, user),
            "pack.zip",
            ZIP.mime_type,
            key="submit_pack",
            type="primary",
            icon=":material/download:",
            disabled=not pack.licenses,
            on_click=create,
            args=(keys, user),
            help="Stores the pack, and moves its licenses to “Submitted”. It can be undone.",
        )
        download_button.show(
            "Preview",
            partial(draft, keys, user),
            "pack_draft.zip",
            ZIP.mime_type,
            key="draft_pack",
            icon=":material/visibility:",
            on_click="ignore",
            help="The same file, while nothing is stored or moved.",
        )


def verified_keys(version: Version, cut: Cut) -> list[str]:
    """The keys of the licenses that one pack can take."""
    with database.reading(engine(version.store)) as connection:
        return list(license_queries.licenses(connection, cut, start=0, count=_MOST)["license_key"])


def draft(keys: tuple[str, ...], user: User) -> bytes:
    """The file of a pack that is not submitted, built on click."""
    actor = session.recheck_download(user, Action.DOWNLOAD_PACK, f"draft of a pack of {quantity(len(keys), 'license')}")
    return packs.build_pack(engine(), keys, actor, cached.policy(), cached.today()).content


def create(keys: tuple[str, ...], user: User) -> None:
    """Create and submit a pack of these licenses, and say so."""
    try:
        pack = submit_once(keys, user)
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return
    licenses = quantity(pack.licenses, "license")
    announcements.announce(f"Pack #{pack.number} created: {licenses} moved to “Submitted”.", pack.change)


def created_content(keys: tuple[str, ...], user: User) -> bytes:
    """The file of the pack that the same click creates."""
    return submitted_content(submit_once(keys, user).number, user)


def submit_once(keys: tuple[str, ...], user: User) -> SubmittedPack:
    """Submit a pack of these licenses, unless this very click did so already; gives the pack.

    The browser asks for the file and for the page at once, and either may come first.
    """
    actor = session.recheck(user, Action.SUBMIT_PACK)
    try:
        packs.submit_pack(engine(), keys, actor, cached.policy(), cached.today())
    except RefusalError:
        with database.reading(engine()) as connection:
            (newest, *_), _ = stored.page(connection, count=1)
            if newest.by != actor.name or not stored.is_of(connection, newest.number, keys):
                raise
    with database.reading(engine()) as connection:
        (newest, *_), _ = stored.page(connection, count=1)
    return newest


def answer(user: User) -> None:
    """Atlassian's answer, pasted or as a file, and recording it."""
    with st.container(border=True, key="pack_answer"):
        st.header("Atlassian's answer", anchor=False)
        if long := long_answers.in_view(AnswerKind.PACK):
            long_answers.sens_panel(long, user)
            return
        long_answers.offer_waiting(AnswerKind.PACK)
        file = st.file_uploader(
            "A file with the columns id and sen, as JSON or CSV",
            type=["json", "csv", "txt"],
            key="answer_file",
            on_change=long_answers.take_file,
            args=("answer_file", AnswerKind.PACK, user),
        )
        text = st.text_area(
            "or its text",
            key="answer_text",
            height=110,
            on_change=long_answers.take_text,
            args=("answer_text", AnswerKind.PACK, user),
        )
        if file is None and not text.strip():
            return
        try:
            lines = packs.read_answer_file(file.getvalue(), file.name) if file else packs.read_answer(text)
            with database.reading(engine()) as connection:
                preview = packs.preview_answer(connection, lines, cached.policy())
        except RefusalError as refusal:
            widgets.failure(refusal)
            return
        answer_contents(preview)
        st.button(
            f"Record {quantity(len(preview.sens), 'SEN')}",
            type="primary",
            key="record_answer",
            disabled=not preview.sens,
            on_click=record,
            args=(lines, user),
        )


def answer_contents(preview: AnswerResult) -> None:
    """What an answer would record, and which lines it would not."""
    st.text(f"{quantity(len(preview.sens), 'SEN')} to record · {len(preview.same):,} recorded already")
    sentences = preview.sentences
    for sentence in sentences[:_LISTED]:
        st.text(sentence)
    if len(sentences) > _LISTED:
        with st.expander(f"and {len(sentences) - _LISTED:,} more"):
            st.text("\n".join(sentences[_LISTED:]))


def record(lines: tuple[SenLine, ...], user: User) -> None:
    """Record the SENs of an answer."""
    try:
        actor = session.recheck(user, Action.RECORD_ANSWER)
        result = packs.record_answer(engine(), lines, actor, "", cached.policy())
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return
    # The text can be emptied from here, but not the upload: its answer would then show as recorded already.
    st.session_state["answer_text"] = ""
    announcements.announce(f"{quantity(len(result.sens), 'license')} migrated: their SENs are recorded.", result.change)


def earlier_packs(user: User) -> None:
    """The packs that were submitted, the newest first."""
    with database.reading(engine()) as connection:
        newest, total = stored.page(connection)
    st.header("Earlier packs", anchor=False)
    if not newest:
        st.caption("No pack has been submitted yet.")
    for pack in newest:
        earlier_pack(pack, user)
    if total > len(newest):
        st.caption(f"The newest {len(newest):,} of {total:,}.")


def earlier_pack(pack: SubmittedPack, user: User) -> None:
    """One submitted pack, its answers so far, and its file."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"pack_{pack.number}"):
        st.text(f"Pack #{pack.number} · by {pack.by} on {time_text(pack.at)} · as of {format_day(pack.day)}")
        st.text(f"{quantity(pack.licenses, 'license')}: {pack.answered:,} with SEN, {pack.waiting:,} waiting")
        download_button.show(
            "Download again",
            partial(submitted_content, pack.number, user),
            f"pack_{pack.number}.zip",
            ZIP.mime_type,
            key=f"kept_{pack.number}",
            icon=":material/download:",
            on_click="ignore",
        )


def submitted_content(number: int, user: User) -> bytes:
    """The file of a submitted pack as it was sent."""
    actor = session.recheck_download(user, Action.DOWNLOAD_PACK, f"pack #{number}")
    with database.reading(engine()) as connection:
        return stored.content(connection, number, actor)
