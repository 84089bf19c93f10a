"""Packs for Atlassian: verified licenses handed over in one file, and the answer with their SENs read back."""

from functools import partial

import streamlit as st

from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import Action
from lib.domain.text import format_day, format_time, quantity
from lib.measures.cut import COMPLETE, Cut
from lib.requests import packs
from lib.requests.sen_lines import SenLine
from lib.store import database, license_queries
from lib.store import packs as stored
from lib.store.packs import SubmittedPack
from lib.web import cached, request_queue, session, widgets
from lib.web.cached import Version
from lib.web.connection import engine
from lib.web.session import User

_MOST = 5_000
"""Licenses that one pack takes from here."""

_SHOWN = 10
_ZIP = "application/zip"


def panel(version: Version, cut: Cut, user: User) -> None:
    """What a pack of the verified licenses of a cut would hold; submitting it; packs of before, and their answers."""
    request_queue.say()
    _next(version, cut.with_filters(stage=(Stage.VERIFIED,), missing=(COMPLETE,), on=""), user)
    _answer(user)
    _before(user)


def _next(version: Version, cut: Cut, user: User) -> None:
    with st.container(border=True, key="next_pack"):
        st.markdown("**The next pack**")
        found = cached.total(version, cut)
        if not found:
            st.caption(
                "No verified license is complete here. Verify requests first; what they lack is said in the table."
            )
            return
        keys = _keys(version, cut)
        pack = packs.build_pack(engine(), keys, user, cached.POLICY, cached.today())
        st.text(
            f"{quantity(len(pack.licenses), 'license')} can be handed to Atlassian, of {quantity(found, 'verified one')}."
        )
        for app, licenses in pack.apps.items():
            st.caption(f"{widgets.escape(app)}: {licenses:,}")
        for key, sentence in list(pack.refused.items())[:_SHOWN]:
            st.text(f"{key}: {sentence}")
        if len(pack.refused) > _SHOWN:
            st.caption(f"and {len(pack.refused) - _SHOWN:,} more; the pack lists them all.")
        for notice in pack.notices:
            st.caption(widgets.escape(notice))
        with st.container(horizontal=True):
            st.button(
                f"Submit {quantity(len(pack.licenses), 'license')}",
                type="primary",
                key="submit_pack",
                disabled=not pack.licenses,
                on_click=_submit,
                args=(tuple(keys), user),
                help="Keeps the pack, and moves its licenses to “Submitted”. It can be undone.",
            )
            st.download_button(
                "Look at it first",
                partial(_draft, tuple(keys), user),
                "pack_draft.zip",
                _ZIP,
                key="draft_pack",
                icon=":material/download:",
                on_click="ignore",
            )


def _keys(version: Version, cut: Cut) -> list[str]:
    with database.reading(engine(version.store)) as connection:
        return list(license_queries.licenses(connection, cut, start=0, count=_MOST)["license_key"])


def _draft(keys: tuple[str, ...], user: User) -> bytes:
    actor = session.recheck(user, Action.DOWNLOAD_PACK)
    return packs.build_pack(engine(), keys, actor, cached.POLICY, cached.today()).content


def _submit(keys: tuple[str, ...], user: User) -> None:
    try:
        actor = session.recheck(user, Action.SUBMIT_PACK)
        told = packs.submit_pack(engine(), keys, actor, cached.POLICY, cached.today())
    except RefusalError as refusal:
        request_queue.tell(str(refusal))
        return
    said = (
        f"Pack #{told.number} is kept below, and {quantity(len(told.pack.licenses), 'license')} moved to “Submitted”."
    )
    request_queue.tell(said, told.change)


def _answer(user: User) -> None:
    """Atlassian's answer, pasted or as a file: what it would record, and recording it."""
    with st.container(border=True, key="pack_answer"):
        st.markdown("**Atlassian's answer**")
        file = st.file_uploader(
            "A file with the columns id and sen, as JSON or CSV", type=["json", "csv", "txt"], key="answer_file"
        )
        text = st.text_area("or its text", key="answer_text", height=110)
        if file is None and not text.strip():
            return
        try:
            lines = packs.read_answer_file(file.getvalue(), file.name) if file else packs.read_answer(text)
            with database.reading(engine()) as connection:
                answer = packs.preview_answer(connection, lines, cached.POLICY)
        except RefusalError as refusal:
            widgets.failure(refusal)
            return
        st.text(f"{quantity(len(answer.sens), 'SEN')} to record · {len(answer.same):,} recorded already")
        sentences = answer.sentences
        for sentence in sentences[:_SHOWN]:
            st.text(sentence)
        if len(sentences) > _SHOWN:
            with st.expander(f"and {len(sentences) - _SHOWN:,} more"):
                st.text("\n".join(sentences[_SHOWN:]))
        st.button(
            f"Record {quantity(len(answer.sens), 'SEN')}",
            type="primary",
            key="record_answer",
            disabled=not answer.sens,
            on_click=_record,
            args=(lines, user),
        )


def _record(lines: tuple[SenLine, ...], user: User) -> None:
    try:
        actor = session.recheck(user, Action.RECORD_ANSWER)
        told = packs.record_answer(engine(), lines, actor, "", cached.POLICY)
    except RefusalError as refusal:
        request_queue.tell(str(refusal))
        return
    st.session_state["answer_text"] = ""
    request_queue.tell(f"{quantity(len(told.sens), 'license')} migrated: their SENs are recorded.", told.change)


def _before(user: User) -> None:
    with database.reading(engine()) as connection:
        found, total = stored.page(connection)
    st.markdown("**Packs of before**")
    if not found:
        st.caption("No pack was submitted yet.")
    for pack in found:
        _one(pack, user)
    if total > len(found):
        st.caption(f"The newest {len(found):,} of {total:,}.")


def _one(pack: SubmittedPack, user: User) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"pack_{pack.number}"):
        st.text(f"Pack #{pack.number} · by {pack.by} at {format_time(pack.at)} · as of {format_day(pack.day)}")
        st.text(f"{quantity(pack.licenses, 'license')}: {pack.answered:,} with SEN, {pack.waiting:,} waiting")
        st.download_button(
            "Download again",
            partial(_kept, pack.number, user),
            f"pack_{pack.number}.zip",
            _ZIP,
            key=f"kept_{pack.number}",
            icon=":material/download:",
            on_click="ignore",
        )


def _kept(number: int, user: User) -> bytes:
    actor = session.recheck(user, Action.DOWNLOAD_PACK)
    with database.reading(engine()) as connection:
        return stored.content(connection, number, actor)
