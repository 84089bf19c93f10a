"""The sample of Marketplace's export beside the sample of legacy licenses: taken in, applied, undone (domain.md §6)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine

from lib import worker
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.editing import edits
from lib.editing.change_reversal import undo_change
from lib.editing.history import Event, license_events
from lib.importing import imports
from lib.matching.confidence import Confidence
from lib.matching.finding_lists import FindingList
from lib.measures.cut import Cut
from lib.policies import saving
from lib.reconciling import apply, exports, files, review
from lib.reconciling.comparison import compare_again, newest_export
from lib.reconciling.requested_work import request_application, request_comparison, request_undo
from lib.reconciling.summary import summary
from lib.requests import moves
from lib.store import (
    change_log,
    database,
    finding_conditions,
    findings,
    license_queries,
    marketplace_links,
    match_decisions,
)
from lib.store.job import Job, JobState
from lib.store.match_decisions import Answer
from tests.actors import ADMIN, EDITOR
from tests.marketplace.exports import an_entry, an_export
from tests.store.stories import SAMPLE, job, now

MARKETPLACE = (Path(__file__).parents[1] / "data" / "sample_marketplace_licenses_export.csv").read_bytes()
POLICY = Policy()
ACME, GLOBEX, SOYLENT, STARK = "BMQ-SYN-0001", "BMQ-SYN-0002", "BMQ-SYN-0006", "BMQ-SYN-0007"


@pytest.fixture
def store(sqlite: Engine) -> Engine:
    """A store with both samples, compared, where the database makes no difference."""
    return filled(sqlite)


@pytest.fixture
def each_store(engine: Engine) -> Engine:
    """The same on each kind of database."""
    return filled(engine)


def filled(engine: Engine) -> Engine:
    """A store with both samples, compared."""
    imports.import_file(engine, "licenses.csv", SAMPLE, Settings(), EDITOR, POLICY)
    exports.take_in(engine, MARKETPLACE, "marketplace.csv", EDITOR, POLICY)
    return engine


def matches_of(engine: Engine) -> dict[str, dict[Any, Any]]:
    """The findings by license key."""
    with database.reading(engine) as connection:
        rows = findings.page(connection, [])
    return {row["license_key"]: row for row in rows.to_dict("records")}


def links(engine: Engine) -> dict[str, Any]:
    """The tier of each linked license."""
    with database.reading(engine) as connection:
        frame: pd.DataFrame = marketplace_links.current(connection)
    return dict(zip(frame["license_key"], frame["tier"], strict=True))


def comparison(engine: Engine) -> int:
    """The number of the newest comparison."""
    with database.reading(engine) as connection:
        newest = findings.newest_comparison(connection)
    assert newest is not None
    return newest.id


def newest_answer(engine: Engine) -> Answer:
    """What a person said last of a match, or of several at once."""
    with database.reading(engine) as connection:
        return match_decisions.answers(connection, 1)[0]


def events_of(engine: Engine, key: str) -> list[Event]:
    """What happened to a license, newest first."""
    with database.reading(engine) as connection:
        return license_events(license_queries.history(connection, key))


def counts(engine: Engine) -> dict[FindingList, int]:
    """How many licenses are in each list that has any, and that the filter of the same name finds as many."""
    with database.reading(engine) as connection:
        result = summary(connection)
        assert result is not None
        for name, count in result.lists.items():
            assert license_queries.count(connection, Cut(marketplace=(str(name),))) == count
    return {name: count for name, count in result.lists.items() if count}


def test_each_license_of_the_sample_is_found_as_surely_as_its_signs_allow(store: Engine) -> None:
    rows = matches_of(store)
    sure = {key: (row["marketplace_id"], row["confidence"], row["state"]) for key, row in rows.items()}
    assert sure[GLOBEX] == ("SEN-10000001", "certain", "ready")
    assert sure[ACME] == ("SEN-10000002", "strong", "ready")
    assert sure[SOYLENT] == ("SEN-10000003", "probable", "review")
    assert rows[ACME]["tier_state"] == "matched"
    # The evaluation is nobody's partner, and of Confluence Cloud the export has no license at all.
    assert set(rows) == {GLOBEX, ACME, SOYLENT, STARK}
    assert rows[STARK]["state"] == "no_export"


def test_what_is_applied_is_matched_undone_and_redone(each_store: Engine) -> None:
    before = now(each_store)
    done = apply.apply_matches(each_store, comparison(each_store), Confidence.STRONG, EDITOR, POLICY)
    after = now(each_store)
    assert {key: (after[key]["sen"], after[key]["stage"]) for key in (ACME, GLOBEX)} == {
        ACME: ("SEN-10000002", "matched"),
        GLOBEX: ("SEN-10000001", "matched"),
    }
    assert (done.migrated, done.matched, done.pending) == (1, 2, 0)
    assert links(each_store) == {ACME: 100, GLOBEX: 25}
    assert {matches_of(each_store)[key]["state"] for key in (ACME, GLOBEX)} == {"applied"}
    assert done.change is not None
    event = events_of(each_store, ACME)[0]
    assert (event.title, event.file, event.line) == ("Reconciliation", "marketplace.csv", 3)
    assert counts(each_store) == {FindingList.REVIEW: 1, FindingList.MATCHED: 2, FindingList.NO_EXPORT: 1}
    undone = undo_change(each_store, done.change, ADMIN)
    # Nobody has compared again yet, and the lists say what holds all the same.
    assert counts(each_store) == {FindingList.REVIEW: 1, FindingList.READY: 2, FindingList.NO_EXPORT: 1}
    assert links(each_store) == {}
    assert {key: (row["sen"], row["stage"]) for key, row in now(each_store).items()} == {
        key: (row["sen"], row["stage"]) for key, row in before.items()
    }
    undo_change(each_store, undone, ADMIN)
    assert links(each_store) == {ACME: 100, GLOBEX: 25}
    assert now(each_store)[ACME]["stage"] == "matched"
    assert now(each_store)[ACME]["content"] == after[ACME]["content"]


def test_what_changed_since_keeps_its_link_when_the_rest_is_undone(store: Engine) -> None:
    done = apply.apply_matches(store, comparison(store), Confidence.STRONG, EDITOR, POLICY)
    edits.edit(store, ACME, None, {"notes": "called"}, EDITOR, "", POLICY)
    undo_change(store, done.change or 0, ADMIN)
    assert links(store) == {ACME: 100}
    assert now(store)[ACME]["stage"] == "matched"


def test_a_request_may_be_called_matched_if_its_marketplace_tier_says_so(store: Engine) -> None:
    apply.apply_matches(store, comparison(store), Confidence.STRONG, EDITOR, POLICY)
    moves.move_requests(store, [ACME], Stage.MIGRATED, EDITOR, "", POLICY)
    # Ours has 10 editors on a server of 100; Marketplace's has 100.
    assert moves.move_requests(store, [ACME], Stage.MATCHED, EDITOR, "", POLICY).keys == (ACME,)


def test_only_what_is_certain_is_applied_if_that_is_wanted(store: Engine) -> None:
    apply.apply_matches(store, comparison(store), Confidence.CERTAIN, EDITOR, POLICY)
    assert links(store) == {GLOBEX: 25}


def test_a_change_names_the_file_and_its_hash(store: Engine) -> None:
    done = apply.apply_matches(store, comparison(store), Confidence.STRONG, EDITOR, POLICY, "weekly")
    with database.reading(store) as connection:
        change = change_log.change(connection, done.change or 0)
    assert change is not None
    assert change.reason.startswith("weekly. marketplace.csv, SHA-256 ")


def test_an_accepted_cloud_license_is_linked_and_its_request_stays_as_it_is(store: Engine) -> None:
    review.accept(store, comparison(store), [SOYLENT], EDITOR)
    before = now(store)[SOYLENT]
    apply.apply_matches(store, comparison(store), None, EDITOR, POLICY)
    assert links(store) == {SOYLENT: None}
    assert now(store)[SOYLENT] == before
    assert matches_of(store)[SOYLENT]["state"] == "applied"


def test_a_rejected_pair_stays_rejected_until_that_is_withdrawn(each_store: Engine) -> None:
    review.reject(each_store, comparison(each_store), [ACME], EDITOR, "another firm")
    assert ACME not in matches_of(each_store)
    compare_again(each_store, EDITOR, POLICY)
    assert ACME not in matches_of(each_store)
    review.withdraw(each_store, newest_answer(each_store), EDITOR)
    worker.work_off(each_store)
    assert matches_of(each_store)[ACME]["confidence"] == "strong"


def test_nothing_is_applied_that_was_not_seen(store: Engine) -> None:
    preview = comparison(store)
    compare_again(store, EDITOR, POLICY)
    with pytest.raises(RefusalError, match=r"Compare again"):
        apply.apply_matches(store, preview, Confidence.STRONG, EDITOR, POLICY)


def test_nothing_is_applied_twice(store: Engine) -> None:
    apply.apply_matches(store, comparison(store), Confidence.STRONG, EDITOR, POLICY)
    with pytest.raises(RefusalError, match=r"no match to apply"):
        apply.apply_matches(store, comparison(store), Confidence.STRONG, EDITOR, POLICY)


def test_a_second_export_tells_of_another_tier_and_of_what_vanished(each_store: Engine) -> None:
    apply.apply_matches(each_store, comparison(each_store), Confidence.STRONG, EDITOR, POLICY)
    lines = MARKETPLACE.decode().splitlines()
    content = "\n".join([lines[0], lines[2].replace("100 Users", "50 Users"), *lines[3:]]).encode()
    result = exports.take_in(
        each_store, content + b"\n" + lines[1].replace("SEN-10000001", "SEN-9").encode(), "later.csv", EDITOR, POLICY
    )
    with database.reading(each_store) as connection:
        export = newest_export(connection)
        altered = exports.altered(connection, export)
    assert dict(zip(altered["id"], altered["alteration"], strict=True)) == {
        "SEN-9": "new",
        "SEN-10000001": "vanished",
        "SEN-10000002": "other_tier",
    }
    rows = matches_of(each_store)
    assert (rows[ACME]["state"], rows[ACME]["tier_state"]) == ("ready", "upgrade_pending")
    assert rows[GLOBEX]["state"] == "not_found"
    apply.apply_matches(each_store, result.comparison, None, EDITOR, POLICY)
    assert now(each_store)[ACME]["stage"] == "migrated"
    assert links(each_store)[ACME] == 50


def test_many_matches_are_answered_and_taken_back_at_once(each_store: Engine) -> None:
    review.reject(each_store, comparison(each_store), [SOYLENT, ACME], EDITOR, "other firms")
    answer = newest_answer(each_store)
    assert (answer.state, answer.pairs, answer.reason) == ("rejected", 2, "other firms")
    assert set(matches_of(each_store)) == {GLOBEX, STARK}
    review.withdraw(each_store, answer, EDITOR)
    with pytest.raises(RefusalError, match=r"already undone"):
        review.withdraw(each_store, answer, EDITOR)
    worker.work_off(each_store)
    assert set(matches_of(each_store)) == {GLOBEX, STARK, SOYLENT, ACME}


def test_what_has_another_sen_is_left_out_when_many_are_accepted(store: Engine) -> None:
    review.accept(store, comparison(store), [ACME], EDITOR)
    edits.edit(store, ACME, None, {"sen": "SEN-77"}, EDITOR, "", POLICY)
    compare_again(store, EDITOR, POLICY)
    assert review.accept(store, comparison(store), [SOYLENT, ACME], EDITOR) == [ACME]
    assert {key: matches_of(store)[key]["state"] for key in (SOYLENT, ACME)} == {SOYLENT: "ready", ACME: "review"}


@pytest.mark.parametrize(("level", "keys"), [("none", []), ("certain", [GLOBEX]), ("strong", [ACME, GLOBEX])])
def test_sure_matches_are_applied_without_a_click_if_the_policy_says_so(
    sqlite: Engine, level: Literal["none", "certain", "strong"], keys: list[str]
) -> None:
    imports.import_file(sqlite, "licenses.csv", SAMPLE, Settings(), EDITOR, POLICY)
    saved = saving.save(sqlite, {"apply_on_reading": level}, ADMIN, "agreed") if level != "none" else None
    result = exports.take_in(sqlite, MARKETPLACE, "a.csv", EDITOR, saved.policy if saved else POLICY)
    assert sorted(links(sqlite)) == keys
    assert (result.change is None) == (not keys)
    assert result.comparison == comparison(sqlite)


def test_what_was_applied_without_a_click_is_the_importers_change_and_stays_undone(each_store: Engine) -> None:
    policy = saving.save(each_store, {"apply_on_reading": "strong"}, ADMIN, "agreed").policy
    change = exports.take_in(each_store, MARKETPLACE, "a.csv", EDITOR, policy).change
    assert change is not None
    with database.reading(each_store) as connection:
        own_change = change_log.change(connection, change)
    assert own_change is not None
    assert (own_change.by, own_change.counts["automatic"]) == (EDITOR.name, 1)
    assert own_change.reason.startswith("Applied automatically, as policy v2 says. ")
    apply.undo_application(each_store, change, ADMIN, policy)
    assert links(each_store) == {}
    assert exports.take_in(each_store, MARKETPLACE, "a.csv", EDITOR, policy).change is None
    assert {matches_of(each_store)[key]["state"] for key in (ACME, GLOBEX)} == {"ready"}


def test_the_worker_applies_undoes_and_compares_again(store: Engine) -> None:
    def work(request: Callable[[Connection], int]) -> Job:
        with database.writing_briefly(store) as connection:
            number = request(connection)
        worker.work_off(store)
        return job(store, number)

    preview = comparison(store)
    done = work(lambda connection: request_application(connection, preview, Confidence.STRONG, ADMIN, "weekly"))
    assert (done.state, sorted(links(store))) == (JobState.DONE, [ACME, GLOBEX])
    assert comparison(store) != preview
    late = work(lambda connection: request_application(connection, preview, Confidence.STRONG, ADMIN, ""))
    assert (late.state, late.message.partition(".")[0]) == (
        JobState.FAILED,
        "The licenses or the export changed since this comparison",
    )
    assert work(lambda connection: request_undo(connection, 2, ADMIN)).state is JobState.DONE
    assert links(store) == {}
    assert counts(store)[FindingList.READY] == 2
    assert work(lambda connection: request_comparison(connection, ADMIN)).state is JobState.DONE


def test_one_comparison_is_requested_at_a_time(store: Engine) -> None:
    with database.writing_briefly(store) as connection:
        request_comparison(connection, EDITOR)
        with pytest.raises(RefusalError, match=r"is under way"):
            request_undo(connection, 2, EDITOR)


def test_the_newest_file_again_is_only_compared_again(store: Engine) -> None:
    result = exports.take_in(store, MARKETPLACE, "again.csv", EDITOR, POLICY)
    assert (result.export, result.is_known) == (1, True)
    assert result.comparison == comparison(store)


def test_a_license_that_got_another_sen_meanwhile_cannot_be_accepted(store: Engine) -> None:
    review.accept(store, comparison(store), [ACME], EDITOR)
    edits.edit(store, ACME, None, {"sen": "SEN-77"}, EDITOR, "", POLICY)
    compare_again(store, EDITOR, POLICY)
    assert matches_of(store)[ACME]["state"] == "review"
    with pytest.raises(RefusalError, match=r"has SEN-77 by now"):
        review.accept(store, comparison(store), [ACME], EDITOR)


def test_lists_are_files_in_which_no_cell_runs(store: Engine) -> None:
    entry = an_entry("SEN-5", company="=1+1", addonKey="com.balsamiq.confluence.plugins.mockups")
    exports.take_in(store, an_export(entry), "other.csv", EDITOR, POLICY)
    with database.reading(store) as connection:
        theirs, altered = files.only_theirs_csv(connection), files.altered_csv(connection)
        review_list = files.list_csv(connection, FindingList.REVIEW).decode("utf-8-sig")
    for content in (theirs, altered):
        assert b",'=1+1," in content
    assert review_list.splitlines()[1].startswith("BMQ-SYN-0006,Soylent,SEN-10000003,Soylent,")


def test_plans_that_end_soon_are_told_from_others(store: Engine) -> None:
    review.accept(store, comparison(store), [SOYLENT], EDITOR)
    apply.apply_matches(store, comparison(store), None, EDITOR, POLICY)
    with database.reading(store) as connection:
        for first, last, count in ((1, 1, 1), (2, 9, 0)):
            days = finding_conditions.ends_between(date(2016, 11, first), date(2016, 11, last))
            assert findings.number(connection, [finding_conditions.CONDITIONS[FindingList.ON_CLOUD], days]) == count


def test_the_worker_takes_in_an_export_and_says_why_it_cannot(store: Engine) -> None:
    numbers = [
        exports.submit_file(store, content, "a.csv", EDITOR) for content in (an_export(an_entry("SEN-9")), SAMPLE)
    ]
    assert worker.work_off(store) == 2
    result, refused = (job(store, number) for number in numbers)
    assert result.state is JobState.DONE
    assert refused.state is JobState.FAILED
    assert refused.message.startswith("The file a.csv is not a Marketplace export")
    with database.reading(store) as connection:
        assert newest_export(connection).name == "a.csv"
    again = exports.submit_file(store, an_export(an_entry("SEN-9")), "a.csv", EDITOR)
    assert job(store, again).batch_id == result.batch_id
