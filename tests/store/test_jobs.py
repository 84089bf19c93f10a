"""Jobs are asked for, wait for their turn, and end once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from lib.domain.refusal import RefusalError
from lib.store import database, job_times, jobs, lost_jobs
from lib.store.job import Job, JobKind, JobRequest, JobState
from lib.store.work_steps import CHECKING, COMPARING, READING, WRITING
from tests.actors import ADMIN, EDITOR, editor
from tests.store.stories import a_row, brought_in


def read_store(engine: Engine, say: Callable[..., Any], *arguments: Any) -> Any:
    """What one of the functions of `jobs` answers in a transaction of its own."""
    with database.writing_briefly(engine) as connection:
        return say(connection, *arguments)


def ask(engine: Engine, batch: int, kind: str = "import", by: str = "ada", **details: Any) -> int:
    number: int = read_store(engine, jobs.submit, batch, JobKind(kind), JobRequest(**details), editor(by))
    return number


def job(engine: Engine, number: int) -> Job:
    stored: Job = read_store(engine, jobs.job, number)
    return stored


@pytest.fixture
def batch(engine: Engine) -> int:
    """An open batch of one license."""
    return brought_in(engine, a_row())


def test_a_job_waits_as_it_was_asked_for(engine: Engine, batch: int) -> None:
    number = ask(engine, batch, "undo", "grace", reason="wrong file")
    stored = job(engine, number)
    assert (stored.batch_id, stored.kind, stored.request, stored.by) == (
        batch,
        JobKind.UNDO,
        JobRequest(reason="wrong file"),
        "grace",
    )
    assert (stored.state, stored.worker, stored.began_at, stored.step, stored.done, stored.total) == (
        JobState.QUEUED, None, None, "", 0, 0,
    )  # fmt: skip
    assert stored.at.utcoffset() is not None
    assert read_store(engine, jobs.newest_of_batch, batch) == stored


def test_a_job_keeps_who_asked_and_in_which_role(engine: Engine, batch: int) -> None:
    number = read_store(engine, jobs.submit, batch, JobKind.CHECK, JobRequest(settings={}), ADMIN)
    assert (job(engine, number).actor, job(engine, number).request) == (ADMIN, JobRequest(settings={}))
    assert read_store(engine, jobs.submit, batch, JobKind.CHECK, JobRequest(settings={}), EDITOR) == number, (
        "the same check will do"
    )


def test_there_is_no_job_of_a_batch_that_was_never_asked_for(engine: Engine, batch: int) -> None:
    assert read_store(engine, jobs.newest_of_batch, batch) is None
    with pytest.raises(RefusalError, match="no job #9"):
        job(engine, 9)
    with pytest.raises(RefusalError, match="no import #99"):
        ask(engine, 99)


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_an_import_is_asked_for_once(engine: Engine, batch: int, state: str) -> None:
    number = ask(engine, batch, base=3)
    if state != "queued":
        read_store(engine, jobs.claim, "w")
    if state == "done":
        assert read_store(engine, jobs.end, number, JobState.DONE, "Imported.")
    assert ask(engine, batch, base=3) == ask(engine, batch, by="grace") == number
    assert job(engine, number).state == state


def test_an_import_that_failed_or_was_cancelled_is_tried_again(engine: Engine, batch: int) -> None:
    first = ask(engine, batch)
    read_store(engine, jobs.claim, "w")
    assert read_store(engine, jobs.end, first, JobState.FAILED, "The disk is full.")
    second = ask(engine, batch)
    assert read_store(engine, jobs.cancel, second, EDITOR)
    third = ask(engine, batch)
    assert first < second < third
    assert read_store(engine, jobs.newest_of_batch, batch).id == third


def test_undo_is_done_again_only_after_a_redo(engine: Engine, batch: int) -> None:
    def done(kind: str) -> int:
        number = ask(engine, batch, kind)
        if read_store(engine, jobs.claim, "w"):
            read_store(engine, jobs.end, number, JobState.DONE)
        return number

    first = done("undo")
    assert done("undo") == first
    redo = done("redo")
    assert done("redo") == redo
    assert done("undo") > redo


def test_a_check_for_other_settings_ends_the_one_under_way(engine: Engine, batch: int) -> None:
    first = ask(engine, batch, "check", settings={"encoding": "utf-8", "theirs": ("company",)})
    read_store(engine, jobs.claim, "w")
    assert ask(engine, batch, "check", settings={"encoding": "utf-8", "theirs": ["company"]}) == first
    second = ask(engine, batch, "check", settings={"encoding": "cp1252"})
    assert second > first
    assert job(engine, first).state is JobState.CANCELLED
    assert not read_store(engine, jobs.end, first, JobState.DONE)


def test_jobs_are_taken_in_the_order_they_were_asked_for(engine: Engine) -> None:
    numbers = [ask(engine, brought_in(engine, a_row(f"K-{number}"))) for number in range(3)]
    assert [read_store(engine, jobs.waiting_before, number) for number in numbers] == [0, 1, 2]
    first = read_store(engine, jobs.claim, "w")
    assert (first.id, first.state, first.worker) == (numbers[0], JobState.RUNNING, "w")
    assert first.began_at is not None
    assert [read_store(engine, jobs.waiting_before, number) for number in numbers] == [0, 1, 2]
    read_store(engine, jobs.end, numbers[0], JobState.DONE)
    assert read_store(engine, jobs.cancel, numbers[1], EDITOR)
    assert [read_store(engine, jobs.waiting_before, number) for number in numbers] == [0, 0, 0]
    assert read_store(engine, jobs.claim, "w").id == numbers[2]
    assert read_store(engine, jobs.claim, "w") is None
    read_store(engine, jobs.end, numbers[2], JobState.DONE)
    assert not read_store(engine, jobs.any_live)


def test_a_job_under_way_is_cancelled_until_it_writes(engine: Engine, batch: int) -> None:
    number = ask(engine, batch)
    read_store(engine, jobs.claim, "w")
    assert read_store(engine, jobs.heartbeat, number, COMPARING, 0, 12)
    assert job(engine, number).can_be_cancelled
    assert read_store(engine, jobs.heartbeat, number, WRITING, 5, 12)
    stored = job(engine, number)
    assert (stored.step, stored.done, stored.total, stored.can_be_cancelled) == (WRITING, 5, 12, False)
    assert not read_store(engine, jobs.cancel, number, EDITOR)
    assert read_store(engine, jobs.end, number, JobState.DONE, "Imported.")
    assert (job(engine, number).state, job(engine, number).done) == (JobState.DONE, 12)


def test_whoever_ends_a_job_ends_it_for_good(engine: Engine, batch: int) -> None:
    number = ask(engine, batch)
    read_store(engine, jobs.claim, "w")
    assert read_store(engine, jobs.cancel, number, EDITOR)
    for later in (JobState.DONE, JobState.FAILED):
        assert not read_store(engine, jobs.end, number, later, "Too late.")
    assert not read_store(engine, jobs.heartbeat, number, WRITING, 0, 1)
    assert not read_store(engine, jobs.cancel, number, EDITOR)
    stored = job(engine, number)
    assert (stored.state, stored.message, stored.step) == (JobState.CANCELLED, "Cancelled. Nothing was changed.", "")
    assert stored.ended_at is not None


def test_a_job_whose_worker_died_is_tried_again_three_times_in_its_old_place(engine: Engine, batch: int) -> None:
    number = ask(engine, batch, reason="spring")
    waiting = job(engine, number)
    for tries in (1, 2, 3):
        read_store(engine, jobs.claim, "w")
        read_store(engine, jobs.heartbeat, number, COMPARING, 0, 12)
        assert [lost.id for lost in read_store(engine, lost_jobs.try_lost_again)] == [number]
        if tries < lost_jobs.MOST_TRIES:
            assert job(engine, number) == replace(waiting, tries=tries)
    stored = job(engine, number)
    assert stored.state is JobState.FAILED
    assert stored.message == (
        'The server stopped 3 times during this work, the last time at the step "Comparing with the licenses". '
        "Nothing was imported. Try again, or ask whoever runs it."
    )
    assert read_store(engine, lost_jobs.try_lost_again) == []
    assert ask(engine, batch) > number


def test_how_long_it_still_takes_is_known_better_the_further_it_is(engine: Engine, batch: int) -> None:
    waits = job(engine, ask(engine, batch))
    start = datetime(2026, 11, 24, tzinfo=UTC)

    def remaining(seconds: float, step: str, done: int = 0, *, beat: float = 0, total: int = 1_000_000) -> int | None:
        running = replace(waits, state=JobState.RUNNING, step=step, done=done, total=total, began_at=start)
        running = replace(running, beat_at=start + timedelta(seconds=beat or seconds))
        return job_times.seconds_left(running, start + timedelta(seconds=seconds))

    assert job_times.seconds_left(waits, start) is None
    assert remaining(1, READING, total=0) is None
    writing = job_times.COSTS[JobKind.IMPORT][WRITING]
    behind = sum(job_times.COSTS[JobKind.IMPORT].values()) - writing
    assert remaining(2, CHECKING) == behind + writing - 2
    assert remaining(100, COMPARING) == round(100 * writing / behind)  # a slow machine
    assert remaining(behind, WRITING) == writing
    assert remaining(2 * behind, WRITING) == 2 * writing  # a slow machine, before the first rows
    assert remaining(2 * behind + 3, WRITING, beat=2 * behind) == 2 * writing - 3  # SQLite: no beat since
    assert remaining(40, WRITING, done=500_000) == round(40 * (behind + writing) / (behind + writing / 2) - 40)
    assert remaining(1000, WRITING, done=1_000_000) == 1


def test_a_job_ends_or_is_cancelled_but_never_both(engine: Engine, batch: int) -> None:
    """The transaction that does the work and the click that cancels it meet at the job's row."""
    number = ask(engine, batch)
    read_store(engine, jobs.claim, "w")

    def work(connection: Connection) -> bool:
        return bool(jobs.end(connection, number, JobState.DONE))

    with database.writing(engine) as connection:
        assert work(connection)
    assert not read_store(engine, jobs.cancel, number, EDITOR)
