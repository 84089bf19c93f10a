"""Tables whose rows lead somewhere: what their links say, where they lead, and for whom."""

import pandas as pd
import pytest

from lib.domain.roles import Role
from lib.web import page_paths, row_links
from lib.web.row_links import Destination
from lib.web.session import User

CUSTOMERS = pd.DataFrame({"customer": ["acme (DE)", None]})


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Acme", "Acme"),
        (":material/delete: Acme", "\u2060:material/delete: Acme"),
        ("[Acme, Group]", "\u2060[Acme, Group]"),
        ("*Acme* [a](b)", "*Acme* [a](b)"),
    ],
)
def test_a_name_from_a_file_is_neither_an_icon_nor_a_menu(text: str, label: str) -> None:
    assert row_links.label(text) == label


def test_names_lead_to_customers_for_those_who_may_see_them() -> None:
    assert row_links.customers(CUSTOMERS, User("ann", Role.EDITOR)) == [
        Destination(page_paths.CUSTOMERS, {"customer": "acme (DE)"}),
        Destination(page_paths.CUSTOMERS, {"customer": ""}),
    ]
    assert row_links.customers(CUSTOMERS, User("eve", Role.VIEWER)) == []


def test_keys_lead_to_licenses_in_their_list() -> None:
    query = {"outcome": "eligible", "page": "3"}
    assert row_links.licenses(["K-1"], query) == [Destination(page_paths.LICENSES, query, "K-1")]


def test_enter_opens_the_link_in_focus_else_the_first_of_its_row_however_the_table_is_sorted() -> None:
    rows = pd.DataFrame({"License key": ["K-1", "K-2"], "Company": ["Acme", "Acme"], "Stage": ["K-2", "Received"]})
    keys, firms = row_links.licenses(["K-1", "K-2"]), [Destination("page", {"customer": name}) for name in ("a", "b")]
    links = row_links.link_columns(rows, {"License key": keys, "Company": firms, "Stage": []})
    assert links["Company"].labels == ["Acme", "Acme\u2060"]
    of_second = [("License key", "K-2"), ("↓ Company", "Acme\u2060"), ("Stage", "Received")]
    assert row_links.place_of_row([of_second[1], *of_second], links) == firms[1]
    assert row_links.place_of_row([of_second[2], *of_second], links) == keys[1]
    assert row_links.place_of_row([("Stage", "K-2"), ("License key", "gone")], links) is None


def test_of_keys_that_a_file_names_only_those_of_stored_licenses_lead_somewhere() -> None:
    rows = pd.DataFrame({"License key": ["K-1", "K-2"], "Customer": ["Acme", "Acme"], "Stage": ["", ""]})
    places = row_links.of_stored(["K-1", "K-2"], {"K-2": "acme"}, User("ann", Role.EDITOR))
    links = row_links.link_columns(rows, places)
    assert row_links.place_of_row([("License key", "K-1"), ("Customer", "Acme")], links) is None
    keys, names = (links[title].labels for title in ("License key", "Customer"))
    assert row_links.place_of_row([("License key", keys[1])], links) == Destination(page_paths.LICENSES, {}, "K-2")
    acme = Destination(page_paths.CUSTOMERS, {"customer": "acme"})
    assert row_links.place_of_row([("License key", keys[0]), ("Customer", names[1])], links) == acme
    assert not row_links.link_columns(rows, row_links.of_stored(["K-1", "K-2"], {}, User("ann", Role.EDITOR)))
    assert list(row_links.of_stored(["K-2"], {"K-2": "acme"}, User("eve", Role.VIEWER))) == ["License key"]


def test_equal_names_of_one_customer_stay_equal() -> None:
    places = row_links.customers(pd.DataFrame({"customer": ["acme", "acme"]}), User("ann", Role.EDITOR))
    assert row_links.unique_labels(["Acme", "Acme"], places) == ["Acme", "Acme"]


def test_blanks_stay_blank_and_lead_nowhere() -> None:
    keys = pd.DataFrame({"License key": ["", None, float("nan")]})
    links = row_links.link_columns(keys, {"License key": row_links.licenses(["K-1", "K-2", "K-3"])})
    assert links["License key"].labels == ["", "", ""]
    assert row_links.place_of_row([("License key", "")], links) is None
