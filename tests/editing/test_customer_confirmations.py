"""Customers whose licenses disagree, until a person says that they are one."""

import pytest
from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.editing import customer_confirmations, customer_merges, edits
from lib.measures.cut import Cut
from lib.store import catch_up, database
from lib.store import customer_confirmations as stored
from tests.actors import editor, viewer
from tests.store.stories import POLICY, a_row, imported

DOMAINS = ("2 email domains (bau.example, soft.example)",)


@pytest.fixture
def phoenix(engine: Engine) -> Engine:
    """A store with two firms of one name, and a third that is in no doubt."""
    imported(
        engine,
        a_row("K-1", company="Phoenix GmbH", contact_email="Info@bau.example"),
        a_row("K-2", company="Phoenix Inc", contact_email="it@soft.example"),
        a_row("K-3", company="Acme", contact_email="a@acme.example", country="Germany"),
        a_row("K-4", company="Acme", contact_email="b@ACME.example", country="DE"),
        a_row("K-5", company="Acme"),
    )
    return engine


def doubtful(engine: Engine, cut: Cut | None = None) -> dict[str, tuple[str, ...]]:
    """The customers of a cut that are in doubt, and why."""
    with database.reading(engine) as connection:
        return stored.doubtful_customers(connection, cut or Cut())


def test_licenses_of_one_customer_that_disagree_are_named(phoenix: Engine) -> None:
    assert doubtful(phoenix) == {"phoenix": DOMAINS}
    catch_up.catch_up(phoenix)
    assert doubtful(phoenix, Cut(customer=("phoenix",))) == {"phoenix": DOMAINS}
    assert doubtful(phoenix, Cut(customer=("acme",))) == {}


def test_a_customer_of_a_cut_is_judged_by_all_its_licenses(phoenix: Engine) -> None:
    imported(phoenix, a_row("K-6", company="Phoenix", product="Mockups for Confluence"))
    for cut in (Cut(product=("confluence",)), Cut(product=("confluence",), on="2100-01-01")):
        assert doubtful(phoenix, cut) == {"phoenix": DOMAINS}


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
    assert doubtful(engine) == {"acme": ("2 email domains (acme.example, stranger.example)",)}


def test_licenses_of_nobody_are_in_doubt(engine: Engine) -> None:
    imported(engine, a_row("K-1", company=""), a_row("K-2", company="Unknown"))
    assert list(doubtful(engine)) == [""]
    with pytest.raises(RefusalError, match="Edit them to say whose they are"):
        customer_confirmations.confirm(engine, "", editor("bo"))


def test_a_confirmation_holds_until_something_new_disagrees(phoenix: Engine) -> None:
    number = customer_confirmations.confirm(phoenix, "phoenix", editor("bo"), "one group")
    assert doubtful(phoenix) == {}
    with database.reading(phoenix) as connection:
        confirmation = stored.confirmations_of(connection, ["phoenix", "acme"])["phoenix"]
    assert (confirmation.id, confirmation.by, confirmation.reason) == (number, "bo", "one group")
    edits.edit(phoenix, "K-1", None, {"contact_email": "it@soft.example"}, editor("bo"), "", POLICY)
    assert doubtful(phoenix) == {}
    edits.edit(phoenix, "K-1", None, {"contact_email": "x@new.example"}, editor("bo"), "", POLICY)
    assert doubtful(phoenix) == {"phoenix": ("2 email domains (new.example, soft.example)",)}


def test_a_confirmation_is_withdrawn(phoenix: Engine) -> None:
    number = customer_confirmations.confirm(phoenix, "phoenix", editor("bo"))
    with pytest.raises(RefusalError, match="You may not say"):
        customer_confirmations.withdraw(phoenix, number, viewer("vi"))
    customer_confirmations.withdraw(phoenix, number, editor("cy"))
    assert doubtful(phoenix) == {"phoenix": DOMAINS}
    with pytest.raises(RefusalError, match=f"no confirmation {number} in force"):
        customer_confirmations.withdraw(phoenix, number, editor("cy"))


def test_only_what_is_in_doubt_is_confirmed(phoenix: Engine) -> None:
    with pytest.raises(RefusalError, match="nothing to confirm"):
        customer_confirmations.confirm(phoenix, "acme", editor("bo"))
    with pytest.raises(RefusalError, match="No license is of a customer"):
        customer_confirmations.confirm(phoenix, "dodo", editor("bo"))
    with pytest.raises(RefusalError, match="You may not say"):
        customer_confirmations.confirm(phoenix, "phoenix", viewer("vi"))


def test_a_merge_confirms_what_it_joins_but_no_older_doubt(phoenix: Engine) -> None:
    imported(phoenix, a_row("K-7", company="Bolt", contact_email="a@bolt.example"))
    customer_merges.merge(phoenix, "bolt", "acme", editor("bo"))
    assert doubtful(phoenix) == {"phoenix": DOMAINS}
    customer_merges.merge(phoenix, "acme", "phoenix", editor("bo"))
    assert list(doubtful(phoenix)) == ["phoenix"]
