"""A policy that is saved judges every license as a fresh import would, and undoing it restores each as it was."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine, update

from lib.checking.settings import Settings
from lib.dashboard.numbers import StoredNumbers
from lib.domain.codes import Flag, parse_flags
from lib.domain.customers import Identity, customer_key
from lib.domain.display import license_of
from lib.domain.eligibility import Outcome
from lib.domain.facts import facts_of
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.domain.requests import Stage
from lib.domain.rules import judge
from lib.domain.tiers import LADDER, UNLIMITED, Size
from lib.editing import change_reversal, edits
from lib.importing import imports, reversal
from lib.judging.customer_keys import IDENTITY_FIELDS
from lib.judging.verdicts import verdict_values
from lib.measures.customer_groups import CustomerGroup
from lib.measures.cut import Cut
from lib.policies import saving
from lib.policies.regroupings import Regrouping
from lib.policies.saving import SavedPolicy
from lib.policies.what_if import WhatIf, licenses_of, what_if
from lib.requests import moves
from lib.store import (
    catch_up,
    change_log,
    customer_lists,
    database,
    file_rows,
    license_counts,
    license_queries,
    policies,
)
from lib.store.schema import changes
from tests import generate
from tests.actors import ADMIN, EDITOR, editor
from tests.conftest import KINDS
from tests.examples import examples
from tests.store.stories import POLICY, a_row, imported
from tests.stores import connected, copied, new_store

FILE = generate.content(250, seed=5)
ODD = (
    a_row("K-small", editors="3", host_tier="10"),
    a_row("K-declined", editors="3", host_tier="10", match_agreed="no"),
    a_row("K-reopened", editors="3", host_tier="10", match_agreed="no"),
    a_row("K-agency", company="Bolt", contact_email="x@agency.example"),
    a_row("K-abroad", company="Bolt", contact_email="x@agency.example", country="US"),
    a_row("K-street", company="Bolt", contact_email="x@straße.example"),
    a_row("K-old", editors="10", host_tier="Unlimited", purchase_date="2011-05-01"),
    *(
        a_row(f"K-{end}", hosting="Cloud", maintenance_expires=end)
        for end in ("2016-01-03", "2016-01-04", "2015-12-31", "2016-03-31", "2016-04-03")
    ),
)
DOMAINS = some.sampled_from(((), ("agency.example",), ("agency.example", "strasse.example")))
DRAFTS = some.fixed_dictionaries(
    {},
    optional={
        "ladder": some.sampled_from(((*map(Size, (3, 100, 2000)), UNLIMITED), LADDER)),
        "round_editors_up": some.booleans(),
        "consent_before_upgrade": some.booleans(),
        "expired_maintenance_eligible": some.booleans(),
        "expired_before": some.dates(date(2015, 1, 1), date(2020, 1, 1)),
        "old_unlimited_before": some.dates(date(2010, 1, 1), date(2016, 1, 1)),
        "jira_moved": some.dates(date(2015, 6, 1), date(2016, 12, 1)),
        "grace_months": some.integers(0, 12),
        "legacy_extra_months": some.integers(0, 12),
        "borderline_days": some.integers(0, 90),
        "free_mail_domains": DOMAINS,
        "partner_domains": DOMAINS,
        "target_date": some.dates(date(2020, 1, 1), date(2030, 1, 1)),
    },
)
Row = dict[str, Any]


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Licenses of every kind, one of which a person brought back after its customer declined."""
    with ExitStack() as stack:
        engine = stack.enter_context(new_store(request, request.param, tmp_path_factory.mktemp("policies")))
        imports.import_file(engine, "legacy.csv", FILE, Settings(), editor("ada"), POLICY)
        imported(engine, *ODD)
        moves.move_requests(engine, ["K-reopened"], Stage.NEEDS_INFO, EDITOR, "", POLICY)
        yield engine


def now(engine: Engine) -> dict[str, Row]:
    """Every license as it stands, by key, without the change that wrote it."""
    with database.reading(engine) as connection:
        frame = license_queries.licenses(connection, Cut())
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    return {
        row["license_key"]: {**row, "since": None, "stage_since": row["stage_since"] or row["since"]} for row in rows
    }


def verdicts_by(policy: Policy, rows: dict[str, Row]) -> dict[str, Row]:
    """What the rules say of each license under a policy."""
    return {key: stored(verdict_values(judge(facts_of(license_of(row)), policy))) for key, row in rows.items()}


def stored(values: Row) -> Row:
    return {name: None if value is None else str(value) for name, value in values.items()}


def verdicts_of(rows: dict[str, Row]) -> dict[str, Row]:
    names = verdict_values(judge(facts_of(license_of(next(iter(rows.values())))), POLICY))
    return {key: stored({name: row[name] for name in names}) for key, row in rows.items()}


def customers_by(policy: Policy, rows: dict[str, Row]) -> dict[str, str]:
    """Whose each license is by the rules under a policy."""
    identities = {key: Identity(**{name: row[name] or "" for name in IDENTITY_FIELDS}) for key, row in rows.items()}
    return {key: customer_key(identity, policy.mail_domains) for key, identity in identities.items()}


def customers_of(rows: dict[str, Row]) -> dict[str, str]:
    return {key: row["customer"] for key, row in rows.items()}


def check_changes(before: dict[str, Row], after: dict[str, Row]) -> dict[tuple[Flag, bool], set[str]]:
    """The licenses that got a check (True) or lost it."""
    changes: dict[tuple[Flag, bool], set[str]] = {}
    for key, row in after.items():
        own, former = (set(parse_flags(each["flags"])) for each in (row, before[key]))
        for flag in own ^ former:
            changes.setdefault((flag, flag in own), set()).add(key)
    return changes


def regrouped(effect: WhatIf) -> set[Regrouping]:
    """The licenses that would change customers."""
    return {regrouping for move in effect.customer_moves for regrouping in move.regroupings}


def assert_numbers_agree(engine: Engine, rows: dict[str, Row]) -> None:
    """Tiles and charts, and the list of customers, count the licenses of the list."""
    assert counts(engine) == outcomes(rows)
    with database.reading(engine) as connection:
        totals = customer_lists.list_totals(connection, Cut(group=CustomerGroup.ALL))
    assert totals.customers == len(set(customers_of(rows).values()))
    assert (totals.eligible, totals.upgrades, totals.unclear) == tuple(
        outcomes(rows)[outcome] for outcome in (Outcome.ELIGIBLE, Outcome.UPGRADE_NEEDED, Outcome.NEEDS_INFO)
    )


def counts(engine: Engine) -> Counter[str]:
    """The licenses by outcome, as tiles and charts count them."""
    with database.reading(engine) as connection:
        frame = license_counts.count_by(connection, Cut(), ("outcome",))
    return Counter(dict(zip(frame["outcome"], map(int, frame["licenses"]), strict=True)))


def outcomes(rows: dict[str, Row]) -> Counter[str]:
    return Counter(row["outcome"] for row in rows.values())


def save(engine: Engine, **values: Any) -> SavedPolicy:
    return saving.save(engine, values, ADMIN, "Asked for.")


@settings(max_examples=examples(5))
@given(DRAFTS, some.booleans())
def test_saving_judges_as_a_fresh_import_would_and_undoing_restores_all(
    store: Engine, draft: dict[str, Any], caught_up: bool
) -> None:
    current = policies.in_force(store)
    if replace(current, **draft) == current:
        return
    if caught_up:
        catch_up.catch_up(store)
    before = now(store)
    with database.reading(store) as connection:
        expected = what_if(connection, current, replace(current, **draft))
        expected_checks = {
            (move.check, move.is_added): set(licenses_of(connection, move, expected.base)["license_key"])
            for move in expected.check_moves
        }
    saved = save(store, **draft)
    after = now(store)
    assert verdicts_of(after) == verdicts_by(saved.policy, after)
    assert customers_of(after) == customers_by(saved.policy, after)
    assert_numbers_agree(store, after)
    changed = [key for key, row in after.items() if row["outcome"] != before[key]["outcome"]]
    assert expected.outcome_changes == len(changed)
    assert expected.customers >= len({before[key]["customer"] for key in changed})
    for move in expected.moves:
        if not move.is_of_details:
            keys = [
                key for key in changed if (before[key]["outcome"], after[key]["outcome"]) == (move.before, move.after)
            ]
            assert (move.licenses, move.customers) == (len(keys), len({before[key]["customer"] for key in keys}))
    assert expected_checks == check_changes(before, after)
    assert regrouped(expected) == {
        Regrouping(key, before[key]["customer"], row["customer"])
        for key, row in after.items()
        if row["customer"] != before[key]["customer"]
    }
    undone = saving.undo(store, saved.change, ADMIN)
    assert now(store) == before
    assert_numbers_agree(store, before)
    assert undone.policy == replace(current, version=saved.policy.version + 1)


def test_a_fresh_import_under_a_policy_stores_what_judging_anew_does(
    engine: Engine, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draft = {"grace_months": 1, "round_editors_up": True, "free_mail_domains": ["widgetresale.example"]}
    imports.import_file(engine, "legacy.csv", FILE, Settings(), editor("ada"), POLICY)
    save(engine, **draft)
    with connected(copied(sqlite_template, tmp_path_factory.mktemp("fresh"))) as fresh_engine:
        policy = save(fresh_engine, **draft).policy
        imports.import_file(fresh_engine, "legacy.csv", FILE, Settings(), editor("ada"), policy)
        again, fresh = now(engine), now(fresh_engine)
    assert verdicts_of(again) == verdicts_of(fresh)
    names = ("stage", "content", "customer")
    assert [[again[key][name] for name in names] for key in fresh] == [
        [row[name] for name in names] for row in fresh.values()
    ]


def test_a_refusal_to_match_comes_and_goes_with_the_verdict(engine: Engine) -> None:
    imported(engine, *ODD)
    saved = save(engine, round_editors_up=True)
    stages = {key: (row["stage"], row["outcome"]) for key, row in now(engine).items()}
    assert stages["K-declined"] == ("not_requested", "eligible")
    saving.undo(engine, saved.change, ADMIN)
    assert now(engine)["K-declined"]["stage"] == "declined"


def test_what_is_undone_after_a_new_policy_comes_back_judged_by_it(engine: Engine) -> None:
    imported(engine, a_row("K-1", editors="3", host_tier="10"))
    edit = edits.edit(engine, "K-1", None, {"host_tier": "100"}, EDITOR, "", POLICY)
    gone = imported(engine, a_row("K-2", editors="20", host_tier="25")).batch
    reversal.undo(engine, gone, EDITOR)
    saved = save(engine, round_editors_up=True)
    change_reversal.undo_change(engine, edit, EDITOR)
    reversal.redo(engine, gone, EDITOR)
    rows = now(engine)
    assert verdicts_of(rows) == verdicts_by(saved.policy, rows)
    assert counts(engine) == outcomes(rows) == Counter(eligible=2)


def test_licenses_that_changed_since_are_judged_by_the_policy_that_comes_back(engine: Engine) -> None:
    imported(engine, a_row("K-1", editors="3", host_tier="10"), a_row("K-2", editors="3", host_tier="10"))
    saved = save(engine, round_editors_up=True)
    edits.edit(engine, "K-1", None, {"editors": "20", "host_tier": "25"}, EDITOR, "", saved.policy)
    undone = saving.undo(engine, saved.change, ADMIN)
    rows = now(engine)
    assert verdicts_of(rows) == verdicts_by(undone.policy, rows)
    assert counts(engine) == outcomes(rows) == Counter(upgrade_needed=2)


def test_licenses_of_the_same_facts_are_regrouped_judged_anew_and_restored_side_by_side(engine: Engine) -> None:
    addresses = {"K-1": "x@agency.example", "K-2": "y@bolt.example", "K-3": "z@bolt.example"}
    imported(engine, *(a_row(key, editors="3", contact_email=address) for key, address in addresses.items()))
    saved = save(engine, ladder=(Size(50), UNLIMITED), partner_domains=("agency.example",))
    edits.edit(engine, "K-3", None, {"notes": "A call."}, EDITOR, "", saved.policy)
    after = now(engine)
    assert verdicts_of(after) == verdicts_by(saved.policy, after)
    undone = saving.undo(engine, saved.change, ADMIN)
    before = now(engine)
    assert verdicts_of(before) == verdicts_by(undone.policy, before)
    assert customers_of(before) == customers_by(undone.policy, before)
    assert counts(engine) == outcomes(before)


def test_only_the_policy_in_force_is_taken_back_and_only_on_its_own_way(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    first = save(engine, grace_months=4)
    second = save(engine, grace_months=5)
    with pytest.raises(RefusalError, match="Policy v3 is in force since"):
        saving.undo(engine, first.change, ADMIN)
    with pytest.raises(RefusalError, match="put a policy in force"):
        change_reversal.undo_change(engine, second.change, ADMIN)
    assert saving.undo(engine, second.change, ADMIN).policy == Policy(version=4, grace_months=4)
    with pytest.raises(RefusalError, match="put no policy in force"):
        saving.undo(engine, 1, ADMIN)


def test_a_policy_is_saved_by_administrators_with_a_reason_and_only_if_it_differs(sqlite: Engine) -> None:
    with pytest.raises(RefusalError, match="Ask an administrator"):
        saving.save(sqlite, {"grace_months": 4}, EDITOR, "Why not.")
    with pytest.raises(RefusalError, match="Enter a reason"):
        saving.save(sqlite, {"grace_months": 4}, ADMIN, " ")
    with pytest.raises(RefusalError, match="already the settings of policy v1"):
        save(sqlite, grace_months=3)
    assert policies.in_force(sqlite) == Policy()


def test_a_policy_whose_effect_was_seen_before_another_change_is_refused(sqlite: Engine) -> None:
    with database.reading(sqlite) as connection:
        base = change_log.latest_change(connection)
    imported(sqlite, a_row("K-1"))
    with pytest.raises(RefusalError, match="changed since you looked at the effect"):
        saving.save(sqlite, {"grace_months": 4}, ADMIN, "Asked for.", base=base)


def test_days_are_those_of_the_policys_time_zone(engine: Engine) -> None:
    imported(engine, a_row("K-1"))
    late = datetime(2026, 5, 14, 22, 30, tzinfo=UTC)
    with database.writing(engine) as connection:
        connection.execute(update(changes).values(at=late))
    assert (count_on(engine, "2026-05-14"), days_of_changes(engine)[1]) == (1, date(2026, 5, 14))
    save(engine, time_zone="Europe/Rome")
    assert (count_on(engine, "2026-05-14"), days_of_changes(engine)[1]) == (0, date(2026, 5, 15))
    assert count_on(engine, "2026-05-15") == 1


def test_files_say_what_comes_next_on_the_day_of_the_policys_time_zone(sqlite: Engine) -> None:
    imported(sqlite, a_row("C-1", hosting="Cloud", maintenance_expires="2016-06-01"))
    days = []
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):  # never on the same day
        save(sqlite, time_zone=zone)
        with database.reading(sqlite) as connection:
            days += [slice_["day"].iloc[0] for slice_ in file_rows.slices(connection, Cut(group="all"))]
    assert days[0] > days[1]


def count_on(engine: Engine, day: str) -> int:
    """How many licenses there were at the end of a day."""
    with database.reading(engine) as connection:
        return license_queries.count(connection, Cut(on=day))


def days_of_changes(engine: Engine) -> Mapping[int, date]:
    with database.reading(engine) as connection:
        return StoredNumbers(connection, policies.current(connection)).days()
