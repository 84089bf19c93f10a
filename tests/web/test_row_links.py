"""Cells that lead somewhere: what they say, where they lead, and for whom."""

import pandas as pd
import pytest

from lib.domain.roles import Role
from lib.web import page_paths, row_links
from lib.web.row_links import Destination
from lib.web.session import User

CUSTOMERS = pd.DataFrame({"customer": ["acme (DE)", None]})


@pytest.mark.parametrize(
    ("text", "label"),
    [("Acme", "Acme"), (":material/delete: Acme", "\u2060:material/delete: Acme"), ("*Acme* [a](b)", "*Acme* [a](b)")],
)
def test_a_name_from_a_file_is_no_icon(text: str, label: str) -> None:
    frame = pd.DataFrame({"Company": [text], "Why": [text]})
    assert row_links.labels(frame, ["Company", "License key"]).to_numpy().tolist() == [[label, text]]


def test_names_lead_to_customers_for_those_who_may_see_them() -> None:
    assert row_links.customers(CUSTOMERS, User("ann", Role.EDITOR)) == [
        Destination(page_paths.CUSTOMERS, {"customer": "acme (DE)"}),
        Destination(page_paths.CUSTOMERS, {"customer": ""}),
    ]
    assert row_links.customers(CUSTOMERS, User("eve", Role.VIEWER)) == []


def test_keys_lead_to_licenses_in_their_list() -> None:
    query = {"outcome": "eligible", "page": "3"}
    assert row_links.licenses(["K-1"], query) == [Destination(page_paths.LICENSES, query, "K-1")]
