"""Customers whose licenses disagree, until a person says that they are one."""

import pytest
from sqlalchemy import Engine, update

from lib.domain.refusal import RefusalError
from lib.editing import customer_confirmations, customer_merges, edits
from lib.measures.cut import Cut
from lib.store import catch_up, database
from lib.store import customer_confirmations as stored
from lib.store.schema import license_versions
from tests.actors import editor, viewer
from tests.store.stories import POLICY, a_row, imported

PHOENIX, ACME = "phoenix @bau.example", "acme @acme.example"
DOMAINS = ("2 email domains (bau.example, soft.example)",)


@pytest.fixture
def phoenix(engine: Engine) -> Engine:
    """A store with a customer that has the account of another firm, and one that is in no doubt."""
    imported(
        engine,
        a_row("K-1", company="Phoenix GmbH", contact_email="Info@bau.example"),
        a_row("K-2", company="Phoenix Inc", contact_email="it@bau.example", myatlassian_email="it@soft.example"),
        a_row("K-3", company="Acme", contact_email="a@acme.example", country="Germany"),
        a_row("K-4", company="Acme", contact_email="b@ACME.example", country="DE"),
        a_row("K-5", company="Acme", contact_email="c@acme.example"),
    )
    return engine


def doubtful(engine: Engine, cut: Cut | None = None) -> dict[str, tuple[str, ...]]:
    """The customers of a cut that are in doubt, and why."""
    with database.reading(engine) as connection:
        return stored.doubtful_customers(connection, cut or Cut())


def test_licenses_of_one_customer_that_disagree_are_named(phoenix: Engine) -> None:
    assert doubtful(phoenix) == {PHOENIX: DOMAINS}
    catch_up.catch_up(phoenix)
    assert doubtful(phoenix, Cut(customer=(PHOENIX,))) == {PHOENIX: DOMAINS}
    assert doubtful(phoenix, Cut(customer=(ACME,))) == {}


def test_a_customer_of_a_cut_is_judged_by_all_its_licenses(phoenix: Engine) -> None:
    imported(phoenix, a_row("K-6", company="Phoenix", contact_email="x@bau.example", product="Mockups for Confluence"))
    for cut in (Cut(product=("confluence",)), Cut(product=("confluence",), on="2100-01-01")):
        assert doubtful(phoenix, cut) == {PHOENIX: DOMAINS}


def test_resellers_and_one_account_say_nothing_against_a_customer(engine: Engine) -> None:
    imported(
        engine,
        a_row("K-1", company="Acme", contact_email="a@acme.example", expert_email=""),
        a_row("K-2", company="Acme", contact_email="shop@seller.example", expert_email="help@seller.example"),
        a_row("K-3", company="Acme", contact_email="", myatlassian_email="c@acme.example"),
    )
    assert doubtful(engine) == {}


def test_an_account_of_another_firm_is_a_doubt(engine: Engine) -> None:
    imported(
        engine,
        a_row("K-1", company="Acme", contact_email="a@acme.example"),
        a_row("K-2", company="Acme", contact_email="a@acme.example", myatlassian_email="z@stranger.example"),
    )
    assert doubtful(engine) == {ACME: ("2 email domains (acme.example, stranger.example)",)}


def test_licenses_of_nobody_are_in_doubt_where_older_rules_made_them_one_customer(engine: Engine) -> None:
    imported(engine, a_row("K-1", company=""), a_row("K-2", company="Unknown"))
    assert doubtful(engine) == {}, "each is by itself"
    with database.writing(engine) as connection:
        connection.execute(update(license_versions).values(customer=""))
    assert list(doubtful(engine)) == [""]
    with pytest.raises(RefusalError, match="Edit them to say whose they are"):
        customer_confirmations.confirm(engine, "", editor("bo"))


def test_a_name_and_a_country_alone_make_no_letter_for_several_licenses(engine: Engine) -> None:
    reseller = {"contact_email": "bo@partner.example", "expert_email": "x@partner.example"}
    imported(
        engine,
        *(a_row(key, company="Phoenix", address=place) for key, place in (("K-1", "Ring 1"), ("K-2", "Weg 2"))),
        *(a_row(key, company="Bolt", address="", **reseller) for key in ("K-3", "K-4")),
        *(a_row(key, company="Acme", address=place) for key, place in (("K-5", "Ring 1"), ("K-6", "RING 1"))),
        a_row("K-7", company="Dodo", address=""),
    )
    nothing_agrees = ("neither an email address nor a postal address agrees with the name",)
    assert doubtful(engine) == {"phoenix (DE)": nothing_agrees, "bolt (DE)": nothing_agrees}
    customer_confirmations.confirm(engine, "phoenix (DE)", editor("bo"))
    assert list(doubtful(engine)) == ["bolt (DE)"]
    imported(engine, a_row("K-8", company="Phoenix", address="Platz 3"))
    assert sorted(doubtful(engine)) == ["bolt (DE)", "phoenix (DE)"]


def test_a_confirmation_holds_until_something_new_disagrees(phoenix: Engine) -> None:
    number = customer_confirmations.confirm(phoenix, PHOENIX, editor("bo"), "one group")
    assert doubtful(phoenix) == {}
    with database.reading(phoenix) as connection:
        confirmation = stored.confirmations_of(connection, [PHOENIX, ACME])[PHOENIX]
    assert (confirmation.id, confirmation.by, confirmation.reason) == (number, "bo", "one group")
    edits.edit(phoenix, "K-2", None, {"myatlassian_email": "it@bau.example"}, editor("bo"), "", POLICY)
    assert doubtful(phoenix) == {}
    edits.edit(phoenix, "K-2", None, {"myatlassian_email": "x@new.example"}, editor("bo"), "", POLICY)
    assert doubtful(phoenix) == {PHOENIX: ("2 email domains (bau.example, new.example)",)}


def test_a_confirmation_is_withdrawn(phoenix: Engine) -> None:
    number = customer_confirmations.confirm(phoenix, PHOENIX, editor("bo"))
    with pytest.raises(RefusalError, match="You may not merge or split"):
        customer_confirmations.withdraw(phoenix, number, viewer("vi"))
    customer_confirmations.withdraw(phoenix, number, editor("cy"))
    assert doubtful(phoenix) == {PHOENIX: DOMAINS}
    with pytest.raises(RefusalError, match=f"no confirmation {number} in force"):
        customer_confirmations.withdraw(phoenix, number, editor("cy"))


def test_only_what_is_in_doubt_is_confirmed(phoenix: Engine) -> None:
    with pytest.raises(RefusalError, match="nothing to confirm"):
        customer_confirmations.confirm(phoenix, ACME, editor("bo"))
    with pytest.raises(RefusalError, match="No licenses belong to a customer"):
        customer_confirmations.confirm(phoenix, "dodo", editor("bo"))
    with pytest.raises(RefusalError, match="You may not merge or split"):
        customer_confirmations.confirm(phoenix, PHOENIX, viewer("vi"))


def test_undoing_a_merge_takes_back_what_it_confirmed(phoenix: Engine) -> None:
    imported(phoenix, a_row("K-7", company="Bolt", contact_email="a@bolt.example"))
    merge = customer_merges.merge(phoenix, "bolt @bolt.example", ACME, editor("bo"))
    customer_merges.undo_merge(phoenix, merge, editor("cy"))
    edits.edit(phoenix, "K-4", None, {"myatlassian_email": "x@bolt.example"}, editor("bo"), "", POLICY)
    assert doubtful(phoenix)[ACME] == ("2 email domains (acme.example, bolt.example)",)


def test_a_merge_confirms_what_it_joins_but_no_older_doubt(phoenix: Engine) -> None:
    imported(phoenix, a_row("K-7", company="Bolt", contact_email="a@bolt.example"))
    customer_merges.merge(phoenix, "bolt @bolt.example", ACME, editor("bo"))
    assert doubtful(phoenix) == {PHOENIX: DOMAINS}
    customer_merges.merge(phoenix, ACME, PHOENIX, editor("bo"))
    assert list(doubtful(phoenix)) == [PHOENIX]
