"""Customers that may be several firms on the screens: said beside the files, held back, confirmed and undone."""

from collections.abc import Iterator

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from lib.documents.customer_editions import CUSTOMER_FORMATS
from lib.documents.letters import Language
from lib.documents.upgrade_files import FORMATS_FOR_US
from lib.domain.policy import Policy
from lib.domain.refusal import RefusalError
from lib.measures.cut import Cut
from lib.web import connection, customer_doubts, customer_letter
from lib.web.session import Role, User
from tests.pages.visit import fine, opened
from tests.store.stories import a_row, imported
from tests.stores import connected

PHOENIX = "phoenix @bau.example"
ANN = User("ann", Role.EDITOR, local=True)
REASON = (
    "It may be several firms: 2 email domains (bau.example, soft.example). "
    "Confirm that it is one customer before anything is sent."
)


@pytest.fixture
def phoenix(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The application's store, with a customer that has the account of another firm, and one that is in no doubt."""
    monkeypatch.setenv("DATABASE_URL", sqlite_store_url)
    st.cache_data.clear()
    with connected(sqlite_store_url) as engine:
        imported(
            engine,
            a_row("K-1", company="Phoenix GmbH", contact_email="info@bau.example"),
            a_row("K-2", company="Phoenix Inc", contact_email="it@bau.example", myatlassian_email="it@soft.example"),
            a_row("K-3", company="Acme", contact_email="a@acme.example"),
        )
        yield engine
    connection.engine().dispose()


def warnings(app: AppTest) -> str:
    """The warnings of a page, as they are read."""
    return "\n".join(warning.value.replace("\\", "") for warning in app.warning)


def captions(app: AppTest) -> str:
    """The captions of a page, as they are read."""
    return "\n".join(caption.value.replace("\\", "") for caption in app.caption)


FORMATS = (*CUSTOMER_FORMATS, *FORMATS_FOR_US)


def is_disabled(app: AppTest) -> dict[str, bool]:
    """Whether each download of the page is disabled, by the ending of its file."""
    downloads = {element.proto.id.rpartition("download_")[2]: element for element in app.get("download_button")}
    return {suffix: element.proto.disabled for suffix, element in downloads.items() if suffix in FORMATS}


def test_a_list_names_whom_it_holds_back_unless_it_is_too_long(
    phoenix: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("customers")
    assert f'"Phoenix GmbH": {REASON}' in warnings(app)
    monkeypatch.setattr(customer_doubts, "_MOST_CUSTOMERS", 1)
    fine(app.run())
    assert not warnings(app)
    assert "are listed once" in captions(app)


def test_a_customer_is_held_back_until_somebody_confirms_it(phoenix: Engine) -> None:
    app = opened("customers", customer=PHOENIX, show="Letter")
    assert warnings(app) == REASON
    assert is_disabled(app) == {
        "customer_xlsx": True,
        "customer_pdf": True,
        "customer_csv": True,
        "xlsx": False,
        "csv": False,
    }
    assert "The letter is on hold" in captions(app)
    with pytest.raises(RefusalError, match="may be several firms"):
        customer_letter.letter_file(PHOENIX, Cut(customer=(PHOENIX,)), Language.ENGLISH, "", ANN, Policy())
    with pytest.raises(RefusalError, match="may be several firms"):
        customer_letter.draft_file(PHOENIX, Cut(customer=(PHOENIX,)), Language.ENGLISH, "", ANN, Policy())
    fine(app.button(key="confirm_customer").click().run())
    assert not app.warning
    assert not any(is_disabled(app).values())
    assert "Confirmed as one customer by " in captions(app)
    assert "K-1" in app.code[1].value
    assert not opened("customers").warning
    fine(app.button(key="undo_confirmation").click().run())
    assert warnings(app) == REASON


def test_a_customer_whose_licenses_agree_is_not_asked_about(phoenix: Engine) -> None:
    app = opened("customers", customer="acme @acme.example")
    assert not app.warning
    assert "confirm_customer" not in [button.key for button in app.button]


def test_licenses_are_parted_and_given_back(phoenix: Engine) -> None:
    app = opened("customers", customer=PHOENIX)
    app.multiselect(key="part_keys").set_value(["K-2"])
    app.text_input(key="part_reason").set_value("another owner")
    fine(app.button(key="part_submit").click().run())
    assert '1 license given to "phoenix #2".' in captions(app)
    assert app.dataframe[0].value["License key"].tolist() == ["K-1"]
    assert not app.warning
    assert opened("customers", customer="phoenix #2").dataframe[0].value["License key"].tolist() == ["K-2"]
    fine(app.button(key="undo_part").click().run())
    assert app.dataframe[0].value["License key"].tolist() == ["K-1", "K-2"]
    assert warnings(app) == REASON


def test_a_part_that_cannot_be_is_refused_with_a_sentence(phoenix: Engine) -> None:
    app = opened("customers", customer=PHOENIX)
    app.multiselect(key="part_keys").set_value(["K-2"])
    app.text_input(key="part_to").set_value("Dodo")
    fine(app.button(key="part_submit").click().run())
    assert '0 customers are called "Dodo". Give the whole name of one.' in warnings(app)
    fine(app.button(key="part_submit").click().run())
    app.text_input(key="part_to").set_value("Acme")
    fine(app.button(key="part_submit").click().run())
    assert '1 license given to "acme @acme.example".' in captions(app)
