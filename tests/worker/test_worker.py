"""The worker does what is asked for, one job at a time; what it was killed at the next one does, and nothing is half done."""

from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, update

from lib import worker
from lib.checking.settings import Settings
from lib.domain.refusal import OutageError
from lib.importing import imports
from lib.store import batches, change_log, check_results, database, heartbeats, jobs, lost_jobs, schema
from lib.store.job import Job, JobState
from lib.store.work_steps import CHECKING, COMPARING, READING, WRITING
from lib.web import worker_process
from tests.actors import EDITOR, editor
from tests.processes import until, working
from tests.store.stories import POLICY, a_row, ask_for, brought_in, everything, job, now


def claim(engine: Engine) -> Job:
    """The job that waits longest, taken by this process."""
    with database.writing_briefly(engine) as connection:
        job = jobs.claim(connection, "test")
    assert job is not None
    return job


def state_of(engine: Engine, batch: int) -> batches.BatchState:
    with database.reading(engine) as connection:
        return batches.batch(connection, batch).state


def test_nothing_asked_is_nothing_done(engine: Engine) -> None:
    assert worker.work_off(engine) == 0


def test_it_checks_imports_undoes_and_redoes(engine: Engine) -> None:
    batch = brought_in(engine, a_row("K-1"), a_row("K-2"))
    check = ask_for(engine, batch, "check")
    assert worker.work_off(engine) == 1
    with database.reading(engine) as connection:
        newest = check_results.newest(connection, batch)
    assert newest is not None
    assert newest.summary.counts.new == 2
    numbers = [check, ask_for(engine, batch, base=newest.base, settings=newest.settings, reason="spring")]
    assert worker.work_off(engine) == 1
    assert sorted(now(engine)) == ["K-1", "K-2"]
    numbers.append(ask_for(engine, batch, "undo", reason="wrong file"))
    assert worker.work_off(engine) == 1
    assert now(engine) == {}
    numbers.append(ask_for(engine, batch, "redo"))
    assert worker.work_off(engine) == 1
    assert sorted(now(engine)) == ["K-1", "K-2"]
    assert {job(engine, number).state for number in numbers} == {JobState.DONE}
    done = job(engine, numbers[1])
    assert (done.step, done.done, done.total, done.message) == (WRITING, 2, 2, "")
    assert done.began_at is not None
    assert done.ended_at is not None
    assert done.began_at <= done.ended_at
    with database.reading(engine) as connection:
        changes = [(change.kind, change.by, change.reason) for change in change_log.changes_of_batch(connection, batch)]
    assert changes == [("import", "grace", "spring"), ("undo", "grace", "wrong file"), ("redo", "grace", "")]


def stored_as_asked(engine: Engine, number: int, **details: object) -> None:
    """Store a job as if that had been asked for."""
    with database.writing_briefly(engine) as connection:
        connection.execute(update(schema.jobs).where(schema.jobs.c.id == number).values(asked=details))


def test_a_job_from_before_roles_were_stored_is_done_for_an_editor(engine: Engine) -> None:
    number = ask_for(engine, brought_in(engine, a_row()), reason="spring")
    stored_as_asked(engine, number, reason="spring")
    assert job(engine, number).actor == editor("grace")
    worker.work_off(engine)
    assert (job(engine, number).state, sorted(now(engine))) == (JobState.DONE, ["K-1"])


def test_a_job_is_refused_to_a_role_that_may_not_ask_for_it(engine: Engine) -> None:
    number = ask_for(engine, brought_in(engine, a_row()))
    stored_as_asked(engine, number, role="viewer")
    worker.work_off(engine)
    assert (job(engine, number).state, now(engine)) == (JobState.FAILED, {})
    assert job(engine, number).message == "You may look at licenses, but not import them. Ask an importer."


def test_an_import_asked_for_three_times_is_done_once(engine: Engine) -> None:
    batch = brought_in(engine, a_row())
    first, second = ask_for(engine, batch), ask_for(engine, batch)
    assert worker.work_off(engine) == 1
    assert first == second == ask_for(engine, batch)
    assert worker.work_off(engine) == 0
    with database.reading(engine) as connection:
        assert len(change_log.changes_of_batch(connection, batch)) == 1


def test_jobs_are_done_in_turn_and_one_that_fails_stops_none(engine: Engine) -> None:
    one, two = brought_in(engine, a_row("K-1")), brought_in(engine, a_row("K-2"))
    refused = ask_for(engine, one, base=99)
    done = ask_for(engine, two)
    assert worker.work_off(engine) == 2
    assert job(engine, refused).state is JobState.FAILED
    assert job(engine, refused).message.startswith("The licenses have changed since this preview")
    assert job(engine, done).state is JobState.DONE
    assert state_of(engine, one) is batches.BatchState.OPEN


def test_a_file_that_is_no_table_fails_with_the_readers_sentence(engine: Engine) -> None:
    batch = imports.add_file(engine, "empty.csv", b"\n", Settings(), editor("ada"))
    number = ask_for(engine, batch)
    worker.work_off(engine)
    assert job(engine, number).state is JobState.FAILED
    assert job(engine, number).message.endswith(".")


def test_an_error_that_nobody_foresaw_has_a_reference_that_the_log_has_too(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    batch = brought_in(engine, a_row())
    with database.writing_briefly(engine) as connection:
        batches.set_settings(connection, batch, {"mapping": 7}, EDITOR)
    number = ask_for(engine, batch)
    worker.work_off(engine)
    failed = job(engine, number)
    assert failed.state is JobState.FAILED
    assert failed.message.startswith("Something went wrong, and nothing was changed.")
    reference = failed.message.split()[-1].rstrip(".")
    assert f"Unexpected error {reference} in job {number}" in caplog.text


def test_a_job_cancelled_before_it_writes_changes_nothing(engine: Engine) -> None:
    """Somebody cancels when the file has been compared with the licenses."""
    batch = brought_in(engine, a_row())
    number = ask_for(engine, batch)
    progress = heartbeats.JobProgress(engine, claim(engine))
    before = everything(engine)
    steps: list[str] = []

    def report_progress(step: str, done: int, total: int) -> None:
        steps.append(step)
        if step == WRITING:
            with database.writing_briefly(engine) as connection:
                assert jobs.cancel(connection, number, EDITOR)
        progress.report(step, done, total)

    with pytest.raises(heartbeats.CancelledError):
        imports.commit(engine, batch, editor("grace"), POLICY, report_progress=report_progress)
    assert steps == [READING, CHECKING, COMPARING, WRITING]
    assert job(engine, number).state is JobState.CANCELLED
    assert everything(engine) == before
    again = ask_for(engine, batch)
    worker.work_off(engine)
    assert job(engine, again).state is JobState.DONE


def test_work_whose_job_was_ended_meanwhile_is_taken_back(engine: Engine) -> None:
    """Whoever takes a slow worker for dead has the last word, even when it is not."""
    batch = brought_in(engine, a_row())
    number = ask_for(engine, batch)
    before = everything(engine)
    slow = claim(engine)
    with database.writing_briefly(engine) as connection:
        assert [job.id for job in lost_jobs.try_lost_again(connection)] == [number]
        assert jobs.claim(connection, "another")
    with pytest.raises(heartbeats.CancelledError):
        imports.commit(
            engine,
            batch,
            editor("grace"),
            POLICY,
            in_same_transaction=lambda connection: worker.end_job(slow, connection),
        )
    assert everything(engine) == before


def test_only_one_worker_has_the_turn(engine: Engine) -> None:
    number = ask_for(engine, brought_in(engine, a_row()))
    with database.worker_lock(engine) as first, database.worker_lock(engine) as second:
        assert (first, second) == (True, False)
        assert worker.work_off(engine) == 0
    assert job(engine, number).state is JobState.QUEUED
    until(lambda: worker.work_off(engine) == 1)  # PostgreSQL lets go of a session's lock a moment after it ends
    assert job(engine, number).state is JobState.DONE


def test_a_job_left_under_way_is_done_before_the_next(engine: Engine) -> None:
    lost, next_ = ask_for(engine, brought_in(engine, a_row("K-1"))), ask_for(engine, brought_in(engine, a_row("K-2")))
    claim(engine)
    assert worker.work_off(engine) == 2
    assert (job(engine, lost).state, job(engine, next_).state) == (JobState.DONE, JobState.DONE)
    assert job(engine, lost).tries == 1


def test_a_job_that_an_outage_ends_is_tried_again_and_then_fails_with_its_sentence(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask_for(sqlite, brought_in(sqlite, a_row()))

    def be_away(*_: object) -> None:
        raise OutageError("The database is away.")

    monkeypatch.setattr(worker, "_REST", 0)
    with monkeypatch.context() as away:
        away.setattr(worker, "run_job", be_away)
        assert worker.work_off(sqlite) == 1
    assert (job(sqlite, number).state, job(sqlite, number).step) == (JobState.QUEUED, "")
    assert worker.work_off(sqlite) == 1
    assert job(sqlite, number).state is JobState.DONE

    number = ask_for(sqlite, brought_in(sqlite, a_row("K-2")))
    monkeypatch.setattr(worker, "run_job", be_away)
    assert [worker.work_off(sqlite) for _ in range(4)] == [1, 1, 1, 0]
    assert (job(sqlite, number).state, job(sqlite, number).message) == (JobState.FAILED, "The database is away.")


def test_it_beats_while_it_works(engine: Engine) -> None:
    number = ask_for(engine, brought_in(engine, a_row()))
    progress = heartbeats.JobProgress(engine, claim(engine))
    with progress.heartbeats():
        progress.report(CHECKING, 0, 10)
        first = job(engine, number).beat_at
        progress.report(CHECKING, 3, 10)
        until(lambda: job(engine, number).done == 3)
    assert first is not None
    assert job(engine, number).beat_at != first


def test_a_beat_that_cannot_be_told_does_no_harm(sqlite: Engine) -> None:
    """While the store is written to, SQLite lets no beat through; the job goes on, and is not taken for dead."""
    number = ask_for(sqlite, brought_in(sqlite, a_row()))

    with database.writing(sqlite):
        thread = Thread(target=until, args=(lambda: worker.work_off(sqlite) > 0,))  # again, should `free` have the turn
        thread.start()
        until(lambda: not free(sqlite))
        assert worker.work_off(sqlite) == 0
    thread.join(30)
    assert job(sqlite, number).state is JobState.DONE


def free(engine: Engine) -> bool:
    with database.worker_lock(engine) as is_free:
        return is_free


def test_a_worker_goes_when_its_server_goes(sqlite: Engine, sqlite_store_url: str) -> None:
    with worker_process.worker(sqlite_store_url) as process:
        number = ask_for(sqlite, brought_in(sqlite, a_row()))
        until(lambda: job(sqlite, number).state is JobState.DONE)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_worker_killed_at_work_leaves_a_job_that_the_next_one_does(
    engine: Engine, store_url: str, tmp_path: Path
) -> None:
    batch = brought_in(engine, *(a_row(f"K-{number}") for number in range(3000)))
    number = ask_for(engine, batch)
    with working(store_url, tmp_path / "worker.log") as process:
        until(lambda: job(engine, number).state is JobState.RUNNING)
        process.kill()
        process.join(10)
    assert job(engine, number).state is JobState.RUNNING
    assert now(engine) == {}
    with working(store_url, tmp_path / "worker.log"):
        until(lambda: job(engine, number).state is JobState.DONE)
    assert len(now(engine)) == 3000
