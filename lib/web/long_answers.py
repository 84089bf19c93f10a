"""Answers that are too long for a page: handed to the worker, and shown once it has read them, also after a reload."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.domain.refusal import RefusalError
from lib.domain.roles import Action
from lib.domain.text import quantity
from lib.requests import long_answers
from lib.requests.long_answers import LINES, AnswerKind, LongAnswer
from lib.requests.replies import MailText
from lib.store import check_results, database, jobs
from lib.store.batches import Batch, BatchState
from lib.store.job import JobKind, JobRequest, JobState
from lib.web import (
    announcements,
    batch_state,
    job_progress,
    menu_pages,
    page_paths,
    row_links,
    session,
    stored_licenses,
    uploads,
    widgets,
)
from lib.web.connection import engine
from lib.web.local_times import time_text
from lib.web.session import User
from lib.web.upload_limits import is_for_worker

_NUMBER = "answer"
"""The parameter of the address that has the number of the answer in view."""

_PAGE = 50
_TITLES = {"place": "Where", "key": "License key", "sen": "SEN", "result": "Result", "why": "Why"}


def take_text(key: str, kind: AnswerKind, user: User) -> None:
    """Hand what was pasted into a box to the worker if it is long, from a callback."""
    text = st.session_state[key]
    if is_for_worker(text) and take(text.encode(errors="replace"), "pasted.txt", kind, user):
        st.session_state[key] = ""


def take_file(key: str, kind: AnswerKind, user: User) -> None:
    """Hand an uploaded file to the worker if a page should not read it, from a callback."""
    file: UploadedFile | None = st.session_state[key]
    if file is not None and is_for_worker(file.getvalue()) and take(file.getvalue(), file.name, kind, user):
        uploads.free(file)


def take(content: bytes, name: str, kind: AnswerKind, user: User) -> bool:
    """Store an answer for the worker, and show it; False if that is refused."""
    try:
        actor = session.recheck(user, Action.RECORD_SENS)
        st.query_params[_NUMBER] = str(long_answers.submit(engine(), content, name, kind, actor))
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
        return False
    return True


def in_view(kind: AnswerKind) -> Batch | None:
    """The answer of the address, if there is one of this kind."""
    number = batch_state.number_in_url(st.query_params.get(_NUMBER, ""))
    if number is None:
        return None
    try:
        answer = batch_state.batch(number)
    except RefusalError:
        return None
    is_answer = answer.state in (BatchState.ANSWER, BatchState.RECORDED)
    return answer if is_answer and long_answers.kind_of(answer) is kind else None


def offer_waiting(kind: AnswerKind) -> None:
    """The answers that somebody uploaded and nobody recorded yet."""
    with database.reading(engine()) as connection:
        answers = long_answers.waiting(connection, kind)
    for answer in answers:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(widgets.escape(f"Not recorded yet: {description(answer)}"), width="content")
            key = f"open_answer_{answer.id}"
            st.button("Continue", key=key, type="tertiary", on_click=show, args=(answer.id,))


def description(answer: Batch) -> str:
    """What an answer is called, and who uploaded it when."""
    return f"{answer.name} · uploaded by {answer.created_by} on {time_text(answer.created_at)}"


def show(number: int) -> None:
    """Show an answer, from a callback."""
    st.query_params[_NUMBER] = str(number)


def leave() -> None:
    """Make room for another answer, from a callback."""
    st.query_params.pop(_NUMBER, None)


def is_read(answer: Batch, user: User) -> bool:
    """Draw an answer's progress, or its name and what can be done with it; whether it is read and waits for a decision."""
    job = batch_state.job(answer.id)
    if job_progress.show_progress(job):
        return False
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(widgets.escape(description(answer)), width="content")
        st.button("Another answer", key="leave_answer", type="tertiary", on_click=leave)
        if answer.state is BatchState.ANSWER:
            st.button("Discard", key="discard_answer", type="tertiary", on_click=discard, args=(answer.id, user))
    if answer.state is BatchState.RECORDED:
        recorded(answer)
        return False
    if job and job.state in (JobState.FAILED, JobState.CANCELLED):
        widgets.failure(job.message)
        st.button(
            "Read again", key="read_again", icon=":material/refresh:", on_click=read_again, args=(answer.id, user)
        )
    return True


def recorded(answer: Batch) -> None:
    """What was recorded of an answer, and the way to its change."""
    count, change = answer.settings.get("sens"), answer.settings.get("change")
    text = "This answer was applied."
    if count is not None:
        text = f"{quantity(count, 'license')} migrated: their SENs are recorded."
    st.success(text, icon=":material/check:")
    if change:
        query = {"change": str(change)}
        menu_pages.link(page_paths.ACTIVITY, label="Open the change", icon=":material/history:", query_params=query)


def sens_panel(answer: Batch, user: User) -> None:
    """What a list of SENs comes to, line by line, and recording it."""
    if not is_read(answer, user):
        return
    with database.reading(engine()) as connection:
        result = long_answers.stored_result(connection, answer.id)
    if result is None:
        return
    st.text(result.summary)
    lines_table(answer, user)
    st.text_input("Note (optional, shown in history)", key="answer_note", max_chars=500)
    st.button(
        f"Record {quantity(result.sens, 'SEN')}",
        type="primary",
        key="record_answer",
        disabled=not result.sens,
        on_click=record,
        args=(answer.id, result, user),
    )


def lines_table(answer: Batch, user: User) -> None:
    """The result of each line, a page at a time."""
    with database.reading(engine()) as connection:
        total = check_results.length(connection, answer.id, LINES)
    page = widgets.pager(total, _PAGE, f"answer_page_{answer.id}")
    with database.reading(engine()) as connection:
        rows = check_results.page(connection, answer.id, LINES, (page - 1) * _PAGE, _PAGE)
    frame = rows.rename(columns=_TITLES)
    row_links.table(
        frame,
        stored_licenses.places(frame["License key"].tolist(), user),
        key=f"answer_lines_{answer.id}_{page}",
        alt="The result of each line; click a key to open its license",
    )


def mail(answer: Batch, user: User) -> MailText | None:
    """The text of a mail, None while it is not read."""
    if not is_read(answer, user):
        return None
    with database.reading(engine()) as connection:
        return long_answers.stored_mail(connection, answer.id)


def record(number: int, result: LongAnswer, user: User) -> None:
    """Have the SENs that the page shows recorded, from a callback."""
    if widgets.is_closed("answer_note"):
        return
    reason = st.session_state["answer_note"].strip()
    submit(number, JobKind.RECORD_ANSWER, JobRequest(fingerprint=result.fingerprint, reason=reason), user)


def read_again(number: int, user: User) -> None:
    """Have an answer read again, from a callback."""
    submit(number, JobKind.READ_ANSWER, JobRequest(), user)


def submit(number: int, kind: JobKind, request: JobRequest, user: User) -> None:
    """Request work on an answer, or say why not."""
    try:
        actor = session.recheck(user, Action.RECORD_SENS)
        with database.writing_briefly(engine()) as connection:
            jobs.submit(connection, number, kind, request, actor)
    except RefusalError as refusal:
        announcements.refuse(str(refusal))


def discard(number: int, user: User) -> None:
    """Discard an answer, from a callback."""
    try:
        actor = session.recheck(user, Action.RECORD_SENS)
        long_answers.discard(engine(), number, actor)
    except RefusalError as refusal:
        announcements.refuse(str(refusal))
    leave()


def settle_mail(user: User) -> None:
    """Note that the mail in view was applied, from a callback."""
    if answer := in_view(AnswerKind.REPLY):
        actor = session.recheck(user, Action.RECORD_SENS)
        long_answers.settle_mail(engine(), answer.id, actor)
        leave()
