"""A store filled by older rules: its customers are looked at, regrouped as one change, and put back."""

import pytest
from sqlalchemy import Engine, update

from lib.domain.customers import person_anchor
from lib.domain.policy_settings import with_settings
from lib.domain.refusal import RefusalError
from lib.editing import customer_merges, edits, regrouping
from lib.editing.regrouping import Departure
from lib.importing import reversal
from lib.policies import saving
from lib.policies.what_if import what_if
from lib.store import change_log, customer_queries, database, policies
from lib.store.schema import license_versions
from tests.actors import ADMIN, editor, viewer
from tests.store.stories import POLICY, a_row, imported, now


def owners(engine: Engine) -> dict[str, str]:
    """The customer of each current license."""
    return {key: row["customer"] for key, row in now(engine).items()}


@pytest.fixture
def old_store(engine: Engine) -> Engine:
    """A store whose fillers are one customer, as older rules had them."""
    mails = {"K-1": "l@yahoo.com", "K-2": "m@web.de", "K-3": ""}
    imported(engine, *(a_row(key, company="Unknown", contact_email=mail) for key, mail in mails.items()))
    imported(engine, a_row("K-4", company="Acme"))
    with database.writing(engine) as connection:
        is_filler = license_versions.c.license_key != "K-4"
        connection.execute(update(license_versions).where(is_filler).values(customer="unknown"))
    return engine


def test_a_regrouping_is_looked_at_first(old_store: Engine) -> None:
    assert regrouping.departures(old_store) == [
        Departure("unknown", "[K-3]", ("K-3",)),
        Departure("unknown", "l@yahoo.com", ("K-1",)),
        Departure("unknown", "m@web.de", ("K-2",)),
    ]
    assert set(owners(old_store).values()) == {"unknown", "acme (DE)"}


def test_a_regrouping_is_one_change_and_undone_as_one(old_store: Engine) -> None:
    before = owners(old_store)
    number = regrouping.regroup(old_store, editor("bo"), "fillers")
    assert owners(old_store) == {"K-1": "l@yahoo.com", "K-2": "m@web.de", "K-3": "[K-3]", "K-4": "acme (DE)"}
    assert regrouping.departures(old_store) == []
    with database.reading(old_store) as connection:
        change = change_log.change(connection, number)
        assert customer_queries.customer_name(connection, "l@yahoo.com") == "l@yahoo.com"
    assert change is not None
    assert (change.by, change.kind, change.reason, change.counts) == ("bo", "regroup", "fillers", {"changed": 3})
    regrouping.undo_regrouping(old_store, number, editor("cy"))
    assert owners(old_store) == before


def test_what_changed_since_keeps_its_customer_when_a_regrouping_is_undone(old_store: Engine) -> None:
    number = regrouping.regroup(old_store, editor("bo"))
    edits.edit(old_store, "K-1", None, {"company": "Bolt"}, editor("bo"), "", POLICY)
    regrouping.undo_regrouping(old_store, number, editor("bo"))
    assert owners(old_store) == {
        "K-1": f"bolt {person_anchor('l@yahoo.com')}",
        "K-2": "unknown",
        "K-3": "unknown",
        "K-4": "acme (DE)",
    }


def test_what_an_undone_import_restores_is_grouped_by_the_rules_of_today(old_store: Engine) -> None:
    batch = imported(old_store, a_row("K-1", company="Unknown", contact_email="l@yahoo.com", editors="25")).batch
    with database.writing(old_store) as connection:
        is_first = license_versions.c.license_key == "K-1"
        connection.execute(update(license_versions).where(is_first).values(customer="unknown"))
    regrouping.regroup(old_store, editor("bo"))
    reversal.undo(old_store, batch, editor("bo"))
    assert owners(old_store)["K-1"] == "l@yahoo.com"


def test_merges_are_kept_by_a_regrouping(old_store: Engine) -> None:
    customer_merges.merge(old_store, "acme (DE)", "unknown", editor("bo"))
    regrouping.regroup(old_store, editor("bo"))
    assert owners(old_store)["K-4"] == "unknown"


def test_a_regrouping_is_refused_with_a_sentence(old_store: Engine) -> None:
    with pytest.raises(RefusalError, match="You may not merge or split customers"):
        regrouping.regroup(old_store, viewer("vi"))
    with pytest.raises(RefusalError, match="Change 1 is not a regrouping"):
        regrouping.undo_regrouping(old_store, 1, editor("bo"))
    number = regrouping.regroup(old_store, editor("bo"))
    with pytest.raises(RefusalError, match="already"):
        regrouping.regroup(old_store, editor("bo"))
    regrouping.undo_regrouping(old_store, number, editor("bo"))
    with pytest.raises(RefusalError, match="already undone by bo"):
        regrouping.undo_regrouping(old_store, number, editor("bo"))


def test_a_policy_that_knows_a_partner_regroups_the_customers_it_bought_for(engine: Engine) -> None:
    firms = {"K-1": "Acme", "K-2": "Acme", "K-3": "Bolt"}
    countries = {"K-1": "DE", "K-2": "US", "K-3": "DE"}
    imported(
        engine,
        *(a_row(key, company=firms[key], country=countries[key], contact_email="x@agency.example") for key in firms),
    )
    assert owners(engine) == {
        "K-1": "acme @agency.example",
        "K-2": "acme @agency.example",
        "K-3": "bolt @agency.example",
    }
    current = policies.in_force(engine)
    draft = with_settings(current, {"partner_domains": ["agency.example"]})
    with database.reading(engine) as connection:
        effect = what_if(connection, current, draft)
    assert (effect.moves, effect.regrouped) == ((), 3)
    before = now(engine)
    saved = saving.save(
        engine, {"partner_domains": ["agency.example"], "ladder": [10, 500, "Unlimited"]}, ADMIN, "They buy for others."
    )
    assert saved.licenses == 3
    assert owners(engine) == {"K-1": "acme (DE)", "K-2": "acme (US)", "K-3": "bolt (DE)"}
    assert {row["to_tier"] for row in now(engine).values()} == {500}
    assert regrouping.departures(engine) == []
    edits.edit(engine, "K-3", None, {"editors": "25"}, editor("bo"), "", policies.in_force(engine))
    saving.undo(engine, saved.change, ADMIN)
    assert owners(engine) == {key: row["customer"] for key, row in before.items()}
    assert {row["to_tier"] for row in now(engine).values()} == {100}


def test_what_an_undone_import_restores_is_grouped_by_the_policy_of_today(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme", contact_email="x@agency.example"))
    batch = imported(engine, a_row("K-1", company="Acme", contact_email="x@agency.example", editors="25")).batch
    saving.save(engine, {"free_mail_domains": ["agency.example"]}, ADMIN, "Anybody can have one.")
    reversal.undo(engine, batch, editor("bo"))
    assert "@agency.example" not in owners(engine)["K-1"]
