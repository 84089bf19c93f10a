"""Importing a file: whole or not at all, once, and only as it was previewed."""

from datetime import date
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from lib.checking.settings import Settings
from lib.columnar import threads
from lib.domain.display import display_text
from lib.domain.eligibility import Outcome
from lib.domain.import_counts import RowCounts
from lib.domain.refusal import RefusalError
from lib.domain.tiers import UNLIMITED
from lib.importing import imports, preparation
from lib.importing.plan import ImportPlan
from lib.reading.tables import TableError
from lib.store import batches, database, row_problems
from lib.store.batches import BatchState
from lib.store.receipt import Receipt
from lib.store.work_steps import WRITING
from tests import generate
from tests.actors import EDITOR, editor
from tests.store.stories import (
    POLICY,
    SAMPLE,
    a_file,
    a_row,
    as_of,
    brought_in,
    change_of,
    checked,
    everything,
    imported,
    now,
    rows_of,
    versions,
)
from tests.workbooks import two_sheets


def import_sample(engine: Engine) -> Receipt:
    return imports.import_file(engine, "sample.csv", SAMPLE, Settings(), editor("ada"), POLICY)


def read_as(engine: Engine, number: int, settings: Settings) -> None:
    """As if a person chose how an open batch is to be read."""
    with database.writing(engine) as connection:
        batches.set_settings(connection, number, settings.to_json(), EDITOR)


def test_the_sample_gives_eleven_licenses_and_a_warning(engine: Engine) -> None:
    receipt = import_sample(engine)
    assert receipt.counts.to_json() == {
        "rows": 12,
        "new": 11,
        "changed": 0,
        "unchanged": 0,
        "held": 0,
        "repeated": 1,
        "edited": 0,
    }
    with database.reading(engine) as connection:
        problems = row_problems.problems(connection, receipt.batch)
    assert [(problem.severity, problem.code, problem.row, problem.line) for problem in problems] == [
        ("warning", "duplicate_row", 10, 11)
    ]


@pytest.mark.parametrize("few", [threads.MANY, 0])
def test_the_sample_is_judged_as_the_domain_says(engine: Engine, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MANY", few)
    import_sample(engine)
    by_key = {key.removeprefix("BMQ-SYN-"): row for key, row in now(engine).items()}
    assert {key: (row["outcome"], row["reason"]) for key, row in by_key.items()} == {
        "0001": ("upgrade_needed", "below_host_tier"),
        "0002": ("already_migrated", "sen_recorded"),
        "0003": ("eligible", "exceeds"),
        "0004": ("upgrade_needed", "below_host_tier"),
        "0005": ("needs_info", "host_tier"),
        "0006": ("legacy_plan", "active"),
        "0007": ("legacy_plan", "recently_active"),
        "0008": ("expired", "maintenance_expired"),
        "0009": ("not_eligible", "data_center"),
        "0010": ("not_eligible", "product"),
        "0011": ("eligible", "exceeds"),
    }
    moves = ("from_size", "to_tier", "tier_steps", "users_added", "consent", "flags")
    assert [by_key["0001"][name] for name in moves] == [10, 100, 3, 90, "given", ""]
    assert [by_key["0004"][name] for name in moves] == [3, 10, 1, 7, "pending", "off_ladder"]
    assert by_key["0005"]["needs"] == "host_tier"
    assert by_key["0005"]["flags"] == "check_host_type"
    assert by_key["0003"]["editors"] == UNLIMITED
    assert [by_key[key]["plan_end"] for key in ("0006", "0007", "0008")] == [
        date(2016, 11, 1),
        date(2016, 12, 20),
        None,
    ]


def test_the_samples_cells_are_stored_as_they_were_meant(engine: Engine) -> None:
    import_sample(engine)
    first, fourth = now(engine)["BMQ-SYN-0001"], now(engine)["BMQ-SYN-0004"]
    assert (first["address"], first["country"], first["country_text"]) == (
        "1 Main St, Springfield",
        "US",
        "United States",
    )
    assert (first["purchase_date"], first["match_agreed"], first["line"]) == (date(2017, 3, 2), True, 2)
    assert (fourth["country"], fourth["hosting"], fourth["match_agreed"], fourth["sen"]) == ("KR", "server", None, "")


def test_the_same_file_twice_changes_nothing_and_says_so(engine: Engine) -> None:
    first = import_sample(engine)
    with database.reading(engine) as connection:
        before = versions(connection)
    again = import_sample(engine)
    assert again.counts.to_json() == {
        "rows": 12,
        "new": 0,
        "changed": 0,
        "unchanged": 11,
        "held": 0,
        "repeated": 1,
        "edited": 0,
    }
    assert again.change is None
    with database.reading(engine) as connection:
        assert versions(connection) == before
        same = batches.newest_imported(connection, batches.fingerprint(SAMPLE), {})
    assert same is not None
    assert same.id == again.batch > first.batch


def test_the_same_file_again_means_the_same_sheets(engine: Engine) -> None:
    content = two_sheets()
    receipt = imports.import_file(engine, "two.xlsx", content, Settings(sheet="Jira"), editor("ada"), POLICY)
    with database.reading(engine) as connection:
        sha256 = batches.fingerprint(content)
        again = batches.newest_imported(connection, sha256, Settings(sheet="Jira").to_json())
        other = batches.newest_imported(connection, sha256, Settings(sheets=("Confluence", "Jira")).to_json())
    assert again is not None
    assert again.id == receipt.batch
    assert other is None


def test_blank_cells_keep_the_stored_value(engine: Engine) -> None:
    full = {
        "company": "Acme",
        "purchase_date": "2017-01-31",
        "country": "Germany",
        "match_agreed": "yes",
        "sen": "SEN-1",
    }
    imported(engine, a_row(**full, contact_email="ada@acme.example"))
    before = now(engine)["K-1"]
    receipt = imported(engine, a_row(editors="", company="", purchase_date="-", country="n/a", contact_email="null"))
    assert receipt.counts.unchanged == 1
    assert now(engine)["K-1"] == before


def test_a_blank_beside_a_change_keeps_the_stored_value(engine: Engine) -> None:
    imported(engine, a_row(company="Acme", country="Deutschland"))
    imported(engine, a_row(company="", country="", editors="25"))
    row = now(engine)["K-1"]
    assert (row["company"], row["country"], row["country_text"], row["editors"]) == ("Acme", "DE", "Deutschland", 25)


def test_a_new_country_replaces_code_and_words_even_if_we_do_not_know_it(engine: Engine) -> None:
    imported(engine, a_row(country="Deutschland"))
    imported(engine, a_row(country="Atlantis"))
    assert (now(engine)["K-1"]["country"], now(engine)["K-1"]["country_text"]) == ("", "Atlantis")
    assert imported(engine, a_row(country="Atlantis")).counts.unchanged == 1


def test_a_changed_row_closes_its_version_and_adds_one(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"))
    receipt = imported(engine, a_row("K-1", editors="100"), a_row("K-2"))
    assert (receipt.counts.changed, receipt.counts.unchanged) == (1, 1)
    with database.reading(engine) as connection:
        stored = [(row["license_key"], row["since"], row["until"], row["editors"]) for row in versions(connection)]
        assert as_of(connection, change_of(receipt) - 1)["K-1"]["editors"] == 10
    change = change_of(receipt)
    assert stored == [("K-1", change - 1, change, 10), ("K-1", change, None, 100), ("K-2", change - 1, None, 10)]
    assert now(engine)["K-1"]["batch_id"] == receipt.batch


def test_the_effect_on_the_business_is_counted(engine: Engine) -> None:
    cloud = {"hosting": "Cloud", "maintenance_end": "2016-05-01"}
    imported(engine, a_row("K-1"), a_row("K-2", hosting=""), a_row("K-3", editors="100"), a_row("K-4", **cloud))
    receipt = imported(
        engine,
        a_row("K-1", host_tier="500"),
        a_row("K-2", hosting="Server"),
        a_row("K-3", editors="100", hosting="Data Center"),
        a_row("K-4", hosting="Cloud", maintenance_end="2015-05-01"),
        a_row("K-5", sen="SEN-5"),
    )
    effect = receipt.effect
    assert (effect.gained, effect.lost) == (1, 1)
    assert effect.tier_moves == 2, "K-1 has another tier to reach, K-2 has one at all"
    assert (effect.to_expired, effect.to_legacy) == (1, 0)
    assert effect.verdicts[Outcome.ALREADY_MIGRATED] == 1


def test_held_rows_are_not_imported_and_are_told(engine: Engine) -> None:
    receipt = imported(engine, a_row("K-1"), a_row("K-2", product="Trello"), a_row("", editors="25"))
    assert (receipt.counts.new, receipt.counts.held) == (1, 2)
    assert set(now(engine)) == {"K-1"}
    with database.reading(engine) as connection:
        problems = row_problems.problems(connection, receipt.batch)
    assert [(problem.code, problem.line) for problem in problems] == [("unknown_product", 3), ("missing_required", 4)]


def test_a_preview_says_what_the_commit_then_does(engine: Engine) -> None:
    imported(engine, a_row("K-1"), a_row("K-2"))
    number = brought_in(engine, a_row("K-1", editors="25"), a_row("K-2"), a_row("K-3"), a_row("K-4", product=""))
    before = everything(engine)
    preview = checked(engine, number)
    assert everything(engine) == before
    new = {row["license_key"]: row["outcome"] for row in rows_of(engine, number, "new")}
    receipt = imports.commit(engine, number, editor("ada"), POLICY, base=preview.base, settings=preview.settings)
    assert (
        receipt.counts
        == preview.summary.counts
        == RowCounts(rows=4, new=1, changed=1, unchanged=1, held=1, repeated=0, edited=0)
    )
    assert receipt.effect == preview.summary.effect
    assert {"K-3": display_text("outcome", now(engine)["K-3"]["outcome"])} == new


def test_a_preview_whose_base_moved_is_refused(engine: Engine) -> None:
    number = brought_in(engine, a_row("K-1"))
    base = checked(engine, number).base
    imported(engine, a_row("K-2"), by="bo")
    before = everything(engine)
    with pytest.raises(RefusalError, match="changed since this preview: import #2 by bo"):
        imports.commit(engine, number, editor("ada"), POLICY, base=base)
    assert everything(engine) == before
    imports.commit(engine, number, editor("ada"), POLICY, base=checked(engine, number).base)
    assert set(now(engine)) == {"K-1", "K-2"}


def test_a_preview_that_would_be_the_same_is_imported_though_its_base_moved(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-9"))
    number = brought_in(engine, a_row("K-1", editors="25"), a_row("K-2"))
    preview = checked(engine, number)
    commit = partial(imports.commit, engine, number, editor("ada"), POLICY, base=preview.base)
    fingerprint = preview.summary.fingerprint
    imported(engine, a_row("K-1", company="Beta"), by="bo")
    with pytest.raises(RefusalError, match="changed since this preview: import #3 by bo"):
        commit(fingerprint=fingerprint)
    imported(engine, a_row("K-1", company="Acme"), a_row("K-9", editors="100"), by="bo")
    receipt = commit(fingerprint=fingerprint)
    assert (receipt.counts, receipt.effect) == (preview.summary.counts, preview.summary.effect)


def test_a_preview_is_compared_again_with_what_came_while_its_rows_were_made_ready(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = brought_in(engine, a_row("K-1"))
    seen = checked(engine, number)
    imported(engine, a_row("K-2"), by="bo")

    def plan_before_another_import(*arguments: Any) -> ImportPlan:
        plan = preparation.plan_batch(*arguments)
        monkeypatch.undo()
        imported(engine, a_row("K-1", editors="100"), by="bo")
        return plan

    monkeypatch.setattr(imports, "plan_batch", plan_before_another_import)
    with pytest.raises(RefusalError, match="changed since this preview: import #3 by bo"):
        imports.commit(engine, number, editor("ada"), POLICY, base=seen.base, fingerprint=seen.summary.fingerprint)


def test_a_file_read_otherwise_meanwhile_is_refused(engine: Engine) -> None:
    settings = Settings(theirs=("company",))
    number = imports.add_file(engine, "licenses.csv", a_file(a_row(editors="")), settings, editor("ada"))
    read_as(engine, number, Settings(edits={"1": {"editors": "25"}}))
    before = everything(engine)
    with pytest.raises(RefusalError, match="How the file is read was changed meanwhile"):
        imports.commit(engine, number, editor("ada"), POLICY, settings=settings.to_json())
    assert everything(engine) == before
    read_as(engine, number, settings)
    receipt = imports.commit(engine, number, editor("ada"), POLICY, settings=settings.to_json())
    assert receipt.counts.new == 1
    assert now(engine)["K-1"]["editors"] is None


@pytest.mark.parametrize("settings", [Settings().to_json(), None])
def test_a_file_read_otherwise_while_it_is_imported_is_refused(engine: Engine, settings: dict[str, Any] | None) -> None:
    """Somebody chooses otherwise after the file was planned, and before its rows are written."""
    number = brought_in(engine, a_row())

    def report_progress(step: str, done: int, total: int) -> None:
        if (step, done) == (WRITING, 0):
            read_as(engine, number, Settings(edits={"1": {"editors": "25"}}))

    with pytest.raises(RefusalError, match="Look at the preview again"):
        imports.commit(engine, number, editor("ada"), POLICY, settings=settings, report_progress=report_progress)
    assert now(engine) == {}
    with database.reading(engine) as connection:
        assert batches.batch(connection, number).state is BatchState.OPEN


def test_a_batch_is_imported_once(engine: Engine) -> None:
    number = brought_in(engine, a_row())
    imports.commit(engine, number, editor("ada"), POLICY)
    before = everything(engine)
    with pytest.raises(RefusalError, match="already been imported"):
        imports.commit(engine, number, editor("ada"), POLICY)
    assert everything(engine) == before


def test_a_batch_that_is_not_there_is_refused(engine: Engine) -> None:
    with pytest.raises(RefusalError, match="no import #7"):
        imports.commit(engine, 7, editor("ada"), POLICY)


def test_a_batch_with_an_open_question_is_refused(engine: Engine) -> None:
    number = brought_in(engine, a_row(purchase_date="03/04/2018"))
    with pytest.raises(RefusalError, match="Say which"):
        imports.commit(engine, number, editor("ada"), POLICY)
    assert now(engine) == {}
    read_as(engine, number, Settings(date_orders={"*": "mdy"}))
    imports.commit(engine, number, editor("ada"), POLICY)
    assert now(engine)["K-1"]["purchase_date"] == date(2018, 3, 4)


def test_a_file_that_cannot_be_imported_leaves_nothing_behind(engine: Engine) -> None:
    before = everything(engine)
    with pytest.raises(TableError):
        imports.import_file(engine, "photo.csv", b"\x89PNG\r\n", Settings(), editor("ada"), POLICY)
    with pytest.raises(RefusalError):
        imported(engine, a_row(purchase_date="03/04/2018"))
    assert everything(engine) == before


@pytest.mark.parametrize("broken", ["license_versions (company)", "rejections (code)", "changes (kind)"])
def test_a_failure_in_the_middle_leaves_nothing(engine: Engine, broken: str) -> None:
    """A rule the rows break makes the database itself refuse: while versions, problems or the change are written."""
    imported(engine, a_row("K-0", company="Initech"))
    number = brought_in(engine, a_row("K-0", company="Acme"), a_row("K-1", company="Acme"), *[a_row("K-2")] * 3)
    with database.writing(engine) as connection:
        connection.execute(text(f"CREATE UNIQUE INDEX broken ON {broken}"))
    before = everything(engine)
    with pytest.raises((IntegrityError, UniqueViolation)):
        imports.commit(engine, number, editor("ada"), POLICY)
    assert everything(engine) == before
    with database.writing(engine) as connection:
        connection.execute(text("DROP INDEX broken"))
    imports.commit(engine, number, editor("ada"), POLICY)
    assert set(now(engine)) == {"K-0", "K-1", "K-2"}


def test_a_file_that_cannot_be_written_is_not_kept(engine: Engine) -> None:
    with database.writing(engine) as connection:
        connection.execute(text("CREATE UNIQUE INDEX broken ON license_versions (company)"))
    before = everything(engine)
    with pytest.raises((IntegrityError, UniqueViolation)):
        imported(engine, a_row("K-0", company="Acme"), a_row("K-1", company="Acme"))
    assert everything(engine) == before


def test_keys_are_opaque_and_case_sensitive(engine: Engine) -> None:
    """domain.md §2."""
    keys = ["k-1", "K-1", "00012", "12", "schlüssel", "日本-1", "a'b", 'a"b', "%", "_1", "\\", "{1}", "1e5", "NaN1"]
    imported(engine, *(a_row(key) for key in keys))
    assert set(now(engine)) == set(keys)
    again = imported(engine, *(a_row(key, editors="25") for key in keys))
    assert again.counts.changed == len(keys)
    assert {row["editors"] for row in now(engine).values()} == {25}


def test_a_large_file_is_told_apart_as_a_small_one_is(engine: Engine) -> None:
    first, same, other = (
        imports.import_file(
            engine, "legacy.csv", generate.content(20_500, changed=share), Settings(), editor("ada"), POLICY
        )
        for share in (0.0, 0.0, 0.01)
    )
    stands = first.counts.new
    assert 20_300 < stands == same.counts.unchanged
    assert (same.counts.new, same.counts.changed) == (0, 0)
    assert 100 < other.counts.changed < 210
    assert other.counts.new + stands == len(now(engine))


def test_a_batch_keeps_its_bytes_and_settings(engine: Engine) -> None:
    content, settings = (
        a_file(a_row(company="Müller")),
        Settings(date_orders={"*": "dmy"}, leave_empty=("editors:invalid_size",)),
    )
    number = imports.add_file(engine, "licenses.csv", content, settings, editor("ada"))
    with database.reading(engine) as connection:
        batch = batches.batch(connection, number)
        assert batches.content(connection, number) == content
        assert batches.newest_open(connection, batches.fingerprint(content)) == batch
        assert batches.newest_imported(connection, batches.fingerprint(content), {}) is None
    assert (batch.state, batch.size, batch.created_by, batch.receipt) == (BatchState.OPEN, len(content), "ada", None)
    assert Settings.from_json(batch.settings) == settings


def in_two_threads(*doings: Any) -> list[Any]:
    """What each of the doings gave, or the refusal it met, begun at the same moment."""
    start = Barrier(len(doings))
    results: list[Any] = [None] * len(doings)

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = doings[place]()
        except Exception as error:
            results[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_imports_at_once_both_land_one_after_the_other(engine: Engine) -> None:
    one = [a_row(f"K-{number}", company="One") for number in range(300)]
    other = [a_row(f"K-{number}", company="Other") for number in range(150, 450)]
    receipts = in_two_threads(lambda: imported(engine, *one), lambda: imported(engine, *other))
    counts = sorted((receipt.counts.new, receipt.counts.changed) for receipt in receipts)
    assert counts == [(150, 150), (300, 0)]
    assert len(now(engine)) == 450
    last = max(receipts, key=lambda receipt: receipt.change)
    landed = {row["company"] for key, row in now(engine).items() if 150 <= int(key[2:]) < 300}
    assert landed == {"One" if last is receipts[0] else "Other"}


def test_of_two_commits_of_one_batch_at_once_one_is_refused(engine: Engine) -> None:
    number = brought_in(engine, *(a_row(f"K-{number}") for number in range(200)))
    results = in_two_threads(*[lambda: imports.commit(engine, number, editor("ada"), POLICY)] * 2)
    assert sorted(isinstance(result, RefusalError) for result in results) == [False, True]
    assert len(now(engine)) == 200


def test_of_two_commits_on_one_preview_at_once_one_is_refused(engine: Engine) -> None:
    numbers = brought_in(engine, a_row("K-1")), brought_in(engine, a_row("K-1", editors="25"))
    base = checked(engine, numbers[0]).base
    one, other = (
        lambda number=number: imports.commit(engine, number, editor("ada"), POLICY, base=base) for number in numbers
    )
    results = in_two_threads(one, other)
    assert sorted(isinstance(result, RefusalError) for result in results) == [False, True]


def test_readers_see_one_moment_while_a_writer_writes(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    with database.reading(engine) as connection:
        before = versions(connection)
        imported(engine, a_row("K-2"))
        assert versions(connection) == before
    assert set(now(engine)) == {"K-1", "K-2"}
