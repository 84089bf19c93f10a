"""The sample is a store of this process's own in which a migration is half way through."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, make_url, select

from lib import sample
from lib.documents import exports, letters
from lib.documents.exports.customer_sheets import customer_sheets
from lib.documents.letters import Language
from lib.domain.changes import ChangeKind
from lib.domain.eligibility import Outcome
from lib.domain.policy import Policy
from lib.domain.requests import UNDER_WAY, Stage
from lib.marketplace.export import read_export
from lib.measures import pace
from lib.measures.cut import BAND_TITLES, Cut
from lib.measures.periods import Period
from lib.sample.course import courses
from lib.sample.example_export import example_export
from lib.sample.letter_wordings import MARKS
from lib.store import batches, catch_up, change_log, database, license_counts, license_queries, request_stages
from lib.store.change_log import Change, today
from lib.store.sample_stores import SAMPLE, is_sample
from lib.store.schema import changes, license_versions, lookups
from tests.actors import EDITOR


def file_of(url: str) -> Path:
    path = make_url(url).database
    assert path is not None
    return Path(path)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """The sample, which two threads asked for at once."""
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(sample.prepare) for _ in range(2)]:
            done.result()
    engine = database.connect(sample.url())
    with database.reading(engine) as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def deeds(connection: Connection) -> list[Change]:
    numbers = connection.execute(select(changes.c.id).order_by(changes.c.id)).scalars().all()
    return [change for number in numbers if (change := change_log.change(connection, number))]


def test_every_file_of_the_sample_says_so(connection: Connection) -> None:
    cut = Cut(group="upgrade")
    about = exports.about_of(connection, cut, actor=EDITOR, policy=Policy())
    assert about.notices[0] == SAMPLE
    for language, (subject, sentence) in MARKS.items():
        template = letters.wording(connection, language).template
        subjects = [text for name, text in template.sections.items() if name.endswith("subject")]
        assert len(subjects) == 8
        assert all(text.startswith(f"[{subject}] ") for text in subjects)
        assert sum(text.startswith(sentence) for text in template.sections.values()) == 8
        sheet = next(customer_sheets(connection, cut, today(connection), language))
        assert sheet.sender.startswith(subject)
    sheet = next(customer_sheets(connection, cut, today(connection), Language.ENGLISH))
    assert sheet.sender.startswith(SAMPLE)


def test_the_example_export_is_read_whole_and_has_the_submitted_licenses(connection: Connection) -> None:
    export = read_export(example_export(connection, today(connection)), "export.csv")
    assert export.left_out.empty
    assert not export.problems
    submitted = license_queries.count(connection, Cut(stage=("submitted",), movable="yes"))
    assert sum(str(sen).endswith("78") for sen in export.licenses["sen"].to_pylist()) == submitted > 0


def test_another_store_is_no_sample(engine: Engine) -> None:
    with database.reading(engine) as connection:
        assert not is_sample(connection)


def values(connection: Connection, name: str) -> set[object]:
    return set(license_counts.count_by(connection, Cut(), (name,))[name])


def test_preparing_it_again_changes_nothing(connection: Connection) -> None:
    before, newest = file_of(sample.url()).stat(), change_log.latest_change(connection)
    sample.prepare()
    after = file_of(sample.url()).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert change_log.latest_change(connection) == newest > 0


def test_it_is_not_the_configured_store_and_nobody_else_may_read_it(connection: Connection) -> None:
    assert sample.url() != database.default_url()
    folder = file_of(sample.url()).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {"sample"}


def test_another_process_has_its_own_which_goes_with_it() -> None:
    code = "import pathlib; from lib import sample; pathlib.Path(sample.url()[10:]).touch(); print(sample.url())"
    other = subprocess.run([sys.executable, "-c", code], cwd=database.ROOT, capture_output=True, text=True, check=True)
    theirs = file_of(other.stdout.strip())
    assert theirs.name == "sample.sqlite"
    assert theirs != file_of(sample.url())
    assert not theirs.parent.exists()


def test_a_copy_goes_without_the_others() -> None:
    first, second = sample.copy(), sample.copy()
    sample.remove(first)
    assert not file_of(first).parent.exists()
    assert file_of(second).exists()
    sample.remove(second)


def test_every_chart_has_something_to_show(connection: Connection) -> None:
    assert values(connection, "outcome") == {*Outcome}
    assert values(connection, "stage") == {*UNDER_WAY, Stage.NOT_REQUESTED, Stage.MIGRATED, Stage.DECLINED}
    assert values(connection, "hosting") == {"server", "data_center", "cloud", None}
    assert values(connection, "product") > {"confluence", "jira", "desktop"}
    assert values(connection, "band") >= {*BAND_TITLES} - {"unknown"}
    assert values(connection, "borderline") == {0, 1}
    assert values(connection, "month") > {"2016-03", "2016-04", "2016-06"}
    assert len(values(connection, "country")) > 20
    lacking = request_stages.missing_items(connection, Cut())
    assert {*lacking["item"]} > {"host_tier", "match_agreed", "address", "company"}
    assert (lacking["only"] > 0).sum() > 4


def test_it_is_of_a_size_that_people_can_look_through(connection: Connection) -> None:
    standing = license_versions.c.until.is_(None)
    rows = connection.execute(
        select(license_versions.c.customer, license_versions.c.contact_email).where(standing)
    ).all()
    assert len(rows) == 1200
    assert 450 <= len({row.customer for row in rows}) <= 550
    assert all(row.contact_email.endswith(".example") for row in rows)


def test_what_is_found_and_counted_is_kept_for_all_of_it(connection: Connection) -> None:
    assert catch_up.is_current(connection)
    assert len(connection.execute(select(lookups.c.license_key)).all()) == 1200


def test_its_changes_came_one_after_the_other_in_thirty_weeks(connection: Connection, deeds: list[Change]) -> None:
    assert all(before.at < after.at for before, after in pairwise(deeds))
    days = [change.at.date() for change in deeds]
    assert today(connection) - timedelta(weeks=31) <= days[0] < today(connection) - timedelta(weeks=28)
    assert today(connection) - timedelta(days=2) <= days[-1] < today(connection)


def test_batches_came_when_they_were_imported(connection: Connection) -> None:
    page, _ = batches.page(connection, count=None)
    assert len(page) > 25
    for batch in page:
        assert batch.created_at == change_log.changes_of_batch(connection, batch.id)[0].at


def test_at_least_two_weeks_pass_without_any_change_once(deeds: list[Change]) -> None:
    days = sorted({change.at.date() for change in deeds})
    pauses = [(later - earlier).days for earlier, later in pairwise(days)]
    assert [pause for pause in pauses if pause > 14] == [20]


def test_people_took_back_a_file_and_an_edit_and_said_why(deeds: list[Change]) -> None:
    kinds = [(change.kind, change.batch_id is None) for change in deeds]
    assert kinds.count((ChangeKind.UNDO, False)) == kinds.count((ChangeKind.UNDO, True)) == 1
    edits = [change for change in deeds if change.kind == "edit"]
    assert len(edits) > 5
    assert len({change.by for change in edits}) > 1
    assert all(change.reason for change in deeds if change.kind != "import")


def test_what_has_migrated_makes_an_s(connection: Connection) -> None:
    days = {number: at.date() for number, at in change_log.change_times(connection).items()}
    over_time = pace.with_days(license_counts.over_time(connection, Cut(), ("stage", "outcome", "hosting")), days)
    sixth = (max(days.values()) - min(days.values())) / 6
    ends = [Period(str(n), min(days.values()) + n * sixth) for n in range(7)]
    burn_up = pace.burn_up(over_time, ends, "licenses").pivot(index="period", columns="stage", values="licenses")
    migrated = burn_up[Stage.MIGRATED]
    first, *between, last = migrated.diff().dropna()
    assert 0 < 2 * first < max(between)
    assert 0 < last < max(between)
    assert 0.4 < migrated.iloc[-1] / burn_up.sum(axis=1).iloc[-1] < 0.65


def test_it_is_always_the_same_licenses() -> None:
    assert courses(3) == courses(3)
    assert courses(3) != courses(4)
