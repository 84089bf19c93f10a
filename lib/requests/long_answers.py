"""Answers that are too long for a page: mails and lists of SENs that the worker reads, and whose SENs it records."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine

from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.roles import Action, Actor, require
from lib.domain.text import quantity
from lib.importing.imports import WithinTransaction, do_nothing
from lib.reading.tables.decoding import decode
from lib.requests import packs, sens
from lib.requests.packs.answers import match_answer
from lib.requests.replies import MailText, read_mail, saved_mail
from lib.requests.sens import SEN_OUTCOME_TITLES, SenLine, SenMatches
from lib.store import audit, batches, check_results, database, jobs
from lib.store.audit import AuditAction
from lib.store.batches import Batch, BatchState
from lib.store.job import JobKind, JobRequest
from lib.store.work_steps import COMPARING, READING, WRITING, ProgressReporter, no_progress

MOST_LETTERS = 2_000_000
"""Letters of the longest text of a mail that is read for answers, its attachments aside."""

LINES = "lines"
"""The list of the result of each line: `place`, `key`, `sen`, `result`, `why`."""

_MAIL = "mail"
_PART = 20_000
_TEXT = pa.string()


class AnswerKind(StrEnum):
    """Where an answer comes from, and what is in it."""

    SENS = "sens"
    PACK = "pack"
    REPLY = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongAnswer:
    """What a list of SENs comes to: how many it would record, how many lines have which result, and a digest of these SENs."""

    sens: int
    summary: str
    fingerprint: str


def submit(engine: Engine, content: bytes, name: str, kind: AnswerKind, actor: Actor) -> int:
    """Store an answer and request that the worker reads it; gives the number of its batch."""
    require(actor, Action.RECORD_SENS)
    file, digest = batches.compress(content, BytesIO()), batches.fingerprint(content)
    with database.writing_briefly(engine) as connection:
        settings = {"answer": kind.value}
        number = batches.add(connection, name, digest, file, settings, actor, BatchState.ANSWER)
        jobs.submit(connection, number, JobKind.READ_ANSWER, JobRequest(), actor)
        return number


def waiting(connection: Connection, kind: AnswerKind) -> list[Batch]:
    """The answers of a kind that nobody recorded or discarded, the newest first."""
    answers, _ = batches.page(connection, states=[BatchState.ANSWER], count=None)
    return [answer for answer in answers if kind_of(answer) is kind]


def kind_of(answer: Batch) -> AnswerKind:
    """The kind of an answer."""
    return AnswerKind(answer.settings["answer"])


def discard(engine: Engine, number: int, actor: Actor) -> None:
    """Discard an answer and its file. Raises RefusalError if it was recorded."""
    require(actor, Action.RECORD_SENS)
    with database.writing(engine) as connection:
        waiting_answer(connection, number)
        batches.delete_files(connection, [number])
        audit.record(connection, AuditAction.CHANGE, actor, f"Answer discarded, import #{number}")


def settle_mail(engine: Engine, number: int, actor: Actor) -> None:
    """Store that a mail's answers were applied, and delete its text. Raises RefusalError if that was done before."""
    require(actor, Action.RECORD_SENS)
    with database.writing_briefly(engine) as connection:
        answer = waiting_answer(connection, number)
        batches.settle_answer(connection, number, BatchState.RECORDED, answer.settings)


def waiting_answer(connection: Connection, number: int) -> Batch:
    """An answer that waits for a decision. Raises RefusalError if there is none of that number."""
    answer = batches.batch(connection, number)
    if answer.state is not BatchState.ANSWER:
        raise RefusalError("This was recorded or discarded meanwhile. Upload it again if it is to be read again.")
    return answer


def read(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> None:
    """Read an answer, and store what it comes to. Raises TableError or RefusalError if it cannot be read."""
    require(actor, Action.RECORD_SENS)
    report_progress(READING, 0, 0)
    with database.reading(engine) as connection:
        answer, content = waiting_answer(connection, number), batches.content(connection, number)
    if kind_of(answer) is AnswerKind.REPLY:
        summary: dict[str, Any] = {}
        lists = check_results.compress({_MAIL: [mail_table(mail_of(content, answer.name))]})
    else:
        lines = lines_of(answer, content)
        report_progress(COMPARING, 0, len(lines))
        with database.reading(engine) as connection:
            matches = match(connection, answer, lines, policy)
        summary = {"sens": len(matches.sens), "summary": summary_of(matches), "fingerprint": fingerprint_of(matches)}
        lists = check_results.compress({LINES: line_tables(matches)})
    with database.writing(engine) as connection:
        waiting_answer(connection, number)
        check_results.store_json(connection, number, 0, answer.settings, summary, lists)
        if kind_of(answer) is AnswerKind.REPLY:
            # Attachments are nobody's business here, and what is erased of a customer must not hide in one.
            batches.delete_parts(connection, number)
        in_same_transaction(connection)


def record(
    engine: Engine,
    number: int,
    actor: Actor,
    policy: Policy,
    fingerprint: str,
    reason: str,
    report_progress: ProgressReporter = no_progress,
    in_same_transaction: WithinTransaction = do_nothing,
) -> int | None:
    """Record the SENs that somebody saw with this fingerprint, in one transaction and one change; gives its number.

    Raises RefusalError if the licenses have changed since, so that others would be recorded.
    """
    require(actor, Action.RECORD_SENS)
    report_progress(READING, 0, 0)
    with database.reading(engine) as connection:
        answer, content = waiting_answer(connection, number), batches.content(connection, number)
    lines = lines_of(answer, content)
    report_progress(WRITING, 0, 0)
    with database.writing(engine) as connection:
        matches = match(connection, waiting_answer(connection, number), lines, policy)
        if fingerprint_of(matches) != fingerprint:
            raise RefusalError("The licenses have changed since this was read. Read it again, and look at the result.")
        change = sens.record_matches(connection, matches, actor, reason or sens.DEFAULT_NOTE, policy).change
        settings = {**answer.settings, "change": change, "sens": len(matches.sens)}
        batches.settle_answer(connection, number, BatchState.RECORDED, settings)
        in_same_transaction(connection)
        return change


def lines_of(answer: Batch, content: bytes) -> tuple[SenLine, ...]:
    """The lines of an answer. Raises TableError or RefusalError."""
    if kind_of(answer) is AnswerKind.PACK:
        return packs.read_answer_file(content, answer.name)
    return sens.read_sen_file(content, answer.name)


def match(connection: Connection, answer: Batch, lines: tuple[SenLine, ...], policy: Policy) -> SenMatches:
    """What comes of the lines of an answer now."""
    if kind_of(answer) is AnswerKind.PACK:
        return match_answer(connection, lines, policy)
    return sens.preview_sens(connection, lines, policy)


def fingerprint_of(matches: SenMatches) -> str:
    """A digest of the SENs that would be recorded."""
    return hashlib.sha256(json.dumps(matches.sens, sort_keys=True).encode()).hexdigest()


def summary_of(matches: SenMatches) -> str:
    """How many lines there are, and how many have which result."""
    matching, others = matches.line_counts
    texts = [f"{quantity(matching + others, 'line')}, of which {matching:,} match and {others:,} do not"]
    for outcome, title in SEN_OUTCOME_TITLES.items():
        if count := len(matches.of(outcome)):
            texts.append(f"{title}: {count:,}")
    return " · ".join(texts)


def line_tables(matches: SenMatches) -> Iterator[pa.Table]:
    """The result of each line (LINES), some thousands at a time."""
    schema = pa.schema([(name, _TEXT) for name in ("place", "key", "sen", "result", "why")])
    for start in range(0, max(len(matches.lines), 1), _PART):
        part = matches.lines[start : start + _PART]
        rows = [(one.place, one.key, one.sen, SEN_OUTCOME_TITLES[one.outcome], one.sentence) for one in part]
        yield pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def mail_of(content: bytes, name: str) -> MailText:
    """The text of a mail without its attachments. Raises RefusalError if that alone is too long, or cannot be read."""
    mail = saved_mail(content)
    if mail is None:
        text, _ = decode(content, name)
        mail = read_mail(text.decode())
    if len(mail.text) > MOST_LETTERS:
        raise RefusalError(
            f"The text of this email alone has {len(mail.text) / 1e6:,.1f} million characters. Paste the part that answers."
        )
    return mail


def mail_table(mail: MailText) -> pa.Table:
    """A mail as a list of one row."""
    return pa.table({"text": [mail.text], "sender": [mail.sender]})


def stored_mail(connection: Connection, number: int) -> MailText | None:
    """The text of a mail that the worker has read; None if it has not."""
    rows = check_results.page(connection, number, _MAIL, 0, 1)
    if rows.empty:
        return None
    return MailText(rows["text"].iloc[0], rows["sender"].iloc[0])


def stored_result(connection: Connection, number: int) -> LongAnswer | None:
    """What a list of SENs comes to; None if the worker has not read it."""
    summary = check_results.newest_json(connection, number)
    return LongAnswer(**summary) if summary else None
