"""Answers too long for a page: the worker reads them, whoever comes later sees what they come to, and it records what was seen."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, func, select

from lib import worker
from lib.domain.refusal import RefusalError
from lib.domain.roles import Actor, Role
from lib.importing import imports, retention
from lib.requests import long_answers, sens
from lib.requests.long_answers import LINES, AnswerKind
from lib.store import batches, check_results, database, jobs
from lib.store.batches import BatchState
from lib.store.job import Job, JobKind, JobRequest, JobState
from lib.store.schema import batch_parts
from tests.actors import ADMIN, editor
from tests.store.stories import POLICY, a_row, imported, now

ANN, IMPORTER = editor("ann"), Actor("ivo", Role.IMPORTER)
LONG = "-" * 2_000_001
LIST = f"K-1 SEN-11\nK-2\tSEN-22\nK-9 SEN-99\n{LONG}\n".encode()


def worked(engine: Engine, number: int) -> Job:
    """The newest job of an answer after the worker was there."""
    worker.work_off(engine)
    with database.reading(engine) as connection:
        job = jobs.newest_of_batch(connection, number)
    assert job
    return job


def record(engine: Engine, number: int) -> Job:
    """The job that records what reading an answer came to."""
    with database.writing_briefly(engine) as connection:
        result = long_answers.stored_result(connection, number)
        assert result
        request = JobRequest(fingerprint=result.fingerprint, reason="Friday's list")
        jobs.submit(connection, number, JobKind.RECORD_ANSWER, request, ANN)
    return worked(engine, number)


def parts(engine: Engine, number: int) -> int:
    """How many parts of an answer's file are stored."""
    with database.reading(engine) as connection:
        of_answer = select(func.count()).select_from(batch_parts).where(batch_parts.c.batch_id == number)
        return int(connection.scalar(of_answer) or 0)


def test_a_long_list_of_sens_is_read_shown_and_recorded_by_the_worker(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"))
    number = long_answers.submit(engine, LIST, "sens.txt", AnswerKind.SENS, ANN)
    assert worked(engine, number).state is JobState.DONE
    with database.reading(engine) as connection:
        result = long_answers.stored_result(connection, number)
        lines = check_results.page(connection, number, LINES, 0, 10)
        (waiting,) = long_answers.waiting(connection, AnswerKind.SENS)
        assert long_answers.waiting(connection, AnswerKind.PACK) == []
    assert result
    assert result.sens == 2
    assert result.summary.startswith("4 lines, of which 2 match and 2 do not · Matches: 2")
    assert lines["result"].tolist() == ["Matches", "Matches", "Unknown key", "Cannot be read"]
    assert waiting.id == number
    assert record(engine, number).state is JobState.DONE
    assert {key: license["sen"] for key, license in now(engine).items()} == {"K-1": "SEN-11", "K-2": "SEN-22"}
    with database.reading(engine) as connection:
        answer = batches.batch(connection, number)
    assert (answer.state, answer.settings["sens"]) == (BatchState.RECORDED, 2)
    # Such a file may hold Marketplace's own keys, which are never kept.
    assert parts(engine, number) == 0
    with pytest.raises(RefusalError, match="recorded or discarded meanwhile"):
        long_answers.discard(engine, number, ANN)


def test_what_was_not_seen_is_not_recorded(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"))
    number = long_answers.submit(engine, LIST, "sens.txt", AnswerKind.SENS, ANN)
    worked(engine, number)
    sens.record_sens(engine, sens.read_sen_lines("K-2 SEN-77"), editor("bo"), "", POLICY)
    job = record(engine, number)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "The licenses have changed since this was read. Read it again, and look at the result.",
    )
    assert now(engine)["K-1"]["sen"] != "SEN-11"
    with database.writing_briefly(engine) as connection:
        jobs.submit(connection, number, JobKind.READ_ANSWER, JobRequest(), ANN)
    worked(engine, number)
    assert record(engine, number).state is JobState.DONE
    assert now(engine)["K-1"]["sen"] == "SEN-11"


def test_of_a_long_mail_the_text_stays_and_what_is_attached_goes(engine: Engine) -> None:
    mail = EmailMessage()
    mail["From"] = "Ada <ada@acme.example>"
    mail.set_content("Country: Germany\n")
    mail.add_attachment(b"\0" * 2_000_000, maintype="application", subtype="pdf", filename="contract.pdf")
    number = long_answers.submit(engine, bytes(mail), "answer.eml", AnswerKind.REPLY, ANN)
    assert worked(engine, number).state is JobState.DONE
    with database.reading(engine) as connection:
        text = long_answers.stored_mail(connection, number)
    assert text
    assert (text.text.strip(), text.sender) == ("Country: Germany", "ada@acme.example")
    assert parts(engine, number) == 0
    long_answers.settle_mail(engine, number, ANN)
    with database.reading(engine) as connection:
        assert long_answers.stored_mail(connection, number) is None
        assert batches.batch(connection, number).state is BatchState.RECORDED


def test_a_mail_whose_text_alone_is_too_long_is_refused_with_what_to_do(engine: Engine) -> None:
    number = long_answers.submit(engine, LONG.encode(), "pasted.txt", AnswerKind.REPLY, ANN)
    job = worked(engine, number)
    assert job.state is JobState.FAILED
    assert job.message == "The text of this email alone has 2.0 million characters. Paste the part that answers."


def test_answers_are_for_editors_are_never_imported_and_go_with_drafts(engine: Engine) -> None:
    with pytest.raises(RefusalError, match="not record their SENs"):
        long_answers.submit(engine, LIST, "sens.txt", AnswerKind.SENS, IMPORTER)
    number = long_answers.submit(engine, LIST, "sens.txt", AnswerKind.SENS, ANN)
    with pytest.raises(RefusalError, match="is an answer to a request"):
        imports.commit(engine, number, ANN, POLICY)
    later = datetime.now(UTC) + timedelta(days=POLICY.keep_drafts_days + 1)
    assert retention.apply(engine, ADMIN, POLICY, later).drafts == [number]
    with database.reading(engine) as connection:
        assert batches.batch(connection, number).state is BatchState.DISCARDED
