"""Every action of the library is refused to the roles below the lowest that may do it, and then nothing is written."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from lib.checking.settings import Settings
from lib.documents import exports, letters, upgrade_files
from lib.documents.letters import Language
from lib.documents.letters.wordings import own_text
from lib.documents.list_formats import UpgradeFormat
from lib.documents.upgrade_files import UPGRADE_FORMATS
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.roles import RULES, Action, Actor, Role, may
from lib.editing import change_reversal, customer_merges, edits, erasures
from lib.importing import held_rows, imports, original_lines, retention, reversal
from lib.measures.cut import Cut
from lib.policies import saving
from lib.reconciling import apply, comparison, requested_work, review
from lib.reconciling import exports as reconciling
from lib.requests import downloads, moves, packs, sendings, sens
from lib.requests.packs import import_id
from lib.requests.sen_lines import SenLine
from lib.store import (
    assignments,
    audit,
    batches,
    contacts,
    customer_languages,
    database,
    jobs,
    letter_templates,
    license_queries,
    match_decisions,
    notes,
    people,
    remembered,
)
from lib.store import packs as stored_packs
from lib.store.job import JobKind, JobRequest
from lib.store.schema import metadata
from tests.actors import ADMIN, EDITOR, VIEWER
from tests.marketplace.exports import an_entry, an_export
from tests.store.complete import ASKED, verify
from tests.store.stories import POLICY, a_file, a_row, brought_in, imported
from tests.stores import connected, copied

DAY = date(2023, 6, 1)
READY = {**ASKED, "purchase_date": "2015-03-01", "maintenance_end": "2016-03-01"}
FILE = a_file(a_row("L-1"))
FIRST, UNDONE, OPEN = 1, 2, 3
"""Batches of the store: imported, imported and taken back, waiting."""

EDIT, MIGRATION = 4, 5
"""Changes of the store: an edit, and the record of a SEN."""

VERIFIED, SUBMITTED = "K-1", "K-2"
SENT, UNSENT = 1, 2
"""Downloads of the store."""

SENDING = 1

PACK = 3
MERGED, TWO = 1, 2
"""What people said of customers: that two are one, that two are two."""

JOB = 1
COMPARISON = 1
EXPORT = an_export(an_entry("SEN-9", company="Echo"), an_entry("SEN-8", company="Fox"))
"""Marketplace licenses of which one is accepted as that of K-5, and the other proposed for K-6."""


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which each action can be done."""
    folder = tmp_path_factory.mktemp("roles")
    with connected(copied(sqlite_template, folder)) as engine:
        fill(engine)
    return next(folder.glob("*.sqlite"))


@pytest.fixture
def engine(template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of that store."""
    with connected(copied(template, tmp_path)) as engine:
        yield engine


def fill(engine: Engine) -> None:
    names = ("Acme", "Bolt", "Ceta", "Dent", "Echo", "Fox")
    imported(engine, *(a_row(f"K-{number}", **{**READY, "company": name}) for number, name in enumerate(names, 1)))
    reversal.undo(engine, imported(engine, a_row("M-1")).batch, EDITOR)
    assert brought_in(engine, a_row("N-1", editors="many")) == OPEN
    assert edits.edit(engine, "K-3", None, {"notes": "called"}, EDITOR, "", POLICY) == EDIT
    assert edits.edit(engine, "K-4", None, {"sen": "SEN-4"}, EDITOR, "", POLICY) == MIGRATION
    moves.move_requests(engine, ["K-6"], Stage.RECEIVED, EDITOR, "", POLICY)
    verify(engine, [VERIFIED, SUBMITTED], EDITOR)
    assert (log(engine, EDITOR), log(engine, EDITOR)) == (SENT, UNSENT)
    assert sendings.mark_download_sent(engine, SENT, EDITOR, POLICY).number == SENDING
    assert packs.submit_pack(engine, [SUBMITTED], EDITOR, POLICY, DAY).number == PACK
    assert customer_merges.merge(engine, "dent @acme.example", "echo @acme.example", EDITOR) == MERGED
    assert customer_merges.dismiss(engine, "acme @acme.example", "fox @acme.example", EDITOR) == TWO
    with database.writing(engine) as connection:
        remembered.remember_header(connection, ["Key"], {"Key": "license_key"}, {}, EDITOR)
        remembered.remember_meanings(connection, "product", {"Wirefr": "jira"}, EDITOR)
        assert jobs.submit(connection, OPEN, JobKind.CHECK, JobRequest(settings={}), EDITOR) == JOB
    result = reconciling.take_in(engine, EXPORT, "marketplace.csv", EDITOR, POLICY)
    review.accept(engine, result.comparison, ["K-5"], EDITOR)


def log(engine: Engine, actor: Actor) -> int:
    counts = {"licenses": 1}
    return downloads.log(
        engine,
        kind="csv",
        cut=Cut(),
        change=1,
        counts=counts,
        content=b"a",
        customers=["fox @acme.example"],
        actor=actor,
    )


def withdraw_newest(engine: Engine, actor: Actor) -> None:
    """Take back what was said of a match last."""
    with database.reading(engine) as connection:
        answer = match_decisions.answers(connection, 1)[0]
    review.withdraw(engine, answer, actor)


def within(deed: Callable[[Connection, Actor], Any]) -> Callable[[Engine, Actor], Any]:
    """A deed in a transaction of its own."""

    def done(engine: Engine, actor: Actor) -> None:
        with database.writing(engine) as connection:
            deed(connection, actor)

    return done


def line_of(connection: Connection, actor: Actor) -> None:
    original_lines.original_line(connection, batches.batch(connection, FIRST), 2, actor)


def record_answer(engine: Engine, actor: Actor) -> None:
    lines = packs.read_answer(f'[{{"id": "{import_id(SUBMITTED)}", "sen": "SEN-2"}}]')
    assert packs.record_answer(engine, lines, actor, "", POLICY).change


def record_matches(connection: Connection, actor: Actor) -> None:
    matches = sens.preview_sens(connection, sen_lines(), POLICY)
    assert sens.record_matches(connection, matches, actor, "", POLICY).change


def sen_lines() -> tuple[SenLine, ...]:
    return tuple(sens.read_sen_lines("K-6 SEN-6"))


def keep(connection: Connection, actor: Actor) -> None:
    with open("/dev/null", "w+b") as spool:
        batches.add(connection, "a.csv", "0" * 64, batches.compress(b"", spool), {}, actor)


def file_of(upgrade_format: UpgradeFormat, connection: Connection, actor: Actor) -> None:
    upgrade_files.file(connection, upgrade_format, Cut(), actor=actor, policy=POLICY)


DEEDS: list[tuple[Action, Callable[[Engine, Actor], Any]]] = [
    (Action.IMPORT, lambda engine, actor: imports.add_file(engine, "a.csv", FILE, Settings(), actor)),
    (Action.IMPORT, lambda engine, actor: imports.import_file(engine, "a.csv", FILE, Settings(), actor, POLICY)),
    (Action.IMPORT, lambda engine, actor: imports.check_batch(engine, OPEN, actor, POLICY)),
    (Action.IMPORT, lambda engine, actor: imports.commit(engine, OPEN, actor, POLICY)),
    (Action.IMPORT, lambda engine, actor: imports.discard(engine, OPEN, actor)),
    (Action.IMPORT, within(keep)),
    (Action.IMPORT, within(lambda connection, actor: batches.set_settings(connection, OPEN, {}, actor))),
    (
        Action.IMPORT,
        within(lambda connection, actor: jobs.submit(connection, OPEN, JobKind.IMPORT, JobRequest(), actor)),
    ),
    (
        Action.IMPORT,
        within(lambda connection, actor: jobs.submit(connection, OPEN, JobKind.CHECK, JobRequest(), actor)),
    ),
    (Action.IMPORT, within(lambda connection, actor: jobs.cancel(connection, JOB, actor))),
    (Action.UNDO_IMPORT, lambda engine, actor: reversal.undo(engine, FIRST, actor)),
    (Action.UNDO_IMPORT, lambda engine, actor: reversal.redo(engine, UNDONE, actor)),
    (
        Action.UNDO_IMPORT,
        within(lambda connection, actor: jobs.submit(connection, FIRST, JobKind.UNDO, JobRequest(), actor)),
    ),
    (
        Action.UNDO_IMPORT,
        within(lambda connection, actor: jobs.submit(connection, UNDONE, JobKind.REDO, JobRequest(), actor)),
    ),
    (Action.SEE_FILE, lambda engine, actor: held_rows.held_problems(engine, OPEN, actor, POLICY)),
    (Action.SEE_FILE, lambda engine, actor: list(held_rows.held_rows_csv(engine, OPEN, actor, POLICY))),
    (Action.SEE_FILE, lambda engine, actor: list(held_rows.held_rows_file(engine, OPEN, actor, POLICY).parts)),
    (Action.SEE_FILE, lambda engine, actor: list(held_rows.held_rows_workbook(engine, OPEN, actor, POLICY))),
    (Action.SEE_FILE, within(line_of)),
    (
        Action.REMEMBER_MAPPING,
        within(lambda connection, actor: remembered.remember_header(connection, ["A"], {"A": "sen"}, {}, actor)),
    ),
    (
        Action.REMEMBER_MAPPING,
        within(lambda connection, actor: remembered.remember_meanings(connection, "product", {"a": "jira"}, actor)),
    ),
    (
        Action.FORGET_MAPPING,
        within(lambda connection, actor: remembered.forget_header(connection, remembered.fingerprint(["Key"]), actor)),
    ),
    (
        Action.FORGET_MAPPING,
        within(lambda connection, actor: remembered.forget_meaning(connection, "product", "Wirefr", actor)),
    ),
    (
        Action.EDIT_LICENSE,
        lambda engine, actor: edits.edit(engine, "K-6", None, {"notes": "a"}, actor, "", POLICY),
    ),
    (Action.EDIT_LICENSE, lambda engine, actor: edits.edit_many(engine, ["K-6"], {"notes": "a"}, actor, "", POLICY)),
    (
        Action.EDIT_LICENSE,
        within(
            lambda connection, actor: edits.edit_in_transaction(connection, {"K-6": {"notes": "a"}}, actor, "", POLICY)
        ),
    ),
    (Action.UNDO_CHANGE, lambda engine, actor: change_reversal.undo_change(engine, EDIT, actor)),
    (Action.REVERT_MIGRATION, lambda engine, actor: change_reversal.undo_change(engine, MIGRATION, actor)),
    (
        Action.MERGE_CUSTOMERS,
        lambda engine, actor: customer_merges.merge(engine, "acme @acme.example", "bolt @acme.example", actor),
    ),
    (Action.MERGE_CUSTOMERS, lambda engine, actor: customer_merges.undo_merge(engine, MERGED, actor)),
    (
        Action.MERGE_CUSTOMERS,
        lambda engine, actor: customer_merges.dismiss(engine, "acme @acme.example", "bolt @acme.example", actor),
    ),
    (Action.MERGE_CUSTOMERS, lambda engine, actor: customer_merges.undismiss(engine, TWO, actor)),
    (
        Action.WRITE_NOTE,
        within(lambda connection, actor: notes.add(connection, "acme @acme.example", "Called.", actor)),
    ),
    (Action.ASSIGN, within(lambda connection, actor: assignments.assign(connection, ["K-1"], "ann", actor))),
    (
        Action.MOVE_REQUEST,
        lambda engine, actor: moves.move_requests(engine, ["K-6"], Stage.VERIFIED, actor, "", POLICY),
    ),
    (Action.RECORD_SENS, lambda engine, actor: sens.record_sens(engine, sen_lines(), actor, "", POLICY)),
    (Action.RECORD_SENS, within(record_matches)),
    (Action.DOWNLOAD_PACK, lambda engine, actor: packs.build_pack(engine, [VERIFIED], actor, POLICY, DAY)),
    (Action.DOWNLOAD_PACK, within(lambda connection, actor: stored_packs.content(connection, PACK, actor))),
    (Action.SUBMIT_PACK, lambda engine, actor: packs.submit_pack(engine, [VERIFIED], actor, POLICY, DAY)),
    (Action.RECORD_ANSWER, record_answer),
    (
        Action.RECONCILE,
        lambda engine, actor: reconciling.take_in(engine, an_export(an_entry()), "a.csv", actor, POLICY),
    ),
    (Action.RECONCILE, lambda engine, actor: reconciling.submit_file(engine, EXPORT, "a.csv", actor)),
    (Action.RECONCILE, lambda engine, actor: comparison.compare_again(engine, actor, POLICY)),
    (Action.RECONCILE, lambda engine, actor: apply.undo_application(engine, EDIT, actor, POLICY)),
    (Action.RECONCILE, within(lambda connection, actor: requested_work.request_comparison(connection, actor))),
    (Action.RECONCILE, lambda engine, actor: apply.apply_matches(engine, COMPARISON, None, actor, POLICY)),
    (Action.RECONCILE, lambda engine, actor: review.accept(engine, COMPARISON, ["K-6"], actor)),
    (Action.RECONCILE, lambda engine, actor: review.reject(engine, COMPARISON, ["K-6"], actor)),
    (Action.RECONCILE, withdraw_newest),
    (Action.DOWNLOAD_UPGRADES, log),
    *((Action.DOWNLOAD_UPGRADES, within(partial(file_of, one))) for one in UPGRADE_FORMATS.values()),
    (
        Action.DOWNLOAD_UPGRADES,
        within(lambda connection, actor: list(exports.upgrades_zip(connection, Cut(), actor=actor, policy=POLICY))),
    ),
    (Action.MARK_SENT, lambda engine, actor: sendings.mark_download_sent(engine, UNSENT, actor, POLICY)),
    (Action.MARK_SENT, lambda engine, actor: sendings.unmark_sent(engine, SENDING, actor)),
    (
        Action.CHOOSE_LANGUAGE,
        within(lambda connection, actor: customer_languages.choose(connection, "acme @acme.example", "de", actor)),
    ),
    (
        Action.WORD_LETTERS,
        lambda engine, actor: letters.reword(engine, Language.GERMAN, own_text(Language.GERMAN), actor, based_on=0),
    ),
    (
        Action.WORD_LETTERS,
        within(lambda connection, actor: letter_templates.add(connection, "de", "a", "b", actor, based_on=0)),
    ),
    (Action.REVEAL, within(lambda connection, actor: contacts.reveal(connection, ["K-1"], actor))),
    (
        Action.DOWNLOAD_LICENSES,
        within(lambda connection, actor: exports.licenses_csv(license_queries.licenses(connection, Cut()), actor)),
    ),
    (
        Action.DOWNLOAD_LICENSES,
        within(
            lambda connection, actor: exports.cloud_csv(
                license_queries.licenses(connection, Cut()), actor, date(2026, 5, 14)
            )
        ),
    ),
    (Action.ERASE_CONTACTS, lambda engine, actor: erasures.erase(engine, "acme @acme.example", actor)),
    (Action.ERASE_CONTACTS, lambda engine, actor: erasures.preview(engine, "acme @acme.example", actor)),
    (
        Action.MANAGE_PEOPLE,
        within(lambda connection, actor: people.set_role(connection, "eva@example.com", Role.ADMIN, actor)),
    ),
    (Action.SEE_AUDIT, within(lambda connection, actor: audit.page(connection, actor))),
    (Action.CHANGE_POLICY, lambda engine, actor: saving.save(engine, {"grace_months": 4}, actor, "Agreed.")),
    (
        Action.CHANGE_POLICY,
        within(lambda connection, actor: jobs.submit_alone(connection, JobKind.POLICY, JobRequest(), actor)),
    ),
    (Action.PURGE, lambda engine, actor: retention.apply(engine, actor, POLICY)),
]


def everything(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with database.reading(engine) as connection:
        return {name: list(connection.execute(select(table))) for name, table in metadata.tables.items()}


WORK = {"jobs", "checks", "check_pages", "batches", "rejections", "comparisons"}
"""Tables of work that is asked for or drafted: what comes of it is logged."""


def is_logged(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> bool:
    """Whether a deed that changed more than work under way is in the log."""
    changed = {name for name in after if after[name] != before[name]}
    return "audit_log" in changed or changed <= WORK


@pytest.mark.parametrize("actor", [VIEWER, EDITOR, ADMIN], ids=lambda actor: actor.role)
@pytest.mark.parametrize(
    ("action", "deed"), DEEDS, ids=[f"{number}-{action}" for number, (action, _) in enumerate(DEEDS, 1)]
)
def test_a_role_does_what_the_table_says_which_is_logged_and_where_it_is_refused_nothing_is_written(
    engine: Engine, action: Action, deed: Callable[[Engine, Actor], Any], actor: Actor
) -> None:
    before = everything(engine)
    if may(actor, action):
        deed(engine, actor)
        assert is_logged(before, everything(engine))
        return
    with pytest.raises(RefusalError, match=r"^(You may|That would|It has|Only an)"):
        deed(engine, actor)
    assert everything(engine) == before


def test_the_table_holds_every_action_and_viewers_only_download_what_all_may_see() -> None:
    assert set(RULES) == set(Action)
    for_all = {action for action, rule in RULES.items() if rule.lowest is Role.VIEWER}
    assert for_all == {Action.DOWNLOAD_FIGURES}
    # What may be seen is asked where it is shown: tests/pages/test_masking.py.
    assert {action for action, _ in DEEDS} == set(Action) - for_all - {Action.SEE_PERSONAL_DATA}
    assert all(rule.refusal.endswith(".") for action, rule in RULES.items() if action not in for_all)


@pytest.mark.parametrize("role", Role)
def test_a_role_includes_itself_and_those_before_it(role: Role) -> None:
    assert [other for other in Role if role.includes(other)] == list(Role)[: list(Role).index(role) + 1]
